/* P12: strchr reads no byte past the one that it finds. */
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
    g_text[6] = ' ';
    reach(1);
}

static void caller(void)
{
    await(1);
    must(strchr(g_text, ',') == g_text + 5);
}

int main(void)
{
    litmus_run2(toucher, caller);
    return 0;
}
