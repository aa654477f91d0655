/* HB: an unaligned int across a word boundary, and the bytes just beside it. */
#include "../support/litmus.h"

struct __attribute__((packed)) loose {
    int value;
};
char g_bytes[16] __attribute__((aligned(16)));

static void across(void)
{
    meet(2);
    ((struct loose *)(g_bytes + 5))->value = 1;
    use(((struct loose *)(g_bytes + 5))->value);
}

static void beside(void)
{
    meet(2);
    g_bytes[4] = 1;
    g_bytes[9] = 1;
}

int main(void)
{
    litmus_run2(across, beside);
    return 0;
}
