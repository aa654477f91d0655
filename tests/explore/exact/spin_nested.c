/* traces: 4
 * A loop in a loop: the inner one waits for a flag, the outer one for the flag that is set after
 * it. Each is looked at in vain before it is set, or not. */
#include "threads.h"

static atomic_int first, second;

static void *run(void *number)
{
    if (number) {
        atomic_store(&first, 1);
        atomic_store(&second, 1);
        return NULL;
    }
    do
        while (!atomic_load(&first))
            ;
    while (!atomic_load(&second));
    return NULL;
}

int main(void)
{
    start_many(2, run);
    join_all();
}
