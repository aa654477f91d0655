/*
 * fiber: see fiber.h.
 */
#include "interpose/control/fiber.h"

#include <malloc.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/syscall.h>

#include "base/sys.h"
#include "interpose/control/control.h"
#include "interpose/thread.h"

enum { HWCAP2_FSGSBASE_BIT = 1 };

/*
 * fiber_switch(from, to) and fiber_park(self, parked). What a fiber keeps on its stack, from the
 * stack pointer up: mxcsr and the x87 control word, r15 r14 r13 r12 rbx rbp, the return address.
 * A parked thread uses no stack: others go on with it in a copy of the process. The control words
 * are only loaded where they differ, which they rarely do: that takes longer than all else here.
 */
__asm__(".macro fiber_save\n"
        "    pushq %rbp\n    pushq %rbx\n    pushq %r12\n    pushq %r13\n    pushq %r14\n"
        "    pushq %r15\n    subq $8, %rsp\n    stmxcsr (%rsp)\n    fnstcw 4(%rsp)\n"
        "    movq %rsp, (%rdi)\n"
        ".endm\n"
        ".text\n"
        ".hidden fiber_switch\n.globl fiber_switch\n.type fiber_switch, @function\n"
        "fiber_switch:\n"
        "    fiber_save\n"
        "    movl (%rsp), %r8d\n    movzwl 4(%rsp), %r9d\n"
        "    movq 8(%rsi), %rax\n"
        "    movq (%rsi), %rsp\n"
        "    wrfsbase %rax\n"
        "    cmpl %r8d, (%rsp)\n    jne 3f\n"
        "1:  cmpw %r9w, 4(%rsp)\n    jne 4f\n"
        "2:  addq $8, %rsp\n"
        "    popq %r15\n    popq %r14\n    popq %r13\n    popq %r12\n    popq %rbx\n"
        "    popq %rbp\n    popq %rcx\n    jmpq *%rcx\n" /* a ret would be mispredicted */
        "3:  ldmxcsr (%rsp)\n    jmp 1b\n"
        "4:  fldcw 4(%rsp)\n    jmp 2b\n"
        ".size fiber_switch, . - fiber_switch\n"
        ".type fiber_park, @function\n"
        "fiber_park:\n"
        "    fiber_save\n"
        "    movl $1, (%rsi)\n"
        "1:  movl $34, %eax\n" /* pause; all signals are blocked */
        "    syscall\n"
        "    jmp 1b\n"
        ".size fiber_park, . - fiber_park\n");
static_assert(SYS_pause == 34, "fiber_park says so in assembly");

void fiber_park(struct fiber *self, _Atomic uint32_t *parked) __asm__("fiber_park");

void fiber_registers(const struct fiber *fiber, uint64_t ret_registers[17])
{
    static const uint8_t order[] = {15, 14, 13, 12, 3 /* rbx */, 6 /* rbp */, 16 /* pc */};
    const uint64_t *word = (const uint64_t *)fiber->sp + 1; /* behind the control words */
    for (size_t i = 0; i < sizeof order; i++)
        ret_registers[order[i]] = *word++;
    ret_registers[7] = (uint64_t)(uintptr_t)word;
}

/* What the lender is to call: on its own stack, which changes in any case. */
struct call {
    void *(*routine)(void *);
    void *argument;
};

struct lender {
    struct fiber fiber;
    _Atomic uint32_t parked;
    struct call *call;
};

static struct lender lenders[EXPLORE_TASKS_MAX];
static uint32_t made, borrowed;
static size_t result_offset, tid_offset; /* in libc's control block; 0: not known */
static size_t stack_size;

/* ---- what libc keeps where ---- */

/* The offset of `word` in the thread's control block, or 0. */
static size_t word_find(pthread_t thread, const void *word, size_t size)
{
    const char *block = (const char *)(uintptr_t)thread;
    for (size_t offset = size; offset + size <= PROTO_TLS_CONTROL; offset += size)
        if (memcmp(block + offset, word, size) == 0)
            return offset;
    return 0;
}

static struct {
    _Atomic uint32_t tid;
    char result; /* its address is the thread's result */
} probe;

static void *probe_main(void *argument)
{
    (void)argument;
    atomic_store(&probe.tid, (uint32_t)sys_gettid());
    return &probe.result;
}

static bool kernel_knows(uint32_t tid)
{
    return sys_call3(SYS_tgkill, sys_getpid(), tid, 0) == 0;
}

/* Where a thread's control block has its id, and its result once it has returned. */
static bool offsets_learn(void)
{
    uint32_t main_tid = (uint32_t)sys_gettid(), tid;
    void *result = &probe.result;
    pthread_t thread;
    if (result_offset)
        return true;
    if (LIBC(pthread_create)(&thread, NULL, probe_main, NULL))
        return false;
    while (!(tid = atomic_load(&probe.tid)))
        sys_yield();
    tid_offset = word_find(pthread_self(), &main_tid, sizeof main_tid);
    while (kernel_knows(tid))
        sys_yield();
    size_t offset = word_find(thread, &result, sizeof result);
    LIBC(pthread_join)(thread, NULL);
    result_offset = tid_offset ? offset : 0;
    return result_offset != 0;
}

void *lender_result(uintptr_t fs)
{
    return *(void **)(fs + result_offset);
}

/* ---- lenders ---- */

static void *lender_main(void *argument)
{
    struct lender *self = argument;
    struct thread_memory memory;
    struct call call = {NULL, NULL};
    uint64_t all = UINT64_MAX;
    rt_cursor.inside = HB_INSIDE_HOST;
    thread_memory(&memory); /* what it learns need not be learned in every schedule, */
    thread_key_prepare();   /* nor libc's memory be made */
    stack_size = memory.stack_high - memory.stack_low;
    rt_cursor.inside = HB_INSIDE_NOTHING;
    sys_call6(SYS_rt_sigprocmask, SIG_SETMASK, (long)&all, 0, sizeof all, 0, 0);
    self->fiber.fs = (uintptr_t)pthread_self();
    self->call = &call;
    fiber_park(&self->fiber, &self->parked);
    return call.routine(call.argument); /* in a child of this process */
}

static bool lender_make(struct lender *lender)
{
    pthread_t thread;
    if (LIBC(pthread_create)(&thread, NULL, lender_main, lender))
        return false;
    while (!atomic_load(&lender->parked))
        sys_yield();
    return true;
}

/* An arena for each thread costs system calls where it is made, in every schedule anew. */
static void malloc_calm(void)
{
    typedef int mallopt_fn(int parameter, int value);
    mallopt_fn *set = (mallopt_fn *)real_find("mallopt");
    if (set)
        set(M_ARENA_MAX, 1);
}

static const char *lenders_try(uint32_t count)
{
    if (!(getauxval(AT_HWCAP2) >> HWCAP2_FSGSBASE_BIT & 1))
        return "this processor or kernel does not let programs switch FS (wrfsbase)";
    if (!offsets_learn())
        return "this C library keeps a thread's result where it was not found";
    malloc_calm();
    while (made < count && made < EXPLORE_TASKS_MAX)
        if (!lender_make(&lenders[made++])) {
            made--;
            return "no more threads can be made";
        }
    return NULL;
}

const char *lenders_make(uint32_t count)
{
    uint32_t before = rt_cursor.inside;
    rt_cursor.inside = HB_INSIDE_HOST;
    const char *reason = lenders_try(count);
    rt_cursor.inside = before;
    return reason;
}

uint32_t lenders_count(void)
{
    return made;
}

uint32_t lender_tid(uintptr_t fs)
{
    return *(uint32_t *)(fs + tid_offset);
}

size_t lender_stack_size(void)
{
    return stack_size;
}

bool lender_borrow(void *(*routine)(void *), void *argument, struct fiber *ret_fiber)
{
    if (borrowed == made)
        return false;
    const struct lender *lender = &lenders[borrowed++];
    *lender->call = (struct call){routine, argument};
    *ret_fiber = lender->fiber;
    return true;
}

/* libc's own fork gives the stacks of threads that are no more to those who ask for one next. */
long fiber_fork(void)
{
    long tid = (long)(pthread_self() + tid_offset);
    return sys_call6(SYS_clone, CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID | SIGCHLD, 0, 0, tid, 0,
                     0);
}
