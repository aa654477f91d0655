/* finds: deadlock */
/*
 * Two threads that ask each other through pipes: each may wait for the other's answer. Nobody
 * outside has an end of the pipes, so that is a deadlock at once. Fixed, one of them asks before it
 * answers.
 */
#include "threads.h"

#include <unistd.h>

static int to[2][2];
static atomic_int first = -1;

static void *ask(void *number)
{
    int self = (int)(long)number, none = -1;
    char byte = 'x';
#ifdef FIXED
    bool begins = self == 0;
    (void)none;
#else
    bool begins = atomic_compare_exchange_strong(&first, &none, self) && self == 0;
#endif
    if (begins)
        assert(write(to[1 - self][1], &byte, 1) == 1);
    assert(read(to[self][0], &byte, 1) == 1);
    if (!begins)
        assert(write(to[1 - self][1], &byte, 1) == 1);
    return NULL;
}

int main(void)
{
    for (int i = 0; i < 2; i++) {
        int error = pipe(to[i]);
        assert(!error);
    }
    start_many(2, ask);
    join_all();
    return 0;
}
