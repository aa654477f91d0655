/* HB: reads do not race, however many and whenever. */
#include "../support/litmus.h"

int g_x = 7;

static void reader(void)
{
    meet(3);
    use(g_x);
}

int main(void)
{
    litmus_run3(reader, reader, reader);
    return 0;
}
