/* P12: heap memory races like any other; the report names the block's allocation. */
// expect-frame: allocate
// expect-frame: writer
// expect-frame: reader
// expect-count: 1
#include "../support/litmus.h"
#include <stdlib.h>

static int *numbers;

static NOINLINE int *allocate(void)
{
    int *p = (int *)malloc(100 * sizeof *p);
    must(p);
    __asm__ volatile("" : : : "memory");
    return p;
}

static void writer(void)
{
    numbers[40] = 1;
    reach(1);
}

static void reader(void)
{
    await(1);
    use(numbers[40]);
}

int main(void)
{
    numbers = allocate();
    litmus_run2(writer, reader);
    free(numbers);
    return 0;
}
