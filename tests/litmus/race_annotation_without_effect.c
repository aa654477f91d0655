/* The dynamic annotations that mean nothing to us order nothing. */
// expect-location: g_x
// tsan: does not have all of them
#include "../support/litmus_annotations.h"

#define PLACE const char *file, int line
#define HERE __FILE__, __LINE__
void AnnotateCondVarSignal(PLACE, uintptr_t cv);
void AnnotateCondVarSignalAll(PLACE, uintptr_t cv);
void AnnotateCondVarWait(PLACE, uintptr_t cv, uintptr_t lock);
void AnnotateEnableRaceDetection(PLACE, int enable);
void AnnotateExpectRace(PLACE, uintptr_t address, const char *why);
void AnnotateFlushExpectedRaces(PLACE);
void AnnotateFlushState(PLACE);
void AnnotateMemoryIsInitialized(PLACE, uintptr_t address, size_t size);
void AnnotateMemoryIsUninitialized(PLACE, uintptr_t address, size_t size);
void AnnotateMutexIsNotPHB(PLACE, uintptr_t mutex);
void AnnotateMutexIsUsedAsCondVar(PLACE, uintptr_t mutex);
void AnnotateNoOp(PLACE, uintptr_t any);
void AnnotatePCQCreate(PLACE, uintptr_t queue);
void AnnotatePCQDestroy(PLACE, uintptr_t queue);
void AnnotatePCQPut(PLACE, uintptr_t queue);
void AnnotatePCQGet(PLACE, uintptr_t queue);
void AnnotatePublishMemoryRange(PLACE, uintptr_t address, size_t size);
void AnnotateUnpublishMemoryRange(PLACE, uintptr_t address, size_t size);
void AnnotateThreadName(PLACE, const char *name);
void AnnotateTraceMemory(PLACE, uintptr_t address);
int RunningOnValgrind(void);
double ValgrindSlowdown(void);
void __tsan_flush_memory(void);
void __tsan_check_no_mutexes_held(void);

int g_x;
static int g_object;

static void one(void)
{
    uintptr_t object = (uintptr_t)&g_object;
    must(RunningOnValgrind() == 0 && ValgrindSlowdown() > 0);
    AnnotateThreadName(HERE, "one");
    AnnotateEnableRaceDetection(HERE, 1);
    AnnotateMutexIsNotPHB(HERE, object);
    AnnotateMutexIsUsedAsCondVar(HERE, object);
    AnnotatePCQCreate(HERE, object);
    AnnotateTraceMemory(HERE, object);
    AnnotateNoOp(HERE, object);
    AnnotateMemoryIsInitialized(HERE, object, sizeof g_object);
    AnnotateMemoryIsUninitialized(HERE, object, sizeof g_object);
    AnnotateUnpublishMemoryRange(HERE, object, sizeof g_object);
    __tsan_check_no_mutexes_held();
    __tsan_flush_memory();
    g_x = 1;
    AnnotateCondVarSignal(HERE, object);
    AnnotateCondVarSignalAll(HERE, object);
    AnnotatePCQPut(HERE, object);
    AnnotatePublishMemoryRange(HERE, object, sizeof g_object);
    reach(1);
}

static void two(void)
{
    uintptr_t object = (uintptr_t)&g_object;
    await(1);
    AnnotateCondVarWait(HERE, object, object);
    AnnotatePCQGet(HERE, object);
    AnnotateFlushState(HERE);
    AnnotateFlushExpectedRaces(HERE);
    AnnotateExpectRace(HERE, object, "why not");
    g_x = 2;
    AnnotatePCQDestroy(HERE, object);
}

int main(void)
{
    litmus_run2(one, two);
    return 0;
}
