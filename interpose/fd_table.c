/*
 * fd_table: numbers and files. See fd_table.h for the model.
 *
 * A slot holds UNSEEN, PLAIN or a file that it references. Looking a number up takes no lock: a
 * reference is tried on what the slot held, and kept if the slot still holds it (the memory of
 * files is never returned, so the try is safe on a dead one).
 */
#include "interpose/fd_table.h"

#include <fcntl.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>

#include "base/check.h"
#include "interpose/fd_key.h"
#include "interpose/fd_objects.h"

enum { CHUNK_SLOTS = 1024, CHUNKS = FD_MAX / CHUNK_SLOTS, FILE_LOCKS = 64, PUBLISHED = 64 };

typedef _Atomic(struct fd_file *) fd_slot;

static struct fd_file plain_file;
#define UNSEEN ((struct fd_file *)NULL)
#define PLAIN (&plain_file)

struct fd_pool fd_file_pool = {.size = sizeof(struct fd_file)};

static _Atomic(fd_slot *) chunks[CHUNKS];
static struct {
    _Alignas(64) struct rt_lock lock;
} file_locks[FILE_LOCKS];

/* Files on their way through SCM_RIGHTS, the latest few; registry lock. */
static struct {
    struct fd_key key;
    struct fd_file *file;
} published[PUBLISHED];
static unsigned published_next;

/* ---- slots ---- */

/* NULL for a number out of range, or one never used when `create` is false. */
static fd_slot *slot_of(int fd, bool create)
{
    if (fd < 0 || fd >= FD_MAX)
        return NULL;
    _Atomic(fd_slot *) *at = &chunks[fd / CHUNK_SLOTS];
    fd_slot *chunk = atomic_load(at);
    if (!chunk && create) {
        fd_slot *made = sys_reserve(CHUNK_SLOTS * sizeof *made);
        CHECK_MSG(made, "out of memory for descriptors");
        if (atomic_compare_exchange_strong(at, &chunk, made))
            chunk = made;
        else
            sys_release(made, CHUNK_SLOTS * sizeof *made);
    }
    return chunk ? chunk + fd % CHUNK_SLOTS : NULL;
}

static bool is_file(const struct fd_file *file)
{
    return file != UNSEEN && file != PLAIN;
}

/* Puts what a slot held, or was to hold, away. */
static void slot_content_drop(struct fd_file *file)
{
    if (!is_file(file))
        return;
    if (atomic_fetch_sub(&file->open, 1) == 1)
        fd_watch_file_closed(file);
    fd_put(file);
}

/* `file` is referenced for the slot. */
static void slot_set(fd_slot *slot, struct fd_file *file)
{
    if (is_file(file))
        atomic_fetch_add(&file->open, 1);
    slot_content_drop(atomic_exchange(slot, file));
}

/* ---- files ---- */

static struct rt_lock *file_lock(const struct fd_file *file)
{
    return &file_locks[((uintptr_t)file / sizeof *file) % FILE_LOCKS].lock;
}

struct fd_file *fd_file_create(enum fd_kind kind, struct fd_port in, struct fd_port out)
{
    struct fd_file *file = fd_pool_take(&fd_file_pool);
    file->kind = kind;
    file->in = in;
    file->out = out;
    file->watches = NULL;
    atomic_store(&file->named, false);
    atomic_store(&file->open, 0);
    atomic_store(&file->refs, 1);
    return file;
}

enum fd_kind fd_file_kind(const struct fd_file *file)
{
    return file->kind;
}

static bool file_ref(struct fd_file *file)
{
    uint32_t refs = atomic_load(&file->refs);
    while (refs)
        if (atomic_compare_exchange_weak(&file->refs, &refs, refs + 1))
            return true;
    return false;
}

void fd_put(struct fd_file *file)
{
    if (!file || atomic_fetch_sub(&file->refs, 1) != 1)
        return;
    fd_port_put(file->in);
    fd_port_put(file->out);
    fd_pool_give(&fd_file_pool, file);
}

static struct fd_port port_read(struct fd_file *file, const struct fd_port *port)
{
    rt_lock_take(file_lock(file));
    struct fd_port result = fd_port_ref(*port);
    rt_lock_give(file_lock(file));
    return result;
}

struct fd_port fd_file_in(struct fd_file *file)
{
    return port_read(file, &file->in);
}

struct fd_port fd_file_out(struct fd_file *file)
{
    return port_read(file, &file->out);
}

static void port_write(struct fd_file *file, struct fd_port *port, struct fd_port value)
{
    rt_lock_take(file_lock(file));
    struct fd_port old = *port;
    *port = value;
    rt_lock_give(file_lock(file));
    fd_port_put(old);
}

void fd_file_set_in(struct fd_file *file, struct fd_port in)
{
    port_write(file, &file->in, in);
}

void fd_file_set_out(struct fd_file *file, struct fd_port out)
{
    port_write(file, &file->out, out);
}

bool fd_file_is_named(const struct fd_file *file)
{
    return atomic_load(&file->named);
}

bool fd_file_claim_name(struct fd_file *file)
{
    return !atomic_exchange(&file->named, true);
}

/* ---- the first use of a number ---- */

static bool fd_stat(int fd, struct stat *ret_status)
{
    return sys_call3(SYS_fstat, fd, (long)ret_status, 0) == 0;
}

/* A FIFO, or a pipe that we did not see made: all who have its inode share one clock. */
static struct fd_file *file_of_fifo(const struct stat *status)
{
    struct fd_key key = fd_key_inode(status->st_dev, status->st_ino);
    struct fd_port port = {fd_channel_get_lasting(&key), 0};
    return fd_file_create(FD_PIPE, port, fd_port_ref(port));
}

/* One side of a pseudo-terminal: the master writes along way 0 and reads along way 1. */
static struct fd_file *file_of_terminal(int fd, const struct stat *status)
{
    enum { TTY_MAJOR = 5, PTMX_MINOR = 2, SLAVE_MAJOR = 136 };
    bool master = major(status->st_rdev) == TTY_MAJOR && minor(status->st_rdev) == PTMX_MINOR;
    unsigned number = minor(status->st_rdev);
    if (master ? sys_call3(SYS_ioctl, fd, TIOCGPTN, (long)&number) != 0
               : major(status->st_rdev) != SLAVE_MAJOR)
        return PLAIN;
    struct fd_key key = fd_key_number(SPACE_TERMINAL, number);
    struct fd_port in = {fd_channel_get_lasting(&key), master}, out = {in.channel, !master};
    return fd_file_create(FD_PIPE, in, fd_port_ref(out));
}

static struct fd_file *file_first_seen(int fd)
{
    struct stat status;
    if (!fd_stat(fd, &status))
        return UNSEEN;
    if (S_ISFIFO(status.st_mode))
        return file_of_fifo(&status);
    if (S_ISSOCK(status.st_mode))
        return fd_file_create(FD_SOCKET, FD_PORT_NONE, FD_PORT_NONE);
    if (S_ISCHR(status.st_mode))
        return file_of_terminal(fd, &status);
    return PLAIN;
}

static void slot_fill(fd_slot *slot, int fd)
{
    struct fd_file *expected = UNSEEN;
    struct fd_file *file = file_first_seen(fd);
    if (is_file(file))
        atomic_fetch_add(&file->open, 1);
    if (!atomic_compare_exchange_strong(slot, &expected, file))
        slot_content_drop(file);
}

/* ---- numbers ---- */

struct fd_file *fd_get(int fd)
{
    fd_slot *slot = slot_of(fd, true);
    if (!slot)
        return NULL;
    if (atomic_load(slot) == UNSEEN)
        slot_fill(slot, fd);
    for (;;) {
        struct fd_file *file = atomic_load(slot);
        if (!is_file(file))
            return NULL;
        if (!file_ref(file))
            continue;
        if (atomic_load(slot) == file)
            return file;
        fd_put(file);
    }
}

void fd_install(int fd, struct fd_file *file)
{
    fd_slot *slot = slot_of(fd, file != UNSEEN);
    if (slot)
        slot_set(slot, file);
    else
        fd_put(file);
}

void fd_duplicate(int fd, int copy)
{
    fd_install(copy, fd_get(fd));
}

void fd_forget(int fd)
{
    fd_install(fd, UNSEEN);
}

void fd_close_range(struct hb_task *task, unsigned first, unsigned last)
{
    for (unsigned i = first / CHUNK_SLOTS; i < CHUNKS && i <= last / CHUNK_SLOTS; i++) {
        fd_slot *chunk = atomic_load(&chunks[i]);
        for (unsigned j = 0; chunk && j < CHUNK_SLOTS; j++) {
            unsigned fd = i * CHUNK_SLOTS + j;
            if (fd < first || fd > last || atomic_load(&chunk[j]) == UNSEEN)
                continue;
            fd_release(task, (int)fd);
            fd_forget((int)fd);
        }
    }
}

/* ---- descriptors in messages ---- */

/* Anonymous inodes are all the same one: what an eventfd is cannot be told from outside. */
static bool fd_inode(int fd, struct fd_key *ret_key)
{
    struct stat status;
    if (!fd_stat(fd, &status) || !(S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode)))
        return false;
    *ret_key = fd_key_inode(status.st_dev, status.st_ino);
    return true;
}

void fd_publish(int fd)
{
    struct fd_key key;
    struct fd_file *file = fd_get(fd);
    if (!file)
        return;
    if (fd_inode(fd, &key)) {
        rt_lock_take(&fd_registry_lock);
        unsigned at = published_next++ % PUBLISHED;
        struct fd_file *old = published[at].file;
        published[at].file = file;
        published[at].key = key;
        rt_lock_give(&fd_registry_lock);
        file = old;
    }
    fd_put(file);
}

static struct fd_file *published_find(const struct fd_key *key)
{
    for (unsigned i = 0; i < PUBLISHED; i++)
        if (published[i].file && fd_key_equal(&published[i].key, key) &&
            file_ref(published[i].file))
            return published[i].file;
    return UNSEEN;
}

void fd_adopt(int fd)
{
    struct fd_key key;
    struct fd_file *file = UNSEEN;
    if (fd_inode(fd, &key)) {
        rt_lock_take(&fd_registry_lock);
        file = published_find(&key);
        rt_lock_give(&fd_registry_lock);
    }
    fd_install(fd, file);
}

/* ---- order ---- */

void fd_release(struct hb_task *task, int fd)
{
    struct fd_file *file = fd_get(fd);
    if (!file)
        return;
    struct fd_port out = fd_file_out(file);
    fd_port_release(task, out);
    fd_port_put(out);
    fd_put(file);
}

void fd_acquire(struct hb_task *task, int fd)
{
    struct fd_file *file = fd_get(fd);
    if (!file)
        return;
    struct fd_port in = fd_file_in(file);
    fd_port_acquire(task, in);
    fd_port_put(in);
    fd_put(file);
}

/* ---- fork ---- */

void fd_fork_prepare(void)
{
    rt_lock_take(&fd_watch_lock);
    rt_lock_take(&fd_registry_lock);
    for (int i = 0; i < FILE_LOCKS; i++)
        rt_lock_take(&file_locks[i].lock);
    rt_lock_take(&fd_channel_pool.lock);
    rt_lock_take(&fd_file_pool.lock);
    rt_lock_take(&fd_watch_pool.lock);
}

void fd_fork_done(void)
{
    rt_lock_give(&fd_watch_pool.lock);
    rt_lock_give(&fd_file_pool.lock);
    rt_lock_give(&fd_channel_pool.lock);
    for (int i = 0; i < FILE_LOCKS; i++)
        rt_lock_give(&file_locks[i].lock);
    rt_lock_give(&fd_registry_lock);
    rt_lock_give(&fd_watch_lock);
}
