/*
 * runtime: entering and leaving (see runtime.h).
 *
 * rt_cursor.inside is not 0 between the two. It is what makes nested interceptor calls pass through
 * and signals wait. A signal handler of the same thread may look at it between any two
 * instructions: the compiler must not move work across the stores (signal fences), the processor
 * does not.
 */
#include "interpose/runtime.h"

#include "base/sys.h"
#include "interpose/enter.h"
#include "interpose/limits.h"

struct hb *rt_hb;
static _Atomic uint32_t never_paused;
_Atomic uint32_t *rt_paused = &never_paused;
struct proto_control *rt_control;
__thread struct hb_cursor rt_cursor = HB_CURSOR_INIT;
__thread struct self rt_self;

/* ---- while another thread forks ---- */

enum { PATIENCE_NS = 10000000 };

/*
 * The forker sleeps: libc's fork, after our handler, takes locks of its own (of the list of
 * streams, of name services). The calling thread may hold such a lock, as user code and malloc are
 * called under them; then each would wait for the other. A forker that sleeps is not copying the
 * process yet, so the engine may be used for one more event.
 */
static bool forker_sleeps(uint64_t waiting_since)
{
    static __thread uint32_t slept
        __attribute__((tls_model("initial-exec"))); /* the last that did */
    uint32_t tid = atomic_load_explicit(rt_paused, memory_order_acquire);
    if (tid != slept && sys_monotonic_ns() - waiting_since < PATIENCE_NS)
        return false;
    slept = tid && limits_thread_sleeps(tid) ? tid : 0;
    return slept != 0;
}

/* Waits until no fork is under way; `outside` is what the thread is meanwhile. */
__attribute__((noinline, cold)) void rt_wait_paused(enum hb_inside outside)
{
    uint64_t since = sys_monotonic_ns();
    while (atomic_load_explicit(rt_paused, memory_order_acquire) && !forker_sleeps(since)) {
        rt_cursor.inside = outside;
        sys_yield();
        rt_cursor.inside = HB_INSIDE_ENGINE;
        atomic_signal_fence(memory_order_seq_cst);
    }
}

void rt_arrive(void)
{
    while (!hb_unseen_begin(rt_hb)) {
        rt_cursor.inside = HB_INSIDE_HOST;
        sys_yield();
    }
    rt_cursor.inside = HB_INSIDE_ENGINE;
    atomic_signal_fence(memory_order_seq_cst);
}

void rt_arrived(void)
{
    hb_unseen_end(rt_hb);
}

void rt_host_begin(void)
{
    rt_cursor.inside = HB_INSIDE_HOST;
    atomic_signal_fence(memory_order_seq_cst);
}

void rt_host_end(void)
{
    rt_cursor.inside = HB_INSIDE_ENGINE;
    atomic_signal_fence(memory_order_seq_cst);
    if (atomic_load_explicit(rt_paused, memory_order_relaxed))
        rt_wait_paused(HB_INSIDE_HOST);
}

/* ---- enter and leave ---- */

/* The task of a call that is not the plain case. */
__attribute__((noinline, cold)) struct hb_task *rt_enter_slow(void)
{
    if (rt_cursor.inside || rt_self.state == THREAD_ENDED)
        return NULL;
    rt_boot();
    if (!rt_hb)
        return NULL;
    if (rt_self.cancel_asynchronous)
        cancel_defer();
    if (rt_cursor.task)
        return rt_enter();
    rt_arrive();
    thread_adopt(NULL);
    rt_arrived();
    return rt_cursor.task;
}

struct hb_task *rt_enter(void)
{
    return enter();
}

void rt_leave(void)
{
    leave();
}
