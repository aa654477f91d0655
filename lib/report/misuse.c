/*
 * misuse: what is said when threads misuse their objects (RULES P14) or are leaked: what is wrong,
 * what each of the two did, and what to do about it.
 */
#include "report/resolver.h"

struct misuse_words {
    const char *what;         /* is wrong */
    const char *now, *before; /* what each of the two did */
    const char *advice;
};

static const struct misuse_words table[MISUSE_KINDS] = {
    [MISUSE_RELOCK] = {"the thread holds it already: it waits for itself for ever", "locked again",
                       "locked", "unlock it first, let the caller lock it, or make it recursive"},
    [MISUSE_UNLOCK_FREE] = {"it is unlocked and nobody holds it", "unlocked", "locked last",
                            "unlock once for each time that it was locked, on every path"},
    [MISUSE_UNLOCK_FOREIGN] = {"it is unlocked by a thread that does not hold it", "unlocked",
                               "locked",
                               "only who locked a lock may unlock it; to let one thread go on when "
                               "another one is ready, use a semaphore or a condition variable"},
    [MISUSE_UNLOCK_UNHELD] =
        {"it is unlocked by a thread that holds it neither for reading nor for "
         "writing",
         "unlocked", "locked last", "unlock once for each time that the same thread locked it"},
    [MISUSE_DESTROY_HELD] =
        {"it is destroyed while it is held", "destroyed", "locked",
         "destroy it when nobody can hold or want it any more, as after joining "
         "the threads that use it"},
    [MISUSE_DESTROY_WAITED] = {"it is destroyed while a thread waits for it", "destroyed",
                               "waited for", "wake and join those who wait before it is destroyed"},
    [MISUSE_INIT_WAITED] = {"it is initialised anew while a thread waits for it", "initialised",
                            "waited for", "initialise it once, before the threads that use it"},
    [MISUSE_DESTROYED] = {"it is used after it was destroyed", "used", "destroyed",
                          "destroy it when nobody can use it any more, or initialise it anew"},
    [MISUSE_UNINITIALISED] = {"it was never initialised, or is overwritten: its bytes are no such "
                              "object's",
                              "used", "",
                              "initialise it with its _INITIALIZER or its _init function"},
    [MISUSE_EXIT_HOLDING] = {"the thread has ended and holds it still: nobody can lock it any more",
                             "held at the end", "locked",
                             "unlock it on every path out of the thread, pthread_exit and "
                             "cancellation included (pthread_cleanup_push)"},
    [MISUSE_WAIT_UNHELD] = {"the thread does not hold the mutex that it waits with", "waited for",
                            "mutex locked last",
                            "lock the mutex, look at the condition, then wait with that mutex"},
    [MISUSE_WAIT_OTHER_MUTEX] = {"threads wait for it with different mutexes at the same time",
                                 "waited for", "waited for with another mutex",
                                 "use one mutex for all waits at one condition variable"},
    [MISUSE_BARRIER_OF_NONE] = {"it is made for no thread at all", "initialised", "",
                                "the count is that of the threads that wait, at least 1"},
    [MISUSE_SEM_VALUE] = {"its initial value is negative or above SEM_VALUE_MAX", "initialised", "",
                          "a semaphore counts from 0; one that others have to post before it can "
                          "be taken starts at 0"},
    [MISUSE_SEM_OVERFLOW] = {"it has SEM_VALUE_MAX units already", "posted", "", NULL},
    [MISUSE_JOIN_SELF] = {"the thread waits for its own end", "joined", "", NULL},
    [MISUSE_JOIN_DETACHED] = {"it is detached: nobody can wait for its end", "joined", "detached",
                              "either join a thread or detach it"},
    [MISUSE_JOIN_TWICE] = {"it is joined twice: after the first time its id means nothing, or "
                           "another thread",
                           "joined", "joined", "let one thread join it, once"},
    [MISUSE_DETACH_TWICE] = {"it is detached twice", "detached", "detached",
                             "detach a thread once"},
    [MISUSE_DETACH_JOINED] = {"it was joined before: its id means nothing any more, or another "
                              "thread",
                              "detached", "joined", "either join a thread or detach it"},
    [MISUSE_HANDLER_CALLS] =
        {"it calls what is not async-signal-safe: the code that the signal interrupts may be in "
         "the "
         "middle of the same",
         NULL, NULL,
         "set a flag (volatile sig_atomic_t or a lock-free atomic) or write to a pipe, and do the "
         "work where the program looks at it; or block the signal and take it by sigwait or "
         "signalfd"},
    [MISUSE_HANDLER_ERRNO] = {"it changes errno: the code that the signal interrupts may be about "
                              "to look at it",
                              "errno changed", NULL,
                              "int saved = errno; at its beginning, errno = saved; at its end"},
};

static void leak_words(struct finding *finding, struct wait *waits)
{
    finding->words = "it has ended, and nobody has joined or detached it: its stack stays";
    finding->advice = "join each thread once, or detach those whose end nobody waits for";
    for (size_t i = 0; i < finding->wait_count; i++)
        waits[i].state = "created";
    finding->by_threads = true;
}

void finding_misuse_words(struct finding *finding, struct wait *waits, uint32_t misuse)
{
    if (finding->kind == FINDING_THREAD_LEAK)
        leak_words(finding, waits);
    if (finding->kind != FINDING_MISUSE || misuse == MISUSE_NONE || misuse >= MISUSE_KINDS)
        return;
    const struct misuse_words *words = &table[misuse];
    finding->words = words->what;
    finding->advice = words->advice;
    for (size_t i = 0; i < finding->wait_count; i++)
        if (words->now) /* else it is told already */
            waits[i].state = i == 0 ? words->now : words->before;
    finding->by_threads = true;
}
