/*
 * racerun.h: tell racerun what it cannot see. C and C++, header only, nothing to link.
 *
 * Every function does nothing in a program that runs without racerun, and costs a test of a weak
 * symbol. A build without `racerun cc` needs no library for them either.
 *
 *     rrun_release(&x);   what this thread did so far ...
 *     rrun_acquire(&x);   ... is ordered before what a thread does after its acquire of &x
 *
 * Use them for synchronisation of your own making (assembly, futexes, hardware), never to silence a
 * report that you do not understand.
 */
#ifndef RACERUN_RACERUN_H
#define RACERUN_RACERUN_H

#ifdef __cplusplus
extern "C" {
#endif

/* Names of our own for the detector's symbols, so that other headers may declare those as well. */
#define RRUN_SYMBOL(name) __asm__(name) __attribute__((weak))
void rrun_symbol_acquire(void *p) RRUN_SYMBOL("__tsan_acquire");
void rrun_symbol_release(void *p) RRUN_SYMBOL("__tsan_release");
void rrun_symbol_ignore_begin(void) RRUN_SYMBOL("__tsan_ignore_thread_begin");
void rrun_symbol_ignore_end(void) RRUN_SYMBOL("__tsan_ignore_thread_end");
void rrun_symbol_thread_name(const char *file, int line, const char *name)
    RRUN_SYMBOL("AnnotateThreadName");
void rrun_symbol_benign(const char *file, int line, const volatile void *p, unsigned long size,
                        const char *why) RRUN_SYMBOL("AnnotateBenignRaceSized");
unsigned rrun_symbol_choice(unsigned count) RRUN_SYMBOL("rrun_choice");
#undef RRUN_SYMBOL

/* Publishes everything that this thread did before, through the object at `p`. */
static inline void rrun_release(const volatile void *p)
{
    if (rrun_symbol_release)
        rrun_symbol_release((void *)p);
}

/* Orders everything that was published through `p` before what this thread does next. */
static inline void rrun_acquire(const volatile void *p)
{
    if (rrun_symbol_acquire)
        rrun_symbol_acquire((void *)p);
}

/* Accesses of this thread between the two are not checked; calls nest. */
static inline void rrun_ignore_begin(void)
{
    if (rrun_symbol_ignore_begin)
        rrun_symbol_ignore_begin();
}

static inline void rrun_ignore_end(void)
{
    if (rrun_symbol_ignore_end)
        rrun_symbol_ignore_end();
}

/* The name of the calling thread in reports. */
static inline void rrun_thread_name(const char *name)
{
    if (rrun_symbol_thread_name)
        rrun_symbol_thread_name("", 0, name);
}

/* Races on these bytes are known and meant. */
static inline void rrun_benign(const volatile void *p, unsigned long size, const char *why)
{
    if (rrun_symbol_benign)
        rrun_symbol_benign("", 0, p, size, why);
}

/* One of 0 .. count - 1: under `racerun explore` a choice of the schedule, like that of who goes
 * next; elsewhere 0. */
static inline unsigned rrun_choose(unsigned count)
{
    return rrun_symbol_choice ? rrun_symbol_choice(count) : 0;
}

#ifdef __cplusplus
}
#endif
#endif
