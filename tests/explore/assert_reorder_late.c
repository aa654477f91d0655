/* finds: assertion */
#include "threads.h"

/* Says that it is ready before it is; who asks has something else to do first. */
static atomic_int ready, value;

static void *set(void *unused)
{
#ifndef FIXED
    atomic_store(&ready, 1);
#endif
    atomic_store(&value, 1);
#ifdef FIXED
    atomic_store(&ready, 1);
#endif
    return unused;
}

static void *ask(void *unused)
{
    work_for(12);
    assert(!atomic_load(&ready) || atomic_load(&value));
    return unused;
}

int main(void)
{
    start(set);
    start(ask);
    join_all();
    return 0;
}
