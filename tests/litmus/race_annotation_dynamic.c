/* What the older dynamic annotations do not cover: two readers, memory beside what is benign,
 * accesses after the end of those that do not count. */
// expect-location: g_locked
// expect-location: g_beside
// expect-location: g_after
// expect-count: 3
#include "../support/litmus_annotations.h"

#define PLACE const char *file, int line
void AnnotateRWLockAcquired(PLACE, uintptr_t lock, uintptr_t is_write);
void AnnotateRWLockReleased(PLACE, uintptr_t lock, uintptr_t is_write);
void AnnotateIgnoreReadsBegin(PLACE);
void AnnotateIgnoreReadsEnd(PLACE);
void AnnotateIgnoreWritesBegin(PLACE);
void AnnotateIgnoreWritesEnd(PLACE);
void AnnotateBenignRaceSized(PLACE, uintptr_t address, size_t size, const char *why);
#define HERE __FILE__, __LINE__

int g_locked, g_after;
struct {
    int benign, other;
} g_beside;
static struct hand_lock g_lock;

static void reads(int value)
{
    AnnotateRWLockAcquired(HERE, (uintptr_t)&g_lock, 0);
    g_locked = value;
    AnnotateRWLockReleased(HERE, (uintptr_t)&g_lock, 0);
}

static void one(void)
{
    reads(1);
    g_beside.other = 1;
    g_after = 1;
    reach(1);
}

static void two(void)
{
    await(1);
    reads(2);
    g_beside.other = 2;
    AnnotateIgnoreWritesBegin(HERE);
    AnnotateIgnoreReadsBegin(HERE);
    AnnotateIgnoreReadsEnd(HERE);
    g_after = 2;
    AnnotateIgnoreWritesEnd(HERE);
    g_after = 3;
}

int main(void)
{
    AnnotateBenignRaceSized(HERE, (uintptr_t)&g_beside.benign, sizeof g_beside.benign, "a hint");
    litmus_run2(one, two);
    return 0;
}
