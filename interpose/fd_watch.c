/*
 * fd_watch: what epoll_wait tells. Arming a descriptor (epoll_ctl) happens before the epoll_wait
 * that reports it, and so does the write that made it ready; but epoll_wait names the descriptor
 * only by the 64 bits that the program attached. So each registration is kept: found by (epoll,
 * data) when it is reported, and by its target, which takes its registrations along when its last
 * number is closed (as the kernel does). Two targets with equal data are both acquired.
 */
#include <stddef.h>

#include "interpose/fd_objects.h"

enum { BUCKETS = 4096 };

struct fd_watch {
    void *pool_link;
    struct fd_file *epoll;  /* referenced */
    struct fd_file *target; /* referenced; NULL: orders nothing by itself */
    int fd;
    uint64_t data;
    struct fd_port armed; /* released by epoll_ctl */
    bool pending;         /* the thread in epoll_ctl still holds a pointer to it ... */
    bool orphan;          /* ... and has to free it: the target was closed meanwhile */
    struct fd_watch *next_of_data, *next_of_target;
};

struct fd_pool fd_watch_pool = {.size = sizeof(struct fd_watch)};

struct rt_lock fd_watch_lock;

/* All below: watch lock held, unless said otherwise. */
static struct fd_watch *buckets[BUCKETS];
/* Watches of targets that order nothing (regular files cannot be watched, ttys can). */
static struct fd_watch *untargeted;

static struct fd_watch **data_bucket(const struct fd_file *epoll, uint64_t data)
{
    uint64_t hash = ((uintptr_t)epoll ^ data * 31) * UINT64_C(0x9e3779b97f4a7c15);
    return &buckets[(hash >> 40) % BUCKETS];
}

static struct fd_watch **target_list(struct fd_file *target)
{
    return target ? &target->watches : &untargeted;
}

static void watch_link(struct fd_watch *watch)
{
    struct fd_watch **bucket = data_bucket(watch->epoll, watch->data);
    struct fd_watch **list = target_list(watch->target);
    watch->next_of_data = *bucket;
    *bucket = watch;
    watch->next_of_target = *list;
    *list = watch;
}

/* Out of both lists, onto `dead`; an orphan stays its epoll_ctl's. */
static void watch_unlink(struct fd_watch *watch, struct fd_watch **dead)
{
    struct fd_watch **at = data_bucket(watch->epoll, watch->data);
    while (*at != watch)
        at = &(*at)->next_of_data;
    *at = watch->next_of_data;
    at = target_list(watch->target);
    while (*at != watch)
        at = &(*at)->next_of_target;
    *at = watch->next_of_target;
    watch->orphan = watch->pending;
    if (watch->pending)
        return;
    watch->next_of_target = *dead;
    *dead = watch;
}

/* No lock held. `dead` is linked by next_of_target. */
static void watches_free(struct fd_watch *dead)
{
    while (dead) {
        struct fd_watch *next = dead->next_of_target;
        fd_port_put(dead->armed);
        fd_put(dead->target);
        fd_put(dead->epoll);
        fd_pool_give(&fd_watch_pool, dead);
        dead = next;
    }
}

/* Unlinks the watches of `target`'s list on `epoll` for `fd`, except `keep`; returns them. */
static struct fd_watch *watches_take(struct fd_file *target, const struct fd_file *epoll, int fd,
                                     const struct fd_watch *keep)
{
    struct fd_watch *dead = NULL;
    for (struct fd_watch *w = *target_list(target), *next; w; w = next) {
        next = w->next_of_target;
        if (w == keep || w->epoll != epoll || w->fd != fd)
            continue;
        watch_unlink(w, &dead);
    }
    return dead;
}

/* The epoll that a number means. One that we did not see made becomes known here. No lock. */
static struct fd_file *epoll_get(int fd)
{
    struct fd_file *file = fd_get(fd);
    if (file && fd_file_kind(file) == FD_EPOLL)
        return file;
    fd_put(file);
    fd_install(fd, fd_file_create(FD_EPOLL, FD_PORT_NONE, FD_PORT_NONE));
    return fd_get(fd);
}

/* ---- entry points: no lock held ---- */

struct fd_watch *fd_watch_add(struct hb_task *task, int epoll, int fd, uint64_t data)
{
    struct fd_watch *watch = fd_pool_take(&fd_watch_pool);
    watch->epoll = epoll_get(epoll);
    watch->target = fd_get(fd);
    watch->fd = fd;
    watch->data = data;
    watch->pending = true;
    watch->orphan = false;
    watch->armed = (struct fd_port){fd_channel_create(), 0};
    fd_port_release(task, watch->armed);
    rt_lock_take(&fd_watch_lock);
    watch_link(watch);
    rt_lock_give(&fd_watch_lock);
    return watch;
}

/* The call is over: the watch replaces older ones of its descriptor, or goes itself. */
static void watch_settle(struct fd_watch *watch, bool keep)
{
    struct fd_watch *dead = NULL;
    rt_lock_take(&fd_watch_lock);
    watch->pending = false;
    if (watch->orphan) {
        watch->next_of_target = NULL;
        dead = watch;
    } else if (keep) {
        dead = watches_take(watch->target, watch->epoll, watch->fd, watch);
    } else {
        watch_unlink(watch, &dead);
    }
    rt_lock_give(&fd_watch_lock);
    watches_free(dead);
}

void fd_watch_commit(struct fd_watch *watch)
{
    watch_settle(watch, true);
}

void fd_watch_abort(struct fd_watch *watch)
{
    watch_settle(watch, false);
}

void fd_watch_remove(int epoll, int fd)
{
    struct fd_file *file = epoll_get(epoll), *target = fd_get(fd);
    rt_lock_take(&fd_watch_lock);
    struct fd_watch *dead = watches_take(target, file, fd, NULL);
    rt_lock_give(&fd_watch_lock);
    watches_free(dead);
    fd_put(target);
    fd_put(file);
}

void fd_watch_acquire(struct hb_task *task, struct fd_file *epoll, uint64_t data)
{
    rt_lock_take(&fd_watch_lock);
    for (struct fd_watch *w = *data_bucket(epoll, data); w; w = w->next_of_data) {
        if (w->epoll != epoll || w->data != data)
            continue;
        fd_port_acquire(task, w->armed);
        if (w->target) {
            struct fd_port in = fd_file_in(w->target);
            fd_port_acquire(task, in);
            fd_port_put(in);
        }
    }
    rt_lock_give(&fd_watch_lock);
}

/* Takes every watch of a closed epoll out; rare, so it walks them all. */
static struct fd_watch *epoll_watches_take(const struct fd_file *epoll)
{
    struct fd_watch *dead = NULL;
    for (int i = 0; i < BUCKETS; i++)
        for (struct fd_watch *w = buckets[i], *next; w; w = next) {
            next = w->next_of_data;
            if (w->epoll != epoll)
                continue;
            watch_unlink(w, &dead);
        }
    return dead;
}

void fd_watch_file_closed(struct fd_file *file)
{
    struct fd_watch *dead = NULL;
    if (!file->watches && file->kind != FD_EPOLL)
        return;
    rt_lock_take(&fd_watch_lock);
    if (file->kind == FD_EPOLL)
        dead = epoll_watches_take(file);
    for (struct fd_watch *w = file->watches, *next; w; w = next) {
        next = w->next_of_target;
        watch_unlink(w, &dead);
    }
    rt_lock_give(&fd_watch_lock);
    watches_free(dead);
}
