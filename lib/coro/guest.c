/*
 * guest: a thread of the program's own that uses the runtime. It has a goroutine record for as long
 * as it lives; where a goroutine is switched away, it waits on a futex.
 */
#include <linux/futex.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "blocking.h"
#include "annotate.h"
#include "controlled.h"
#include "worker.h"

struct guest {
    _Atomic uint32_t woken; /* futex */
    struct goroutine *g;
};

/* First of all that is done for it: hope_left looks at the count of those awake, and whether there
 * was one in between. */
static void guest_awake(void)
{
    atomic_fetch_add(&scheduler.guests_awake, 1);
    atomic_fetch_add(&scheduler.guests_risen, 1);
}

static __thread struct guest *guest_here __attribute__((tls_model("initial-exec")));
static pthread_key_t guest_key;
static pthread_once_t guest_once = PTHREAD_ONCE_INIT;

/* Was it the last one awake, a worker looks whether all are asleep now. */
static void guest_asleep(void)
{
    if (atomic_fetch_sub(&scheduler.guests_awake, 1) == 1 &&
        atomic_load(&scheduler.idle_count) == atomic_load(&scheduler.started))
        worker_wake_one();
}

static void guest_end(void *raw)
{
    struct guest *guest = raw;
    locals_destroy(guest->g);
    guest_here = NULL;
    if (guest->g->task != blocking_task())
        HOOK(task_end(guest->g->task));
    goroutine_give_record(NULL, guest->g);
    free(guest);
    atomic_fetch_sub(&scheduler.guests, 1);
    goroutine_count_add(NULL, -1);
    guest_asleep();
}

static void guest_key_make(void)
{
    pthread_key_create(&guest_key, guest_end);
}

void guest_forget(void)
{
    struct guest *guest = guest_here;
    if (LIKELY(!guest))
        return;
    pthread_setspecific(guest_key, NULL);
    guest_end(guest);
}

static struct guest *guest_make(void)
{
    blocking_region_check();
    runtime_start();
    pthread_once(&guest_once, guest_key_make);
    struct guest *guest = calloc(1, sizeof *guest);
    struct goroutine *g = guest ? goroutine_take_record(NULL) : NULL;
    if (!g)
        fatal_text("runtime: cannot allocate memory for a thread's goroutine");
    guest->g = g;
    g->guest = guest;
    atomic_store(&g->state, GOROUTINE_RUNNING);
    g->task = blocking_task();
    if (runtime_hooks && !g->task)
        g->task = runtime_hooks->task_main();
    pthread_setspecific(guest_key, guest);
    guest_here = guest;
    guest_awake();
    atomic_fetch_add(&scheduler.guests, 1);
    goroutine_count_add(NULL, 1);
    return guest;
}

struct goroutine *guest_known(void)
{
    return guest_here ? guest_here->g : NULL;
}

struct goroutine *guest_self(void)
{
    if (UNLIKELY(!guest_here))
        return guest_make()->g;
    return guest_here->g;
}

void *guest_park(struct lock *held, enum wait_reason reason, const void *object, const void *pc)
{
    struct goroutine *g = guest_self();
    struct guest *guest = g->guest;
    g->reason = (uint8_t)reason;
    g->wait_object = object;
    g->wait_pc = pc;
    int error = *rgo_errno();
    atomic_store(&g->state, GOROUTINE_WAITING);
    if (LIKELY(controlled == NULL))
        HOOK(task_run(NULL)); /* see park_watched */
    if (held)
        lock_release(held);
    guest_asleep();
    if (UNLIKELY(controlled != NULL))
        controlled->park(g->task);
    while (!atomic_load_explicit(&guest->woken, memory_order_acquire))
        syscall(SYS_futex, &guest->woken, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0);
    atomic_store(&guest->woken, 0);
    atomic_store(&g->state, GOROUTINE_RUNNING);
    if (LIKELY(controlled == NULL))
        HOOK(task_run(g->task));
    *rgo_errno() = error;
    annotate_woken(g);
    return g->result;
}

/* What a fork left behind: whoever wakes it comes here. */
static struct guest guest_nobody;

void guest_gone(struct goroutine *g)
{
    g->guest = &guest_nobody;
    g->dump_ignore = true;
    atomic_store(&g->state, GOROUTINE_DONE);
}

void guest_ready(struct goroutine *g, void *result)
{
    struct guest *guest = g->guest;
    if (UNLIKELY(guest == &guest_nobody))
        return;
    g->result = result;
    guest_awake();
    if (UNLIKELY(controlled != NULL))
        controlled->unpark(g->task);
    atomic_store_explicit(&guest->woken, 1, memory_order_release);
    /* The guest may be gone after this: the address is all that the kernel looks at. */
    syscall(SYS_futex, &guest->woken, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}
