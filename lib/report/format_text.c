/*
 * text: for people at a terminal or in a log, in the manner of a good compiler: what, who, where,
 * and why nothing orders it. The plain text is a contract of the tests; colour only adds to it.
 *
 *     racerun: data race #1 [1a2b3c4d]
 *       on `g_table[3].count` (int), a global variable declared at src/main.c:5
 *
 *       write of 4 bytes by thread 2 "worker" (tid 1234):
 *         #0 inc  src/main.c:12:5
 *            12 |     g_table[i].count++;
 *               |     ^
 *         #1 worker  src/main.c:20:3
 *         holding mutex `a`, locked in worker at src/main.c:19:3
 *     ...
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "report/text.h"

/* ---- what ---- */

static void put_variable_kind(struct text *t, const struct variable *v)
{
    if (v->function)
        text_put(t, ", a %s variable of %s", v->local ? "local" : "static", v->function);
    else
        text_put(t, v->tls ? ", a thread-local variable" : ", a global variable");
}

static void put_declared(struct text *t, const struct variable *v)
{
    if (!v->file)
        return;
    text_put(t, " declared at ");
    text_put_place(t, v->file, v->line, 0);
}

/* "channel `jobs` (of int, unbuffered), a global variable declared at main.c:5" */
static void put_object(struct text *t, const struct object *object)
{
    const struct variable *v = object->variable;
    text_put(t, "%s", object_label(t->c->arena, object));
    if (!v)
        return;
    put_variable_kind(t, v);
    if (object->module && !object->module->main)
        text_put(t, " of %s", object->module->image->name);
    put_declared(t, v);
}

static void put_variable(struct text *t, const struct finding *f, const struct variable *v)
{
    uint64_t first = f->place.addr - f->place.origin - v->addr - v->object_offset;
    uint64_t size = f->place.bytes;
    bool whole = first == 0 && size >= v->object_size;
    if (!whole && !v->bits && size == 1)
        text_put(t, "byte %" PRIu64 " of ", first);
    else if (!whole && !v->bits)
        text_put(t, "bytes %" PRIu64 " to %" PRIu64 " of ", first, first + size - 1);
    text_put_styled(t, BOLD, "`%s`", v->path);
    if (v->type)
        text_put(t, " (%s)", v->type);
    else
        text_put(t, " (of %" PRIu64 " bytes)", v->size);
    put_variable_kind(t, v);
    if (v->local)
        text_put(t, " on the stack of %s,", task_label(t->c->arena, f->place.task));
    else if (v->tls)
        text_put(t, " of %s", task_label(t->c->arena, f->place.task));
    else if (!f->place.module->main)
        text_put(t, " of %s", f->place.module->image->name);
    put_declared(t, v);
}

static void put_heap(struct text *t, const struct finding *f)
{
    const struct place *p = &f->place;
    text_put_bytes(t, p->bytes);
    text_put(t, ", ");
    if (p->addr < p->base) {
        text_put_bytes(t, p->base - p->addr);
        text_put(t, " before");
    } else if (p->addr - p->base >= p->size && p->size) {
        text_put_bytes(t, p->addr - p->base - p->size);
        text_put(t, " past the end of");
    } else {
        text_put_bytes(t, p->addr - p->base);
        text_put(t, " into");
    }
    text_put(t, " a heap block of ");
    text_put_bytes(t, p->size);
}

static void put_what(struct text *t, const struct finding *f)
{
    const struct place *p = &f->place;
    text_put(t, "  on ");
    if (f->about) {
        put_object(t, f->about);
    } else if (f->kind == FINDING_DOUBLE_FREE && p->kind == PLACE_HEAP) {
        text_put(t, "a heap block of ");
        text_put_bytes(t, p->size);
    } else if (p->variable && p->module) {
        put_variable(t, f, p->variable);
    } else if (p->kind == PLACE_HEAP) {
        put_heap(t, f);
    } else {
        text_put_bytes(t, p->bytes);
        if (p->kind == PLACE_STATIC && p->module)
            text_put(t, " at %s+0x%" PRIx64, p->module->image->name, p->addr - p->module->bias);
        else if (p->kind == PLACE_STACK || p->kind == PLACE_TLS)
            text_put(t, " %s of %s",
                     p->kind == PLACE_TLS ? "in the thread-local memory" : "on the stack",
                     task_label_long(t->c->arena, p->task));
        else
            text_put(t, " at 0x%" PRIx64 ", neither a known variable nor a heap block", p->addr);
    }
    text_line_end(t);
}

/* ---- who ---- */

/* Where the access touched more than both did: what that was. */
static void put_other_bytes(struct text *t, const struct finding *f, const struct access *a)
{
    const struct place *p = &f->place;
    const struct variable *v = a->variable;
    if (a->addr == p->addr && a->size == p->bytes)
        return;
    if (v && (!p->variable || strcmp(v->path, p->variable->path) != 0))
        text_put(t, " %s `%s`", strstr(access_verb(a->kind), "read") ? "of" : "to", v->path);
    else if (v && p->module && a->size < v->object_size)
        text_put(t, " at byte %" PRIu64 " of it", a->addr - p->origin - v->addr - v->object_offset);
    else if (v)
        return; /* the whole of it */
    else if (p->kind == PLACE_HEAP && a->addr >= p->base)
        text_put(t, " at offset %" PRIu64 " of the block", a->addr - p->base);
    else
        text_put(t, " at 0x%" PRIx64, a->addr);
}

static void put_locks(struct text *t, const struct access *access)
{
    for (size_t i = 0; i < access->lock_count; i++) {
        const struct lock *lock = &access->locks[i];
        text_put(t, "    holding %s%s", lock_label(t->c->arena, lock),
                 lock->shared ? " for reading" : "");
        if (lock->acquired.count) {
            text_put(t, ", locked");
            text_put_top(t, &lock->acquired);
        }
        if (!lock->variable && lock->created.count) {
            text_put(t, ", created");
            text_put_top(t, &lock->created);
        }
        text_line_end(t);
    }
}

static void put_access(struct text *t, const struct finding *f, const struct access *access)
{
    bool before = access == &f->before;
    text_line_end(t);
    text_put(t, "  ");
    t->caret = before ? BEFORE : NOW;
    text_style(t, t->caret);
    const char *verb = access->operation ? access->operation : access_verb(access->kind);
    text_put(t, "%s%s", before ? "previous " : "", verb);
    if (access->kind != ACCESS_FREE && !access->operation) {
        text_put(t, " of ");
        text_put_bytes(t, access->size);
        put_other_bytes(t, f, access);
    }
    text_put(t, " by %s:", task_label_long(t->c->arena, access->task));
    text_style(t, PLAIN);
    text_line_end(t);
    text_put_stack(t, &access->stack, true);
    t->caret = PLAIN;
    put_locks(t, access);
}

/* Sentences after a word that they are indented by. */
static void put_sentences(struct text *t, const char *head, const char *const *sentences,
                          size_t count)
{
    size_t indent = strlen(head);
    if (count)
        text_line_end(t);
    for (size_t i = 0; i < count; i++) {
        if (i == 0)
            text_put_styled(t, BOLD, "%s", head);
        else
            text_put(t, "%*s", (int)indent, "");
        const char *end = i + 1 < count ? ";" : "";
        text_put_wrapped(t, arena_printf(t->c->arena, "%s%s", sentences[i], end), indent, indent);
    }
}

static void put_why(struct text *t, const struct finding *f)
{
    put_sentences(t, "  why:", f->why, f->why_count);
    put_sentences(t, "  advice:", &f->advice, f->advice != NULL);
}

static void put_history(struct text *t, const struct finding *f)
{
    const struct place *p = &f->place;
    if (p->kind != PLACE_HEAP || (f->about && f->about->kind == OBJECT_CHANNEL))
        return;
    text_line_end(t);
    text_put(t, "  the block was allocated by %s:", task_label(t->c->arena, p->task));
    text_line_end(t);
    text_put_stack(t, &p->allocated, false);
    if (p->freed.count == 0 || f->now.kind == ACCESS_FREE || f->before.kind == ACCESS_FREE)
        return;
    text_line_end(t);
    text_put(t, "  and freed by %s:", task_label(t->c->arena, p->freed_task));
    text_line_end(t);
    text_put_stack(t, &p->freed, false);
}

/* Threads of one loop have one stack: it is shown once. */
static bool created_alike(const struct task *a, const struct task *b)
{
    const struct stack *x = &a->created, *y = &b->created;
    bool same = a->parent == b->parent && x->count == y->count;
    for (size_t i = 0; same && i < x->count; i++)
        same = x->frames[i].pc == y->frames[i].pc;
    return same;
}

static int task_order(const void *a, const void *b)
{
    const struct task *x = *(const struct task *const *)a, *y = *(const struct task *const *)b;
    return x->number < y->number ? -1 : x->number > y->number;
}

/* The tasks that were created as far as is known and that matter here, by number. */
static size_t created_tasks(const struct text *t, const struct finding *f,
                            const struct task ***ret_tasks)
{
    const struct task **tasks = arena_array(t->c->arena, f->task_count, sizeof(*tasks));
    size_t count = 0;
    for (size_t i = 0; i < f->task_count; i++) {
        const struct task *task = &f->tasks[i];
        if ((task->parent || task->created.count) && task_mentioned(f, task))
            tasks[count++] = task;
    }
    if (count)
        qsort(tasks, count, sizeof(*tasks), task_order);
    *ret_tasks = tasks;
    return count;
}

static void put_creations(struct text *t, const struct finding *f)
{
    const struct task **tasks;
    size_t count = created_tasks(t, f, &tasks);
    for (size_t i = 0; i < count; i++) {
        const struct task *task = tasks[i];
        if (!task)
            continue;
        text_line_end(t);
        text_put(t, "  %s", task_label_long(t->c->arena, task));
        size_t others = 0;
        for (size_t j = i + 1; j < count; j++)
            if (tasks[j] && created_alike(task, tasks[j])) {
                text_put(t, " and %s", task_label_long(t->c->arena, tasks[j]));
                tasks[j] = NULL; /* told */
                others++;
            }
        bool named = task->parent && task->parent->goroutine;
        text_put(t, " %s created by %s:", others ? "were" : "was",
                 (named ? task_label_long : task_label)(t->c->arena, task->parent));
        text_line_end(t);
        text_put_stack(t, &task->created, false);
    }
}

/* ---- the whole ---- */

static void put_crash(struct text *t, const struct finding *f)
{
    const char *name = sigabbrev_np((int)f->signal);
    text_put(t, "  signal %u (SIG%s) at address 0x%" PRIx64 " killed the program", f->signal,
             name ? name : "?", f->now.addr);
    text_line_end(t);
    text_line_end(t);
    text_put(t, "  in %s:", task_label_long(t->c->arena, f->now.task));
    text_line_end(t);
    text_put_stack(t, &f->now.stack, true);
    put_locks(t, &f->now);
}

/* ---- goroutines that are somewhere ---- */

static void put_made(struct text *t, const struct object *object)
{
    if (!object || !object->made.count)
        return;
    text_line_end(t);
    text_put(t, "  %s was made", object_label(t->c->arena, object));
    if (object->maker)
        text_put(t, " by %s", task_label(t->c->arena, object->maker));
    text_put(t, ":");
    text_line_end(t);
    text_put_stack(t, &object->made, false);
}

/* Each channel once. */
static void put_all_made(struct text *t, const struct finding *f)
{
    put_made(t, f->about);
    for (size_t i = 0; i < f->wait_count; i++) {
        const struct object *object = f->waits[i].object;
        bool told = object == f->about;
        for (size_t j = 0; j < i && !told; j++)
            told = f->waits[j].object == object;
        if (!told)
            put_made(t, object);
    }
}

/* Who holds what is waited for, or what the task holds meanwhile. */
static void put_held(struct text *t, const struct wait *wait)
{
    if (wait->held) {
        text_put(t, "    while holding ");
        put_object(t, wait->held);
        text_put(t, ", locked:");
    } else if (wait->holder && wait->object && wait->object->kind != OBJECT_THREAD) {
        bool runs = wait->object->kind == OBJECT_ONCE_FLAG;
        text_put(t, "    %s by %s%s", runs ? "run" : "held",
                 task_label_long(t->c->arena, wait->holder),
                 !wait->held_at.count ? ""
                 : runs               ? ", begun:"
                                      : ", locked:");
    } else {
        return;
    }
    text_line_end(t);
    if (wait->held_at.count)
        text_put_stack(t, &wait->held_at, false);
}

/* "thread 2 waits: lock on mutex `a`", "unlocked by thread 2", "in thread 2" */
static void put_wait_head(struct text *t, const struct finding *f, const struct wait *wait)
{
    const char *who = task_label_long(t->c->arena, wait->task);
    bool stuck = f->kind == FINDING_DEADLOCK || f->kind == FINDING_LEAK ||
                 f->kind == FINDING_LOST_WAKEUP || f->kind == FINDING_LIVELOCK;
    text_put(t, "  ");
    text_style(t, BOLD);
    if (stuck)
        text_put(t, "%s waits: %s", who, wait->state);
    else if (f->kind == FINDING_LOCK_ORDER)
        text_put(t, "%s locks", who);
    else if (f->by_threads)
        text_put(t, "%s by %s", wait->state, who);
    else
        text_put(t, "in %s", who);
    text_style(t, PLAIN);
    if ((stuck || f->kind == FINDING_LOCK_ORDER) && wait->object) {
        text_put(t, stuck ? " on " : " ");
        put_object(t, wait->object);
    }
    text_put(t, ":");
    text_line_end(t);
}

static void put_wait(struct text *t, const struct finding *f, const struct wait *wait)
{
    if (f->words || f->about || wait != f->waits)
        text_line_end(t);
    put_wait_head(t, f, wait);
    text_put_stack(t, &wait->stack, true);
    put_held(t, wait);
    if (wait->like) {
        text_put(t, "    and %u more in the same state and place", wait->like);
        text_line_end(t);
    }
}

static void put_waits(struct text *t, const struct finding *f)
{
    if (f->words) {
        text_put(t, "  %s", f->words);
        text_line_end(t);
    }
    if (f->about) {
        text_put(t, "  on ");
        put_object(t, f->about);
        text_line_end(t);
    }
    for (size_t i = 0; i < f->wait_count; i++)
        put_wait(t, f, &f->waits[i]);
    if (f->more) {
        text_line_end(t);
        text_put(t, "  and %u more %s", f->more,
                 f->wait_count && f->waits[0].task && !f->waits[0].task->goroutine ? "threads"
                                                                                   : "goroutines");
        text_line_end(t);
    }
    put_why(t, f);
}

static void text_finding(struct buf *out, const struct finding *f, const struct format_context *c)
{
    struct text t = {.out = out, .c = c};
    text_put(&t, "racerun: ");
    text_put_styled(&t, KIND, "%s", f->title);
    text_put(&t, " #%u [%s]", f->number, f->id);
    text_line_end(&t);
    if (f->kind == FINDING_CRASH)
        put_crash(&t, f);
    else if (f->has_now)
        put_what(&t, f);
    else
        put_waits(&t, f);
    if (c->many_processes) {
        text_put(&t, "  in process %u%s%s", f->pid, f->process && *f->process->path ? ", " : "",
                 f->process ? f->process->path : "");
        text_line_end(&t);
    }
    if (f->has_before) {
        put_access(&t, f, &f->now);
        put_access(&t, f, &f->before);
        put_why(&t, f);
        put_history(&t, f);
    }
    put_all_made(&t, f);
    put_creations(&t, f);
    if (f->hint) {
        text_line_end(&t);
        text_put_styled(&t, BOLD, "  hint:");
        text_put(&t, " %s", f->hint);
        text_line_end(&t);
    }
    text_line_end(&t);
}

static void text_notice(struct buf *out, const char *text, const struct format_context *c)
{
    struct text t = {.out = out, .c = c};
    text_put(&t, "racerun: %s", text);
    text_line_end(&t);
}

static void put_suppressions(struct text *t, const struct format_summary *s)
{
    if (s->print_suppressions && s->suppressed) {
        text_put(t, "racerun: %u findings were suppressed:", s->suppressed);
        text_line_end(t);
    }
    for (size_t i = 0; i < s->suppression_count; i++) {
        const struct suppression_use *use = &s->suppressions[i];
        if (use->hits && s->print_suppressions)
            text_put(t, "racerun:   %6" PRIu64 " %s:%s", use->hits, use->type, use->pattern);
        else if (!use->hits && (t->c->verbosity || s->print_suppressions) && use->file)
            text_put(t, "racerun: suppression never used: %s:%s (%s:%u)", use->type, use->pattern,
                     use->file, use->line);
        else
            continue;
        text_line_end(t);
    }
}

static void text_summary(struct buf *out, const struct format_summary *s,
                         const struct format_context *c)
{
    struct text t = {.out = out, .c = c};
    if (s->printed < s->findings) {
        text_put(&t, "racerun: %u findings were counted but not shown", s->findings - s->printed);
        text_line_end(&t);
    }
    for (size_t i = 0; i < s->repeat_count && c->verbosity; i++) {
        const struct repeat *r = &s->repeats[i];
        text_put(&t, "racerun: #%u [%s] was seen again", r->number, r->id);
        text_line_end(&t);
    }
    put_suppressions(&t, s);
    if (s->known) {
        text_put(&t, "racerun: %u known findings (they are in the baseline)", s->known);
        text_line_end(&t);
    }
    if (s->findings) {
        text_put(&t, "racerun: ");
        text_put_styled(&t, KIND, "%u findings", s->findings);
        text_line_end(&t);
    }
}

const struct report_format format_text = {
    .name = "text",
    .help = "for people: variables, both stacks, locks, and why nothing orders them",
    .finding = text_finding,
    .notice = text_notice,
    .summary = text_summary,
};
