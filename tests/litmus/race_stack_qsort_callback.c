/* HB: accesses of a callback that uninstrumented code (qsort) calls; who called that is in the
 * stack. */
// expect-location: g_weights
// expect-frame: by_weight
// expect-frame: writer
// expect-frame: sorter
// expect-frame: outer
#include "../support/litmus.h"
#include <stdlib.h>

int g_weights[8] = {5, 3, 8, 1, 9, 2, 7, 4};

static int by_weight(const void *a, const void *b)
{
    int left = g_weights[*(const int *)a];
    int right = g_weights[*(const int *)b];
    return (left > right) - (left < right);
}

static void writer(void)
{
    g_weights[3] = 6;
    reach(1);
}

static NOINLINE void sorter(void)
{
    int order[8] = {0, 1, 2, 3, 4, 5, 6, 7};
    await(1);
    qsort(order, 8, sizeof order[0], by_weight);
    reach(2); /* no tail call */
}

static void outer(void)
{
    sorter();
    reach(3);
}

int main(void)
{
    litmus_run2(writer, outer);
    return 0;
}
