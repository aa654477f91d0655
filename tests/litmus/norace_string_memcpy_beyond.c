/* P12: memcpy touches no byte beyond its length, on either side. */
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
    g_text[16] = 1;
    g_other[16] = 1;
    g_other[0] = 'j';
    reach(1);
}

static void caller(void)
{
    await(1);
    memcpy(g_text, g_other + 1, 15);
    memcpy(g_other + 17, g_text, 15);
}

int main(void)
{
    litmus_run2(toucher, caller);
    return 0;
}
