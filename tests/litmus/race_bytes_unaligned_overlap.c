/* HB: an unaligned int across a word boundary, and the one byte of it in the next word. */
// expect-location: g_bytes
// expect-count: 1
#include "../support/litmus.h"
#include <string.h>

struct __attribute__((packed)) loose {
    int value;
};
char g_bytes[16] __attribute__((aligned(16)));

static void across(void)
{
    ((struct loose *)(g_bytes + 5))->value = 1;
    reach(1);
}

static void next_word(void)
{
    await(1);
    use(g_bytes[8]);
}

int main(void)
{
    litmus_run2(across, next_word);
    return 0;
}
