/*
 * check: facts that must hold. CHECK is always on, for boundaries and slow paths; DCHECK only in
 * debug builds, for hot paths. A failed check is a bug of ours. CHECK_MSG is for what may fail
 * without one (memory, address space, a table's size): its message is a sentence for the user.
 * Both print on descriptor 2 in one write and end the process. Safe anywhere: no libc, no locks.
 */
#ifndef RACERUN_BASE_CHECK_H
#define RACERUN_BASE_CHECK_H

/* Ends the process with exit code 125 after printing `message` and the place. */
_Noreturn void check_failed(const char *file, int line, const char *message);
/* The same for what is no bug but a limit of the machine: `message` alone. */
_Noreturn void check_limit(const char *message);

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (__builtin_expect(!(condition), 0))                                                     \
            check_failed(__FILE__, __LINE__, #condition);                                          \
    } while (0)
#define CHECK_MSG(condition, message)                                                              \
    do {                                                                                           \
        if (__builtin_expect(!(condition), 0))                                                     \
            check_limit(message);                                                                  \
    } while (0)

#ifdef NDEBUG_RACERUN
#define DCHECK(condition) ((void)0)
#else
#ifdef RACERUN_DEBUG
#define DCHECK(condition) CHECK(condition)
#else
#define DCHECK(condition) ((void)0)
#endif
#endif

#endif
