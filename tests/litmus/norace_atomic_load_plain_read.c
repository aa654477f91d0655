/* P9: two reads, one atomic and one plain, do not race. */
#include "../support/litmus.h"

int g_x = 1;

static void atomic_reader(void)
{
    meet(2);
    use(__atomic_load_n(&g_x, __ATOMIC_ACQUIRE));
}

static void plain_reader(void)
{
    meet(2);
    use(g_x);
}

int main(void)
{
    litmus_run2(atomic_reader, plain_reader);
    return 0;
}
