/* See exceptions.h. The C++ runtime is found by weak symbols: whoever has no C++ need not have it.
 */
#include "exceptions.h"

__attribute__((weak)) struct exceptions *__cxa_get_globals(void);
__attribute__((weak)) void __cxa_end_catch(void);

struct exceptions *exceptions_here(void)
{
    return __cxa_get_globals && __cxa_end_catch ? __cxa_get_globals() : NULL;
}

struct exceptions exceptions_take(struct exceptions *here)
{
    struct exceptions taken = *here;
    *here = (struct exceptions){0};
    return taken;
}

void exceptions_put(struct exceptions taken)
{
    if (UNLIKELY(taken.caught || taken.passing))
        *exceptions_here() = taken;
}

/* Ending one may run a destructor, which may wait. */
void exceptions_end(void)
{
    while (exceptions_here()->caught)
        __cxa_end_catch();
    exceptions_here()->passing = 0;
}
