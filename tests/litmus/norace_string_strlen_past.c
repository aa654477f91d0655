/* P12: strlen reads no byte past the terminating zero. */
// flags: -fno-builtin
#define _GNU_SOURCE
#include "../support/litmus.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

char g_text[64] = "hello, world";
char g_other[64] = "hello, there";

static void toucher(void)
{
    g_text[13] = 1;
    reach(1);
}

static void caller(void)
{
    await(1);
    must(strlen(g_text) == 12);
}

int main(void)
{
    litmus_run2(toucher, caller);
    return 0;
}
