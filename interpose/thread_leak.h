/*
 * thread_leak: threads that nobody joined or detached (--thread-leaks).
 */
#ifndef RACERUN_INTERPOSE_THREAD_LEAK_H
#define RACERUN_INTERPOSE_THREAD_LEAK_H

#include "interpose/runtime.h"

/* The process is about to end in an orderly way: tells them, those made at one place once. */
RT_HIDDEN void thread_leaks_report(void);

#endif
