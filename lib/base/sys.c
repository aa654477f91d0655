#include "base/sys.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <linux/limits.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>

/* What was reserved, as far as there is room to note it; high 0: given back. */
enum { RESERVED_MAX = 1024, PAGE_SIZE = 4096 };
static struct {
    _Atomic uintptr_t low, high;
} reserved[RESERVED_MAX];
static _Atomic uint32_t reserved_count;

static void reserved_note(uintptr_t low, size_t size)
{
    uint32_t at = atomic_load(&reserved_count);
    while (at < RESERVED_MAX && !atomic_compare_exchange_weak(&reserved_count, &at, at + 1))
        continue;
    if (at == RESERVED_MAX)
        return;
    atomic_store(&reserved[at].low, low);
    atomic_store(&reserved[at].high, (low + size + PAGE_SIZE - 1) & ~(uintptr_t)(PAGE_SIZE - 1));
}

static void reserved_forget(uintptr_t low)
{
    for (uint32_t i = 0; i < atomic_load(&reserved_count); i++)
        if (atomic_load(&reserved[i].low) == low)
            atomic_store(&reserved[i].high, 0);
}

uintptr_t sys_reserved_end(uintptr_t addr)
{
    for (uint32_t i = 0; i < atomic_load(&reserved_count); i++)
        if (atomic_load(&reserved[i].low) <= addr && addr < atomic_load(&reserved[i].high))
            return atomic_load(&reserved[i].high);
    return 0;
}

void *sys_reserve(size_t size)
{
    long r = sys_call6(SYS_mmap, 0, (long)size, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (r < 0 && r > -4096)
        return NULL;
    reserved_note((uintptr_t)r, size);
    return (void *)r;
}

void *sys_reserve_shared(size_t size)
{
    long r = sys_call6(SYS_mmap, 0, (long)size, PROT_READ | PROT_WRITE,
                       MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return r < 0 && r > -4096 ? NULL : (void *)r;
}

void sys_release(void *memory, size_t size)
{
    reserved_forget((uintptr_t)memory);
    sys_call3(SYS_munmap, (long)memory, (long)size, 0);
}

void sys_discard(void *memory, size_t size)
{
    sys_call3(SYS_madvise, (long)memory, (long)size, MADV_DONTNEED);
}

long sys_write(int fd, const void *bytes, size_t size)
{
    return sys_call3(SYS_write, fd, (long)bytes, (long)size);
}

long sys_gettid(void)
{
    return sys_call3(SYS_gettid, 0, 0, 0);
}

long sys_getpid(void)
{
    return sys_call3(SYS_getpid, 0, 0, 0);
}

void sys_yield(void)
{
    sys_call3(SYS_sched_yield, 0, 0, 0);
}

uint64_t sys_monotonic_ns(void)
{
    struct timespec now;
    sys_call3(SYS_clock_gettime, CLOCK_MONOTONIC, (long)&now, 0);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

_Noreturn void sys_exit_group(int code)
{
    for (;;)
        sys_call3(SYS_exit_group, code, 0, 0);
}

long sys_futex_wait(_Atomic uint32_t *word, uint32_t expected, int64_t timeout_ns, bool shared)
{
    struct timespec timeout = {timeout_ns / 1000000000, timeout_ns % 1000000000};
    int op = FUTEX_WAIT | (shared ? 0 : FUTEX_PRIVATE_FLAG);
    return sys_call6(SYS_futex, (long)word, op, expected, timeout_ns < 0 ? 0 : (long)&timeout, 0,
                     0);
}

long sys_futex_wake(_Atomic uint32_t *word, int count, bool shared)
{
    return sys_call3(SYS_futex, (long)word, FUTEX_WAKE | (shared ? 0 : FUTEX_PRIVATE_FLAG), count);
}

uintptr_t sys_hex_take(const char **at)
{
    uintptr_t value = 0;
    for (;; (*at)++) {
        char c = **at;
        if (c >= '0' && c <= '9')
            value = value * 16 + (uintptr_t)(c - '0');
        else if (c >= 'a' && c <= 'f')
            value = value * 16 + (uintptr_t)(c - 'a') + 10;
        else
            return value;
    }
}

bool sys_mappings_read(bool (*take)(const char *line, void *context), void *context)
{
    char text[4 * PATH_MAX + 256]; /* holds any line: an odd character of a path takes four */
    size_t kept = 0;
    bool more = true;
    long got = -1, fd = sys_call6(SYS_openat, AT_FDCWD, (long)"/proc/self/maps",
                                  O_RDONLY | O_CLOEXEC, 0, 0, 0);
    while (fd >= 0 && more &&
           (got = sys_call3(SYS_read, fd, (long)(text + kept), (long)(sizeof text - 1 - kept))) >
               0) {
        char *line = text;
        text[kept + (size_t)got] = 0;
        for (char *end; more && (end = strchr(line, '\n')); line = end + 1)
            more = take(line, context);
        kept = strlen(line);
        memmove(text, line, kept);
    }
    if (fd >= 0)
        sys_call3(SYS_close, fd, 0, 0);
    return fd >= 0 && got >= 0 && (!more || !kept);
}
