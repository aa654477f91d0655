/* P12: strcpy writes its destination with the terminating zero. */
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
    use(g_text[12]);
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
