/* HB: memory may lie anywhere in the address space: the highest randomisation takes no more of it.
 */
// expect-count: 8
// tsan: only parts of the address space are its programs'
#define _GNU_SOURCE
#include "../support/litmus.h"
#include <sys/mman.h>

enum { PLACES = 8, STEP_BITS = 44 }; /* all of 47 bits in steps of 16 TiB */

static volatile int *g_places[PLACES];

/* The first free page from a random-looking address in the step on. */
static void place(int i)
{
    unsigned long at = ((unsigned long)i << STEP_BITS) + 0x7a5b3c4d000UL;
    void *page;
    do {
        page = mmap((void *)at, 4096, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
        at += 1UL << 24;
    } while (page == MAP_FAILED);
    g_places[i] = page;
}

/* A line each: a finding each. */
static void first(void)
{
    *g_places[0] = 1;
    *g_places[1] = 1;
    *g_places[2] = 1;
    *g_places[3] = 1;
    *g_places[4] = 1;
    *g_places[5] = 1;
    *g_places[6] = 1;
    *g_places[7] = 1;
    reach(1);
}

static void second(void)
{
    await(1);
    use(*g_places[0]);
    use(*g_places[1]);
    use(*g_places[2]);
    use(*g_places[3]);
    use(*g_places[4]);
    use(*g_places[5]);
    use(*g_places[6]);
    use(*g_places[7]);
}

int main(void)
{
    for (int i = 0; i < PLACES; i++)
        place(i);
    litmus_run2(first, second);
    return 0;
}
