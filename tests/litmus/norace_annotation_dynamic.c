/* The older dynamic annotations: an edge, a reader-writer lock, accesses that do not count, races
 * that are known, new memory. */
#include "../support/litmus_annotations.h"

#define PLACE const char *file, int line
void AnnotateHappensBefore(PLACE, uintptr_t key);
void AnnotateHappensAfter(PLACE, uintptr_t key);
void WTFAnnotateHappensBefore(PLACE, uintptr_t key);
void WTFAnnotateHappensAfter(PLACE, uintptr_t key);
void AnnotateRWLockCreate(PLACE, uintptr_t lock);
void AnnotateRWLockCreateStatic(PLACE, uintptr_t lock);
void AnnotateRWLockDestroy(PLACE, uintptr_t lock);
void AnnotateRWLockAcquired(PLACE, uintptr_t lock, uintptr_t is_write);
void AnnotateRWLockReleased(PLACE, uintptr_t lock, uintptr_t is_write);
void AnnotateIgnoreReadsBegin(PLACE);
void AnnotateIgnoreReadsEnd(PLACE);
void AnnotateIgnoreWritesBegin(PLACE);
void AnnotateIgnoreWritesEnd(PLACE);
void AnnotateBenignRace(PLACE, uintptr_t address, const char *why);
void AnnotateBenignRaceSized(PLACE, uintptr_t address, size_t size, const char *why);
void AnnotateNewMemory(PLACE, uintptr_t allocator, uintptr_t address, size_t size);
#define HERE __FILE__, __LINE__

int g_edge, g_wtf, g_locked, g_read, g_written, g_pool[4];
int g_benign;
long g_sized[8];
static struct hand_lock g_lock, g_static;

static void one(void)
{
    g_benign = 1;
    g_sized[7] = 1;
    g_read = 1;
    g_edge = g_wtf = 1;
    AnnotateHappensBefore(HERE, (uintptr_t)&g_edge);
    WTFAnnotateHappensBefore(HERE, (uintptr_t)&g_wtf);
    must(hand_try(&g_lock));
    AnnotateRWLockAcquired(HERE, (uintptr_t)&g_lock, 1);
    g_locked = 1;
    AnnotateRWLockReleased(HERE, (uintptr_t)&g_lock, 1);
    hand_release(&g_lock);
    g_pool[1] = 1;
    AnnotateIgnoreWritesBegin(HERE);
    g_written = 1;
    AnnotateIgnoreWritesEnd(HERE);
    reach(1);
}

static void two(void)
{
    await(1);
    g_benign = 2;
    g_sized[7] = 2;
    AnnotateIgnoreReadsBegin(HERE);
    use(g_read);
    AnnotateIgnoreReadsEnd(HERE);
    use(g_written);
    AnnotateNewMemory(HERE, 0, (uintptr_t)g_pool, sizeof g_pool);
    g_pool[1] = 2;
    AnnotateRWLockAcquired(HERE, (uintptr_t)&g_lock, 0);
    use(g_locked);
    AnnotateRWLockReleased(HERE, (uintptr_t)&g_lock, 0);
    AnnotateHappensAfter(HERE, (uintptr_t)&g_edge);
    use(g_edge);
    WTFAnnotateHappensAfter(HERE, (uintptr_t)&g_wtf);
    use(g_wtf);
}

int main(void)
{
    AnnotateRWLockCreate(HERE, (uintptr_t)&g_lock);
    AnnotateRWLockCreateStatic(HERE, (uintptr_t)&g_static);
    AnnotateBenignRace(HERE, (uintptr_t)&g_benign, "a hint");
    AnnotateBenignRaceSized(HERE, (uintptr_t)g_sized, sizeof g_sized, "hints");
    litmus_run2(one, two);
    AnnotateRWLockDestroy(HERE, (uintptr_t)&g_lock);
    return 0;
}
