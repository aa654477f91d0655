/* Before and after that they count as ever. */
#include "../support/litmus_annotations.h"

#include <stdatomic.h>

#define PLACE const char *file, int line
void AnnotateIgnoreSyncBegin(PLACE);
void AnnotateIgnoreSyncEnd(PLACE);
#define HERE __FILE__, __LINE__

int g_x;
static _Atomic int g_flag, g_other;

static void one(void)
{
    AnnotateIgnoreSyncBegin(HERE);
    atomic_store(&g_other, 1);
    AnnotateIgnoreSyncEnd(HERE);
    g_x = 1;
    atomic_store(&g_flag, 1);
    reach(1);
}

static void two(void)
{
    await(1);
    must(atomic_load(&g_flag) == 1);
    use(g_x);
}

int main(void)
{
    litmus_run2(one, two);
    return 0;
}
