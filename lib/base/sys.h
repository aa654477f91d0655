/*
 * sys: the kernel, without libc. Each call returns the kernel's answer: >= 0 or -errno; errno is
 * not touched. For code that lives in a stranger's process.
 */
#ifndef RACERUN_BASE_SYS_H
#define RACERUN_BASE_SYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static inline long sys_call6(long n, long a, long b, long c, long d, long e, long f)
{
    long result;
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    register long r9 __asm__("r9") = f;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(n), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
}
#define sys_call3(n, a, b, c) sys_call6(n, a, b, c, 0, 0, 0)

/* Zeroed private memory, committed when touched; NULL when the kernel refuses. */
void *sys_reserve(size_t size);
/* The same, and forked processes share it. */
void *sys_reserve_shared(size_t size);
void sys_release(void *memory, size_t size);
/* Where the memory of sys_reserve's ends in which this lies; 0: it is none, or given back, or not
 * one of the first thousand. */
uintptr_t sys_reserved_end(uintptr_t addr);
/* Gives the pages back; they read as zero afterwards. */
void sys_discard(void *memory, size_t size);
long sys_write(int fd, const void *bytes, size_t size);
long sys_gettid(void);
long sys_getpid(void);
void sys_yield(void);
uint64_t sys_monotonic_ns(void);
_Noreturn void sys_exit_group(int code);
/* Wait while *word == expected (timeout_ns < 0: for ever); shared across processes if `shared`. */
long sys_futex_wait(_Atomic uint32_t *word, uint32_t expected, int64_t timeout_ns, bool shared);
long sys_futex_wake(_Atomic uint32_t *word, int count, bool shared);
/* The hexadecimal number at *at, as files of /proc have them; *at then stands behind it. */
uintptr_t sys_hex_take(const char **at);
/* Lines of /proc/self/maps, "low-high rwxp ...", as long as `take` answers true; false: that cannot
 * be read. Takes 20 KB of stack. */
bool sys_mappings_read(bool (*take)(const char *line, void *context), void *context);

#endif
