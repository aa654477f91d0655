/*
 * tsan: ThreadSanitizer's layout, which CTest, CDash, CodeChecker and many scripts parse. Threads
 * are T1, T2, ... with the main thread apart; mutexes M<uid>. What ThreadSanitizer would not say
 * (the reasons) is left out; our headline words are mapped to its own.
 */
#include <inttypes.h>
#include <string.h>

#include "report/format.h"
#include "report/utf8.h"

#define SEPARATOR "==================\n"

__attribute__((format(printf, 2, 3))) static void put(struct buf *out, const char *format, ...)
{
    struct buf raw = {0};
    va_list list;
    va_start(list, format);
    buf_vprintf(&raw, format, list);
    va_end(list);
    utf8_add_clean(out, raw.bytes, raw.size);
    buf_done(&raw);
}

static void line(struct buf *out)
{
    buf_char(out, '\n');
}

static const char *headline(const struct finding *f)
{
    switch (f->kind) {
    case FINDING_USE_AFTER_FREE:
        return "heap-use-after-free";
    case FINDING_DOUBLE_FREE:
        return "double-free";
    case FINDING_CRASH:
        return "SEGV";
    default:
        return f->title;
    }
}

static const char *thread(const struct format_context *c, const struct task *task)
{
    if (!task)
        return "unknown thread";
    if (task->goroutine)
        return task_label(c->arena, task);
    return task->number == 1 ? "main thread"
                             : arena_printf(c->arena, "thread T%u", task->number - 1);
}

static void put_location(struct buf *out, const struct frame *frame, const struct format_context *c)
{
    if (frame->file) {
        put(out, " %s", format_path(c, frame->file));
        if (frame->line)
            put(out, ":%u", frame->line);
        if (frame->line && frame->column)
            put(out, ":%u", frame->column);
    }
}

static void put_stack(struct buf *out, const struct stack *stack, const struct format_context *c)
{
    if (stack->count == 0) {
        put(out, "    [failed to restore the stack]");
        line(out);
    }
    for (size_t i = 0; i < stack->count; i++) {
        const struct frame *frame = &stack->frames[i];
        put(out, "    #%zu %s", i, frame->function ? frame->function : "<null>");
        if (frame->file)
            put_location(out, frame, c);
        else
            put(out, " <null>");
        if (frame->module)
            put(out, " (%s+0x%" PRIx64 ")", frame->module, frame->offset);
        else
            put(out, " (0x%" PRIx64 ")", frame->pc);
        line(out);
    }
    line(out);
}

static void put_mutexes(struct buf *out, const struct access *access)
{
    for (size_t i = 0; i < access->lock_count; i++)
        put(out, "%s%s M%u", i ? ", " : " (mutexes: ", access->locks[i].shared ? "read" : "write",
            access->locks[i].uid);
    if (access->lock_count)
        put(out, ")");
}

/* A free is a write of the whole block to ThreadSanitizer. */
static void put_access(struct buf *out, const struct finding *f, const struct access *access,
                       const struct format_context *c)
{
    enum proto_access_kind kind = access->kind == ACCESS_FREE ? ACCESS_WRITE : access->kind;
    const char *verb = access_verb(kind);
    if (access == &f->before)
        put(out, "  Previous %s", verb);
    else
        put(out, "  %c%s", verb[0] - 'a' + 'A', verb + 1);
    put(out, " of size %u at 0x%012" PRIx64 " by %s", access->size, access->addr,
        thread(c, access->task));
    put_mutexes(out, access);
    put(out, ":");
    line(out);
    put_stack(out, &access->stack, c);
}

static void put_global(struct buf *out, const struct finding *f)
{
    const struct place *p = &f->place;
    const struct variable *v = p->variable;
    if (v)
        put(out,
            "  Location is global '%s' of size %" PRIu64 " at 0x%012" PRIx64 " (%s+0x%" PRIx64 ")",
            v->name, v->size, v->addr + p->origin, p->module->image->name, v->addr);
    else
        put(out, "  Location is global '<null>' at 0x%012" PRIx64 " (%s+0x%" PRIx64 ")", p->addr,
            p->module->image->name, p->addr - p->origin);
    line(out);
    line(out);
}

static void put_object(struct buf *out, const struct object *object, const struct format_context *c)
{
    put(out, "  Location is %s", object_label(c->arena, object));
    if (object->made.count) {
        put(out, " made by %s at:", thread(c, object->maker));
        line(out);
        put_stack(out, &object->made, c);
        return;
    }
    line(out);
    line(out);
}

static void put_place(struct buf *out, const struct finding *f, const struct format_context *c)
{
    const struct place *p = &f->place;
    if (f->about) {
        put_object(out, f->about, c);
    } else if (p->kind == PLACE_STATIC && p->module) {
        put_global(out, f);
    } else if (p->kind == PLACE_HEAP) {
        put(out,
            "  Location is heap block of size %" PRIu64 " at 0x%012" PRIx64 " allocated by %s:",
            p->size, p->base, thread(c, p->task));
        line(out);
        put_stack(out, &p->allocated, c);
    } else if (p->kind == PLACE_STACK || p->kind == PLACE_TLS) {
        put(out, "  Location is %s of %s.", p->kind == PLACE_TLS ? "TLS" : "stack",
            thread(c, p->task));
        line(out);
        line(out);
    }
}

static bool listed_before(const struct finding *f, const struct lock *lock)
{
    const struct access *both[] = {&f->now, &f->before};
    for (size_t side = 0; side < 2; side++)
        for (size_t i = 0; i < both[side]->lock_count; i++) {
            if (&both[side]->locks[i] == lock)
                return false;
            if (both[side]->locks[i].uid == lock->uid)
                return true;
        }
    return false;
}

/* ThreadSanitizer takes the first lock of a static mutex for its creation; so do we. */
static void put_locks(struct buf *out, const struct finding *f, const struct access *access,
                      const struct format_context *c)
{
    for (size_t i = 0; i < access->lock_count; i++) {
        const struct lock *lock = &access->locks[i];
        if (listed_before(f, lock))
            continue;
        put(out, "  Mutex M%u (0x%012" PRIx64 ") created at:", lock->uid, lock->addr);
        line(out);
        put_stack(out, lock->created.count ? &lock->created : &lock->acquired, c);
    }
}

static void put_threads(struct buf *out, const struct finding *f, const struct format_context *c)
{
    for (size_t i = 0; i < f->task_count; i++) {
        const struct task *task = &f->tasks[i];
        if (task->number == 1 || !task_mentioned(f, task))
            continue;
        const char *label = thread(c, task);
        put(out, "  %c%s", label[0] - 'a' + 'A', label + 1);
        if (*task->name)
            put(out, " '%s'", task->name);
        if (!task->goroutine)
            put(out, " (tid=%u, %s)", task->os_id, task->ended ? "finished" : "running");
        if (task->created.count)
            put(out, " created by %s at:", thread(c, task->parent));
        line(out);
        if (task->created.count)
            put_stack(out, &task->created, c);
        else
            line(out);
    }
}

/* ThreadSanitizer has no words for these. */
static void put_waits(struct buf *out, const struct finding *f, const struct format_context *c)
{
    if (f->words) {
        put(out, "  %s", f->words);
        line(out);
    }
    for (size_t i = 0; i < f->wait_count; i++) {
        const struct wait *wait = &f->waits[i];
        const char *label = thread(c, wait->task);
        if (f->by_threads)
            put(out, "  %c%s by %s", wait->state[0] - 'a' + 'A', wait->state + 1, label);
        else if (f->kind == FINDING_LOCK_ORDER)
            put(out, "  %c%s locks", label[0] - 'a' + 'A', label + 1);
        else if (strcmp(wait->state, "running") == 0)
            put(out, "  In %s", label);
        else
            put(out, "  %c%s in %s", label[0] - 'a' + 'A', label + 1, wait->state);
        if (wait->object)
            put(out, f->kind == FINDING_LOCK_ORDER ? " %s" : " of %s",
                object_label(c->arena, wait->object));
        put(out, ":");
        line(out);
        put_stack(out, &wait->stack, c);
        const struct object *locked = wait->held ? wait->held : wait->object;
        if (locked && wait->held_at.count) {
            put(out, "  %s, locked by %s at:", object_label(c->arena, locked),
                thread(c, wait->held ? wait->task : wait->holder));
            line(out);
            put_stack(out, &wait->held_at, c);
        }
    }
}

static void put_summary(struct buf *out, const struct finding *f, const struct format_context *c)
{
    put(out, "SUMMARY: ThreadSanitizer: %s", headline(f));
    const struct stack *stack = finding_stack(f);
    if (stack->count) {
        const struct frame *frame = &stack->frames[0];
        if (frame->file)
            put_location(out, frame, c);
        else if (frame->module)
            put(out, " (%s+0x%" PRIx64 ")", frame->module_path, frame->offset);
        put(out, " in %s", frame->function ? frame->function : "<null>");
    }
    line(out);
}

static void tsan_finding(struct buf *out, const struct finding *f, const struct format_context *c)
{
    buf_put(out, SEPARATOR);
    put(out, "WARNING: ThreadSanitizer: %s (pid=%u)", headline(f), f->pid);
    line(out);
    if (f->has_now)
        put_access(out, f, &f->now, c);
    else
        put_waits(out, f, c);
    if (f->has_before) {
        put_access(out, f, &f->before, c);
        put_place(out, f, c);
    }
    if (!f->has_now && f->about)
        put_object(out, f->about, c);
    put_locks(out, f, &f->now, c);
    put_locks(out, f, &f->before, c);
    put_threads(out, f, c);
    put_summary(out, f, c);
    buf_put(out, SEPARATOR);
}

static void tsan_notice(struct buf *out, const char *text, const struct format_context *c)
{
    (void)c;
    put(out, "racerun: %s", text);
    line(out);
}

static void tsan_summary(struct buf *out, const struct format_summary *s,
                         const struct format_context *c)
{
    (void)c;
    if (s->print_suppressions && s->suppressed) {
        put(out, "ThreadSanitizer: Matched %u suppressions:", s->suppressed);
        line(out);
        for (size_t i = 0; i < s->suppression_count; i++)
            if (s->suppressions[i].hits) {
                put(out, "%" PRIu64 " %s:%s", s->suppressions[i].hits, s->suppressions[i].type,
                    s->suppressions[i].pattern);
                line(out);
            }
    }
    if (s->findings) {
        put(out, "ThreadSanitizer: reported %u warnings", s->findings);
        line(out);
    }
}

const struct report_format format_tsan = {
    .name = "tsan",
    .help = "ThreadSanitizer's layout, for tools that parse it",
    .finding = tsan_finding,
    .notice = tsan_notice,
    .summary = tsan_summary,
};
