/*
 * See netpoll.h. One epoll for the process, made with the first registration. Whoever waits in it
 * is woken by an eventfd, which is never read: each write is an edge.
 *
 * The child of a fork makes itself another epoll when it first wants one, as the old one is shared
 * with the parent. What had been registered is registered there when somebody is about to wait for
 * it: `generation` tells the two apart.
 *
 * Hooks: none. That the write of bytes happens before their read (G28) is told by who reads and
 * writes (flow.c); waiting itself orders nothing.
 */
#define RGO_NO_SHORT_NAMES
#include "netpoll.h"

#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "fork.h"
#include "timer.h"

#define EVENTS_MAX 128
#define DESCS_CHUNK 64
#define RETRY (-1) /* a waiter's deadline was changed */

struct descs {
    struct poll_desc list[DESCS_CHUNK];
    struct descs *next;
};

static struct {
    struct lock lock; /* guards making, and the lists of records */
    _Atomic bool made;
    int epoll, wake;
    uint32_t
        generation; /* how many forks it is away from the first process; fixed after main began */
    struct poll_desc *free;
    struct descs *all;
    _Alignas(64) _Atomic size_t waiting;
} netpoll;
FORK_LOCK(netpoll_fork_lock, netpoll.lock);

/* ---- the descriptor of descriptors ---- */

/* Under the lock. Returns 0 or an errno. */
static int netpoll_make(void)
{
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    if (epoll < 0)
        return errno;
    int wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    struct epoll_event event = {.events = EPOLLIN | EPOLLET};
    if (wake < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, wake, &event)) {
        int error = errno;
        if (wake >= 0)
            close(wake);
        close(epoll);
        return error;
    }
    netpoll.epoll = epoll;
    netpoll.wake = wake;
    atomic_store(&netpoll.made, true);
    return 0;
}

/* There are system calls under this lock, once in the life of the process. */
static int netpoll_start(void)
{
    if (LIKELY(atomic_load_explicit(&netpoll.made, memory_order_acquire)))
        return 0;
    int error = 0;
    lock_take(&netpoll.lock);
    if (!atomic_load(&netpoll.made))
        error = netpoll_make();
    lock_release(&netpoll.lock);
    /* Whoever sleeps for the timers found nothing to wait in, and does not look again by itself. */
    if (!error)
        scheduler_timer_changed();
    return error;
}

int netpoll_descriptor(void)
{
    return atomic_load(&netpoll.made) ? netpoll.epoll : -1;
}

/* ---- events ---- */

/* Under the lock. The goroutine that may go on now, or NULL. */
static struct goroutine *waiter_take(struct poll_side *side)
{
    struct goroutine *g = side->waiter;
    if (g) {
        side->waiter = NULL;
        atomic_fetch_sub_explicit(&netpoll.waiting, 1, memory_order_relaxed);
    }
    return g;
}

/* Under the lock. Being ready is handed to the waiter, or left for the next attempt. */
static struct goroutine *side_ready(struct poll_side *side)
{
    struct goroutine *g = waiter_take(side);
    side->ready = !g;
    return g;
}

struct batch {
    struct goroutine
        *last; /* is made ready at the end, to run at once, without another worker's help */
};

static void batch_add(struct batch *batch, struct goroutine *g)
{
    if (!g)
        return;
    if (batch->last)
        ready_last(batch->last, NULL);
    batch->last = g;
}

static void event_handle(const struct epoll_event *event, struct batch *batch)
{
    struct poll_desc *d = event->data.ptr;
    struct goroutine *reader = NULL, *writer = NULL;
    lock_take(&d->lock);
    if (event->events & ~(EPOLLIN | EPOLLOUT))
        d->sticky = true;
    if (event->events & ~EPOLLOUT)
        reader = side_ready(&d->side[POLL_READ]);
    if (event->events & (EPOLLOUT | EPOLLERR | EPOLLHUP))
        writer = side_ready(&d->side[POLL_WRITE]);
    lock_release(&d->lock);
    batch_add(batch, reader);
    batch_add(batch, writer);
}

/* A program that closes descriptors that are not its own (closefrom) would wait for ever, or spin.
 */
static void events_lost(void)
{
    if (errno == EBADF || errno == EINVAL)
        fatal_text("runtime: netpoll failed: the program has closed the runtime's descriptors");
}

static int events_wait(struct epoll_event *events, int64_t deadline)
{
    if (!deadline)
        return epoll_wait(netpoll.epoll, events, EVENTS_MAX, 0);
    if (deadline == TIME_NEVER)
        return epoll_wait(netpoll.epoll, events, EVENTS_MAX, -1);
    int64_t left = deadline - time_now();
    if (left < 0)
        left = 0;
    struct timespec timeout = {.tv_sec = left / 1000000000, .tv_nsec = left % 1000000000};
    int count = epoll_pwait2(netpoll.epoll, events, EVENTS_MAX, &timeout, NULL);
    if (count >= 0 || errno != ENOSYS)
        return count;
    /* Linux before 5.11. Rather late than early and round and round. */
    int64_t left_ms = (left + 999999) / 1000000;
    return epoll_wait(netpoll.epoll, events, EVENTS_MAX, left_ms < 60000 ? (int)left_ms : 60000);
}

bool netpoll_run(int64_t deadline)
{
    if (!atomic_load(&netpoll.made))
        return false;
    struct epoll_event events[EVENTS_MAX];
    struct batch batch = {0};
    int count = events_wait(events, deadline);
    if (UNLIKELY(count < 0))
        events_lost();
    for (int i = 0; i < count; i++)
        if (events[i].data.ptr)
            event_handle(&events[i], &batch);
        else if (!deadline)
            netpoll_wake(); /* meant for whoever sleeps in here: handed on */
    if (batch.last)
        ready(batch.last, NULL);
    return true;
}

void netpoll_wake(void)
{
    if (atomic_load(&netpoll.made)) {
        int before = errno;
        if (UNLIKELY(write(netpoll.wake, &(uint64_t){1}, sizeof(uint64_t)) < 0))
            events_lost();
        errno = before;
    }
}

size_t netpoll_waiting(void)
{
    return atomic_load_explicit(&netpoll.waiting, memory_order_relaxed);
}

/* ---- records ---- */

static void desc_give(struct poll_desc *d)
{
    lock_take(&netpoll.lock);
    d->next_free = netpoll.free;
    netpoll.free = d;
    lock_release(&netpoll.lock);
}

static struct poll_desc *desc_take(void)
{
    lock_take(&netpoll.lock);
    struct poll_desc *d = netpoll.free;
    if (d)
        netpoll.free = d->next_free;
    lock_release(&netpoll.lock);
    if (d)
        return d;
    struct descs *chunk = calloc(1, sizeof *chunk);
    if (!chunk)
        return NULL;
    lock_take(&netpoll.lock);
    chunk->next = netpoll.all;
    netpoll.all = chunk;
    lock_release(&netpoll.lock);
    for (size_t i = 1; i < DESCS_CHUNK; i++)
        desc_give(&chunk->list[i]);
    return &chunk->list[0];
}

/* Field by field: a late event may be looking at the lock. */
static void desc_reset(struct poll_desc *d, int fd, bool exact, const void *owner)
{
    lock_take(&d->lock);
    d->fd = fd;
    d->users = 0;
    d->closing = false;
    d->exact = exact;
    d->sticky = false;
    d->owner = owner;
    for (int i = 0; i < 2; i++) {
        d->side[i].waiter = NULL;
        d->side[i].queue = (struct waiters){0};
        d->side[i].busy = false;
        d->side[i].ready = true;
        atomic_store(&d->side[i].deadline, 0);
    }
    lock_release(&d->lock);
}

/* Returns 0 or an errno. From now on there are events. `again`: the other side may have been as
 * fast. */
static int desc_register(struct poll_desc *d, bool again)
{
    int error = netpoll_start();
    if (error)
        return error;
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLPRI | EPOLLET,
                                .data.ptr = d};
    if (epoll_ctl(netpoll.epoll, EPOLL_CTL_ADD, d->fd, &event) && !(again && errno == EEXIST))
        return errno;
    atomic_store(&d->generation, netpoll.generation);
    return 0;
}

struct poll_desc *poll_open(int fd, bool exact, const void *owner)
{
    struct poll_desc *d = desc_take();
    if (!d) {
        errno = ENOMEM;
        return NULL;
    }
    desc_reset(d, fd, exact, owner);
    int error = desc_register(d, false);
    if (error) {
        desc_give(d);
        errno = error;
        return NULL;
    }
    atomic_store(&d->open, true);
    return d;
}

void poll_finish(struct poll_desc *d)
{
    atomic_store(&d->open, false);
    /* A duplicate of the descriptor, or a child's, would keep it registered. */
    if (LIKELY(atomic_load(&d->generation) == netpoll.generation))
        epoll_ctl(netpoll.epoll, EPOLL_CTL_DEL, d->fd, &(struct epoll_event){0});
    close(d->fd);
}

void poll_free(struct poll_desc *d)
{
    desc_give(d);
}

/* ---- fork ---- */

/* Whoever was at it is gone, perhaps with the lock. */
static void desc_forked(struct poll_desc *d)
{
    d->lock = (struct lock){0};
    if (!atomic_load(&d->open))
        return;
    for (int i = 0; i < 2; i++) {
        d->side[i].waiter = NULL;
        d->side[i].queue = (struct waiters){0};
        d->side[i].busy = false;
        d->side[i].ready = true;
    }
    d->exact = false; /* the parent may read from it */
    if (d->closing) { /* who was to close it is gone */
        atomic_store(&d->open, false);
        close(d->fd);
    }
    d->users = 0;
}

void netpoll_forked(void)
{
    if (atomic_load(&netpoll.made)) {
        close(netpoll.epoll);
        close(netpoll.wake);
        atomic_store(&netpoll.made, false);
    }
    netpoll.generation++;
    atomic_store(&netpoll.waiting, 0);
    for (struct descs *chunk = netpoll.all; chunk; chunk = chunk->next)
        for (size_t i = 0; i < DESCS_CHUNK; i++)
            desc_forked(&chunk->list[i]);
}

/* ---- waiting ---- */

static void deadline_fire(struct timer *t, int64_t now)
{
    (void)now;
    struct waiter *w = t->context;
    struct poll_desc *d = w->value;
    struct poll_side *side = &d->side[w->index];
    lock_take(&d->lock);
    struct goroutine *g = side->waiter == w->g ? waiter_take(side) : NULL;
    lock_release(&d->lock);
    if (g)
        ready_last(g, (void *)(intptr_t)ETIMEDOUT);
}

/* Parks until an event, unless there is no need. `deadline` is what the timer was set for. */
static int side_park(struct poll_desc *d, struct poll_side *side, struct goroutine *g,
                     int64_t deadline, const void *pc)
{
    lock_take(&d->lock);
    int error = 0;
    if (d->closing)
        error = ECANCELED;
    else if (atomic_load(&side->deadline) != deadline)
        error = RETRY;
    else if (deadline && time_now() >= deadline)
        error = ETIMEDOUT; /* the timer may have fired before there was a waiter */
    if (error || side->ready) {
        if (!error)
            side->ready = false;
        lock_release(&d->lock);
        return error;
    }
    side->waiter = g;
    atomic_fetch_add_explicit(&netpoll.waiting, 1, memory_order_relaxed);
    return (int)(intptr_t)park(&d->lock, WAIT_IO, d->owner, pc);
}

int poll_wait(struct poll_desc *d, enum poll_direction direction, const void *pc)
{
    struct poll_side *side = &d->side[direction];
    struct goroutine *g = goroutine_self();
    if (UNLIKELY(atomic_load_explicit(&d->generation, memory_order_relaxed) !=
                 netpoll.generation)) {
        int failed = desc_register(d, true); /* the parent had opened it */
        if (failed)
            return failed;
    }
    for (;;) {
        int64_t deadline = atomic_load(&side->deadline);
        int error;
        if (LIKELY(!deadline)) {
            error = side_park(d, side, g, 0, pc);
        } else {
            struct waiter w = {.g = g, .value = d, .index = direction};
            struct timer timer = {0};
            timer_start(&timer, deadline, deadline_fire, &w);
            error = side_park(d, side, g, deadline, pc);
            timer_stop(&timer); /* and a fire() that is under way is over */
        }
        if (error != RETRY)
            return error;
    }
}

void poll_deadline(struct poll_desc *d, enum poll_direction direction, int64_t when)
{
    struct poll_side *side = &d->side[direction];
    lock_take(&d->lock);
    atomic_store(&side->deadline, when);
    struct goroutine *g = waiter_take(side);
    lock_release(&d->lock);
    if (g)
        ready(g, (void *)(intptr_t)RETRY);
}

/* ---- operations ---- */

int poll_others(struct poll_desc *d, bool look)
{
    if (look)
        netpoll_run(0);
    rgo_yield();
    lock_take(&d->lock);
    bool closing = d->closing;
    lock_release(&d->lock);
    return closing ? ECANCELED : 0;
}

/* Under the lock, which it releases: the operation gets its turn. */
static int turn_wait(struct poll_desc *d, struct poll_side *side, const void *pc)
{
    struct waiter w = {.g = goroutine_self(), .pc = pc};
    waiters_append(&side->queue, &w);
    return (int)(intptr_t)park(&d->lock, WAIT_IO, d->owner, pc);
}

int poll_begin(struct poll_desc *d, enum poll_direction direction, const void *pc, bool *ret_last)
{
    struct poll_side *side = &d->side[direction];
    *ret_last = false;
    lock_take(&d->lock);
    if (UNLIKELY(d->closing)) {
        lock_release(&d->lock);
        return ECANCELED;
    }
    d->users++;
    int error = 0;
    if (LIKELY(!side->busy)) {
        side->busy = true;
        bool now = side->ready && !atomic_load_explicit(&side->deadline, memory_order_relaxed);
        if (now)
            side->ready = false;
        lock_release(&d->lock);
        if (now)
            return 0;
    } else {
        error = turn_wait(d, side, pc);
    }
    if (error) {
        *ret_last = poll_unuse(d); /* closed before it was its turn */
        return error;
    }
    error = poll_wait(d, direction, pc);
    if (error)
        *ret_last = poll_end(d, direction, true);
    return error;
}

bool poll_end(struct poll_desc *d, enum poll_direction direction, bool emptied)
{
    struct poll_side *side = &d->side[direction];
    lock_take(&d->lock);
    if (!emptied || !d->exact || d->sticky)
        side->ready = true;
    struct waiter *next = waiters_take(&side->queue);
    side->busy = next != NULL;
    d->users--;
    bool last = d->closing && !d->users;
    lock_release(&d->lock);
    if (next)
        ready(next->g, NULL);
    return last;
}

int poll_use(struct poll_desc *d)
{
    lock_take(&d->lock);
    bool closing = d->closing;
    if (!closing)
        d->users++;
    lock_release(&d->lock);
    return closing ? ECANCELED : 0;
}

bool poll_unuse(struct poll_desc *d)
{
    lock_take(&d->lock);
    d->users--;
    bool last = d->closing && !d->users;
    lock_release(&d->lock);
    return last;
}

void poll_inexact(struct poll_desc *d)
{
    lock_take(&d->lock);
    d->exact = false;
    for (int i = 0; i < 2; i++)
        if (!d->side[i].busy)
            d->side[i].ready = true;
    lock_release(&d->lock);
}

static void closed_wake(struct goroutine *g)
{
    ready_last(g, (void *)(intptr_t)ECANCELED);
}

int poll_close(struct poll_desc *d, bool *ret_last)
{
    *ret_last = false;
    lock_take(&d->lock);
    if (d->closing) {
        lock_release(&d->lock);
        return ECANCELED;
    }
    d->closing = true;
    *ret_last = !d->users;
    struct goroutine *waiting[2];
    struct waiters queue[2];
    for (int i = 0; i < 2; i++) {
        waiting[i] = waiter_take(&d->side[i]);
        queue[i] = d->side[i].queue;
        d->side[i].queue = (struct waiters){0};
    }
    lock_release(&d->lock);
    for (int i = 0; i < 2; i++) {
        if (waiting[i])
            closed_wake(waiting[i]);
        for (struct waiter *w; (w = waiters_take(&queue[i]));)
            closed_wake(w->g);
    }
    return 0;
}
