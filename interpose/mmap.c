/*
 * mmap: memory that comes and goes by the page (P11, P12). Mapped bytes are unknown to all;
 * unmapping writes them, so that an unordered access of another task races with it. An order of
 * work: munmap's write and reset come before the real call, a new mapping's reset after it, so
 * that another thread which is given the same addresses in between is not disturbed.
 *
 * A mapping over an existing one (MAP_FIXED) ends that one first. The C library's own mappings
 * (thread stacks, large heap blocks) do not come here.
 */
#include <errno.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/syscall.h>

#include "base/sys.h"
#include "interpose/access.h"

enum { PAGE_SIZE_4K = 4096 };

static size_t pages(size_t size)
{
    return (size + PAGE_SIZE_4K - 1) & ~(size_t)(PAGE_SIZE_4K - 1);
}

static void range_starts(const void *start, size_t size)
{
    struct hb_task *task = start != MAP_FAILED ? rt_enter() : NULL;
    if (!task)
        return;
    hb_range_reset(rt_hb, task, (uintptr_t)start, pages(size));
    rt_leave();
}

/* A write of all bytes that can have been accessed, those of resident pages: shadow need not be
 * committed for the rest. Beyond the limit a range just ends. */
static void range_write(struct hb_task *task, uintptr_t start, size_t size, uintptr_t pc)
{
    enum { STEP = 1024 };
    const size_t limit = (size_t)4 << 30;
    unsigned char resident[STEP];
    for (size_t at = 0; at < size && size <= limit; at += (size_t)STEP * PAGE_SIZE_4K) {
        size_t left = (size - at) / PAGE_SIZE_4K;
        size_t count = left < STEP ? left : STEP;
        if (sys_call3(SYS_mincore, (long)(start + at), (long)(count * PAGE_SIZE_4K),
                      (long)resident) != 0)
            continue; /* a hole */
        for (size_t i = 0; i < count; i++)
            if (resident[i] & 1)
                hb_access(task, start + at + i * PAGE_SIZE_4K, PAGE_SIZE_4K, HB_WRITE, pc);
    }
}

static void range_ends(const void *start, size_t size, uintptr_t pc)
{
    struct hb_task *task = size ? rt_enter() : NULL;
    if (!task)
        return;
    if (rt_instrumented(pc))
        range_write(task, (uintptr_t)start, pages(size), pc);
    hb_range_reset(rt_hb, task, (uintptr_t)start, pages(size));
    rt_leave();
}

#define MMAP(name, offset_type)                                                                    \
    INTERCEPT(void *, name,                                                                        \
              (void *start, size_t size, int protection, int flags, int fd, offset_type at))       \
    {                                                                                              \
        void *mapped = REAL(name)(start, size, protection, flags, fd, at);                         \
        range_starts(mapped, size);                                                                \
        return mapped;                                                                             \
    }
MMAP(mmap, off_t)
MMAP(mmap64, off64_t)

INTERCEPT(int, munmap, (void *start, size_t size))
{
    if ((uintptr_t)start % PAGE_SIZE_4K == 0)
        range_ends(start, size, RT_CALLER);
    return REAL(munmap)(start, size);
}

/* What remains in place keeps its history; what moved starts a new life. */
INTERCEPT(void *, mremap, (void *start, size_t old_size, size_t size, int flags, ...))
{
    va_list list;
    va_start(list, flags);
    void *wanted = flags & MREMAP_FIXED ? va_arg(list, void *) : NULL;
    va_end(list);
    void *moved = REAL(mremap)(start, old_size, size, flags, wanted);
    if (moved == MAP_FAILED)
        return moved;
    if (moved != start) {
        range_starts(start, flags & MREMAP_DONTUNMAP ? 0 : old_size);
        range_starts(moved, size);
    } else if (size > old_size) {
        range_starts((char *)start + pages(old_size), size - pages(old_size));
    } else {
        range_starts((char *)start + pages(size), pages(old_size) - pages(size));
    }
    return moved;
}

/* Dropped pages read as zero (or as the file): a write of all their bytes. */
INTERCEPT(int, madvise, (void *start, size_t size, int advice))
{
    bool drops = advice == MADV_DONTNEED || advice == MADV_FREE || advice == MADV_REMOVE;
    if (drops && (uintptr_t)start % PAGE_SIZE_4K == 0)
        range_ends(start, size, RT_CALLER);
    return REAL(madvise)(start, size, advice);
}

/* ---- System V shared memory ---- */

static size_t segment_size(int id)
{
    struct shmid_ds status;
    int saved = errno;
    size_t size = shmctl(id, IPC_STAT, &status) == 0 ? status.shm_segsz : 0;
    errno = saved;
    return size;
}

INTERCEPT(void *, shmat, (int id, const void *start, int flags))
{
    void *mapped = REAL(shmat)(id, start, flags);
    if (mapped != MAP_FAILED)
        range_starts(mapped, segment_size(id));
    return mapped;
}
