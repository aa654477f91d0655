/*
 * time: results of clocks and calendar, written into the caller's memory. The functions that
 * return static memory of libc (localtime, ctime) write it on behalf of the caller, too: two
 * threads that use them race.
 */
#include <signal.h>
#include <sys/time.h>
#include <sys/timex.h>
#include <sys/times.h>
#include <time.h>

#include "interpose/access.h"
#include "interpose/signal_safety.h"
#include "interpose/signals.h"

/* A call that returns `good` has written *p. */
#define RESULT(ret, good, name, params, p, ...)                                                    \
    INTERCEPT(ret, name, params)                                                                   \
    {                                                                                              \
        ret result = REAL(name)(__VA_ARGS__);                                                      \
        if (good)                                                                                  \
            ACCESSES(WRITES(p, sizeof *(p)));                                                      \
        return result;                                                                             \
    }
#define OK (result == 0)

RESULT(time_t, result != -1, time, (time_t * p), p, p)
RESULT(int, OK, clock_gettime, (clockid_t clock, struct timespec *p), p, clock, p)
RESULT(int, OK, clock_getres, (clockid_t clock, struct timespec *p), p, clock, p)
RESULT(int, result != 0, timespec_get, (struct timespec * p, int base), p, p, base)
RESULT(clock_t, result != (clock_t)-1, times, (struct tms * p), p, p)
RESULT(int, OK, getitimer, (__itimer_which_t which, struct itimerval *p), p, which, p)

INTERCEPT(int, gettimeofday, (struct timeval *restrict time, void *restrict zone))
{
    int result = REAL(gettimeofday)(time, zone);
    ACCESSES(WRITES(time, sizeof *time); WRITES(zone, sizeof(struct timezone)));
    return result;
}

INTERCEPT(int, setitimer,
          (__itimer_which_t which, const struct itimerval *restrict value,
           struct itimerval *restrict old))
{
    static const int signals[] = {
        [ITIMER_REAL] = SIGALRM, [ITIMER_VIRTUAL] = SIGVTALRM, [ITIMER_PROF] = SIGPROF};
    ACCESSES(READS(value, sizeof *value));
    if ((unsigned)which < sizeof signals / sizeof *signals)
        signals_sent(signals[which]);
    int result = REAL(setitimer)(which, value, old);
    if (result == 0 && old)
        ACCESSES(WRITES(old, sizeof *old));
    return result;
}

/* ---- sleeping: what remains is written when a signal ends it ---- */

INTERCEPT(int, nanosleep, (const struct timespec *time, struct timespec *rest))
{
    ACCESSES(READS(time, sizeof *time));
    int result = REAL(nanosleep)(time, rest);
    if (result != 0 && rest)
        ACCESSES(WRITES(rest, sizeof *rest));
    return result;
}

INTERCEPT(int, clock_nanosleep,
          (clockid_t clock, int flags, const struct timespec *time, struct timespec *rest))
{
    ACCESSES(READS(time, sizeof *time));
    int result = REAL(clock_nanosleep)(clock, flags, time, rest);
    if (result != 0 && rest && !(flags & TIMER_ABSTIME))
        ACCESSES(WRITES(rest, sizeof *rest));
    return result;
}

/* ---- calendar ---- */

/* From a time to a broken-down one; `to` is the caller's struct, or libc's own. */
#define BREAK_DOWN(name, params, ...)                                                              \
    INTERCEPT(struct tm *, name, params)                                                           \
    {                                                                                              \
        handler_calls("calendar used", RT_CALLER);                                                 \
        struct tm *result = REAL(name)(__VA_ARGS__);                                               \
        ACCESSES(READS(time, sizeof *time); WRITES(result, sizeof *result));                       \
        return result;                                                                             \
    }
BREAK_DOWN(localtime, (const time_t *time), time)
BREAK_DOWN(gmtime, (const time_t *time), time)
BREAK_DOWN(localtime_r, (const time_t *restrict time, struct tm *restrict to), time, to)
BREAK_DOWN(gmtime_r, (const time_t *restrict time, struct tm *restrict to), time, to)

/* The struct is read and normalised. */
#define MAKE_TIME(name)                                                                            \
    INTERCEPT(time_t, name, (struct tm * broken_down))                                             \
    {                                                                                              \
        handler_calls("calendar used", RT_CALLER);                                                 \
        time_t result = REAL(name)(broken_down);                                                   \
        ACCESSES(READS(broken_down, sizeof *broken_down);                                          \
                 WRITES(broken_down, sizeof *broken_down));                                        \
        return result;                                                                             \
    }
MAKE_TIME(mktime)
MAKE_TIME(timegm)

#define TIME_TEXT(name, params, source, ...)                                                       \
    INTERCEPT(char *, name, params)                                                                \
    {                                                                                              \
        handler_calls("calendar used", RT_CALLER);                                                 \
        char *text = REAL(name)(__VA_ARGS__);                                                      \
        ACCESSES(READS(source, sizeof *source); WRITES(text, text ? REAL(strlen)(text) + 1 : 0));  \
        return text;                                                                               \
    }
TIME_TEXT(ctime, (const time_t *time), time, time)
TIME_TEXT(asctime, (const struct tm *time), time, time)
TIME_TEXT(ctime_r, (const time_t *restrict time, char *restrict to), time, time, to)
TIME_TEXT(asctime_r, (const struct tm *restrict time, char *restrict to), time, time, to)

INTERCEPT(size_t, strftime,
          (char *restrict to, size_t size, const char *restrict format,
           const struct tm *restrict time))
{
    size_t n = REAL(strftime)(to, size, format, time);
    ACCESSES(READS_STRING(format); READS(time, sizeof *time); WRITES(to, n ? n + 1 : 0));
    return n;
}

INTERCEPT(char *, strptime,
          (const char *restrict s, const char *restrict format, struct tm *restrict to))
{
    char *end = REAL(strptime)(s, format, to);
    ACCESSES(READS_STRING(format); READS(s, end ? (size_t)(end - s) : 0);
             WRITES(to, end ? sizeof *to : 0));
    return end;
}
