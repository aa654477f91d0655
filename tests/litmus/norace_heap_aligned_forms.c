/* P12: blocks of the aligned forms are handed over by join and freed like any other. */
#define _GNU_SOURCE
#include "../support/litmus.h"
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>

enum { FORMS = 6 };
static char *blocks[FORMS];

static void allocator(void)
{
    void *p;
    must(posix_memalign(&p, 64, 200) == 0);
    blocks[0] = (char *)p;
    blocks[1] = (char *)aligned_alloc(128, 256);
    blocks[2] = (char *)memalign(256, 200);
    blocks[3] = (char *)valloc(200);
    blocks[4] = (char *)pvalloc(200);
    blocks[5] = (char *)reallocarray(NULL, 20, 10);
    for (int i = 0; i < FORMS; i++) {
        must(blocks[i]);
        blocks[i][199] = 1;
    }
    must((uintptr_t)blocks[0] % 64 == 0 && (uintptr_t)blocks[1] % 128 == 0);
    must((uintptr_t)blocks[2] % 256 == 0 && (uintptr_t)blocks[3] % 4096 == 0);
}

static void releaser(void)
{
    for (int i = 0; i < FORMS; i++) {
        must(blocks[i][199] == 1);
        free(blocks[i]);
    }
}

int main(void)
{
    join(spawn(allocator));
    join(spawn(releaser));
    return 0;
}
