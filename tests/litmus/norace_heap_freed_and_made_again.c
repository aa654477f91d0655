/* P12: blocks that are freed and made again, of all sizes and functions, and used to their last
 * byte. */
#define _GNU_SOURCE
#include "../support/litmus.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

static void fill(void *block, size_t size)
{
    char *bytes = launder(block);
    for (size_t i = 0; i < size; i += size < 4096 ? 1 : 512)
        bytes[i] = 1;
    bytes[size - 1] = 1;
}

static void one(size_t size)
{
    void *block = malloc(size);
    fill(block, size);
    free(launder(block));
    block = launder(calloc(1, size));
    fill(block, size);
    block = launder(realloc(block, size * 2));
    fill(block, size * 2);
    block = launder(realloc(block, size));
    fill(block, size);
    free(launder(block));
    block = launder(memalign(64, size));
    fill(block, size);
    free(launder(block));
    must(posix_memalign(&block, 4096, size) == 0);
    fill(block, size);
    free(launder(block));
}

static void worker(void)
{
    static const size_t sizes[] = {1, 7, 8, 13, 24, 100, 1000, 5000, 200000, 3000000};
    for (int round = 0; round < 3; round++)
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
            one(sizes[i]);
    free(NULL);
    free(launder(malloc(0)));
}

int main(void)
{
    litmus_run2(worker, worker);
    worker();
    return 0;
}
