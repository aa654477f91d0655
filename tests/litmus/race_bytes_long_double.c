/* HB: a long double writes ten bytes: the ninth is one of them. */
// expect-location: g_number
// expect-count: 1
// tsan: clang does not instrument x87 accesses (their size is no power of two)
#include "../support/litmus.h"

union {
    long double number;
    char bytes[16];
} g_number;

static void writer(void)
{
    g_number.bytes[8] = 1;
    reach(1);
}

static void reader(void)
{
    await(1);
    long double copy = g_number.number;
    use((long)copy);
}

int main(void)
{
    litmus_run2(writer, reader);
    return 0;
}
