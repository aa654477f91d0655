/*
 * snapshot: how a task stands in code without instrumentation, which tells nobody what calls it:
 * its registers and the innermost part of its stack are copied for the tool, which has unwind
 * tables (report/unwind.c). Taken where an execution ends, and where one hangs.
 *
 * Of a fiber that does not run the registers lie on its stack, of a thread where it has noted them
 * before it waited for its turn.
 */
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "base/sys.h"
#include "interpose/control/control.h"

enum { RSP = 7 }; /* its number in unwind tables */

/* Of threads that wait; nobody touches it where tasks are fibers. */
static uint64_t waiting[EXPLORE_TASKS_MAX][EXPLORE_REGISTERS];

uint64_t *control_snapshot_registers(uint32_t task)
{
    return waiting[task];
}

static void registers_of(uint32_t task, uint64_t ret_registers[EXPLORE_REGISTERS])
{
    if (!control_fibers)
        memcpy(ret_registers, waiting[task], sizeof waiting[task]);
    else
        fiber_registers(&control_thread(task)->fiber, ret_registers);
}

/* Some of it may not be there: it is another stack than we know of. How many bytes could be read.
 */
static uint32_t stack_copy(char *to, uint64_t low, uint64_t size)
{
    enum { PAGE = 4096, PARTS = EXPLORE_SNAPSHOT_SIZE / PAGE + 1 };
    struct iovec here = {to, size}, parts[PARTS];
    uint32_t count = 0;
    for (uint64_t at = low, end = low + size; at < end && count < PARTS; count++) {
        uint64_t part = PAGE - at % PAGE;
        parts[count] = (struct iovec){(void *)(uintptr_t)at, part < end - at ? part : end - at};
        at += part;
    }
    long copied =
        sys_call6(SYS_process_vm_readv, sys_getpid(), (long)&here, 1, (long)parts, count, 0);
    return copied > 0 ? (uint32_t)copied : 0;
}

void control_snapshot_take(uint32_t task, const uint64_t *registers)
{
    struct explore_block *block = control_block;
    struct explore_snapshot *snapshot = &block->snapshots[block->snapshots_used];
    const struct control_thread *thread = control_thread(task);
    if (block->snapshots_used == EXPLORE_SNAPSHOTS)
        return;
    if (registers)
        memcpy(snapshot->registers, registers, sizeof snapshot->registers);
    else if (task == control_self)
        registers_take(snapshot->registers);
    else if (!thread->is_goroutine && thread->stack_base)
        registers_of(task, snapshot->registers);
    else
        return;
    uint64_t low = snapshot->registers[RSP], size = thread->stack_base - low;
    if (size > sizeof snapshot->stack)
        size = sizeof snapshot->stack;
    snapshot->size = stack_copy(snapshot->stack, low, size);
    block->tasks[task].snapshot = ++block->snapshots_used;
}
