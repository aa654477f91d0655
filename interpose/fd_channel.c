/*
 * fd_channel: channels, their clocks and names, and the pools of all descriptor objects.
 *
 * A named channel leaves the registry when its last reference goes: the drop to zero happens
 * first, and a finder that meets a channel at zero passes over it.
 */
#include <stddef.h>

#include "base/check.h"
#include "interpose/fd_key.h"
#include "interpose/fd_objects.h"

enum { BUCKETS = 4096, POOL_CHUNK = 64 << 10 };

struct rt_lock fd_registry_lock;
struct fd_pool fd_channel_pool = {.size = sizeof(struct fd_channel)};

static struct fd_channel *buckets[BUCKETS]; /* registry lock */

/* ---- pools ---- */

static void pool_refill(struct fd_pool *pool)
{
    char *chunk = sys_reserve(POOL_CHUNK);
    CHECK_MSG(chunk, "out of memory for descriptors");
    for (size_t at = 0; at + pool->size <= POOL_CHUNK; at += pool->size) {
        *(void **)(chunk + at) = pool->free;
        pool->free = chunk + at;
    }
}

void *fd_pool_take(struct fd_pool *pool)
{
    rt_lock_take(&pool->lock);
    if (!pool->free)
        pool_refill(pool);
    void *object = pool->free;
    pool->free = *(void **)object;
    rt_lock_give(&pool->lock);
    return object;
}

void fd_pool_give(struct fd_pool *pool, void *object)
{
    rt_lock_take(&pool->lock);
    *(void **)object = pool->free;
    pool->free = object;
    rt_lock_give(&pool->lock);
}

/* ---- references ---- */

struct fd_channel *fd_channel_create(void)
{
    struct fd_channel *channel = fd_pool_take(&fd_channel_pool);
    channel->named = false;
    channel->roles = 0;
    channel->clock[0] = channel->clock[1] = NULL;
    atomic_store(&channel->refs, 1);
    return channel;
}

/* Fails on a channel whose last reference is gone. */
static bool channel_ref(struct fd_channel *channel)
{
    uint32_t refs = atomic_load(&channel->refs);
    while (refs)
        if (atomic_compare_exchange_weak(&channel->refs, &refs, refs + 1))
            return true;
    return false;
}

static struct fd_channel **channel_bucket(const struct fd_key *key)
{
    uint64_t hash = 0;
    for (int i = 0; i < 5; i++)
        hash = (hash ^ key->word[i]) * UINT64_C(0x9e3779b97f4a7c15);
    return &buckets[(hash >> 40) % BUCKETS];
}

/* Registry lock held. */
static void channel_unname(struct fd_channel *channel)
{
    struct fd_channel **at = channel_bucket(&channel->key);
    while (*at != channel)
        at = &(*at)->next;
    *at = channel->next;
    channel->named = false;
}

static void channel_put(struct fd_channel *channel)
{
    if (atomic_fetch_sub(&channel->refs, 1) != 1)
        return;
    if (channel->named) {
        rt_lock_take(&fd_registry_lock);
        if (channel->named)
            channel_unname(channel);
        rt_lock_give(&fd_registry_lock);
    }
    for (int way = 0; way < 2; way++)
        if (channel->clock[way])
            hb_edge_destroy(rt_hb, channel->clock[way]);
    fd_pool_give(&fd_channel_pool, channel);
}

struct fd_port fd_port_ref(struct fd_port port)
{
    if (port.channel)
        atomic_fetch_add(&port.channel->refs, 1);
    return port;
}

void fd_port_put(struct fd_port port)
{
    if (port.channel)
        channel_put(port.channel);
}

/* ---- names; registry lock held ---- */

static struct fd_channel *name_find(const struct fd_key *key)
{
    for (struct fd_channel *c = *channel_bucket(key); c; c = c->next)
        if (fd_key_equal(&c->key, key) && channel_ref(c))
            return c;
    return NULL;
}

static struct fd_channel *name_create(const struct fd_key *key)
{
    struct fd_channel *channel = fd_channel_create();
    struct fd_channel **bucket = channel_bucket(key);
    channel->key = *key;
    channel->named = true;
    channel->next = *bucket;
    *bucket = channel;
    return channel;
}

struct fd_channel *fd_channel_find(const struct fd_key *key)
{
    rt_lock_take(&fd_registry_lock);
    struct fd_channel *channel = name_find(key);
    rt_lock_give(&fd_registry_lock);
    return channel;
}

struct fd_channel *fd_channel_get(const struct fd_key *key)
{
    rt_lock_take(&fd_registry_lock);
    struct fd_channel *channel = name_find(key);
    if (!channel)
        channel = name_create(key);
    rt_lock_give(&fd_registry_lock);
    return channel;
}

/*
 * What was sent may outlive its sender's descriptor: the first party of a connection may have
 * closed before the second one's connect or accept comes back to us (the kernel completes
 * connections by itself), a message queue keeps its messages, and a FIFO's reader may not have used
 * its end yet. So the latest of these keep a reference here, as many as a backlog holds. Returns
 * the one that makes room.
 */
static struct fd_channel *channel_keep(struct fd_channel *channel)
{
    enum { KEPT = 4096 };
    static struct fd_channel *kept[KEPT];
    static unsigned next;
    struct fd_channel *oldest = kept[next];
    atomic_fetch_add(&channel->refs, 1);
    kept[next] = channel;
    next = (next + 1) % KEPT;
    return oldest;
}

struct fd_channel *fd_channel_join(const struct fd_key *key, int role)
{
    struct fd_channel *stale = NULL, *oldest = NULL;
    rt_lock_take(&fd_registry_lock);
    struct fd_channel *channel = name_find(key);
    if (channel && channel->roles & (1 << role)) {
        channel_unname(channel);
        stale = channel;
        channel = NULL;
    }
    if (!channel) {
        channel = name_create(key);
        oldest = channel_keep(channel);
    }
    channel->roles |= (uint8_t)(1 << role);
    rt_lock_give(&fd_registry_lock);
    if (stale)
        channel_put(stale);
    if (oldest)
        channel_put(oldest);
    return channel;
}

struct fd_channel *fd_channel_get_lasting(const struct fd_key *key)
{
    struct fd_channel *oldest = NULL;
    rt_lock_take(&fd_registry_lock);
    struct fd_channel *channel = name_find(key);
    if (!channel) {
        channel = name_create(key);
        oldest = channel_keep(channel);
    }
    rt_lock_give(&fd_registry_lock);
    if (oldest)
        channel_put(oldest);
    return channel;
}

/* ---- order ---- */

void fd_port_release(struct hb_task *task, struct fd_port port)
{
    if (!port.channel)
        return;
    _Atomic(struct hb_edge *) *at = &port.channel->clock[port.way];
    struct hb_edge *clock = atomic_load(at);
    if (!clock) {
        struct hb_edge *made = hb_edge_create(rt_hb);
        if (atomic_compare_exchange_strong(at, &clock, made))
            clock = made;
        else
            hb_edge_destroy(rt_hb, made);
    }
    hb_edge_release(task, clock);
}

void fd_port_acquire(struct hb_task *task, struct fd_port port)
{
    struct hb_edge *clock = port.channel ? atomic_load(&port.channel->clock[port.way]) : NULL;
    if (clock)
        hb_edge_acquire(task, clock);
}
