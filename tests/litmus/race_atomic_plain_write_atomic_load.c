/* P9: a plain write and an unordered atomic load: seq_cst does not help. */
// expect-location: g_x
// expect-count: 1
#include "../support/litmus.h"

int g_x;

static void plain_writer(void)
{
    g_x = 1;
    reach(1);
}

static void atomic_reader(void)
{
    await(1);
    use(__atomic_load_n(&g_x, __ATOMIC_SEQ_CST));
}

int main(void)
{
    litmus_run2(plain_writer, atomic_reader);
    return 0;
}
