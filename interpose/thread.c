/*
 * thread: the life of a thread (P1, P16), apart from the functions that threads call.
 *
 * The end. P1 wants everything that the thread does, its TSD destructors included, before the
 * return of join. So the task ends in a TSD destructor of ours. Where others have destructors, too,
 * it runs last: its key is the highest that there is, and it sets its value again until libc's last
 * pass. For the highest libc has to allocate, so a thread begins with the lowest, from which it
 * goes over to the highest at its end if it has to.
 */
#include "interpose/thread.h"

#include <limits.h>

#include "base/check.h"
#include "base/sys.h"
#include "interpose/blocked.h"
#include "interpose/control/control.h"
#include "interpose/misuse.h"
#include "interpose/thread_fate.h"

static pthread_key_t exit_key_first, exit_key_last; /* the same if there was but one */
static bool exit_keys_known;
static _Atomic bool others_destroy; /* there may be other keys with destructors */
static struct hb_cursor *main_cursor;

void thread_key_other(void)
{
    atomic_store_explicit(&others_destroy, true, memory_order_relaxed);
}

/* ---- the end ---- */

static void thread_end(struct thread *thread)
{
    rt_host_begin();
    rt_arrive();
    misuse_exit(thread->task, (uintptr_t)thread_routine(thread) + 1);
    if (thread->joins)
        fate_end(thread->task, thread->joins, false);
    blocked_thread_end(thread);
    hb_task_end(thread->task);
    if (thread->between)
        hb_task_end(thread->between);
    hb_cursor_done(rt_hb, &rt_cursor);
    rt_self.state = THREAD_ENDED;
    rt_self.thread = NULL;
    thread_mark_ended(thread);
    rt_arrived();
    rt_leave();
    if (control_active())
        control_task_end();
}

static bool have_others(void)
{
    return atomic_load_explicit(&others_destroy, memory_order_relaxed);
}

static void exit_pass(struct thread *thread, bool last)
{
    if (thread != rt_self.thread || rt_self.state != THREAD_LIVE)
        return;
    rt_cursor.inside = 0; /* an asynchronous cancellation may have come from inside the runtime */
    rt_self.exit_passes += last;
    if (rt_self.exit_passes < PTHREAD_DESTRUCTOR_ITERATIONS && have_others()) {
        rt_cursor.inside = 1;
        int error = REAL(pthread_setspecific)(exit_key_last, thread); /* it may have to allocate */
        rt_leave();
        if (!error)
            return;
    }
    thread_end(thread);
}

static void exit_key_first_destructor(void *value)
{
    exit_pass(value, exit_key_first == exit_key_last);
}

static void exit_key_last_destructor(void *value)
{
    exit_pass(value, true);
}

/* Takes every free key, keeps the first and the last and gives the others back. */
void thread_key_init(void)
{
    static pthread_key_t keys[PTHREAD_KEYS_MAX];
    int count = 0;
    while (count < PTHREAD_KEYS_MAX &&
           REAL(pthread_key_create)(&keys[count], count ? exit_key_last_destructor
                                                        : exit_key_first_destructor) == 0)
        count++;
    if (count < PTHREAD_KEYS_MAX)
        thread_key_other(); /* of somebody who came before us */
    if (!count)
        return;
    exit_key_first = keys[0];
    exit_key_last = keys[count - 1];
    exit_keys_known = true;
    for (int i = 1; i < count - 1; i++)
        REAL(pthread_key_delete)(keys[i]);
}

static pthread_key_t exit_key(void)
{
    return have_others() ? exit_key_last : exit_key_first;
}

void thread_key_prepare(void)
{
    if (!exit_keys_known)
        return;
    REAL(pthread_setspecific)(exit_key(), &exit_key_last); /* anything but NULL */
    REAL(pthread_setspecific)(exit_key(), NULL);
}

/* ---- the beginning ---- */

void thread_announce(struct thread *thread, pthread_t id, bool detached)
{
    struct hb_task *left_over = thread_register(thread, id, detached);
    if (left_over)
        hb_task_detach(left_over);
}

static void memory_announce(struct hb_task *task, const struct thread_memory *memory)
{
    hb_task_set_stack(task, memory->stack_low, memory->stack_high - memory->stack_low);
    hb_task_set_tls(task, memory->tls_low, memory->tls_high - memory->tls_low);
}

/* A fiber's is that of the thread that lent its memory. */
static uint32_t thread_os_id(void)
{
    return control_fibers ? lender_tid((uintptr_t)pthread_self()) : (uint32_t)sys_gettid();
}

/* The calling thread is `thread` from now on. Runtime entered. */
static void thread_bind(struct thread *thread)
{
    rt_self.thread = thread;
    rt_self.state = THREAD_LIVE;
    rt_self.exit_passes = 0;
    if (control_fibers)
        hb_cursor_share(&rt_cursor, main_cursor);
    hb_task_bind(thread->task, &rt_cursor);
    hb_task_set_host(thread->task, thread);
    blocked_thread_begin();
    hb_task_set_os_id(thread->task, thread_os_id());
    if (exit_keys_known)
        REAL(pthread_setspecific)(exit_key(), thread);
}

static void registration_await(struct thread *thread)
{
    enum { SPINS = 200 };
    for (int i = 0; i < SPINS; i++) {
        if (atomic_load_explicit(&thread->start, memory_order_acquire) == START_GO)
            return;
        __builtin_ia32_pause();
    }
    uint32_t expected = START_EARLY;
    atomic_compare_exchange_strong(&thread->start, &expected, START_WAITED_FOR);
    while (atomic_load_explicit(&thread->start, memory_order_acquire) != START_GO)
        sys_futex_wait(&thread->start, START_WAITED_FOR, -1, false);
}

/* A signal handler ran before the thread's own code did, and was taken for an unknown thread: what
 * it did comes before all that the thread does. */
static void thread_bind_after(struct thread *thread, struct thread *adopted)
{
    hb_task_end(adopted->task);
    thread_bind(thread);
    hb_task_join(thread->task, adopted->task);
    thread_reveal(adopted, thread);
}

void thread_begin(struct thread *thread)
{
    rt_host_begin();
    registration_await(thread);
    rt_arrive();
    if (rt_self.state == THREAD_LIVE)
        thread_bind_after(thread, rt_self.thread);
    else
        thread_bind(thread);
    rt_arrived();
    struct thread_memory memory;
    thread_memory(&memory);
    memory_announce(thread->task, &memory);
    if (memory.stack_high > memory.stack_low && !control_fibers) /* what is lent is new */
        hb_range_reset(rt_hb, thread->task, memory.stack_low, memory.stack_high - memory.stack_low);
    rt_leave();
}

/* ---- threads that nobody created before our eyes. Runtime entered. ---- */

void thread_adopt(struct hb_task *parent)
{
    struct hb_task *task = hb_task_create(rt_hb, parent, 0);
    struct thread *thread = thread_new(task);
    thread->adopted = true;
    thread_announce(thread, pthread_self(), false);
    thread_bind(thread);
    struct thread_memory memory;
    thread_memory(&memory);
    memory_announce(task, &memory);
}

void thread_begin_main(void)
{
    struct hb_task *task = hb_task_create(rt_hb, NULL, 0);
    struct thread *thread = thread_new(task);
    thread_announce(thread, pthread_self(), false);
    main_cursor = &rt_cursor;
    thread_bind(thread);
    hb_task_set_name(task, "main");
    struct thread_memory memory;
    thread_memory_main(&memory);
    memory_announce(task, &memory);
}
