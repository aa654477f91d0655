/* P12: of a large block that was freed, most of which nobody had ever used: any place is told, by
 * any way there. */
// expect: heap use-after-free
// expect-frame: reads
// expect-frame: writes
// expect-frame: copies
// expect-frame: counts
// expect-frame: locks
// expect-frame: end
// expect-count: 5
#include "../support/litmus.h"
#include <stdlib.h>
#include <string.h>

enum { SIZE = 1 << 20 };

static char g_copy[3000];

static NOINLINE void end(char *block)
{
    free(launder(block));
}

static NOINLINE void reads(const char *block)
{
    use(block[SIZE / 2 + 100]);
}

static NOINLINE void writes(char *block)
{
    block[SIZE - 1] = 1;
}

static NOINLINE void copies(const char *block)
{
    memcpy(launder(g_copy), block + 300000, sizeof g_copy);
}

static NOINLINE void counts(char *block)
{
    __atomic_fetch_add((int *)(void *)(block + 200000), 1, __ATOMIC_RELAXED);
}

static NOINLINE void locks(char *block)
{
    pthread_mutex_lock((pthread_mutex_t *)(void *)(block + 100000));
}

int main(void)
{
    char *block = malloc(SIZE);
    must(block != NULL);
    memset(launder(block), 0, 1000);
    memset(block + 100000, 0, sizeof(pthread_mutex_t));
    end(block);
    block = launder(block);
    reads(block);
    writes(block);
    copies(block);
    counts(block);
    locks(block);
    return 0;
}
