/*
 * proofs: one small two-thread program for each line of interceptors.def, which shows that the
 * interceptor has its effect: see the table for what SILENT, RACES and OUTPUT mean. The driver
 * (proofs_main.c) refers to every proof of the table, so a line without a proof does not link.
 *
 *   PROOF(name) { the whole program }
 *   FIRST(name) { thread A, first in real time }   SECOND(name) { thread B, then }
 *
 * Nothing but the interceptor under test may order A and B: they meet by invisible steps.
 */
#ifndef PROOFS_H
#define PROOFS_H

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <threads.h>
#include <unistd.h>

#include "../support/litmus.h"

#define PROOF(name)                                                                                \
    void proof_##name(void);                                                                       \
    void proof_##name(void)
#define FIRST(name) static void first_##name(void)
#define SECOND(name)                                                                               \
    static void second_##name(void);                                                               \
    PROOF(name)                                                                                    \
    {                                                                                              \
        proof_pair(first_##name, second_##name);                                                   \
    }                                                                                              \
    static void second_##name(void)

/* The data that the two accesses are about. */
extern int x;

/* A runs `first`; when it is done B runs `second`. Both exist from the start. */
void proof_pair(litmus_body *first, litmus_body *second);

/* A writes x and releases; B acquires and reads x. */
#define ORDERS(name, release, acquire)                                                             \
    FIRST(name)                                                                                    \
    {                                                                                              \
        x = 1;                                                                                     \
        release;                                                                                   \
    }                                                                                              \
    SECOND(name)                                                                                   \
    {                                                                                              \
        acquire;                                                                                   \
        use(x);                                                                                    \
    }

/* For OUTPUT proofs. Through the kernel alone: no interceptor of stdio takes part. */
static inline void effect(void)
{
    must(invisible_syscall(1 /* write */, 1, (long)"effect\n", 7) == 7);
}

/* An absolute time far enough away. */
static inline const struct timespec *soon(clockid_t clock)
{
    static _Thread_local struct timespec when;
    when = deadline(clock, 20000);
    return &when;
}

/* Fresh bytes behind everybody's back. */
static inline void invisible_zero(void *p, size_t size)
{
    __asm__ volatile("rep stosb" : "+D"(p), "+c"(size) : "a"(0) : "memory");
}

/* A fresh page at this address, which the detector does not see. */
static inline void invisible_map(const void *p)
{
    void *page = (void *)((uintptr_t)p & ~(uintptr_t)4095);
    must(syscall(SYS_mmap, page, 4096, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == (long)page);
}

/* This program, and a shared object that the script built next to it. */
extern const char *proof_program;
extern const char *proof_module;

#endif
