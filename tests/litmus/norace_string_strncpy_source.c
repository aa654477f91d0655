/* P12: strncpy reads no source byte past its limit. */
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
    g_text[5] = ',';
    reach(1);
}

static void caller(void)
{
    await(1);
    strncpy(g_other, g_text, 5);
}

int main(void)
{
    litmus_run2(toucher, caller);
    return 0;
}
