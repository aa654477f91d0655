/*
 * calls: the program's system calls in a engine (engine.h): which are made, what they change, and
 * how that is undone after the schedule. What is not listed makes the engine go on alone.
 *
 * The kernel must not meet protected pages where it writes: a call that returns memory is listed
 * with where. Whatever still ends with EFAULT is left to a process of its own.
 */
#include <errno.h>
#include <linux/futex.h>
#include <mqueue.h>
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/times.h>
#include <sys/utsname.h>

#include "base/sys.h"
#include "interpose/control/calls.h"

/* ---- the tables ---- */

/* Where a call writes: `size` bytes at argument `at`, times argument `by` if that is not 0. The
 * first argument is 1. */
struct output {
    uint8_t at, by;
    uint16_t size;
};
struct call {
    call_fn *make; /* NULL: made as it is */
    struct output outputs[3];
    bool known;
};

#define MADE                                                                                       \
    {                                                                                              \
        .known = true                                                                              \
    }
#define WRITES(...)                                                                                \
    {                                                                                              \
        .known = true, .outputs = { __VA_ARGS__ }                                                  \
    }
#define BY(function, ...)                                                                          \
    {                                                                                              \
        .known = true, .make = (function), .outputs = { __VA_ARGS__ }                              \
    }

int64_t call_make(long number, const long *a)
{
    return sys_call6(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

int64_t call_refuse(const char *reason)
{
    engine_alone(reason);
    return CALL_NATIVE;
}

/* ---- mappings ---- */

static bool is_mapped(uintptr_t low, size_t size)
{
    for (uint32_t i = 0; i < engine->mapped_count; i++)
        if (engine->mapped[i].low <= low && low + size <= engine->mapped[i].high)
            return true;
    return engine->brk <= low && low + size <= engine->brk_now;
}

static bool mapped_add(uintptr_t low, size_t size)
{
    uintptr_t high = (low + size + ENGINE_PAGE_SIZE - 1) & ~(uintptr_t)(ENGINE_PAGE_SIZE - 1);
    for (uint32_t i = 0; i < engine->mapped_count; i++) {
        struct engine_range *range = &engine->mapped[i];
        if (low <= range->high && range->low <= high) { /* they touch */
            range->low = low < range->low ? low : range->low;
            range->high = high > range->high ? high : range->high;
            return true;
        }
    }
    if (engine->mapped_count == ENGINE_MAPPED)
        return false;
    engine->mapped[engine->mapped_count++] = (struct engine_range){low, high};
    return true;
}

static int64_t call_mmap(long number, const long *a)
{
    if (a[3] & MAP_FIXED && !is_mapped((uintptr_t)a[0], (size_t)a[1]))
        return call_refuse("it maps memory over what was there before");
    if (engine->mapped_count == ENGINE_MAPPED)
        return call_refuse("it maps memory too often");
    int64_t low = call_make(number, a);
    if (low < 0 && low > -ENGINE_PAGE_SIZE)
        return low;
    mapped_add((uintptr_t)low, (size_t)a[1]);
    if ((~a[2] & (PROT_READ | PROT_WRITE)) || !(a[3] & MAP_ANONYMOUS))
        engine->mapped_odd = true;
    return low;
}

static int64_t call_munmap(long number, const long *a)
{
    engine->mapped_odd = true;
    return is_mapped((uintptr_t)a[0], (size_t)a[1])
               ? call_make(number, a)
               : call_refuse("it unmaps memory that was there before");
}

static int64_t call_mremap(long number, const long *a)
{
    if (a[3] & MREMAP_FIXED || !is_mapped((uintptr_t)a[0], (size_t)a[1]) ||
        engine->mapped_count == ENGINE_MAPPED)
        return call_refuse("it moves memory that was there before");
    int64_t low = call_make(number, a);
    if (low > 0)
        mapped_add((uintptr_t)low, (size_t)a[2]);
    return low;
}

static int64_t call_mprotect(long number, const long *a)
{
    engine->mapped_odd = true;
    return is_mapped((uintptr_t)a[0], (size_t)a[1])
               ? call_make(number, a)
               : call_refuse("it protects memory that was there before");
}

static int64_t call_madvise(long number, const long *a)
{
    if (!is_mapped((uintptr_t)a[0], (size_t)a[1]))
        pages_keep_range((uintptr_t)a[0], (size_t)a[1]);
    return engine->state == ENGINE_ALONE ? CALL_NATIVE : call_make(number, a);
}

static int64_t call_brk(long number, const long *a)
{
    if (a[0] && (uintptr_t)a[0] < engine->brk)
        return call_refuse("it gives back heap that was there before");
    int64_t now = call_make(number, a);
    if ((uintptr_t)now > engine->brk)
        engine->brk_now = (uintptr_t)now;
    return now;
}

/* ---- signals ---- */

static const uint64_t kept_signals =
    UINT64_C(1) << (SIGSEGV - 1) | UINT64_C(1) << (SIGSYS - 1); /* ours, never blocked */

static int64_t call_sigaction(long number, const long *a)
{
    long signal = a[0];
    const struct engine_action *new = (const struct engine_action *)a[1];
    struct engine_action *ret_old = (struct engine_action *)a[2];
    if (signal <= 0 || signal >= ENGINE_SIGNALS)
        return -EINVAL;
    if (signal == SIGSEGV || signal == SIGSYS) {
        struct engine_action *action = signal == SIGSEGV ? &engine->fault : &engine->trap;
        struct engine_action old = *action;
        if (new)
            *action = *new;
        if (ret_old)
            *ret_old = old;
        return 0;
    }
    uint64_t bit = UINT64_C(1) << (signal - 1);
    if (new && !(engine->actions_set & bit)) {
        sys_call6(number, signal, 0, (long)&engine->actions[signal], sizeof bit, 0, 0);
        engine->actions_set |= bit;
    }
    pages_open_range((uintptr_t)ret_old, ret_old ? sizeof *ret_old : 0);
    return call_make(number, a);
}

/* The program is shown its mask as it set it. */
static int64_t call_sigmask(long number, const long *a)
{
    const uint64_t *set = (const uint64_t *)a[1];
    uint64_t *ret_before = (uint64_t *)a[2], before = engine->mask_now, mask = before;
    if (set)
        mask = a[0] == SIG_BLOCK     ? mask | *set
               : a[0] == SIG_UNBLOCK ? mask & ~*set
               : a[0] == SIG_SETMASK ? *set
                                     : mask;
    uint64_t kernel = mask & ~kept_signals;
    if (mask != before)
        sys_call6(number, SIG_SETMASK, (long)&kernel, 0, sizeof kernel, 0, 0);
    engine->mask_now = mask;
    if (ret_before)
        *ret_before = before;
    return set && (a[0] < SIG_BLOCK || a[0] > SIG_SETMASK) ? -EINVAL : 0;
}

static int64_t call_sigaltstack(long number, const long *a)
{
    const stack_t *new = (const stack_t *)a[0];
    stack_t *ret_old = (stack_t *)a[1], old = engine->signal_stack;
    (void)number;
    if (new)
        engine->signal_stack = *new;
    if (ret_old)
        *ret_old = old;
    return 0;
}

/* What a thread sends itself is mostly its end: abort(), or a signal that was sent under control.
 */
static int64_t call_kill(long number, const long *a)
{
    long signal = number == SYS_tgkill ? a[2] : a[1];
    long to = number == SYS_tgkill ? a[1] : a[0];
    if (signal == 0)
        return call_make(number, a);
    return call_refuse(to == sys_gettid() ? NULL : "it sends signals by system calls");
}

/* ---- the rest ---- */

static int64_t call_exit(long number, const long *a)
{
    if (number == SYS_exit_group)
        engine_end((int)a[0]);
    return call_refuse("it ends its main thread by a system call");
}

/* A waiter whose word does not change in between is woken by nobody: all tasks are this thread. */
static int64_t call_futex(long number, const long *a)
{
    long op = a[1] & ~(FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME);
    bool waits = op == FUTEX_WAIT || op == FUTEX_WAIT_BITSET;
    bool locks = op == FUTEX_LOCK_PI || op == FUTEX_LOCK_PI2 || op == FUTEX_WAIT_REQUEUE_PI;
    if (!waits && !locks) /* UNLOCK_PI: how libc asks whether the kernel knows it */
        return call_make(number, a);
    if (waits && *(const volatile uint32_t *)a[0] != (uint32_t)a[2])
        return -EAGAIN;
    if (waits && a[3]) /* the time-out will come: nobody else runs in any engine */
        return call_make(number, a);
    control_need(ENGINE_THREADS, "a task waits in code that is not under control");
}

static int64_t call_prctl(long number, const long *a)
{
    if (a[0] == PR_GET_NAME) {
        pages_open_range((uintptr_t)a[1], sizeof engine->name);
        return call_make(number, a);
    }
    if (a[0] != PR_SET_NAME)
        return call_refuse("it changes what the process may do (prctl)");
    engine->named = true;
    return call_make(number, a);
}

static int64_t call_prlimit(long number, const long *a)
{
    if (a[2])
        return call_refuse("it changes a resource limit");
    pages_open_range((uintptr_t)a[3], sizeof(struct rlimit));
    return call_make(number, a);
}

static int64_t call_process(long number, const long *a)
{
    (void)number, (void)a;
    return call_refuse("it starts a process or a thread that is not under control");
}

static int64_t call_timer(long number, const long *a)
{
    (void)number, (void)a;
    return call_refuse("it sets a timer of the kernel's");
}

static const struct call calls[] = {
    [SYS_mmap] = BY(call_mmap),
    [SYS_munmap] = BY(call_munmap),
    [SYS_mremap] = BY(call_mremap),
    [SYS_mprotect] = BY(call_mprotect),
    [SYS_madvise] = BY(call_madvise),
    [SYS_brk] = BY(call_brk),
    [SYS_mincore] = WRITES({3, 0, 4096}),
    [SYS_membarrier] = MADE,

    [SYS_open] = BY(call_open),
    [SYS_openat] = BY(call_open),
    [SYS_creat] = BY(call_open),
    [SYS_socket] = BY(call_open),
    [SYS_dup] = BY(call_open),
    [SYS_eventfd] = BY(call_open),
    [SYS_eventfd2] = BY(call_open),
    [SYS_epoll_create] = BY(call_open),
    [SYS_epoll_create1] = BY(call_open),
    [SYS_timerfd_create] = BY(call_open),
    [SYS_memfd_create] = BY(call_open),
    [SYS_accept] = BY(call_open, {2, 0, 128}, {3, 0, 4}),
    [SYS_accept4] = BY(call_open, {2, 0, 128}, {3, 0, 4}),
    [SYS_pipe] = BY(call_pipe, {1, 0, 8}),
    [SYS_pipe2] = BY(call_pipe, {1, 0, 8}),
    [SYS_socketpair] = BY(call_pipe, {4, 0, 8}),
    [SYS_close] = BY(call_close),
    [SYS_dup2] = BY(call_dup2),
    [SYS_dup3] = BY(call_dup2),
    [SYS_fcntl] = BY(call_fcntl),
    [SYS_ioctl] = BY(call_ioctl),
    [SYS_epoll_ctl] = BY(call_on_new),
    [SYS_timerfd_settime] = BY(call_on_new, {4, 0, 32}),
    [SYS_timerfd_gettime] = WRITES({2, 0, 32}),
    [SYS_mq_open] = BY(call_open),
    [SYS_mq_unlink] = MADE,
    [SYS_mq_timedsend] = MADE,
    [SYS_mq_timedreceive] = WRITES({2, 3, 1}, {4, 0, 4}),
    [SYS_mq_getsetattr] = BY(call_on_new, {3, 0, sizeof(struct mq_attr)}),

    [SYS_read] = WRITES({2, 3, 1}),
    [SYS_pread64] = WRITES({2, 3, 1}),
    [SYS_readv] = BY(call_readv),
    [SYS_preadv] = BY(call_readv),
    [SYS_process_vm_readv] = BY(call_readv),
    [SYS_write] = BY(call_write),
    [SYS_pwrite64] = BY(call_write),
    [SYS_writev] = BY(call_write),
    [SYS_lseek] = MADE,
    [SYS_fsync] = MADE,
    [SYS_fdatasync] = MADE,
    [SYS_ftruncate] = MADE,
    [SYS_access] = MADE,
    [SYS_faccessat] = MADE,
    [SYS_faccessat2] = MADE,
    [SYS_unlink] = MADE,
    [SYS_unlinkat] = MADE,
    [SYS_rename] = MADE,
    [SYS_renameat2] = MADE,
    [SYS_mkdir] = MADE,
    [SYS_rmdir] = MADE,
    [SYS_stat] = WRITES({2, 0, sizeof(struct stat)}),
    [SYS_lstat] = WRITES({2, 0, sizeof(struct stat)}),
    [SYS_fstat] = WRITES({2, 0, sizeof(struct stat)}),
    [SYS_newfstatat] = WRITES({3, 0, sizeof(struct stat)}),
    [SYS_statx] = WRITES({5, 0, 256}),
    [SYS_statfs] = WRITES({2, 0, sizeof(struct statfs)}),
    [SYS_fstatfs] = WRITES({2, 0, sizeof(struct statfs)}),
    [SYS_getdents64] = WRITES({2, 3, 1}),
    [SYS_getcwd] = WRITES({1, 2, 1}),
    [SYS_readlink] = WRITES({2, 3, 1}),
    [SYS_readlinkat] = WRITES({3, 4, 1}),

    [SYS_bind] = MADE,
    [SYS_listen] = MADE,
    [SYS_shutdown] = MADE,
    [SYS_setsockopt] = BY(call_on_new),
    [SYS_connect] = BY(call_connect),
    [SYS_sendto] = BY(call_sendto),
    [SYS_recvfrom] = WRITES({2, 3, 1}, {5, 0, 128}, {6, 0, 4}),
    [SYS_sendmsg] = BY(call_sendmsg),
    [SYS_recvmsg] = BY(call_recvmsg),
    [SYS_getsockname] = WRITES({2, 0, 128}, {3, 0, 4}),
    [SYS_getpeername] = WRITES({2, 0, 128}, {3, 0, 4}),
    [SYS_getsockopt] = WRITES({4, 0, 256}, {5, 0, 4}),
    [SYS_poll] = WRITES({1, 2, sizeof(struct pollfd)}),
    [SYS_ppoll] = WRITES({1, 2, sizeof(struct pollfd)}, {3, 0, 16}),
    [SYS_select] = WRITES({2, 0, 384}, {3, 0, 384}, {4, 0, 384}),
    [SYS_pselect6] = WRITES({2, 0, 384}, {3, 0, 384}, {4, 0, 384}),
    [SYS_epoll_wait] = WRITES({2, 3, sizeof(struct epoll_event)}),
    [SYS_epoll_pwait] = WRITES({2, 3, sizeof(struct epoll_event)}),

    [SYS_rt_sigaction] = BY(call_sigaction),
    [SYS_rt_sigprocmask] = BY(call_sigmask),
    [SYS_rt_sigpending] = WRITES({1, 0, 8}),
    [SYS_sigaltstack] = BY(call_sigaltstack),
    [SYS_kill] = BY(call_kill),
    [SYS_tkill] = BY(call_kill),
    [SYS_tgkill] = BY(call_kill),
    [SYS_alarm] = BY(call_timer),
    [SYS_setitimer] = BY(call_timer),
    [SYS_timer_create] = BY(call_timer),

    [SYS_exit] = BY(call_exit),
    [SYS_exit_group] = BY(call_exit),
    [SYS_futex] = BY(call_futex),
    [SYS_prctl] = BY(call_prctl),
    [SYS_prlimit64] = BY(call_prlimit),
    [SYS_clone] = BY(call_process),
    [SYS_clone3] = BY(call_process),
    [SYS_fork] = BY(call_process),
    [SYS_vfork] = BY(call_process),
    [SYS_execve] = BY(call_process),

    [SYS_getpid] = MADE,
    [SYS_getppid] = MADE,
    [SYS_gettid] = MADE,
    [SYS_getuid] = MADE,
    [SYS_geteuid] = MADE,
    [SYS_getgid] = MADE,
    [SYS_getegid] = MADE,
    [SYS_getpgrp] = MADE,
    [SYS_getpgid] = MADE,
    [SYS_getsid] = MADE,
    [SYS_sched_yield] = MADE,
    [SYS_clock_gettime] = WRITES({2, 0, 16}),
    [SYS_clock_getres] = WRITES({2, 0, 16}),
    [SYS_gettimeofday] = WRITES({1, 0, 16}, {2, 0, 8}),
    [SYS_nanosleep] = WRITES({2, 0, 16}),
    [SYS_clock_nanosleep] = WRITES({4, 0, 16}),
    [SYS_getrandom] = WRITES({1, 2, 1}),
    [SYS_getrlimit] = WRITES({2, 0, sizeof(struct rlimit)}),
    [SYS_getrusage] = WRITES({2, 0, sizeof(struct rusage)}),
    [SYS_sched_getaffinity] = WRITES({3, 2, 1}),
    [SYS_uname] = WRITES({1, 0, sizeof(struct utsname)}),
    [SYS_sysinfo] = WRITES({1, 0, sizeof(struct sysinfo)}),
    [SYS_times] = WRITES({1, 0, sizeof(struct tms)}),
    [SYS_getcpu] = WRITES({1, 0, 4}, {2, 0, 4}),
};

static void outputs_open(const struct call *call, const long *a)
{
    for (size_t i = 0; i < sizeof call->outputs / sizeof call->outputs[0]; i++) {
        const struct output *output = &call->outputs[i];
        if (!output->at || !a[output->at - 1])
            continue;
        size_t count = output->by ? (size_t)a[output->by - 1] : 1;
        if (count <= SIZE_MAX / 2 / output->size)
            pages_open_range((uintptr_t)a[output->at - 1], count * output->size);
    }
}

static int64_t refuse_unknown(long number)
{
    int64_t result = call_refuse("it makes a system call whose effects cannot be undone");
    control_block->reason_call = (uint32_t)number + 1;
    return result;
}

/* Does it show or change nothing but memory, its task's mask of signals and who goes next? */
static bool is_quiet(long number)
{
    static const uint16_t quiet[] = {
        SYS_mmap,      SYS_munmap,      SYS_mremap,          SYS_mprotect, SYS_madvise,
        SYS_brk,       SYS_mincore,     SYS_membarrier,      SYS_futex,    SYS_rt_sigprocmask,
        SYS_nanosleep, SYS_sched_yield, SYS_clock_nanosleep, SYS_getpid,   SYS_getppid,
        SYS_gettid,    SYS_exit_group,  SYS_tgkill};
    for (size_t i = 0; i < sizeof quiet / sizeof quiet[0]; i++)
        if (quiet[i] == number)
            return true;
    return false;
}

int64_t calls_make(long number, const long *a)
{
    if (control_watches && !is_quiet(number))
        control_changed();
    if (number < 0 || number >= (long)(sizeof calls / sizeof calls[0]) || !calls[number].known)
        return refuse_unknown(number);
    const struct call *call = &calls[number];
    outputs_open(call, a);
    if (engine->state == ENGINE_ALONE)
        return CALL_NATIVE;
    int64_t result = call->make ? call->make(number, a) : call_make(number, a);
    return result == -EFAULT ? call_refuse("a system call wrote where it could not be followed")
                             : result;
}

/* ---- before the first schedule, after each ---- */

const char *calls_begin(void)
{
    sys_call6(SYS_rt_sigprocmask, SIG_SETMASK, 0, (long)&engine->mask, sizeof engine->mask, 0, 0);
    engine->mask_now = engine->mask;
    engine->brk = engine->brk_now = (uintptr_t)sys_call3(SYS_brk, 0, 0, 0);
    sys_call3(SYS_prctl, PR_GET_NAME, (long)engine->name, 0);
    return engine->mask & kept_signals ? "it blocks signals before main begins" : NULL;
}

static void signals_undo(void)
{
    engine->fault = engine->fault_first;
    engine->trap = engine->trap_first;
    engine->signal_stack = engine->signal_stack_first;
    for (; engine->actions_set; engine->actions_set &= engine->actions_set - 1) {
        int signal = __builtin_ctzll(engine->actions_set) + 1;
        sys_call6(SYS_rt_sigaction, signal, (long)&engine->actions[signal], 0, sizeof(uint64_t), 0,
                  0);
    }
    if (engine->mask_now != engine->mask)
        sys_call6(SYS_rt_sigprocmask, SIG_SETMASK, (long)&engine->mask, 0, sizeof engine->mask, 0,
                  0);
    engine->mask_now = engine->mask;
}

void calls_undo(void)
{
    if (engine->fds_any)
        calls_fds_undo();
    while (engine->mapped_count) {
        const struct engine_range *range = &engine->mapped[--engine->mapped_count];
        sys_call3(SYS_munmap, (long)range->low, (long)(range->high - range->low), 0);
    }
    if (engine->brk_now != engine->brk)
        sys_call3(SYS_brk, (long)engine->brk, 0, 0);
    engine->brk_now = engine->brk;
    engine->mapped_odd = false;
    signals_undo();
    if (engine->named)
        sys_call3(SYS_prctl, PR_SET_NAME, (long)engine->name, 0);
    engine->named = false;
}
