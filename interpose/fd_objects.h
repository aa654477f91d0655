/*
 * fd_objects: what the descriptor tables are made of; for fd_*.c alone.
 */
#ifndef RACERUN_INTERPOSE_FD_OBJECTS_H
#define RACERUN_INTERPOSE_FD_OBJECTS_H

#include <stdatomic.h>
#include <stddef.h>

#include "interpose/fd_table.h"
#include "interpose/lock.h"

/* Objects of one size, zeroed at first, whose memory stays what it is for ever. */
struct fd_pool {
    struct rt_lock lock;
    size_t size; /* of an object, at least a pointer's */
    void *free;  /* linked through the objects' first word */
};

RT_HIDDEN void *fd_pool_take(struct fd_pool *pool);
RT_HIDDEN void fd_pool_give(struct fd_pool *pool, void *object);

extern RT_HIDDEN struct rt_lock fd_watch_lock;    /* what epolls watch */
extern RT_HIDDEN struct rt_lock fd_registry_lock; /* names of channels, files in messages */
extern RT_HIDDEN struct fd_pool fd_channel_pool, fd_file_pool, fd_watch_pool;

struct fd_channel {
    void *pool_link; /* the pool's while free */
    _Atomic uint32_t refs;
    _Atomic bool named; /* in the registry, whose lock guards the next three */
    uint8_t roles;      /* of a connection: which parties have joined, a bit each */
    struct fd_key key;
    struct fd_channel *next;
    _Atomic(struct hb_edge *) clock[2]; /* made at the first release */
};

struct fd_watch;

struct fd_file {
    void *pool_link;
    _Atomic uint32_t refs;
    _Atomic uint32_t open; /* numbers that mean it */
    enum fd_kind kind;
    _Atomic bool named;
    struct fd_port in, out;   /* guarded by the file's lock */
    struct fd_watch *watches; /* of which it is the target; watch lock */
};

/* The last number of a watched file, or of an epoll, was closed (fd_watch.c). */
RT_HIDDEN void fd_watch_file_closed(struct fd_file *file);

#endif
