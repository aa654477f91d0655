/*
 * thread_table: the entries of thread.h, by pthread_t.
 */
#include <string.h>

#include "base/check.h"
#include "base/sys.h"
#include "interpose/lock.h"
#include "interpose/thread.h"

enum { BUCKETS = 4096, CHUNK_BYTES = 256 * 1024 };

static struct rt_lock lock;
static struct thread *buckets[BUCKETS];
static struct thread *free_list;
static struct thread *first; /* main's, or that of who forked this process */
static bool first_ended;     /* by pthread_exit: the process goes on without it */

static struct thread **bucket_of(pthread_t id)
{
    return &buckets[thread_place(id) % BUCKETS];
}

/* ---- under the lock ---- */

static void chunk_add(void)
{
    struct thread *chunk = sys_reserve(CHUNK_BYTES);
    CHECK_MSG(chunk, "out of memory for the table of threads");
    for (size_t i = 0; i < CHUNK_BYTES / sizeof *chunk; i++) {
        chunk[i].next = free_list;
        free_list = &chunk[i];
    }
}

static void entry_remove(struct thread *thread)
{
    struct thread **link = bucket_of(thread->id);
    while (*link && *link != thread)
        link = &(*link)->next;
    if (*link)
        *link = thread->next;
}

static void entry_free(struct thread *thread)
{
    entry_remove(thread);
    thread->id = 0;
    thread->next = free_list;
    free_list = thread;
}

static struct thread *entry_find(pthread_t id)
{
    struct thread *found = NULL;
    for (struct thread *thread = *bucket_of(id); thread; thread = thread->next) {
        if (thread->id != id)
            continue;
        if (!found)
            found = thread;
        if (!thread->adopted && !thread->ended)
            return thread; /* one adopted beside it is about to be revealed */
    }
    return found;
}

/* One that has ended and that nobody joined. */
static struct thread *entry_find_adopted(pthread_t id)
{
    struct thread *thread = *bucket_of(id);
    while (thread && !(thread->id == id && thread->adopted && thread->ended))
        thread = thread->next;
    return thread;
}

/* ---- for all ---- */

struct thread *thread_new(struct hb_task *task)
{
    rt_lock_take(&lock);
    if (!free_list)
        chunk_add();
    struct thread *thread = free_list;
    free_list = thread->next;
    rt_lock_give(&lock);
    *thread = (struct thread){.task = task};
    return thread;
}

struct hb_task *thread_register(struct thread *thread, pthread_t id, bool detached)
{
    struct hb_task *left_over = NULL;
    rt_lock_take(&lock);
    struct thread *former = entry_find_adopted(id);
    if (former) {
        left_over = former->task;
        entry_free(former);
    }
    thread->id = id;
    thread->detached = detached;
    first = first ? first : thread;
    struct thread **bucket = bucket_of(id);
    thread->next = *bucket;
    *bucket = thread;
    rt_lock_give(&lock);
    return left_over;
}

struct thread *thread_find(pthread_t id)
{
    rt_lock_take(&lock);
    struct thread *thread = entry_find(id);
    rt_lock_give(&lock);
    return thread;
}

void thread_mark_ended(struct thread *thread)
{
    rt_lock_take(&lock);
    thread->ended = true;
    thread->outlived_main = first_ended;
    first_ended = first_ended || thread == first;
    if (thread->detached)
        entry_free(thread);
    rt_lock_give(&lock);
}

void thread_mark_detached(struct thread *thread, pthread_t id)
{
    rt_lock_take(&lock);
    if (thread->id == id) {
        thread->detached = true;
        if (thread->ended)
            entry_free(thread);
    }
    rt_lock_give(&lock);
}

void thread_reveal(struct thread *adopted, struct thread *thread)
{
    rt_lock_take(&lock);
    entry_remove(adopted);
    atomic_store(&adopted->really, thread);
    rt_lock_give(&lock);
}

struct thread *thread_really(struct thread *thread)
{
    struct thread *really = thread ? atomic_load(&thread->really) : NULL;
    return really ? really : thread;
}

void thread_forget(struct thread *thread)
{
    rt_lock_take(&lock);
    entry_free(thread);
    rt_lock_give(&lock);
}

bool threads_visit(bool (*visit)(struct thread *thread, void *arg), void *arg)
{
    bool found = false;
    rt_lock_take(&lock);
    for (size_t i = 0; i < BUCKETS && !found; i++)
        for (struct thread *thread = buckets[i]; thread && !found; thread = thread->next)
            found = visit(thread, arg);
    rt_lock_give(&lock);
    return found;
}

void threads_lock(void)
{
    rt_lock_take(&lock);
}

void threads_unlock(void)
{
    rt_lock_give(&lock);
}

/* The other entries are given up, not freed: they are a copy that nobody will miss. */
void threads_fork_child(struct thread *self)
{
    memset(buckets, 0, sizeof buckets);
    first = self;
    first_ended = false;
    self->next = NULL;
    self->between = NULL; /* gone, as all tasks but the caller's are */
    *bucket_of(self->id) = self;
}
