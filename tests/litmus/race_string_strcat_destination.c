/* P12: strcat writes behind the old end. */
// flags: -fno-builtin
// expect-location: g_text
// expect-frame: caller
// expect-count: 1
// tsan: does not know the function
#define _GNU_SOURCE
#include "../support/litmus.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

char g_text[64] = "hello, world";
char g_other[64] = "hello, there";

static void toucher(void)
{
    use(g_text[14]);
    reach(1);
}

static void caller(void)
{
    await(1);
    strcat(g_text, "abc");
}

int main(void)
{
    litmus_run2(toucher, caller);
    return 0;
}
