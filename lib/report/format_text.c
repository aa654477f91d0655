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

#include "report/format.h"
#include "report/source.h"
#include "report/utf8.h"

#define FRAMES_FIRST 32 /* shown of a deep stack */
#define FRAMES_LAST 8
#define WIDTH_DEFAULT 100
#define EXCERPT_MAX 500 /* a log keeps lines whole, but not those of generated code */

enum style { PLAIN, BOLD, KIND, PLACE, CARET };
static const char *const style_codes[] = {"\033[0m", "\033[1m", "\033[1;31m", "\033[36m",
                                          "\033[1;32m"};

struct text {
    struct buf *out;
    const struct format_context *c;
};

static void style(struct text *t, enum style style)
{
    if (t->c->color)
        buf_put(t->out, style_codes[style]);
}

/* Whatever a name contains, it cannot end the line or speak to the terminal. */
__attribute__((format(printf, 2, 3))) static void put(struct text *t, const char *format, ...)
{
    struct buf raw = {0};
    va_list list;
    va_start(list, format);
    buf_vprintf(&raw, format, list);
    va_end(list);
    utf8_add_clean(t->out, raw.bytes, raw.size);
    buf_done(&raw);
}

static void line_end(struct text *t)
{
    buf_char(t->out, '\n');
}

__attribute__((format(printf, 3, 4))) static void put_styled(struct text *t, enum style how,
                                                             const char *format, ...)
{
    struct buf raw = {0};
    va_list list;
    va_start(list, format);
    buf_vprintf(&raw, format, list);
    va_end(list);
    style(t, how);
    utf8_add_clean(t->out, raw.bytes, raw.size);
    style(t, PLAIN);
    buf_done(&raw);
}

/* Names below the working folder are shown from there on, as a compiler would. */
static const char *shown_path(const struct text *t, const char *file)
{
    const char *path = format_path(t->c, file);
    const char *folder = t->c->folder;
    if (path == file && folder && strncmp(file, folder, strlen(folder)) == 0)
        return file + strlen(folder);
    return path;
}

static void put_place(struct text *t, const char *file, uint32_t line, uint32_t column)
{
    style(t, PLACE);
    put(t, "%s", shown_path(t, file));
    if (line)
        put(t, ":%u", line);
    if (line && column)
        put(t, ":%u", column);
    style(t, PLAIN);
}

static void put_bytes(struct text *t, uint64_t count)
{
    put(t, "%" PRIu64 " byte%s", count, count == 1 ? "" : "s");
}

/* ---- stacks ---- */

static void put_function(struct text *t, const struct frame *frame)
{
    if (frame->function)
        put_styled(t, BOLD, "%s", frame->function);
    else
        put(t, "0x%" PRIx64, frame->pc);
}

static void put_frame(struct text *t, const struct frame *frame, size_t index)
{
    put(t, "    #%zu ", index);
    put_function(t, frame);
    put(t, "  ");
    if (frame->file)
        put_place(t, frame->file, frame->line, frame->column);
    if (!frame->module)
        put(t, "(unknown module)");
    else if (!frame->file || t->c->verbosity > 1)
        put(t, "%s(%s+0x%" PRIx64 ")", frame->file ? " " : "", frame->module, frame->offset);
    else if (!frame->in_main)
        put(t, " (%s)", frame->module); /* a library is worth saying */
    if (frame->inlined)
        put(t, " [inlined]");
    line_end(t);
}

static void put_excerpt(struct text *t, const struct frame *frame)
{
    struct source_excerpt excerpt;
    size_t width = t->c->width > 14 ? t->c->width - 14 : EXCERPT_MAX;
    if (!frame->file ||
        !source_read(t->c->arena, frame->file, frame->line, frame->column, width, &excerpt))
        return;
    put(t, "    %6u | %s", frame->line, excerpt.text);
    line_end(t);
    if (excerpt.caret == SIZE_MAX)
        return;
    put(t, "    %6s | %*s", "", (int)excerpt.caret, "");
    put_styled(t, CARET, "^");
    line_end(t);
}

/* How many frames from `i` on are left out: the middle of a deep stack, and runs of frames of the
 * C and C++ library, which seldom help. */
static size_t frames_hidden(const struct text *t, const struct stack *stack, size_t i, bool access)
{
    if (i == FRAMES_FIRST && stack->count > FRAMES_FIRST + FRAMES_LAST + 1)
        return stack->count - FRAMES_FIRST - FRAMES_LAST;
    if ((i == 0 && access) || t->c->verbosity)
        return 0;
    size_t run = 0;
    while (i + run < stack->count && stack->frames[i + run].library)
        run++;
    return run > 1 && run < stack->count ? run : 0;
}

static void put_stack(struct text *t, const struct stack *stack, bool access)
{
    if (stack->count == 0) {
        put(t, "    (stack unknown)");
        line_end(t);
    }
    for (size_t i = 0; i < stack->count;) {
        size_t hidden = frames_hidden(t, stack, i, access);
        if (hidden) {
            put(t, "    ... %zu %s ...", hidden,
                stack->frames[i].library ? "frames of the library" : "more frames");
            line_end(t);
            i += hidden;
            continue;
        }
        put_frame(t, &stack->frames[i], i);
        if (access && &stack->frames[i] == stack_own(stack))
            put_excerpt(t, &stack->frames[i]);
        i++;
    }
}

/* "in worker at main.c:19:3" */
static void put_top(struct text *t, const struct stack *stack)
{
    const struct frame *frame = stack_own(stack);
    put(t, " in ");
    put_function(t, frame);
    if (frame->file) {
        put(t, " at ");
        put_place(t, frame->file, frame->line, frame->column);
    } else if (frame->module) {
        put(t, " (%s+0x%" PRIx64 ")", frame->module, frame->offset);
    }
}

/* ---- what ---- */

static void put_variable(struct text *t, const struct finding *f, const struct variable *v)
{
    uint64_t first = f->place.addr - f->place.origin - v->addr - v->object_offset;
    uint64_t size = f->place.bytes;
    bool whole = first == 0 && size >= v->object_size;
    if (!whole && !v->bits && size == 1)
        put(t, "byte %" PRIu64 " of ", first);
    else if (!whole && !v->bits)
        put(t, "bytes %" PRIu64 " to %" PRIu64 " of ", first, first + size - 1);
    put_styled(t, BOLD, "`%s`", v->path);
    if (v->type)
        put(t, " (%s)", v->type);
    else
        put(t, " (of %" PRIu64 " bytes)", v->size);
    if (v->function)
        put(t, ", a %s variable of %s", v->local ? "local" : "static", v->function);
    else
        put(t, v->tls ? ", a thread-local variable" : ", a global variable");
    if (v->local)
        put(t, " on the stack of %s,", task_label(t->c->arena, f->place.task));
    else if (v->tls)
        put(t, " of %s", task_label(t->c->arena, f->place.task));
    else if (!f->place.module->main)
        put(t, " of %s", f->place.module->image->name);
    if (v->file) {
        put(t, " declared at ");
        put_place(t, v->file, v->line, 0);
    }
}

static void put_heap(struct text *t, const struct finding *f)
{
    const struct place *p = &f->place;
    put_bytes(t, p->bytes);
    put(t, ", ");
    if (p->addr < p->base) {
        put_bytes(t, p->base - p->addr);
        put(t, " before");
    } else if (p->addr - p->base >= p->size && p->size) {
        put_bytes(t, p->addr - p->base - p->size);
        put(t, " past the end of");
    } else {
        put_bytes(t, p->addr - p->base);
        put(t, " into");
    }
    put(t, " a heap block of ");
    put_bytes(t, p->size);
}

static void put_what(struct text *t, const struct finding *f)
{
    const struct place *p = &f->place;
    put(t, "  on ");
    if (f->kind == FINDING_DOUBLE_FREE && p->kind == PLACE_HEAP) {
        put(t, "a heap block of ");
        put_bytes(t, p->size);
    } else if (p->variable && p->module) {
        put_variable(t, f, p->variable);
    } else if (p->kind == PLACE_HEAP) {
        put_heap(t, f);
    } else {
        put_bytes(t, p->bytes);
        if (p->kind == PLACE_STATIC && p->module)
            put(t, " at %s+0x%" PRIx64, p->module->image->name, p->addr - p->module->bias);
        else if (p->kind == PLACE_STACK || p->kind == PLACE_TLS)
            put(t, " %s of %s",
                p->kind == PLACE_TLS ? "in the thread-local memory" : "on the stack",
                task_label_long(t->c->arena, p->task));
        else
            put(t, " at 0x%" PRIx64 ", neither a known variable nor a heap block", p->addr);
    }
    line_end(t);
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
        put(t, " %s `%s`", strstr(access_verb(a->kind), "read") ? "of" : "to", v->path);
    else if (v && p->module && a->size < v->object_size)
        put(t, " at byte %" PRIu64 " of it", a->addr - p->origin - v->addr - v->object_offset);
    else if (v)
        return; /* the whole of it */
    else if (p->kind == PLACE_HEAP && a->addr >= p->base)
        put(t, " at offset %" PRIu64 " of the block", a->addr - p->base);
    else
        put(t, " at 0x%" PRIx64, a->addr);
}

static void put_locks(struct text *t, const struct access *access)
{
    for (size_t i = 0; i < access->lock_count; i++) {
        const struct lock *lock = &access->locks[i];
        put(t, "    holding %s%s", lock_label(t->c->arena, lock),
            lock->shared ? " for reading" : "");
        if (lock->acquired.count) {
            put(t, ", locked");
            put_top(t, &lock->acquired);
        }
        if (!lock->variable && lock->created.count) {
            put(t, ", created");
            put_top(t, &lock->created);
        }
        line_end(t);
    }
}

static void put_access(struct text *t, const struct finding *f, const struct access *access)
{
    bool before = access == &f->before;
    line_end(t);
    put(t, "  ");
    style(t, BOLD);
    put(t, "%s%s", before ? "previous " : "", access_verb(access->kind));
    if (access->kind != ACCESS_FREE) {
        put(t, " of ");
        put_bytes(t, access->size);
        put_other_bytes(t, f, access);
    }
    put(t, " by %s:", task_label_long(t->c->arena, access->task));
    style(t, PLAIN);
    line_end(t);
    put_stack(t, &access->stack, true);
    put_locks(t, access);
}

/* Words are kept whole; each line begins with `indent` columns, the first one at column `at`. */
static void put_wrapped(struct text *t, const char *words, size_t indent, size_t at)
{
    size_t width = t->c->width > 40 ? t->c->width : WIDTH_DEFAULT;
    while (*words) {
        size_t size = strcspn(words, " ");
        if (at > indent && at + 1 + size > width) {
            line_end(t);
            put(t, "%*s", (int)indent, "");
            at = indent;
        }
        put(t, " %.*s", (int)size, words);
        at += 1 + size;
        words += size;
        words += strspn(words, " ");
    }
    line_end(t);
}

static void put_why(struct text *t, const struct finding *f)
{
    static const char head[] = "  why:";
    if (f->why_count)
        line_end(t);
    for (size_t i = 0; i < f->why_count; i++) {
        if (i == 0)
            put_styled(t, BOLD, "%s", head);
        else
            put(t, "%*s", (int)sizeof(head) - 1, "");
        const char *end = i + 1 < f->why_count ? ";" : "";
        put_wrapped(t, arena_printf(t->c->arena, "%s%s", f->why[i], end), sizeof(head) - 1,
                    sizeof(head) - 1);
    }
}

static void put_history(struct text *t, const struct finding *f)
{
    const struct place *p = &f->place;
    if (p->kind != PLACE_HEAP)
        return;
    line_end(t);
    put(t, "  the block was allocated by %s:", task_label(t->c->arena, p->task));
    line_end(t);
    put_stack(t, &p->allocated, false);
    if (p->freed.count == 0 || f->now.kind == ACCESS_FREE || f->before.kind == ACCESS_FREE)
        return;
    line_end(t);
    put(t, "  and freed by %s:", task_label(t->c->arena, p->freed_task));
    line_end(t);
    put_stack(t, &p->freed, false);
}

/* Threads of one loop have one stack: it is shown once. */
static bool created_alike(const struct task *a, const struct task *b)
{
    return a->parent == b->parent && a->created.frames == b->created.frames;
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
        line_end(t);
        put(t, "  %s", task_label_long(t->c->arena, task));
        size_t others = 0;
        for (size_t j = i + 1; j < count; j++)
            if (tasks[j] && created_alike(task, tasks[j])) {
                put(t, " and %s", task_label_long(t->c->arena, tasks[j]));
                tasks[j] = NULL; /* told */
                others++;
            }
        put(t, " %s created by %s:", others ? "were" : "was",
            task_label(t->c->arena, task->parent));
        line_end(t);
        put_stack(t, &task->created, false);
    }
}

/* ---- the whole ---- */

static void put_crash(struct text *t, const struct finding *f)
{
    const char *name = sigabbrev_np((int)f->signal);
    put(t, "  signal %u (SIG%s) at address 0x%" PRIx64 " killed the program", f->signal,
        name ? name : "?", f->now.addr);
    line_end(t);
    line_end(t);
    put(t, "  in %s:", task_label_long(t->c->arena, f->now.task));
    line_end(t);
    put_stack(t, &f->now.stack, true);
    put_locks(t, &f->now);
}

static void text_finding(struct buf *out, const struct finding *f, const struct format_context *c)
{
    struct text t = {out, c};
    put(&t, "racerun: ");
    put_styled(&t, KIND, "%s", f->title);
    put(&t, " #%u [%s]", f->number, f->id);
    line_end(&t);
    if (f->kind == FINDING_CRASH) {
        put_crash(&t, f);
    } else {
        put_what(&t, f);
    }
    if (c->many_processes) {
        put(&t, "  in process %u%s%s", f->pid, f->process && *f->process->path ? ", " : "",
            f->process ? f->process->path : "");
        line_end(&t);
    }
    if (f->has_before) {
        put_access(&t, f, &f->now);
        put_access(&t, f, &f->before);
        put_why(&t, f);
        put_history(&t, f);
    }
    put_creations(&t, f);
    if (f->hint) {
        line_end(&t);
        put(&t, "  hint: %s", f->hint);
        line_end(&t);
    }
    line_end(&t);
}

static void text_notice(struct buf *out, const char *text, const struct format_context *c)
{
    struct text t = {out, c};
    put(&t, "racerun: %s", text);
    line_end(&t);
}

static void put_suppressions(struct text *t, const struct format_summary *s)
{
    if (s->print_suppressions && s->suppressed) {
        put(t, "racerun: %u findings were suppressed:", s->suppressed);
        line_end(t);
    }
    for (size_t i = 0; i < s->suppression_count; i++) {
        const struct suppression_use *use = &s->suppressions[i];
        if (use->hits && s->print_suppressions)
            put(t, "racerun:   %6" PRIu64 " %s:%s", use->hits, use->type, use->pattern);
        else if (!use->hits && t->c->verbosity && use->file)
            put(t, "racerun: suppression never used: %s:%s (%s:%u)", use->type, use->pattern,
                use->file, use->line);
        else
            continue;
        line_end(t);
    }
}

static void text_summary(struct buf *out, const struct format_summary *s,
                         const struct format_context *c)
{
    struct text t = {out, c};
    if (s->printed < s->findings) {
        put(&t, "racerun: %u findings were counted but not shown", s->findings - s->printed);
        line_end(&t);
    }
    for (size_t i = 0; i < s->repeat_count && c->verbosity; i++) {
        const struct repeat *r = &s->repeats[i];
        put(&t, "racerun: #%u [%s] was seen again", r->number, r->id);
        line_end(&t);
    }
    put_suppressions(&t, s);
    if (s->findings) {
        put(&t, "racerun: %u findings", s->findings);
        line_end(&t);
    }
}

const struct report_format format_text = {
    .name = "text",
    .help = "for people: variables, both stacks, locks, and why nothing orders them",
    .finding = text_finding,
    .notice = text_notice,
    .summary = text_summary,
};
