/* Atomics that are not to count as synchronisation. */
// expect-location: g_x
// expect-count: 1
#include "../support/litmus_annotations.h"

#include <stdatomic.h>

#define PLACE const char *file, int line
void AnnotateIgnoreSyncBegin(PLACE);
void AnnotateIgnoreSyncEnd(PLACE);
#define HERE __FILE__, __LINE__

int g_x, g_y;
static _Atomic int g_ignored, g_flag;

static void one(void)
{
    g_x = 1;
    AnnotateIgnoreSyncBegin(HERE);
    atomic_store(&g_ignored, 1);
    AnnotateIgnoreSyncEnd(HERE);
    reach(1);
    await(2);
    g_y = 1;
    atomic_store(&g_flag, 1);
    reach(3);
}

static void two(void)
{
    await(1);
    use(atomic_load(&g_ignored));
    use(g_x);
    reach(2);
    await(3);
    must(atomic_load(&g_flag) == 1);
    use(g_y);
}

int main(void)
{
    litmus_run2(one, two);
    return 0;
}
