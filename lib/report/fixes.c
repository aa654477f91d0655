/*
 * fixes: see fixes.h. The source line of an access is looked at for what it does with the variable;
 * what it says is told as a guess ("counts", "a flag"), what the record says as a fact.
 */
#include "report/fixes.h"

#include <inttypes.h>
#include <string.h>

#include "report/meaning.h"
#include "report/source.h"

struct view {
    const struct finding *f;
    struct arena *arena;
    struct fixes fixes;
};

static void say(struct view *v, const char *sentence)
{
    if (sentence && v->fixes.count < FIXES_MAX)
        v->fixes.list[v->fixes.count++] = sentence;
}

/* ---- words ---- */

static const struct frame *frame_of(const struct access *access)
{
    return access->stack.count ? stack_own(&access->stack) : NULL;
}

/* "the write at main.c:9", "the free in thread 3" */
static const char *access_words(const struct view *v, const struct access *access)
{
    const struct frame *frame = frame_of(access);
    const char *verb = access->operation ? access->operation : access_verb(access->kind);
    const char *slash = frame && frame->file ? strrchr(frame->file, '/') : NULL;
    if (frame && frame->file)
        return arena_printf(v->arena, "the %s at %s:%u", verb, slash ? slash + 1 : frame->file,
                            frame->line);
    if (frame && frame->function)
        return arena_printf(v->arena, "the %s in %s", verb, frame->function);
    return arena_printf(v->arena, "the %s by %s", verb, task_label(v->arena, access->task));
}

static const char *name_of(const struct view *v)
{
    const struct variable *variable = v->f->place.variable;
    return variable                         ? arena_printf(v->arena, "`%s`", variable->path)
           : v->f->place.kind == PLACE_HEAP ? "the heap block"
                                            : "the memory";
}

static const char *line_of(const struct view *v, const struct access *access)
{
    const struct frame *frame = frame_of(access);
    struct source_excerpt excerpt;
    if (!frame || !frame->file ||
        !source_read(v->arena, frame->file, frame->line, frame->column, 0, &excerpt))
        return "";
    return excerpt.text;
}

static bool line_has(const struct view *v, const struct access *access, const char *const *what)
{
    const char *line = line_of(v, access);
    for (; *what; what++)
        if (strstr(line, *what))
            return true;
    return false;
}

/* ---- what it looks like ---- */

static bool counts(const struct view *v)
{
    static const char *const signs[] = {"++", "--", "+=", "-=", "|=", "&=", NULL};
    return line_has(v, &v->f->now, signs) && line_has(v, &v->f->before, signs);
}

/* One side asks in a loop, the other one writes. */
static bool waits(const struct view *v)
{
    static const char *const signs[] = {"while", "for (;", NULL};
    bool now = v->f->now.kind == ACCESS_READ && line_has(v, &v->f->now, signs);
    bool before = v->f->before.kind == ACCESS_READ && line_has(v, &v->f->before, signs);
    return now || before;
}

static bool asks(const struct view *v)
{
    static const char *const signs[] = {"if (!", "== NULL", "== nullptr", NULL};
    return v->f->now.size == sizeof(void *) &&
           (line_has(v, &v->f->now, signs) || line_has(v, &v->f->before, signs));
}

static bool is_atomic(const struct access *access)
{
    return access->kind == ACCESS_ATOMIC_READ || access->kind == ACCESS_ATOMIC_WRITE;
}

static bool is_goroutine(const struct access *access)
{
    return access->task && access->task->goroutine;
}

/* ---- by locks ---- */

static const struct lock *common_lock(const struct access *a, const struct access *b)
{
    for (size_t i = 0; i < a->lock_count; i++)
        for (size_t j = 0; j < b->lock_count; j++)
            if (a->locks[i].uid == b->locks[j].uid && a->locks[i].addr == b->locks[j].addr)
                return &a->locks[i];
    return NULL;
}

static const struct lock *innermost(const struct access *access)
{
    return access->lock_count ? &access->locks[access->lock_count - 1] : NULL;
}

static const char *fix_locks(const struct view *v)
{
    const struct access *now = &v->f->now, *before = &v->f->before;
    const struct lock *common = common_lock(now, before);
    const struct lock *a = innermost(now), *b = innermost(before);
    if (common && common->shared)
        return arena_printf(v->arena,
                            "take %s for writing around whatever writes %s: both sides hold it for "
                            "reading, which does not keep them apart",
                            lock_label(v->arena, common), name_of(v));
    if (common)
        return NULL;
    if (a && b)
        return arena_printf(
            v->arena,
            "hold the same lock on both sides: %s has %s, %s has %s; choose one of the two "
            "for %s and take it around every access",
            access_words(v, now), lock_label(v->arena, a), access_words(v, before),
            lock_label(v->arena, b), name_of(v));
    if (a || b)
        return arena_printf(v->arena, "hold %s around %s, too: %s does",
                            lock_label(v->arena, a ? a : b), access_words(v, a ? before : now),
                            access_words(v, a ? now : before));
    return NULL;
}

/* ---- by the tasks ---- */

static bool descends_from(const struct task *task, const struct task *ancestor)
{
    for (task = task ? task->parent : NULL; task; task = task->parent)
        if (task == ancestor)
            return true;
    return false;
}

static const char *fix_tasks(const struct view *v)
{
    const struct access *now = &v->f->now, *before = &v->f->before;
    const char *wait = is_goroutine(now) || is_goroutine(before) ? "wait for" : "join";
    if (!now->task || !before->task)
        return NULL;
    if (descends_from(before->task, now->task))
        return arena_printf(v->arena, "%s %s before %s", wait, task_label(v->arena, before->task),
                            access_words(v, now));
    if (descends_from(now->task, before->task))
        return arena_printf(v->arena, "if only the start matters: do %s before %s is created",
                            access_words(v, before), task_label(v->arena, now->task));
    return NULL;
}

/* ---- kinds ---- */

static void fix_kind_of_use(struct view *v)
{
    const struct variable *variable = v->f->place.variable;
    const char *type = variable && variable->type ? variable->type : "int";
    bool local = variable && variable->local;
    if (variable && variable->bits)
        say(v,
            arena_printf(v->arena,
                         "the bit-fields of %s share bytes, so a write of one writes all: hold one "
                         "lock for all of them, or give each a member of its own",
                         name_of(v)));
    else if (is_atomic(&v->f->now) != is_atomic(&v->f->before))
        say(v, arena_printf(v->arena,
                            "make %s atomic, too (atomic_load, atomic_store): one side is already",
                            access_words(v, is_atomic(&v->f->now) ? &v->f->before : &v->f->now)));
    else if (counts(v))
        say(v,
            arena_printf(v->arena,
                         "%s is counted on both sides: make it atomic (_Atomic %s in C, "
                         "std::atomic<%s> in C++), so that ++ and += are one step; where it has to "
                         "agree with other data, use a lock for all of them",
                         name_of(v), type, type));
    else if (waits(v))
        say(v, arena_printf(v->arena,
                            "%s looks like a flag that is waited for: make it atomic (store with "
                            "release, load with acquire), or wait with a mutex and a condition "
                            "variable, which needs no processor",
                            name_of(v)));
    else if (asks(v))
        say(v, arena_printf(v->arena,
                            "%s looks like something that is made on first use: use pthread_once, "
                            "call_once or a static initialiser",
                            name_of(v)));
    if (local)
        say(v, arena_printf(
                   v->arena,
                   "%s is on one task's stack and another one got its address: pass its value, "
                   "or give each task an element of its own",
                   name_of(v)));
}

static void fix_race(struct view *v)
{
    bool channels = is_goroutine(&v->f->now) || is_goroutine(&v->f->before);
    say(v, fix_locks(v));
    fix_kind_of_use(v);
    say(v, fix_tasks(v));
    if (!v->f->now.lock_count && !v->f->before.lock_count)
        say(v, arena_printf(
                   v->arena,
                   channels ? "let one goroutine own %s and send it values on a channel, or hold "
                              "one Mutex around every access"
                            : "hold one mutex around every access to %s",
                   name_of(v)));
}

static void fix_free(struct view *v)
{
    const struct access *now = &v->f->now, *before = &v->f->before;
    const struct access *free = before->kind == ACCESS_FREE ? before : now;
    const struct access *use = free == now ? before : now;
    if (v->f->kind == FINDING_DOUBLE_FREE) {
        say(v, arena_printf(v->arena, "let one of %s and %s go: one place has to own the block",
                            access_words(v, before), access_words(v, now)));
        return;
    }
    if (v->f->ordered)
        say(v, arena_printf(v->arena, "free the block after %s, or let that use something else",
                            access_words(v, use)));
    if (use->task && free->task && use->task != free->task && descends_from(use->task, free->task))
        say(v, arena_printf(v->arena, "join %s before %s", task_label(v->arena, use->task),
                            access_words(v, free)));
    say(v, arena_printf(v->arena,
                        "count who uses the block (an atomic reference count): the last one frees "
                        "it, which is then after %s",
                        access_words(v, use)));
    say(v, "take the block out of whatever others find it by, under the lock that they look under, "
           "before it "
           "is freed");
}

/* "take `a` before `b` everywhere" cannot be said: which order is right is the program's. */
static void fix_deadlock(struct view *v)
{
    const char *names = NULL;
    for (size_t i = 0; i < v->f->wait_count; i++) {
        const struct object *object = v->f->waits[i].object;
        bool lock = object && (object->kind == OBJECT_LOCK || object->kind == OBJECT_RWLOCK ||
                               object->kind == OBJECT_MUTEX || object->kind == OBJECT_RWMUTEX);
        if (!lock || (names && strstr(names, object_label(v->arena, object))))
            continue;
        names = names ? arena_printf(v->arena, "%s and %s", names, object_label(v->arena, object))
                      : object_label(v->arena, object);
    }
    if (names && strstr(names, " and "))
        say(v, arena_printf(v->arena, "take %s in one order everywhere", names));
    for (size_t i = 0; i < v->f->wait_count; i++) {
        const struct object *object = v->f->waits[i].object;
        if (object && (object->kind == OBJECT_CONDITION || object->kind == OBJECT_COND))
            say(v,
                arena_printf(
                    v->arena,
                    "keep what is waited for at %s in a variable; change it and signal while the "
                    "mutex is held, and wait in a loop that looks at it first",
                    object_label(v->arena, object)));
        else if (object && object->kind == OBJECT_SEMAPHORE)
            say(v, arena_printf(v->arena,
                                "see that every path posts %s, also after errors and time-outs",
                                object_label(v->arena, object)));
    }
}

struct fixes fixes_find(const struct finding *finding, struct arena *arena)
{
    struct view v = {.f = finding, .arena = arena};
    say(&v, finding->advice);
    if (finding->kind == FINDING_DATA_RACE && finding->has_before && !finding->about)
        fix_race(&v);
    else if (finding->kind == FINDING_USE_AFTER_FREE || finding->kind == FINDING_DOUBLE_FREE)
        fix_free(&v);
    else if (finding->kind == FINDING_DEADLOCK || finding->kind == FINDING_LOST_WAKEUP)
        fix_deadlock(&v);
    const struct meaning *meaning = meaning_find(finding->title);
    bool usual = !v.fixes.count && meaning;
    for (size_t i = 0; usual && i < MEANING_FIXES && meaning->fixes[i]; i++)
        say(&v, meaning->fixes[i]);
    return v.fixes;
}
