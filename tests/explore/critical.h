/* A critical section that sees whether it is one. */
#ifndef TESTS_EXPLORE_CRITICAL_H
#define TESTS_EXPLORE_CRITICAL_H

#include "threads.h"

static atomic_int inside;

static inline void critical(void)
{
    assert(atomic_fetch_add(&inside, 1) == 0);
    atomic_fetch_sub(&inside, 1);
}

#endif
