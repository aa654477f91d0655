/*
 * litmus.h: what the programs in tests/litmus share. C11 and C++11, header only.
 *
 * The invisible barrier. A litmus program must force its interleaving ("A does x, then B does y")
 * without ordering A and B for the detector. So the step counter is touched by inline assembly
 * alone (no instrumentation sees it) and waiting enters the kernel by a raw instruction (no
 * interceptor sees it). The order holds in real time: reach() is a full fence and await() does
 * not return before it saw the step. Never touch a struct invisible from C.
 *
 *     static void writer(void) { g_x = 1; reach(1); }
 *     static void reader(void) { await(1); use(g_x); }
 *     int main(void) { litmus_run2(writer, reader); return 0; }
 */
#ifndef LITMUS_H
#define LITMUS_H

#include <pthread.h>
#include <stddef.h>
#include <time.h>

#define LITMUS_INLINE static inline __attribute__((always_inline, unused))

/* clang has no noclone. */
#ifdef __clang__
#define NOINLINE __attribute__((noinline))
#else
#define NOINLINE __attribute__((noinline, noclone))
#endif

/* A condition that the program relies on, not the one under test: failing it is a crash. */
#define must(condition) ((condition) ? (void)0 : __builtin_trap())

struct invisible {
    int step;
};

LITMUS_INLINE long invisible_syscall(long number, long a, long b, long c)
{
    long ret;
    __asm__ volatile("syscall"
                     : "=a"(ret)
                     : "0"(number), "D"(a), "S"(b), "d"(c)
                     : "rcx", "r11", "memory");
    return ret;
}

LITMUS_INLINE void invisible_yield(void)
{
    invisible_syscall(24 /* sched_yield */, 0, 0, 0);
}

/* Reads an int behind everybody's back: for the step, and for the inside of a libc object. */
LITMUS_INLINE int invisible_peek(const void *address)
{
    int value;
    __asm__ volatile("movl (%1), %0" : "=r"(value) : "r"(address) : "memory");
    return value;
}

/* Step n is done. Steps only grow, and each is reached by one thread. */
LITMUS_INLINE void invisible_reach(struct invisible *s, int n)
{
    __asm__ volatile("xchgl %0, (%1)" : "+r"(n) : "r"(s) : "memory");
}

/* Returns once step n, or a later one, is done. */
LITMUS_INLINE void invisible_await(struct invisible *s, int n)
{
    while (invisible_peek(s) < n)
        invisible_yield();
}

/* One more arrival; returns once there are n. Not to be mixed with reach on one object. */
LITMUS_INLINE void invisible_meet(struct invisible *s, int n)
{
    int one = 1;
    __asm__ volatile("lock xaddl %0, (%1)" : "+r"(one) : "r"(s) : "memory");
    while (invisible_peek(s) < n)
        invisible_yield();
}

LITMUS_INLINE int invisible_gettid(void)
{
    return (int)invisible_syscall(186 /* gettid */, 0, 0, 0);
}

/* Returns once the kernel has buried the thread: what was its stack may serve another now. */
LITMUS_INLINE void invisible_await_dead(int tid)
{
    long pid = invisible_syscall(39 /* getpid */, 0, 0, 0);
    while (invisible_syscall(234 /* tgkill */, pid, tid, 0) == 0)
        invisible_yield();
}

/* Returns once the kernel has put the thread to sleep: it waits for something. */
LITMUS_INLINE void invisible_await_asleep(int tid)
{
    char path[40] = "/proc/self/task/", text[64];
    int digits = 16, divisor = 1;
    while (tid / divisor >= 10)
        divisor *= 10;
    for (; divisor; divisor /= 10)
        path[digits++] = (char)('0' + tid / divisor % 10);
    for (int i = 0; i < 6; i++)
        path[digits++] = "/stat"[i];
    for (char state = 0; state != 'S'; invisible_yield()) {
        long fd = invisible_syscall(2 /* open */, (long)path, 0, 0);
        long size = invisible_syscall(0 /* read */, fd, (long)text, sizeof text);
        invisible_syscall(3 /* close */, fd, 0, 0);
        for (long i = 0; i + 2 < size; i++)
            if (text[i] == ')')
                state = text[i + 2];
    }
}

/* A mailbox for one pointer: hands it over without ordering anything. */
struct invisible_pointer {
    void *pointer;
};

LITMUS_INLINE void invisible_send(struct invisible_pointer *box, volatile void *pointer)
{
    __asm__ volatile("movq %0, (%1)" : : "r"(pointer), "r"(box) : "memory");
}

LITMUS_INLINE void *invisible_take(struct invisible_pointer *box)
{
    void *pointer;
    __asm__ volatile("movq (%1), %0" : "=r"(pointer) : "r"(box) : "memory");
    return pointer;
}

/* Every program has one of each; most need no more. */
static struct invisible litmus_step __attribute__((unused));
static struct invisible litmus_meeting __attribute__((unused));
static struct invisible_pointer litmus_box __attribute__((unused));

#define reach(n) invisible_reach(&litmus_step, (n))
#define await(n) invisible_await(&litmus_step, (n))
#define reached(n) (invisible_peek(&litmus_step) >= (n))
#define meet(n) invisible_meet(&litmus_meeting, (n))
#define await_meeting(n) invisible_await(&litmus_meeting, (n))
#define send_box(p) invisible_send(&litmus_box, (p))
#define take_box(type) ((type *)invisible_take(&litmus_box))

/* The value is needed, so the load stays. */
LITMUS_INLINE void use(long value)
{
    __asm__ volatile("" : : "r"(value) : "memory");
}

/* The optimiser forgets what it knew about this pointer. */
LITMUS_INLINE void *launder(void *pointer)
{
    __asm__ volatile("" : "+r"(pointer) : : "memory");
    return pointer;
}

typedef void litmus_body(void);

__attribute__((unused)) static void *litmus_start(void *body)
{
    ((litmus_body *)body)();
    return NULL;
}

__attribute__((unused)) static pthread_t spawn(litmus_body *body)
{
    pthread_t thread;
    must(pthread_create(&thread, NULL, litmus_start, (void *)body) == 0);
    return thread;
}

__attribute__((unused)) static void spawn_detached(litmus_body *body)
{
    must(pthread_detach(spawn(body)) == 0);
}

__attribute__((unused)) static void join(pthread_t thread)
{
    must(pthread_join(thread, NULL) == 0);
}

/* Runs the bodies in a thread each, started in this order, and joins them. */
__attribute__((unused)) static void litmus_run2(litmus_body *f, litmus_body *g)
{
    pthread_t a = spawn(f);
    pthread_t b = spawn(g);
    join(a);
    join(b);
}

__attribute__((unused)) static void litmus_run3(litmus_body *f, litmus_body *g, litmus_body *h)
{
    pthread_t a = spawn(f);
    pthread_t b = spawn(g);
    pthread_t c = spawn(h);
    join(a);
    join(b);
    join(c);
}

/* A deadline that many milliseconds from now. */
__attribute__((unused)) static struct timespec deadline(clockid_t clock, long milliseconds)
{
    struct timespec t;
    must(clock_gettime(clock, &t) == 0);
    t.tv_nsec += milliseconds * 1000000L;
    t.tv_sec += t.tv_nsec / 1000000000L;
    t.tv_nsec %= 1000000000L;
    return t;
}

#endif
