/*
 * suppress_match: suppressions against findings.
 *
 * A finding is taken apart once: its *things*, the stacks and variables that patterns are compared
 * with, and all names in them, sorted. A suppression is looked at closely only if its first pattern
 * matches one of the names at all; for `^name$` that is a binary search. So thousands of them cost
 * a finding little (tests/unit/report_suppress.c counts).
 */
#include <stdlib.h>
#include <string.h>

#include "report/suppress.h"

/* ---- patterns ---- */

struct name_pattern {
    const char *text, *end;
    bool start, finish; /* anchored there */
    bool stars;         /* has wildcards */
    bool any;           /* "...": any frames */
};

/* Of one stack, innermost frame first; or, if it has one frame, of a variable. */
struct part {
    struct name_pattern *frames;
    size_t count;
};

struct suppression {
    const char *type;
    struct part *parts;
    size_t count;
};

/* Greedy with one point of return. `*` is the only wildcard. */
static bool glob(const struct name_pattern *p, const char *name)
{
    const char *pattern = p->text, *star = p->start ? NULL : p->text, *retry = name;
    while (*name) {
        if (pattern < p->end && *pattern == '*') {
            star = ++pattern;
            retry = name;
        } else if (pattern < p->end && *pattern == *name) {
            pattern++;
            name++;
        } else if (pattern == p->end && !p->finish) {
            return true;
        } else if (star) {
            pattern = star;
            name = ++retry;
        } else {
            return false;
        }
    }
    while (pattern < p->end && *pattern == '*')
        pattern++;
    return pattern == p->end;
}

static bool name_matches(const struct name_pattern *p, const char *name)
{
    return name && *name && glob(p, name);
}

static struct name_pattern name_compile(const char *text, size_t size)
{
    struct name_pattern p = {.text = text, .end = text + size};
    p.any = size == 3 && memcmp(text, "...", 3) == 0;
    p.start = size && *p.text == '^';
    p.text += p.start;
    p.finish = p.end > p.text && p.end[-1] == '$';
    p.end -= p.finish;
    p.stars = memchr(p.text, '*', (size_t)(p.end - p.text)) != NULL;
    return p;
}

bool suppression_pattern_matches(const char *pattern, const char *name)
{
    struct name_pattern p = name_compile(pattern, strlen(pattern));
    return name_matches(&p, name);
}

static bool part_add(struct part *part, size_t room, const char *text, size_t size)
{
    if (!size || part->count == room)
        return false;
    part->frames[part->count++] = name_compile(text, size);
    return true;
}

const struct suppression *suppression_compile(struct arena *arena, const char *type,
                                              const char *pattern)
{
    size_t most = 1;
    for (const char *at = pattern; *at; at++)
        most += *at == ';';
    struct suppression *s = arena_array(arena, 1, sizeof *s);
    s->type = type;
    s->parts = arena_array(arena, most, sizeof *s->parts);
    struct name_pattern *frames = arena_array(arena, most, sizeof *frames);
    for (size_t used = 0;;) {
        struct part *part = &s->parts[s->count++];
        part->frames = frames + used;
        for (bool more = true; more;) {
            size_t size = strcspn(pattern, ";");
            if (!part_add(part, most - used, pattern, size))
                return NULL;
            pattern += size;
            more = pattern[0] == ';' && pattern[1] != ';';
            pattern += more;
        }
        used += part->count;
        if (!*pattern)
            return s;
        pattern += 2; /* ";;" */
    }
}

/* ---- a finding, taken apart ---- */

enum thing_kind { THING_ACCESS, THING_OTHER, THING_VARIABLE };

struct thing {
    enum thing_kind kind;
    const struct stack *stack; /* NULL: a variable */
    const char *names[2];
};

struct subject {
    const struct finding *finding;
    struct thing *things;
    size_t thing_count;
    const char **names; /* sorted, each once */
    size_t name_count;
};

static void thing_add(struct subject *s, enum thing_kind kind, const struct stack *stack)
{
    if (!stack->count)
        return;
    s->things = memory_grow(s->things, s->thing_count, sizeof *s->things);
    s->things[s->thing_count++] = (struct thing){.kind = kind, .stack = stack};
}

static void variable_add(struct subject *s, const struct variable *variable)
{
    if (!variable)
        return;
    s->things = memory_grow(s->things, s->thing_count, sizeof *s->things);
    s->things[s->thing_count++] =
        (struct thing){.kind = THING_VARIABLE, .names = {variable->name, variable->path}};
}

static void object_add(struct subject *s, const struct object *object)
{
    if (!object)
        return;
    thing_add(s, THING_OTHER, &object->made);
    variable_add(s, object->variable);
}

static void things_collect(struct subject *s)
{
    const struct finding *f = s->finding;
    if (f->has_now)
        thing_add(s, THING_ACCESS, &f->now.stack);
    thing_add(s, THING_ACCESS, &f->before.stack);
    thing_add(s, THING_OTHER, &f->place.allocated);
    thing_add(s, THING_OTHER, &f->place.freed);
    variable_add(s, f->place.variable);
    object_add(s, f->about);
    for (size_t i = 0; i < f->wait_count; i++) {
        thing_add(s, THING_ACCESS, &f->waits[i].stack);
        thing_add(s, THING_OTHER, &f->waits[i].held_at);
        object_add(s, f->waits[i].object);
        object_add(s, f->waits[i].held);
    }
    for (size_t i = 0; i < f->task_count; i++)
        if (task_mentioned(f, &f->tasks[i]))
            thing_add(s, THING_OTHER, &f->tasks[i].created);
}

static int name_order(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void name_add(struct subject *s, const char *name)
{
    if (!name || !*name)
        return;
    s->names = memory_grow(s->names, s->name_count, sizeof *s->names);
    s->names[s->name_count++] = name;
}

static void names_collect(struct subject *s)
{
    for (size_t i = 0; i < s->thing_count; i++) {
        const struct thing *thing = &s->things[i];
        name_add(s, thing->names[0]);
        name_add(s, thing->names[1]);
        for (size_t j = 0; thing->stack && j < thing->stack->count; j++) {
            name_add(s, thing->stack->frames[j].function);
            name_add(s, thing->stack->frames[j].file);
            name_add(s, thing->stack->frames[j].module_path);
        }
    }
    if (s->name_count)
        qsort(s->names, s->name_count, sizeof *s->names, name_order);
    size_t kept = 0;
    for (size_t i = 0; i < s->name_count; i++)
        if (!kept || strcmp(s->names[kept - 1], s->names[i]) != 0)
            s->names[kept++] = s->names[i];
    s->name_count = kept;
}

/* ---- a suppression against it ---- */

static int literal_order(const struct name_pattern *p, const char *name)
{
    size_t size = (size_t)(p->end - p->text);
    int order = strncmp(p->text, name, size);
    return order ? order : name[size] ? -1 : 0;
}

static bool name_occurs(const struct subject *s, const struct name_pattern *p)
{
    size_t low = 0, high = s->name_count;
    if (p->any)
        return true;
    if (!p->start || !p->finish || p->stars) {
        while (low < high && !glob(p, s->names[low]))
            low++;
        return low < high;
    }
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = literal_order(p, s->names[middle]);
        if (order == 0)
            return true;
        *(order < 0 ? &high : &low) = order < 0 ? middle : middle + 1;
    }
    return false;
}

static bool frame_matches(const struct name_pattern *p, const struct frame *frame)
{
    return name_matches(p, frame->function) || name_matches(p, frame->file) ||
           name_matches(p, frame->module_path);
}

/* From frame `at` on. As glob: "..." is a star, and the last one is the point of return. */
static bool frames_match(const struct part *part, const struct stack *stack, size_t at)
{
    size_t i = 0, star = SIZE_MAX, retry = at;
    while (i < part->count) {
        if (part->frames[i].any) {
            star = ++i;
            retry = at;
        } else if (at < stack->count && frame_matches(&part->frames[i], &stack->frames[at])) {
            i++;
            at++;
        } else if (star != SIZE_MAX && retry < stack->count) {
            i = star;
            at = ++retry;
        } else {
            return false;
        }
    }
    return true;
}

/* race_top is about accesses; a variable is named only beside them. */
static bool thing_matches(const struct suppression *suppression, const struct part *part,
                          const struct thing *thing, bool top)
{
    if (!thing->stack)
        return part->count == 1 && !(top && suppression->count == 1) &&
               (name_matches(part->frames, thing->names[0]) ||
                name_matches(part->frames, thing->names[1]));
    if (top && thing->kind != THING_ACCESS)
        return false;
    for (size_t at = 0; at < thing->stack->count && (at == 0 || !top); at++)
        if (frames_match(part, thing->stack, at))
            return true;
    return false;
}

/* Parts from `from` on, each by a thing that is not `used`. */
static bool parts_match(const struct suppression *suppression, const struct subject *s, bool top,
                        size_t from, bool *used)
{
    if (from == suppression->count)
        return true;
    for (size_t i = 0; i < s->thing_count; i++) {
        if (used[i] || !thing_matches(suppression, &suppression->parts[from], &s->things[i], top))
            continue;
        used[i] = true;
        bool rest = parts_match(suppression, s, top, from + 1, used);
        used[i] = false;
        if (rest)
            return true;
    }
    return false;
}

static bool all_match(const struct suppression *suppression, const struct subject *s, bool top)
{
    for (size_t i = 0; i < suppression->count; i++)
        if (!name_occurs(s, &suppression->parts[i].frames[0]))
            return false;
    bool *used = memory_alloc((s->thing_count + 1) * sizeof *used);
    bool matches = parts_match(suppression, s, top, 0, used);
    free(used);
    return matches;
}

static bool library_matches(const struct suppression *suppression, const struct stack *stack)
{
    return stack->count && name_matches(suppression->parts[0].frames, stack->frames[0].module_path);
}

/* ---- types ---- */

static bool is_race(const struct finding *f)
{
    return f->kind == FINDING_DATA_RACE || f->kind == FINDING_USE_AFTER_FREE ||
           f->kind == FINDING_DOUBLE_FREE || (f->kind == FINDING_MISUSE && f->has_before);
}

/* Findings of this title may be suppressed by that type. Those of races are apart. */
static const char *const types_of_titles[][2] = {
    {"deadlock", "deadlock"}, {"lost wake-up", "deadlock"}, {"goroutine leak", "leak"},
    {"panic", "panic"},       {"misuse (signal", "signal"}, {"misuse", "misuse"},
    {"misuse", "mutex"},      {"lock-order", "deadlock"},   {"thread leak", "thread"},
};
#define TITLES (sizeof(types_of_titles) / sizeof(*types_of_titles))

static bool title_is(const struct finding *f, size_t i)
{
    return strncmp(f->title, types_of_titles[i][0], strlen(types_of_titles[i][0])) == 0;
}

static bool type_is_for(const char *type, const struct finding *f)
{
    for (size_t i = 0; i < TITLES; i++)
        if (title_is(f, i) && strcmp(type, types_of_titles[i][1]) == 0)
            return true;
    return false;
}

const char *suppression_type(const struct finding *f)
{
    for (size_t i = 0; i < TITLES; i++)
        if (title_is(f, i))
            return types_of_titles[i][1];
    return is_race(f) ? "race" : NULL;
}

static bool suppression_matches(const struct suppression *suppression, const struct subject *s)
{
    const struct finding *f = s->finding;
    if (type_is_for(suppression->type, f) && all_match(suppression, s, false))
        return true;
    if (!is_race(f))
        return false;
    if (strcmp(suppression->type, "called_from_lib") == 0)
        return library_matches(suppression, &f->now.stack) ||
               library_matches(suppression, &f->before.stack);
    bool top = strcmp(suppression->type, "race_top") == 0;
    return (top || strcmp(suppression->type, "race") == 0) && all_match(suppression, s, top);
}

const struct suppression_use *suppressions_match(struct suppressions *s,
                                                 const struct finding *finding)
{
    struct subject subject = {.finding = finding};
    const struct suppression_use *found = NULL;
    if (!s->count)
        return NULL;
    things_collect(&subject);
    names_collect(&subject);
    for (size_t i = 0; i < s->count && !found; i++)
        if (suppression_matches(s->compiled[i], &subject)) {
            s->list[i].hits++;
            found = &s->list[i];
        }
    free(subject.things);
    free(subject.names);
    return found;
}
