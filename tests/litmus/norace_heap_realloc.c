/* P12: realloc by one thread after another, ordered by join: grow, shrink, as malloc, as free. */
#include "../support/litmus.h"
#include <stdlib.h>

static char *block;

static void grow(void)
{
    block = (char *)realloc(block, 5000);
    must(block && block[9] == 'x');
    block[4999] = 'y';
}

static void shrink(void)
{
    block = (char *)realloc(block, 100);
    must(block && block[9] == 'x');
}

int main(void)
{
    block = (char *)realloc(NULL, 10);
    must(block);
    block[9] = 'x';
    join(spawn(grow));
    join(spawn(shrink));
    free(block);
    return 0;
}
