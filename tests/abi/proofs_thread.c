/* Proofs of the threads, data and exit handlers in interceptors_thread.def. */
#include "proofs.h"

/* ---- creation: what the creator does later is not before the child ---- */

static void *late_reader(void *argument)
{
    await(1);
    use(x);
    return argument;
}

PROOF(pthread_create)
{
    pthread_t thread;
    pthread_create(&thread, NULL, late_reader, NULL);
    x = 1;
    reach(1);
    join(thread);
}

static int late_reader_c11(void *argument)
{
    late_reader(argument);
    return 0;
}

PROOF(thrd_create)
{
    thrd_t thread;
    thrd_create(&thread, late_reader_c11, NULL);
    x = 1;
    reach(1);
    thrd_join(thread, NULL);
}

/* ---- join ---- */

static void writer(void)
{
    x = 1;
}

#define JOIN_PROOF(name, call)                                                                     \
    PROOF(name)                                                                                    \
    {                                                                                              \
        pthread_t thread = spawn(writer);                                                          \
        while ((call) != 0)                                                                        \
            sched_yield();                                                                         \
        use(x);                                                                                    \
    }
JOIN_PROOF(pthread_join, pthread_join(thread, NULL))
JOIN_PROOF(pthread_tryjoin_np, pthread_tryjoin_np(thread, NULL))
JOIN_PROOF(pthread_timedjoin_np, pthread_timedjoin_np(thread, NULL, soon(CLOCK_REALTIME)))
JOIN_PROOF(pthread_clockjoin_np,
           pthread_clockjoin_np(thread, NULL, CLOCK_MONOTONIC, soon(CLOCK_MONOTONIC)))

static int writer_c11(void *argument)
{
    (void)argument;
    writer();
    return 0;
}
PROOF(thrd_join)
{
    thrd_t thread;
    thrd_create(&thread, writer_c11, NULL);
    thrd_join(thread, NULL);
    use(x);
}

/* ---- detach orders nothing; it lets the engine forget the thread ---- */

static long resident_pages(void)
{
    static char text[256];
    long fd = invisible_syscall(2 /* open */, (long)"/proc/self/statm", 0, 0);
    must(fd >= 0 && invisible_syscall(0 /* read */, fd, (long)text, sizeof text - 1) > 0);
    invisible_syscall(3 /* close */, fd, 0, 0);
    return atol(strchr(text, ' ')); /* the second number */
}

static struct invisible_pointer reported_tid;

static void report_tid(void)
{
    invisible_send(&reported_tid, (void *)(long)invisible_gettid());
}

/* Creates and detaches threads one after the other; tells by how many pages the process grew. A
 * task that nobody forgets takes about half of one. */
enum { DETACHED = 4100, WARM = 100, GROWTH_MAX = 700 };
static long growth(int (*detach)(pthread_t))
{
    long before = 0;
    for (int i = 0; i < DETACHED; i++) {
        if (i == WARM)
            before = resident_pages();
        invisible_send(&reported_tid, NULL);
        pthread_t thread = spawn(report_tid);
        void *tid;
        while (!(tid = invisible_take(&reported_tid)))
            invisible_yield();
        detach(thread);
        invisible_await_dead((int)(long)tid);
    }
    return resident_pages() - before;
}

PROOF(pthread_detach)
{
    if (growth(pthread_detach) < GROWTH_MAX)
        effect();
}
PROOF(thrd_detach)
{
    if (growth(thrd_detach) < GROWTH_MAX)
        effect();
}

/* ---- names: the report tells this one ---- */

static void named_writer(void)
{
    pthread_setname_np(pthread_self(), "effect");
    x = 1;
    reach(1);
}
PROOF(pthread_setname_np)
{
    pthread_t thread = spawn(named_writer);
    await(1);
    use(x);
    join(thread);
}

/* ---- thread-specific data: the destructor comes after the creation of its key ---- */

static pthread_key_t key;

static void destructor(void *value)
{
    (void)value;
    use(x);
}

static void nothing(void *value)
{
    (void)value;
}

/* What destructors do is looked at where somebody is known to have some: without the one
 * interceptor that is by the other. */
static void key_make_by(int (*create)(pthread_key_t *, void (*)(void *)))
{
    static pthread_key_t made;
    tss_t known;
    tss_create(&known, nothing);
    x = 1;
    create(&made, destructor);
    __asm__ volatile("movl (%0), %%eax\n\tmovl %%eax, (%1)"
                     :
                     : "r"(&made), "r"(&key)
                     : "eax", "memory");
}

static void key_make(void)
{
    key_make_by(pthread_key_create);
}

static pthread_key_t key_peek(void)
{
    return (pthread_key_t)invisible_peek(&key);
}

FIRST(pthread_key_create)
{
    key_make();
}
SECOND(pthread_key_create)
{
    pthread_setspecific(key_peek(), &x);
}
int __pthread_key_create(pthread_key_t *ret_key, void (*destructor)(void *));
FIRST(__pthread_key_create)
{
    key_make_by(__pthread_key_create);
}
SECOND(__pthread_key_create)
{
    pthread_setspecific(key_peek(), &x);
}
FIRST(pthread_setspecific)
{
    key_make();
}
SECOND(pthread_setspecific)
{
    pthread_setspecific(key_peek(), &x);
}
FIRST(tss_set)
{
    key_make();
}
SECOND(tss_set)
{
    tss_set(key_peek(), &x);
}
FIRST(tss_create)
{
    static tss_t made;
    pthread_key_t known;
    pthread_key_create(&known, nothing);
    x = 1;
    tss_create(&made, destructor);
    __asm__ volatile("movl (%0), %%eax\n\tmovl %%eax, (%1)"
                     :
                     : "r"(&made), "r"(&key)
                     : "eax", "memory");
}
SECOND(tss_create)
{
    tss_set(key_peek(), &x);
}

/* A deleted key orders nothing any more (the set fails, and would tell). */
FIRST(pthread_key_delete)
{
    key_make();
}
SECOND(pthread_key_delete)
{
    pthread_key_delete(key_peek());
    pthread_setspecific(key_peek(), &x);
    use(x);
}
FIRST(tss_delete)
{
    key_make();
}
SECOND(tss_delete)
{
    tss_delete(key_peek());
    tss_set(key_peek(), &x);
    use(x);
}

/* ---- exit handlers: run by main, registered by a thread that main does not join ---- */

static void handler_plain(void)
{
    use(x);
}
static void handler_on_exit(int status, void *argument)
{
    (void)status;
    (void)argument;
    use(x);
}

static void register_atexit(void)
{
    x = 1;
    atexit(handler_plain);
    reach(1);
    await(9);
}
static void register_at_quick_exit(void)
{
    x = 1;
    at_quick_exit(handler_plain);
    reach(1);
    await(9);
}
static void register_on_exit(void)
{
    x = 1;
    on_exit(handler_on_exit, NULL);
    reach(1);
    await(9);
}

PROOF(__cxa_atexit)
{
    spawn(register_atexit);
    await(1);
    exit(0);
}
PROOF(__cxa_at_quick_exit)
{
    spawn(register_at_quick_exit);
    await(1);
    quick_exit(0);
}
PROOF(on_exit)
{
    spawn(register_on_exit);
    await(1);
    exit(0);
}
