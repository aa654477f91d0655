/* P12: memcmp reads no byte past the first difference. */
// flags: -fno-builtin
// tsan: takes the whole length, also past the first difference
#define _GNU_SOURCE
#include "../support/litmus.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

char g_text[64] = "hello, world";
char g_other[64] = "hello, there";

static void toucher(void)
{
    g_text[8] = 'o';
    reach(1);
}

static void caller(void)
{
    await(1);
    must(memcmp(g_text, g_other, 12) != 0);
}

int main(void)
{
    litmus_run2(toucher, caller);
    return 0;
}
