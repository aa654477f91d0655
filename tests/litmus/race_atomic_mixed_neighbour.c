/* P8: operations on a whole word order what shares its bytes; the halves do not order each other.
 */
// expect-location: g_x
// expect-count: 1
#include "../support/litmus.h"

int g_x;
static union {
    unsigned long whole;
    unsigned int half[2];
} g_flags;

static void writer(void)
{
    __atomic_fetch_add(&g_flags.whole, 1, __ATOMIC_RELEASE);
    g_x = 1;
    __atomic_store_n(&g_flags.half[1], 1, __ATOMIC_RELEASE);
    reach(1);
}

static void reader(void)
{
    await(1);
    use(__atomic_load_n(&g_flags.half[0], __ATOMIC_ACQUIRE));
    use(g_x);
}

int main(void)
{
    litmus_run2(writer, reader);
    return 0;
}
