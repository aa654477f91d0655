/* Stacks by libunwind: the caller's own, a signal's, and those of goroutines that were switched
 * away. */
#include <dlfcn.h>
#include <string.h>
#include <sys/auxv.h>

#include "annotate.h"
#include "dump.h"
#include "worker.h"

#define FRAMES_MAX 4000000u /* a stack of a gigabyte that recursion filled takes a few seconds */

/* What coro_switch leaves on a stack: switch.S. */
struct saved_registers {
    uint64_t control_words;
    uint64_t r15, r14, r13, r12, rbx, rbp, rip;
};

/* Where a stack of a goroutine ends: nothing to tell any more. */
static bool is_bottom(uintptr_t pc)
{
    return pc >= (uintptr_t)coro_boot && pc < (uintptr_t)rgo_launch_entry;
}

/* In the runtime, where that is a library of its own. */
static bool is_runtime(uintptr_t pc)
{
    Dl_info program, runtime, here;
    if (!dladdr((void *)getauxval(AT_PHDR), &program) || !dladdr((void *)coro_boot, &runtime) ||
        !dladdr((void *)pc, &here))
        return false;
    return here.dli_fbase == runtime.dli_fbase && runtime.dli_fbase != program.dli_fbase;
}

static void frame_add(struct trace *trace, uintptr_t pc)
{
    if (trace->count < trace->part)
        trace->top[trace->count] = pc;
    trace->bottom[trace->count % trace->part] = pc;
    trace->count++;
}

/* Frames before `from`, or the runtime's own at the top when there is no `from`, are left out. */
static void trace_fill(struct trace *trace, unw_cursor_t cursor, const void *from, bool exact)
{
    bool begun = false;
    trace->count = 0;
    for (unsigned i = 0; i < FRAMES_MAX; i++) {
        unw_word_t pc = 0;
        if (unw_get_reg(&cursor, UNW_REG_IP, &pc) < 0 || !pc || is_bottom(pc))
            break;
        if (!begun)
            begun = from ? pc == (uintptr_t)from : exact || !is_runtime(pc);
        if (begun) {
            if (!trace->count)
                trace->top_exact = exact && !i;
            frame_add(trace, pc);
        }
        if (unw_step(&cursor) <= 0)
            break;
    }
}

static void trace_from(struct trace *trace, unw_context_t *context, const void *from, bool exact)
{
    unw_cursor_t cursor;
    trace->count = 0;
    if (unw_init_local2(&cursor, context, exact ? UNW_INIT_SIGNAL_FRAME : 0) < 0)
        return;
    trace_fill(trace, cursor, from, exact);
    if (!trace->count && from)
        trace_fill(trace, cursor, NULL, exact);
}

void trace_context(struct trace *trace, const unw_context_t *context, bool signal, const void *from)
{
    unw_context_t copy = *context;
    trace_from(trace, &copy, from, signal);
}

/* If it runs again meanwhile, any locals may lie here. */
static NO_FAKE_STACK void registers_read(const struct saved_registers *saved, greg_t *registers)
{
    registers[REG_RBX] = (greg_t)saved->rbx;
    registers[REG_RBP] = (greg_t)saved->rbp;
    registers[REG_R12] = (greg_t)saved->r12;
    registers[REG_R13] = (greg_t)saved->r13;
    registers[REG_R14] = (greg_t)saved->r14;
    registers[REG_R15] = (greg_t)saved->r15;
    registers[REG_RIP] = (greg_t)saved->rip;
    registers[REG_RSP] = (greg_t)(saved + 1);
}

void trace_parked(struct trace *trace, void *sp, const void *from)
{
    unw_context_t context;
    memset(&context, 0, sizeof context);
    registers_read(sp, context.uc_mcontext.gregs);
    trace_from(trace, &context, from, false);
}
