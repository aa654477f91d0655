/* HB: the same element of an array of structures, reached in two ways. */
// expect-location: g_table
// expect-count: 1
#include "../support/litmus.h"

struct entry {
    long key;
    long value;
};
struct entry g_table[64];

static void by_index(void)
{
    g_table[41].value = 1;
    reach(1);
}

static void by_pointer(void)
{
    await(1);
    struct entry *e = g_table;
    while (e != g_table + 41)
        e = (struct entry *)launder(e + 1);
    use(e->value);
}

int main(void)
{
    litmus_run2(by_index, by_pointer);
    return 0;
}
