/*
 * loops: those that seem to wait (sched/await.c) are looked at closely. The name of a task's state
 * (state.c) counts what the task is seen to change. What it changes without being seen, in code
 * without instrumentation (a library, libc itself), is found by comparing all of the program's
 * memory while the task has its turn, and runs alone: a difference is a change of its own. Its
 * stack is left out: the name has that.
 *
 * Comparing takes longer than what is compared, so only tasks are watched that have come to a place
 * where a loop is known. Where one is met first, the place is noted in memory that schedules do not
 * put back, and the schedule is run again. So all rounds of a loop that waits have been watched.
 *
 * Only an engine that puts memory back knows what the program may have changed (pages.c). In others
 * the search is told that nobody looked.
 */
#include <elf.h>
#include <link.h>

#include "base/room.h"
#include "interpose/control/control.h"
#include "interpose/control/engine.h"

enum { LOOPS_MAX = 256 };
static struct loops {
    uint32_t count;
    uintptr_t places[LOOPS_MAX];
} * loops;

void control_loops_begin(struct room *room)
{
    loops = room_take(room, sizeof *loops);
}

static bool is_known(uintptr_t place)
{
    for (uint32_t i = 0; i < loops->count; i++)
        if (loops->places[i] == place)
            return true;
    return false;
}

/* The thread's own variables of ours: they lie below the control block, in the order of modules. */
static struct engine_range own_variables(void)
{
    const ElfW(Ehdr) *header = (const void *)__ehdr_start;
    const ElfW(Phdr) *segments = (const void *)(__ehdr_start + header->e_phoff);
    uintptr_t offset, low;
    __asm__("leaq rt_cursor@dtpoff, %0" : "=r"(offset));
    low = (uintptr_t)&rt_cursor - offset;
    for (int i = 0; i < header->e_phnum; i++)
        if (segments[i].p_type == PT_TLS)
            return (struct engine_range){low, low + segments[i].p_memsz};
    return (struct engine_range){0};
}

/* False: it cannot be told. */
static bool memory_name(const struct control_thread *self, uint64_t *ret_name)
{
    if (!engine || !self->stack_base)
        return false;
    const struct engine_range holes[] = {
        {pages_region_low(self->stack_base - 1), self->stack_base}, own_variables(), {0}};
    return pages_name(holes, ret_name);
}

void control_watch_begin(void)
{
    struct control_thread *self = control_thread(control_self);
    self->unseen |= !memory_name(self, &self->memory);
}

void control_watch_end(void)
{
    struct control_thread *self = control_thread(control_self);
    uint64_t before = self->memory;
    control_watch_begin();
    self->changes += self->memory != before;
}

void control_watch(const struct sched_op *op)
{
    struct control_thread *self = control_thread(control_self);
    if (!is_known(op->pc))
        return;
    if (self->watched)
        control_watch_end();
    else
        control_watch_begin();
    self->watched = true;
}

void control_loop_met(const struct sched_op *op)
{
    bool can_watch = engine && loops->count < LOOPS_MAX;
    if (can_watch && !is_known(op->pc)) {
        loops->places[loops->count++] = op->pc;
        control_need(ENGINE_ONCE_MORE, NULL);
    }
    if (!can_watch || control_thread(control_self)->unseen)
        atomic_fetch_or(&control_shared->doubts, DOUBT_UNSEEN);
}
