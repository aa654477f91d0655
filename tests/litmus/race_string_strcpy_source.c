/* P12: strcpy reads its source with the terminating zero. */
// tsan: reads without the byte that ends the text
// flags: -fno-builtin
// expect-location: g_text
// expect-frame: caller
// expect-count: 1
#define _GNU_SOURCE
#include "../support/litmus.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

char g_text[64] = "hello, world";
char g_other[64] = "hello, there";

static void toucher(void)
{
    g_text[12] = 0;
    reach(1);
}

static void caller(void)
{
    await(1);
    strcpy(g_other, g_text);
}

int main(void)
{
    litmus_run2(toucher, caller);
    return 0;
}
