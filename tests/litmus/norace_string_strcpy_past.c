/* P12: strcpy touches no byte past the terminating zero. */
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
    g_other[13] = 1;
    reach(1);
}

static void caller(void)
{
    await(1);
    strcpy(g_text, g_other);
}

int main(void)
{
    litmus_run2(toucher, caller);
    return 0;
}
