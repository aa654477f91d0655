/* traces: 4
 * by hand: as hidden_global.c; memory that each schedule maps itself. */
#include <sys/mman.h>

#include "hidden.h"

static int *looks;

HIDDEN static bool had_enough(void)
{
    return ++*looks == 3;
}

int main(void)
{
    looks = mmap(NULL, 1 << 16, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (looks == MAP_FAILED)
        return 1;
    wait_and_set();
}
