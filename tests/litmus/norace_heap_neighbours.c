/* P12: two threads in different halves of one block, then join and free. */
#include "../support/litmus.h"
#include <stdlib.h>

static char *block;

static void lower(void)
{
    meet(2);
    for (int i = 0; i < 13; i++)
        block[i] = 1;
}

static void upper(void)
{
    meet(2);
    for (int i = 13; i < 26; i++)
        block[i] = 2;
}

int main(void)
{
    block = (char *)malloc(26);
    must(block);
    litmus_run2(lower, upper);
    free(block);
    return 0;
}
