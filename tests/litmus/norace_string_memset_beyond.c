/* P12: memset writes no byte beyond its length. */
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
    g_text[32] = 1;
    reach(1);
}

static void caller(void)
{
    await(1);
    memset(g_text, 0, 32);
}

int main(void)
{
    litmus_run2(toucher, caller);
    return 0;
}
