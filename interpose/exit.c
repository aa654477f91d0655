/*
 * exit: the exit record. exit() itself needs no interceptor: our destructor runs at its very end.
 * These are the ways around it.
 */
#include "interpose/journal.h"
#include "interpose/thread_leak.h"

#define EXIT(name, parameters, call)                                                               \
    INTERCEPT(void, name, parameters)                                                              \
    {                                                                                              \
        thread_leaks_report();                                                                     \
        journal_exit();                                                                            \
        call;                                                                                      \
        __builtin_unreachable();                                                                   \
    }

EXIT(_exit, (int code), REAL(_exit)(code))
EXIT(_Exit, (int code), REAL(_Exit)(code))
EXIT(quick_exit, (int code), REAL(quick_exit)(code))

/* No end at which anything is to be in order. */
INTERCEPT(void, abort, (void))
{
    journal_exit();
    REAL(abort)();
    __builtin_unreachable();
}
