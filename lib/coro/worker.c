/*
 * What a worker does when it has nothing at hand: look into the inbox, the global queue, timers,
 * network and other workers' rings; then sleep. One sleeper (the poller) waits for timers and
 * network, the others on their own futex.
 *
 * Who makes something runnable wakes an idle worker only if none is searching already; a searching
 * one that finds something wakes the next, so as many wake as there is work for. A push into one's
 * own ring needs no fence for that: its owner is awake and gets there itself. A push from elsewhere
 * (global queue, inbox) is followed by a full fence before the idle workers are counted, as going
 * idle is before the queues are looked at again: one of the two sees the other (Dekker).
 *
 * Only the poller looks at the next timer, after it has made itself known as the poller: who sets
 * an earlier one afterwards sees it and wakes it. A worker makes nothing runnable while it is on
 * the list of idle ones, except for the poller inside netpoll_run.
 *
 * When the last worker goes idle and nothing outside can make a goroutine runnable, all are asleep
 * for ever: a deadlock. The poller alone decides that, before it waits, so nobody is inside
 * netpoll_run then; another worker that comes to think so sends the poller through its loop once
 * more. That nobody left the list while it looked is told by idle_changes.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "annotate.h"
#include "fork.h"
#include "policy.h"
#include "quiet.h"
#include "timer.h"
#include "worker.h"

#define SEARCH_ROUNDS 4u
#define STEAL_CHECKS 16u
#define STRANGERS_RECHECK_NS INT64_C(500000000)

/* ---- sleeping and waking ---- */

static void futex_wait(_Atomic uint32_t *word, int64_t deadline)
{
    struct timespec at = {.tv_sec = deadline / 1000000000, .tv_nsec = deadline % 1000000000};
    syscall(SYS_futex, word, FUTEX_WAIT_BITSET_PRIVATE, 0, deadline == TIME_NEVER ? NULL : &at,
            NULL, FUTEX_BITSET_MATCH_ANY);
}

static void worker_signal(struct worker *w)
{
    atomic_store(&w->signal, 1);
    syscall(SYS_futex, &w->signal, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
    if (atomic_load(&scheduler.poller) == w)
        netpoll_wake();
}

/* Takes w off the list of idle ones; false: it was not there (any more). Under idle_lock. */
static bool idle_remove(struct worker *w)
{
    for (struct worker **link = &scheduler.idle_list; *link; link = &(*link)->idle_next)
        if (*link == w) {
            *link = w->idle_next;
            scheduler.idle_changes++;
            atomic_fetch_sub(&scheduler.idle_count, 1);
            return true;
        }
    return false;
}

void worker_wake(struct worker *w)
{
    atomic_thread_fence(memory_order_seq_cst);
    lock_take(&scheduler.idle_lock);
    bool was_idle = idle_remove(w);
    lock_release(&scheduler.idle_lock);
    if (was_idle)
        worker_signal(w);
}

static bool worker_start_one(void);

void worker_wake_one(void)
{
    atomic_thread_fence(memory_order_seq_cst);
    if (atomic_load_explicit(&scheduler.spinning, memory_order_relaxed))
        return;
    if (!atomic_load_explicit(&scheduler.idle_count, memory_order_relaxed)) {
        if (atomic_load_explicit(&scheduler.started, memory_order_relaxed) < scheduler.procs)
            worker_start_one();
        return;
    }
    lock_take(&scheduler.idle_lock);
    struct worker *w = scheduler.idle_list;
    if (w) {
        idle_remove(w);
        w->spinning = true;
        atomic_fetch_add(&scheduler.spinning, 1);
    }
    lock_release(&scheduler.idle_lock);
    if (w)
        worker_signal(w);
}

void scheduler_timer_changed(void)
{
    atomic_thread_fence(memory_order_seq_cst);
    struct worker *poller = atomic_load(&scheduler.poller);
    if (poller)
        worker_wake(poller);
    else if (scheduler.procs > 1 || !worker_self())
        worker_wake_one(); /* the computing one may not come to look in time */
}

void scheduler_outside_add(int delta)
{
    atomic_fetch_add(&scheduler.outside, delta);
}

void scheduler_helper_add(int delta)
{
    atomic_fetch_add(&scheduler.helpers, delta);
}

static bool thread_start(void *(*run)(void *), void *argument)
{
    pthread_t thread;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    bool ok = pthread_create(&thread, &attributes, run, argument) == 0;
    pthread_attr_destroy(&attributes);
    return ok;
}

bool scheduler_helper_start(void *(*run)(void *))
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    scheduler_helper_add(1); /* before it can be taken for a stranger */
    bool ok = thread_start(run, NULL);
    if (!ok)
        scheduler_helper_add(-1);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return ok;
}

/* ---- searching ---- */

static void spinning_set(struct worker *w, bool spinning)
{
    if (w->spinning == spinning)
        return;
    w->spinning = spinning;
    atomic_fetch_add(&scheduler.spinning, spinning ? 1 : -1);
}

/* A goroutine that is pinned elsewhere goes there. */
static struct goroutine *if_mine(struct worker *w, struct goroutine *g)
{
    if (g && UNLIKELY(g->pinned && g->pinned != w)) {
        ready_elsewhere(g);
        return NULL;
    }
    return g;
}

/* The first of w's own that it may run. */
static struct goroutine *ring_mine(struct worker *w)
{
    struct goroutine *g;
    while ((g = queue_take(w)))
        if (if_mine(w, g))
            return g;
    return NULL;
}

static struct goroutine *steal(struct worker *w)
{
    unsigned started = atomic_load(&scheduler.started);
    if (started < 2)
        return NULL;
    spinning_set(w, true);
    for (unsigned round = 0; round < SEARCH_ROUNDS; round++) {
        unsigned first = runtime_random(started);
        for (unsigned i = 0; i < started; i++) {
            struct worker *victim = scheduler.workers[(first + i) % started];
            if (victim == w || !victim || worker_calm(victim))
                continue;
            struct goroutine *g = if_mine(w, queue_steal(w, victim, round == SEARCH_ROUNDS - 1));
            if (g || (g = ring_mine(w))) { /* one steals only into an empty ring */
                w->robbed = victim;
                return g;
            }
        }
    }
    return NULL;
}

/* Timers and network, without waiting. */
static void poll_now(void)
{
    if (timers_pending())
        timers_run(time_now());
    if (netpoll_waiting())
        netpoll_run(0);
    if (UNLIKELY(atomic_load_explicit(&quiet_wanted, memory_order_relaxed)))
        quiet_pass();
}

/* What was queued before the policy was set. */
static void queues_to_policy(struct worker *w)
{
    struct goroutine *g;
    while ((g = ring_mine(w)) || (g = if_mine(w, queue_global_take(w))))
        policy_put(g);
}

/* The global queue and the inbox are looked at first once in a while, in turn, so that neither
 * starves behind the other or the ring. */
static struct goroutine *find_queued(struct worker *w)
{
    struct goroutine *g;
    if (w->tick % CHECK_INTERVAL == 0) {
        poll_now();
        if (w->tick / CHECK_INTERVAL % 2 && !scheduler_policy &&
            (g = if_mine(w, queue_global_take(w))))
            return g;
    }
    if ((g = queue_inbox_take(w)))
        return g;
    if (UNLIKELY(scheduler_policy != NULL)) {
        queues_to_policy(w);
        return policy_take(w);
    }
    if ((g = ring_mine(w)))
        return g;
    while (atomic_load(&scheduler.global_count))
        if ((g = if_mine(w, queue_global_take(w))) || (g = ring_mine(w)))
            return g;
    return NULL;
}

/* ---- idleness ---- */

/* What others may take: rings and the global queue. */
static bool work_shared(void)
{
    if (atomic_load(&scheduler.global_count))
        return true;
    unsigned started = atomic_load(&scheduler.started);
    for (unsigned i = 0; i < started; i++)
        if (!queue_ring_empty(scheduler.workers[i]) && !worker_calm(scheduler.workers[i]))
            return true;
    return false;
}

static bool work_somewhere(struct worker *w)
{
    return atomic_load(&w->inbox_any) || (scheduler_policy && !policy_empty()) || work_shared();
}

/* Also what is left to a calm worker, or on its way to another one: for deciding that nobody can
 * run. */
static bool work_anywhere(struct worker *w)
{
    unsigned started = atomic_load(&scheduler.started);
    for (unsigned i = 0; i < started; i++)
        if (!queue_empty(scheduler.workers[i]) || atomic_load(&scheduler.workers[i]->inbox_any))
            return true;
    return work_somewhere(w);
}

/* Of the process, by the kernel's own count: a list of them can end early where one of them does.
 */
static int threads_count(void)
{
    enum { NUM_THREADS = 20 - 2 }; /* proc(5); a space before each field after the name's `)` */
    char text[1024];
    int fd = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);
    ssize_t size = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
    if (fd >= 0)
        close(fd);
    text[size > 0 ? size : 0] = 0;
    const char *field = strrchr(text, ')');
    for (int i = 0; field && i < NUM_THREADS; i++)
        field = strchr(field + 1, ' ');
    return field ? atoi(field) : 0;
}

/* Threads that are none of ours may still do anything. */
static bool strangers_exist(void)
{
    int count = threads_count();
    return !count || count > (int)atomic_load(&scheduler.started) + atomic_load(&scheduler.guests) +
                                 atomic_load(&scheduler.helpers);
}

enum hope { HOPE_NONE, HOPE_STRANGERS, HOPE_SOME };

/* Whether all are idle; and how often that has changed. */
static bool all_idle(unsigned *ret_changes)
{
    lock_take(&scheduler.idle_lock);
    bool all = atomic_load(&scheduler.idle_count) == atomic_load(&scheduler.started);
    *ret_changes = scheduler.idle_changes;
    lock_release(&scheduler.idle_lock);
    return all;
}

/* Called by an idle worker, which found nothing. */
static enum hope hope_left(struct worker *w)
{
    unsigned before, after, risen = atomic_load(&scheduler.guests_risen);
    if (!all_idle(&before) || timers_pending() || netpoll_waiting() ||
        atomic_load(&scheduler.outside) || atomic_load(&scheduler.guests_awake) || work_anywhere(w))
        return HOPE_SOME;
    enum hope hope = strangers_exist() ? HOPE_STRANGERS : HOPE_NONE;
    /* Who was a stranger has become a guest meanwhile, and may have woken somebody and wait again.
     */
    if (atomic_load(&scheduler.guests_awake) || atomic_load(&scheduler.guests_risen) != risen)
        return HOPE_SOME;
    return all_idle(&after) && before == after ? hope : HOPE_SOME;
}

/* At this moment; the clock or the network may change it. */
static bool nobody_runs(struct worker *w)
{
    unsigned before, after;
    return all_idle(&before) && !atomic_load(&scheduler.outside) &&
           !atomic_load(&scheduler.guests_awake) && !work_anywhere(w) && all_idle(&after) &&
           before == after;
}

/* As the poller. */
static void sleep_polling(struct worker *w)
{
    int64_t deadline = timers_sleep_begin(TIME_NEVER);
    enum hope hope = deadline == TIME_NEVER ? hope_left(w) : HOPE_SOME;
    if (hope == HOPE_STRANGERS)
        deadline = time_now() + STRANGERS_RECHECK_NS;
    if (UNLIKELY(atomic_load(&quiet_wanted)))
        deadline = quiet_look(deadline, hope == HOPE_NONE, nobody_runs(w));
    else if (hope == HOPE_NONE)
        deadlock_report();
    deadline = stacks_trim_deadline(deadline);
    if (!atomic_load(&w->signal) && !netpoll_run(deadline))
        futex_wait(&w->signal, deadline); /* the first to use the network wakes it */
    timers_sleep_end();
    atomic_store(&scheduler.poller, NULL);
}

/* Not as the poller, which is sent through its loop once more when nothing is left to hope for. */
static void sleep_plainly(struct worker *w)
{
    if (hope_left(w) != HOPE_SOME)
        scheduler_timer_changed();
    futex_wait(&w->signal, TIME_NEVER);
}

/* On the list already. Returns when there may be something to do; is off the list then. */
static void sleep_until_woken(struct worker *w)
{
    atomic_thread_fence(memory_order_seq_cst);
    if (!work_somewhere(w)) {
        struct worker *none = NULL;
        if (atomic_compare_exchange_strong(&scheduler.poller, &none, w))
            sleep_polling(w);
        else
            sleep_plainly(w);
    }
    lock_take(&scheduler.idle_lock);
    idle_remove(w);
    lock_release(&scheduler.idle_lock);
}

static void worker_sleep(struct worker *w)
{
    spinning_set(w, false);
    calm_asleep(w);
    if (UNLIKELY(__atomic_load_n(&preempt_used, __ATOMIC_RELAXED)))
        preempt_mask_learn(w);
    lock_take(&scheduler.idle_lock);
    atomic_store(&w->signal, 0);
    w->idle_next = scheduler.idle_list;
    scheduler.idle_list = w;
    atomic_fetch_add(&scheduler.idle_count, 1);
    lock_release(&scheduler.idle_lock);
    sleep_until_woken(w);
    calm_awake(w);
    if (UNLIKELY(atomic_load(&monitor_blocked)))
        monitor_unblock();
}

/* There was something: as it may not be all, and as the poller's post may be vacant, tell another.
 * What came while this one was searching was not told to anybody else. */
static void found_tell(struct worker *w)
{
    bool was_spinning = w->spinning;
    spinning_set(w, false);
    if (scheduler.procs == 1)
        return;
    bool post_vacant = !atomic_load_explicit(&scheduler.poller, memory_order_relaxed) &&
                       (timers_pending() || netpoll_waiting());
    if (post_vacant || (was_spinning && work_shared()))
        worker_wake_one();
}

/* One that yields and yields, alone here, keeps its worker from being idle, and so from stealing
 * what waits behind somebody who computes elsewhere: once in a while that is looked for all the
 * same. */
static struct goroutine *instead_of_yielder(struct worker *w, struct goroutine *g)
{
    if (LIKELY(w->tick % (CHECK_INTERVAL * STEAL_CHECKS) || scheduler_policy || !queue_empty(w)))
        return g;
    struct goroutine *other = steal(w);
    if (!other)
        return g;
    queue_push(w, g);
    return other;
}

static struct goroutine *find(struct worker *w)
{
    for (;;) {
        if (UNLIKELY(w->crowded))
            calm_gather(w);
        struct goroutine *g = find_queued(w);
        if (!g) {
            poll_now();
            g = find_queued(w);
        }
        if (!g)
            g = steal(w);
        if (g) {
            g = instead_of_yielder(w, g);
            w->tick++;
            found_tell(w);
            return g;
        }
        w->tick++;
        if (stacks_trim())
            continue;
        worker_sleep(w);
    }
}

/* ---- the loop ---- */

static void reclaim(struct worker *w)
{
    struct goroutine *g = w->dying;
    if (LIKELY(!g))
        return;
    w->dying = NULL;
    annotate_gone(g);
    if (g->stack.low)
        stack_give(w, g->stack);
    bool main = g->id == 1;
    if (!main) /* main's stack is the process's, and its record is what dumps show */
        goroutine_give_record(w, g);
    goroutine_count_add(w, -1);
}

void worker_loop(void)
{
    struct worker *w = runtime_worker;
    for (;;) {
        reclaim(w);
        struct goroutine *g = find(w);
        scheduler_switch(w, &w->idle, g);
    }
}

/* ---- starting ---- */

static pthread_key_t worker_key;

/* From pthread_exit, and from cancelling the thread. main may do that, as long as it is alone. */
static void worker_lost(void *raw)
{
    struct worker *w = raw;
    if (w->current->id != 1)
        fatal_text(
            "a goroutine ended its thread by pthread_exit: what belongs there would wait for "
            "ever; go_exit ends a goroutine");
    if (rgo_count() > 1 || atomic_load(&scheduler.started) > 1 || atomic_load(&scheduler.helpers))
        fatal_text("main ended its thread by pthread_exit: what belongs there would wait for ever; "
                   "go_exit ends main alone");
}

static void worker_key_make(void)
{
    pthread_key_create(&worker_key, worker_lost); /* failing: nobody is told */
}

void worker_thread_adopt(struct worker *w)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, worker_key_make);
    pthread_setspecific(worker_key, w);
    runtime_worker = w;
    w->thread = pthread_self();
    w->errno_at = rgo_errno();
    w->exceptions = exceptions_here();
    preempt_mask_learn(w);
}

static void *worker_main(void *argument)
{
    struct worker *w = argument;
    worker_thread_adopt(w);
    w->current = &w->idle;
    annotate_thread(&w->idle);
    worker_thread_started();
    worker_loop();
}

/* It counts as searching from now on, so that not all are started for the first few goroutines. */
static bool worker_launch(struct worker *w)
{
    spinning_set(w, true);
    bool ok = thread_start(worker_main, w);
    if (!ok)
        spinning_set(w, false);
    return ok;
}

/* Under no lock. Failing is no error: there are fewer workers then. Its record stays, as others may
 * be looking at it. */
static bool worker_start_one(void)
{
    static struct lock starting;
    FORK_LOCK(starting_fork_lock, starting);
    if (!lock_try(&starting))
        return false;
    unsigned index = atomic_load(&scheduler.started);
    bool ok = false;
    struct worker *w = index < scheduler.procs ? aligned_alloc(64, sizeof *w) : NULL;
    if (w) {
        memset(w, 0, sizeof *w);
        w->index = index;
        w->random = index + 1;
        scheduler.workers[index] = w;
        atomic_store(&scheduler.started, index + 1);
        ok = worker_launch(w);
        if (!ok) {
            atomic_store(&scheduler.started, index);
            scheduler.procs = index; /* no more will be tried */
        }
    }
    lock_release(&starting);
    if (ok)
        monitor_start();
    if (w && !ok)
        worker_wake_one(); /* who went idle meanwhile took it for one that is awake */
    return ok;
}
