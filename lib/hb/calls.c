/*
 * calls: the shadow stack of a task. frames[0] is a sentinel; frames above it are the calls in
 * progress. longjmp leaves frames behind: they are found by their stack pointer, which must fall
 * with each nested call, and dropped (a border, pushed by hb_call_mark, is never dropped so: the
 * code above it may run on another stack).
 */
#include "hb/engine.h"

static bool frame_is_border(const struct hb_frame *frame)
{
    return frame->call_pc == 0;
}

/* The frame is not a caller of code whose stack pointer is `sp`. */
static bool frame_is_stale(const struct hb_frame *frame, uintptr_t sp)
{
    return !frame_is_border(frame) && (int32_t)(frame->sp - (uint32_t)sp) <= 0;
}

/* The old frames stay mapped: another task may be reading them for a report. All sizes together
 * are less than the last one. */
static void frames_grow(struct hb_cursor *cursor)
{
    struct hb_task *task = cursor->task;
    size_t depth = (size_t)(cursor->top - task->frames);
    size_t size = task->frames == task->frames_own ? sizeof *task->frames * FRAMES_MAPPED
                                                   : task->frames_size * 2;
    struct hb_frame *bigger = sys_reserve(size);
    CHECK_MSG(bigger, "out of memory for the call stack of a task");
    for (size_t i = 0; i <= depth; i++)
        bigger[i] = task->frames[i];
    task->frames = bigger;
    task->frames_size = size;
    cursor->top = bigger + depth;
    cursor->limit = bigger + task->frames_size / sizeof *bigger - 1;
}

static void frame_push(struct hb_cursor *cursor, uintptr_t call_pc, uintptr_t sp)
{
    if (cursor->top >= cursor->limit)
        frames_grow(cursor);
    *++cursor->top = (struct hb_frame){.call_pc = call_pc, .sp = (uint32_t)sp};
}

void hb_call_enter(struct hb_cursor *cursor, uintptr_t call_pc, uintptr_t sp)
{
    if (!cursor->task)
        return;
    while (frame_is_stale(cursor->top, sp))
        cursor->top--;
    frame_push(cursor, call_pc, sp);
}

void hb_call_leave(struct hb_cursor *cursor)
{
    if (cursor->task && !frame_is_border(cursor->top))
        cursor->top--;
}

size_t hb_call_mark(struct hb_cursor *cursor)
{
    if (!cursor->task)
        return 0;
    size_t depth = (size_t)(cursor->top - cursor->task->frames);
    frame_push(cursor, 0, 0);
    return depth;
}

void hb_call_restore(struct hb_cursor *cursor, size_t mark)
{
    if (cursor->task && cursor->top > cursor->task->frames + mark)
        cursor->top = cursor->task->frames + mark;
}

void hb_call_heal(struct hb_cursor *cursor, uintptr_t sp)
{
    if (!cursor->task)
        return;
    while (!frame_is_border(cursor->top) && (int32_t)(cursor->top->sp - (uint32_t)sp) < 0)
        cursor->top--;
}

void hb_ignore_begin(struct hb_cursor *cursor)
{
    cursor->ignore++;
    cursor->word = cursor->quiet_word = RECORD_LOCKED;
}

void hb_ignore_end(struct hb_cursor *cursor)
{
    if (cursor->ignore == 0 || --cursor->ignore > 0 || !cursor->task)
        return;
    cursor_set_word(cursor, cursor->task);
}
