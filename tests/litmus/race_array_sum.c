/* HB: a loop over a long array meets the one element that another thread wrote. */
// expect-location: g_array
// expect-frame: sum
// expect-count: 1
#include "../support/litmus.h"

enum { LENGTH = 10000 };
int g_array[LENGTH];

static void writer(void)
{
    g_array[LENGTH - 1] = 1;
    reach(1);
}

static NOINLINE long sum(const int *array)
{
    long total = 0;
    for (int i = 0; i < LENGTH; i++)
        total += array[i];
    return total;
}

static void reader(void)
{
    await(1);
    use(sum(g_array));
}

int main(void)
{
    litmus_run2(writer, reader);
    return 0;
}
