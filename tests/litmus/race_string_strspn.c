/* P12: strspn and strcspn read up to the byte that ends the span. */
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
    g_text[5] = ',';
    reach(1);
}

static void caller(void)
{
    await(1);
    must(strcspn(g_text, ",") == 5);
}

int main(void)
{
    litmus_run2(toucher, caller);
    return 0;
}
