#include "report/meaning.h"

#include <string.h>

#include "report/format.h"

static const struct meaning table[] = {
    {"data race",
     "Two tasks access the same memory, at least one of them writes, at most one access is atomic, "
     "and "
     "nothing makes one of them happen before the other. C and C++ give such a program no meaning: "
     "the "
     "compiler may split, repeat, cache or reorder these accesses, and what worked today may not "
     "after the "
     "next change of compiler or machine.",
     "Something that both use is locked on one side only, or by two different locks; a flag or "
     "counter is "
     "a plain variable; a thread is read from before it was joined.",
     {"hold one lock, the same, around every access",
      "make a counter or a flag atomic (_Atomic, <stdatomic.h>, std::atomic)",
      "let the thread that made the data hand it over: by a join, a queue, a semaphore, a channel",
      "give each thread its own copy, and add them up after the join"}},
    {"heap use-after-free",
     "Memory is used that was freed, or that another task may free at the same time.",
     "Whoever frees the block does not know who still uses it.",
     {"free it after the threads that use it were joined",
      "count who uses it (atomically), and let the last one free it",
      "take it out of the shared structure under its lock, so that nobody can find it any more, "
      "before "
      "it is freed"}},
    {"double free",
     "The same block is freed twice. The allocator's own data are destroyed, sooner or later.",
     "Two owners each think that the block is theirs, or one path frees it again after an error.",
     {"let one place own the block, and free it there alone",
      "swap the pointer with NULL atomically, or under a lock, and free what came out of it"}},
    {"lock-order inversion",
     "Tasks take the same locks in different orders. It went well in this run; in another one each "
     "can "
     "hold what the other wants, and both wait for ever.",
     "Two functions each lock what they are about and then call the other.",
     {"take these locks in one order everywhere (by address, by level)",
      "hold one more lock around each of the pairs",
      "only try for the second lock (trylock), and let the first one go if that fails",
      "copy under the first lock what is needed, unlock, then take the second"}},
    {"deadlock",
     "Tasks wait for each other, or for something that nobody can do any more: none of them can "
     "ever go "
     "on.",
     "Locks that are taken in different orders; a join of a thread that waits for the joiner; a "
     "semaphore "
     "or a channel that nobody will post or send to any more; a lock that is never given back.",
     {"take locks in one order everywhere",
      "do not wait (join, receive, wait for a condition) while a lock is held that the others need",
      "see that every path posts, sends, closes or unlocks, also the ones of errors and "
      "time-outs"}},
    {"lost wake-up",
     "A task waits for a signal that was sent before it waited, or that nobody sends any more. A "
     "condition "
     "variable remembers nothing: a signal without a waiter is lost.",
     "The condition is looked at, or changed, without the mutex; or signal wakes one waiter where "
     "several "
     "wait for different things.",
     {"keep what is waited for in a variable (the predicate), change it and signal while the mutex "
      "is held",
      "wait in a loop: lock; while (!predicate) pthread_cond_wait(&cond, &mutex); ... unlock",
      "use broadcast where waiters wait for different things",
      "use a semaphore where a wake-up must be remembered"}},
    {"livelock",
     "The program takes step after step and comes to no end.",
     "Tasks that give way to each other for ever, or a loop that waits for what only a task can do "
     "that "
     "does not get to run.",
     {"wait with a lock and a condition variable instead of a loop",
      "let retries back off for different times",
      "if the program is only long, raise --max-steps"}},
    {"misuse",
     "An object of synchronisation is used in a way that its rules forbid: what it does then is "
     "not "
     "defined.",
     "A relock by the owner, an unlock by another thread, use before initialisation or after "
     "destruction, "
     "a wait without the mutex, a second join; of goroutines a copy of what is in use, or an Add "
     "that "
     "races with Wait.",
     {"follow the advice of the finding, which says what was done wrong and where",
      "lock and unlock in one function, at one level, on all paths",
      "initialise before the first thread is made that uses it; destroy after the last was "
      "joined"}},
    {"thread leak",
     "Threads were made that were neither joined nor detached: each keeps its memory.",
     "Nobody joins them on some path.",
     {"join each thread once", "detach those whose end nobody waits for"}},
    {"goroutine leak",
     "When main returned, a goroutine waited for what can never come.",
     "A sender whose receiver has left, a receiver on a channel that is never closed, a Wait "
     "without "
     "enough Dones.",
     {"close the channel when the last value was sent",
      "select a second channel or a context that is closed at the end",
      "give a channel room for the values that may come after the receiver left"}},
    {"panic",
     "A goroutine panicked and nobody recovered, or the runtime met what it cannot go on from.",
     "A send on a closed channel, a negative WaitGroup, a wrong index, a panic of one's own.",
     {"read the words of the panic and the stack of the goroutine",
      "recover in a deferred function where the program can go on"}},
    {"assertion",
     "An assert failed: in this order of steps the program's own condition does not hold.",
     "Between a check and what relies on it, another task changed something.",
     {"do the check and the use under one lock",
      "replay the schedule in gdb (racerun replay --gdb) and look at what the others did before"}},
    {"crash",
     "A signal killed the program.",
     "Often memory that another task changed, freed or had not yet written.",
     {"fix the races that are reported with it first",
      "replay the schedule in gdb (racerun replay --gdb)"}},
    {"exit status",
     "In this order of steps the program ended with another exit status than it should.",
     "A test of the program's own failed: its result depends on the schedule.",
     {"replay the schedule and look where it goes another way",
      "if that status is right, too, say so by --expect-exit"}},
    {"output differs",
     "Two schedules of the same program with the same input wrote or returned different things.",
     "The result depends on who comes first.",
     {"compare both outputs, and replay both schedules",
      "collect results in an order that does not depend on time: by index, after the join"}},
    {"hang",
     "A task took no step that others could see for longer than --hang=SECONDS.",
     "A loop without a scheduling point, such as one that waits for a plain variable, or a wait "
     "that "
     "racerun does not know, such as a system call within a library.",
     {"wait for an atomic variable, a lock or a condition variable instead",
      "if it is only slow, give it longer: --hang=SECONDS"}},
    {"uncontrolled nondeterminism",
     "A schedule failed once and did not when it was run again with the same decisions: the "
     "program "
     "depends on something that is not under control.",
     "Real time, addresses, processes or files outside, uninitialised memory.",
     {"take the difference that the finding names for the place to look",
      "keep what comes from outside (files, network, processes) the same in each run",
      "look for uninitialised memory with valgrind or -fsanitize=memory"}},
};
enum { MEANINGS = sizeof table / sizeof *table };

const struct meaning *meaning_at(size_t i)
{
    return i < MEANINGS ? &table[i] : NULL;
}

const struct meaning *meaning_find(const char *title)
{
    for (size_t i = 0; i < MEANINGS; i++)
        if (strcmp(table[i].title, title) == 0 ||
            (strcmp(table[i].title, "misuse") == 0 && strncmp(title, "misuse (", 8) == 0))
            return &table[i];
    return NULL;
}

/* In small letters, with spaces for what stands for them on a command line. */
static void plain(char *to, size_t size, const char *word)
{
    size_t i = 0;
    for (; word[i] && i + 1 < size; i++) {
        char c = word[i];
        to[i] = (char)(c == '-' || c == '_' ? ' ' : c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    }
    to[i] = 0;
}

const struct meaning *meaning_nearest(const char *word, int *ret_exact)
{
    char wanted[40], titles[MEANINGS][40];
    const char *names[MEANINGS];
    plain(wanted, sizeof wanted, word);
    for (size_t i = 0; i < MEANINGS; i++) {
        plain(titles[i], sizeof titles[i], table[i].title);
        names[i] = titles[i];
    }
    const char *nearest = nearest_word(wanted, names, MEANINGS);
    *ret_exact = strcmp(nearest, wanted) == 0 ||
                 (strcmp(nearest, "misuse") == 0 && strncmp(wanted, "misuse", 6) == 0);
    for (size_t i = 0; i < MEANINGS; i++)
        if (names[i] == nearest)
            return &table[i];
    return NULL;
}
