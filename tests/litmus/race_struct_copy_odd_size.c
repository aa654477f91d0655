/* HB: the last byte of a structure of 37 bytes is part of the copy. */
// expect-location: g_odd
// expect-count: 1
#include "../support/litmus.h"

struct odd {
    char bytes[37];
};
struct odd g_odd;
struct odd g_copy;

static void writer(void)
{
    g_odd.bytes[36] = 1;
    reach(1);
}

static void copier(void)
{
    await(1);
    g_copy = g_odd;
}

int main(void)
{
    litmus_run2(writer, copier);
    return 0;
}
