/*
 * watcher: finds out whether threads that all wait will wait for ever.
 *
 * It is a thread of the kernel only, made when the last thread begins to wait and gone when one
 * goes on; it looks ten times a second, and less often when it sees the same again and again. It
 * has no thread-local storage of its own (it is given that of the thread that made it), so it calls
 * nothing that uses any.
 *
 * The proof. Each thread of the process sleeps in the kernel on a futex, without time limit, that
 * only this process can wake (a private one; or on the end of a thread or construction), or spins
 * for a lock that one of them has. It looks at all of them twice. If none has run in between (the
 * counts of context switches are the same; it is still the same spinning), there was a moment when
 * all waited at once. From then on only a signal's handler could wake anyone: so there must be
 * none. Where the kernel does not tell (/proc/self/task), nothing is found.
 */
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>

#include "base/sys.h"
#include "interpose/blocked.h"
#include "interpose/signals.h"

enum {
    STACK_BYTES = 256 << 10,
    LOOK_MS = 100,
    LOOK_MAX_MS = 800,
    TEXT_BYTES = 4096,
    FUTEX_COMMAND = 127,
    FUTEX_PRIVATE = 128,
};

enum { WATCHER_NONE, WATCHER_LOOKS, WATCHER_LEAVES };
static _Atomic uint32_t watcher;
static char *stack;

void watcher_fork_child(void)
{
    atomic_store(&watcher, WATCHER_NONE);
}

/* ---- /proc ---- */

static long file_read(const char *path, char *text)
{
    long fd = sys_call6(SYS_openat, AT_FDCWD, (long)path, O_RDONLY | O_CLOEXEC, 0, 0, 0);
    if (fd < 0)
        return fd;
    long size = sys_call3(SYS_read, fd, (long)text, TEXT_BYTES - 1);
    sys_call3(SYS_close, fd, 0, 0);
    text[size > 0 ? size : 0] = 0;
    return size;
}

static void path_make(char *path, const char *tid, const char *leaf)
{
    static const char head[] = "/proc/self/task/";
    const char *parts[] = {head, tid, leaf};
    for (size_t i = 0; i < 3; i++)
        for (const char *from = parts[i]; *from; from++)
            *path++ = *from;
    *path = 0;
}

static const char *number_parse(const char *text, uint64_t *ret_number)
{
    unsigned base = 10;
    while (*text == ' ' || *text == '\t')
        text++;
    if (text[0] == '0' && text[1] == 'x')
        text += 2, base = 16;
    for (*ret_number = 0;; text++) {
        unsigned digit = *text >= '0' && *text <= '9'                 ? (unsigned)(*text - '0')
                         : base == 16 && *text >= 'a' && *text <= 'f' ? (unsigned)(*text - 'a') + 10
                                                                      : base;
        if (digit == base)
            return text;
        *ret_number = *ret_number * base + digit;
    }
}

/* Behind `name` in the text, or NULL. */
static const char *field_find(const char *text, const char *name)
{
    for (; *text; text++) {
        size_t i = 0;
        while (name[i] && text[i] == name[i])
            i++;
        if (!name[i])
            return text + i;
    }
    return NULL;
}

/* The thread sleeps in a futex call that only this process can end. */
static bool sleeps_for_ever(const char *tid, char *text)
{
    char path[64];
    uint64_t call[5], number;
    path_make(path, tid, "/syscall");
    if (file_read(path, text) <= 0 || *text < '0' || *text > '9')
        return false;
    const char *at = text;
    for (size_t i = 0; i < 5; i++)
        at = number_parse(at, &call[i]);
    number_parse(tid, &number);
    uint64_t command = call[2] & FUTEX_COMMAND; /* WAIT, LOCK_PI, WAIT_BITSET, LOCK_PI2 */
    return call[0] == SYS_futex && call[4] == 0 &&
           (command == 0 || command == 6 || command == 9 || command == 13) &&
           (call[2] & FUTEX_PRIVATE || blocked_within((uint32_t)number));
}

/* Adds up how often the thread has run, or which spinning it is; false: it may run again. One that
 * has ended may remain as a shadow of itself, if it was the first. */
static bool thread_look(const char *tid, uint64_t *sum)
{
    char path[64], text[TEXT_BYTES];
    uint64_t number, voluntary, other;
    path_make(path, tid, "/status");
    if (file_read(path, text) <= 0)
        return false;
    const char *state = field_find(text, "State:\t");
    const char *switches = field_find(text, "\nvoluntary_ctxt_switches:");
    const char *forced = field_find(text, "nonvoluntary_ctxt_switches:");
    if (state && *state == 'R') {
        number_parse(tid, &number);
        uint32_t serial = blocked_spins((uint32_t)number);
        *sum = *sum * 31 + serial;
        return serial != 0;
    }
    if (!state || !switches || !forced || (*state != 'S' && *state != 'Z'))
        return false;
    number_parse(switches, &voluntary);
    number_parse(forced, &other);
    *sum = *sum * 31 + voluntary + other + (uint64_t)*tid;
    return *state == 'Z' || sleeps_for_ever(tid, text);
}

struct directory_entry {
    uint64_t inode, offset;
    uint16_t size;
    uint8_t type;
    char name[];
};

/* All threads but the calling one; *ret_sum is the same only if none has run. */
static bool threads_look(uint64_t *ret_sum)
{
    char entries[TEXT_BYTES];
    uint64_t own = (uint64_t)sys_gettid(), number;
    bool all = true;
    long size = 0, fd = sys_call6(SYS_openat, AT_FDCWD, (long)"/proc/self/task",
                                  O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0, 0, 0);
    *ret_sum = 0;
    if (fd < 0)
        return false;
    while (all && (size = sys_call3(SYS_getdents64, fd, (long)entries, sizeof entries)) > 0)
        for (long at = 0; all && at < size;) {
            const struct directory_entry *entry = (const void *)(entries + at);
            at += entry->size;
            number_parse(entry->name, &number);
            if (entry->name[0] != '.' && number != own)
                all = thread_look(entry->name, ret_sum);
        }
    sys_call3(SYS_close, fd, 0, 0);
    return all && size == 0;
}

static bool nobody_goes_on(void)
{
    uint64_t before, after;
    return blocked_all() && !signals_may_come() && threads_look(&before) && threads_look(&after) &&
           before == after && !signals_may_come();
}

/* ---- its life ---- */

static void sleep_ms(uint32_t ms)
{
    static _Atomic uint32_t never;
    sys_futex_wait(&never, 0, (int64_t)ms * 1000000, false);
}

/* Returns when somebody goes on, and whoever will be the last to wait starts another watcher. */
static void watch(void)
{
    uint32_t pause = LOOK_MS;
    do {
        atomic_store(&watcher, WATCHER_LOOKS);
        sleep_ms(pause);
        if (nobody_goes_on())
            blocked_for_ever();
        blocked_not_all();
        pause = pause * 2 > LOOK_MAX_MS ? LOOK_MAX_MS : pause * 2;
        atomic_store(&watcher, WATCHER_LEAVES);
    } while (blocked_all());
}

/* The entry of the new thread, at the top of its stack, which is the next one's as soon as the word
 * is cleared: so that is the last access to memory. */
static __attribute__((noreturn, used)) void watcher_main(void)
{
    watch();
    __asm__ volatile("movl %1, %0\n\t"
                     "syscall"
                     : "=m"(watcher)
                     : "i"(WATCHER_NONE), "a"(SYS_exit), "D"(0L)
                     : "memory");
    __builtin_unreachable();
}

static long thread_make(void *stack_top)
{
    long flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM;
    long result;
    __asm__ volatile("xorl %%r10d, %%r10d\n\t"
                     "xorl %%r8d, %%r8d\n\t"
                     "syscall\n\t"
                     "testq %%rax, %%rax\n\t"
                     "jnz 1f\n\t"
                     "xorl %%ebp, %%ebp\n\t"
                     "call *%[entry]\n"
                     "1:"
                     : "=a"(result)
                     : "a"(SYS_clone), "D"(flags), "S"(stack_top),
                       "d"(0L), [entry] "r"(watcher_main)
                     : "rcx", "r8", "r10", "r11", "memory");
    return result;
}

/* False: there is one, and it has yet to look whether all wait. */
static bool watcher_become(void)
{
    for (;;) {
        uint32_t found = WATCHER_NONE;
        if (atomic_compare_exchange_strong(&watcher, &found, WATCHER_LOOKS))
            return true;
        if (found == WATCHER_LOOKS)
            return false;
        sys_yield();
    }
}

void watcher_start(void)
{
    uint64_t all = ~UINT64_C(0), before = 0;
    if (signals_may_come() || !watcher_become())
        return;
    if (!stack)
        stack = sys_reserve(STACK_BYTES);
    sys_call6(SYS_rt_sigprocmask, SIG_SETMASK, (long)&all, (long)&before, sizeof all, 0, 0);
    long made = stack ? thread_make(stack + STACK_BYTES) : -1;
    sys_call6(SYS_rt_sigprocmask, SIG_SETMASK, (long)&before, 0, sizeof all, 0, 0);
    if (made < 0)
        atomic_store(&watcher, WATCHER_NONE);
}
