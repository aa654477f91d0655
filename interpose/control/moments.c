/*
 * moments: what is noted of each step for who tells the schedule to people: since when it could
 * have been taken, which step of another task let it, the time, and what an access of memory saw
 * and left. A schedule is run once more for that (command.tells), since it means a look at every
 * task before every step.
 */
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "base/sys.h"
#include "interpose/control/control.h"

/* ---- what memory holds ---- */

/* The latest step, from 1, if it was an access; 0: it was none. */
static uint32_t accessed;

/* The program may be about to fault there. */
static bool memory_read(uint64_t address, uint32_t size, uint64_t *ret_value)
{
    uint64_t value = 0;
    struct iovec here = {&value, size}, there = {(void *)(uintptr_t)address, size};
    if (sys_call6(SYS_process_vm_readv, sys_getpid(), (long)&here, 1, (long)&there, 1, 0) !=
        (long)size)
        return false;
    *ret_value = value;
    return true;
}

static bool is_access(uint16_t kind)
{
    return kind == SCHED_READ || kind == SCHED_WRITE || kind == SCHED_UPDATE;
}

static void access_begin(struct explore_moment *moment, uint32_t step)
{
    if (moment->size &&
        !memory_read(control_block->trace[step - 1].address, moment->size, &moment->seen))
        moment->size = 0;
    accessed = moment->size ? step : 0;
}

/* Since then only its task has run. */
static void access_end(void)
{
    struct explore_moment *moment = &control_block->moments[accessed - 1];
    if (accessed)
        moment->left_known =
            memory_read(control_block->trace[accessed - 1].address, moment->size, &moment->left);
    accessed = 0;
}

/* ---- steps ---- */

void control_moments_begin(void)
{
    accessed = 0;
    memset(control_block->pending, 0, sizeof control_block->pending);
}

/* When a descriptor became ready is not known. */
void control_moments_look(void)
{
    uint32_t next = sched_steps(control_sched) + 1;
    for (uint32_t i = 0; i < sched_tasks(control_sched); i++) {
        const struct sched_op *op = sched_pending(control_sched, i);
        struct explore_moment *moment = &control_block->pending[i];
        struct trace_note note;
        bool possible;
        if (!op || !sched_pending_note(control_sched, i, &note, &possible))
            continue;
        moment->mutex = op->mutex;
        moment->cause = note.cause;
        moment->size = is_access(op->kind) && op->count <= sizeof moment->seen ? op->count : 0;
        if (possible && !moment->ready && op->kind != SCHED_EXTERNAL)
            moment->ready = next;
    }
}

void control_moments_end(void)
{
    access_end();
}

/* What was never possible and yet was done, a time-out, became it with this step. */
void control_moment_take(uint32_t task)
{
    uint32_t step = sched_steps(control_sched);
    if (!step)
        return;
    access_end();
    struct explore_moment *moment = &control_block->moments[step - 1];
    *moment = control_block->pending[task];
    moment->clock_ns = sched_clock(control_sched);
    moment->result = sched_result(control_sched, task);
    if (!moment->ready && control_block->trace[step - 1].kind != SCHED_EXTERNAL)
        moment->ready = step;
    access_begin(moment, step);
    memset(&control_block->pending[task], 0, sizeof *moment);
}
