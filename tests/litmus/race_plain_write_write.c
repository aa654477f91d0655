/* HB: two unordered writes of one variable race. */
// expect-location: g_x
// expect-frame: first_writer
// expect-frame: second_writer
// expect-count: 1
#include "../support/litmus.h"

int g_x;

static void first_writer(void)
{
    g_x = 1;
    reach(1);
}

static void second_writer(void)
{
    await(1);
    g_x = 2;
}

int main(void)
{
    litmus_run2(first_writer, second_writer);
    return 0;
}
