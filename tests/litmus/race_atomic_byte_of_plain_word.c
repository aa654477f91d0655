/* P9: an atomic byte store inside a word that another thread reads plainly. */
// expect-location: g_word
// expect-count: 1
#include "../support/litmus.h"

union {
    long whole;
    char bytes[8];
} g_word;

static void atomic_writer(void)
{
    __atomic_store_n(&g_word.bytes[5], 1, __ATOMIC_RELEASE);
    reach(1);
}

static void plain_reader(void)
{
    await(1);
    use(g_word.whole);
}

int main(void)
{
    litmus_run2(atomic_writer, plain_reader);
    return 0;
}
