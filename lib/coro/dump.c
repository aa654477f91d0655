/*
 * The goroutines in words, Go's format with what C knows more: the object that is waited for. Above
 * EACH_MAX goroutines equal ones are told once with their number, so that a dump of a million is a
 * page.
 *
 * Others may run while a dump is made (SIGQUIT, rgo_dump): a record is read as it happens to be,
 * and a stack that is given back meanwhile ends in a fault that is caught.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "dump.h"
#include "panic.h"
#include "worker.h"

#define EACH_MAX 100u
#define GROUPS_MAX 512u
#define DUMP_STACK (1u << 20)

struct group {
    struct goroutine *first;
    size_t count;
};

struct survey {
    struct dump *dump;
    size_t count;
    struct goroutine *each[EACH_MAX];
    struct group groups[GROUPS_MAX]; /* a hash table */
    size_t group_count, ungrouped;
};

struct goroutine *dump_self(void)
{
    struct worker *w = worker_self();
    if (!w)
        return guest_known();
    return w->current == &w->idle ? NULL : w->current;
}

/* ---- one goroutine ---- */

struct frame_context {
    struct dump *dump;
    bool stop; /* main was told: what is below belongs to libc */
    bool is_main;
};

static void place_add(const struct place *place, void *raw)
{
    struct frame_context *context = raw;
    struct text *text = &context->dump->text;
    if (context->stop)
        return;
    text_add(text, "%s(%s)\n", place->function ? place->function : "?",
             place->inlined ? "..." : "");
    if (place->file)
        text_add(text, "\t%s:%d", place->file, place->line);
    else
        text_add(text, "\t%s", place->module ? place->module : "?");
    if (!place->inlined)
        text_add(text, " +0x%" PRIxPTR, place->offset);
    text_add(text, "\n");
    context->stop = context->is_main && place->function && !place->inlined &&
                    __builtin_strcmp(place->function, "main") == 0;
}

static void trace_add(struct dump *dump, const struct goroutine *g, const struct trace *trace)
{
    struct frame_context context = {.dump = dump, .is_main = !g || g->id == 1 || g->guest};
    size_t part = trace->part;
    size_t tail = trace->count > 2 * part ? trace->count - part : part;
    for (size_t i = 0; i < trace->count && !context.stop; i++) {
        if (i == part && tail > part) {
            text_add(&dump->text, "...%zu frames elided...\n", tail - part);
            i = tail;
        }
        uintptr_t pc = i < part ? trace->top[i] : trace->bottom[i % part];
        symbol_visit(pc, i || !trace->top_exact, place_add, &context);
    }
}

static void header_add(struct dump *dump, const struct goroutine *g, uint8_t state)
{
    static const char *const words[] = {
        [GOROUTINE_FREE] = "done",         [GOROUTINE_CREATED] = "runnable",
        [GOROUTINE_RUNNABLE] = "runnable", [GOROUTINE_RUNNING] = "running",
        [GOROUTINE_WAITING] = "waiting",   [GOROUTINE_DONE] = "done",
    };
    const char *shown = state <= GOROUTINE_DONE ? words[state] : "?";
    if (state == GOROUTINE_WAITING && g->reason)
        shown = wait_reason_words((enum wait_reason)g->reason);
    const char *name = g->name;
    text_add(&dump->text, "goroutine %" PRIu64, g->id);
    if (name)
        text_add(&dump->text, " \"%.63s\"", name);
    text_add(&dump->text, " [%s]:\n", shown);
    if (state == GOROUTINE_WAITING && g->wait_object)
        text_add(&dump->text, "\twaiting for object %p\n", g->wait_object);
}

static void one_place_add(struct dump *dump, const void *pc, bool after)
{
    struct frame_context context = {.dump = dump};
    symbol_visit((uintptr_t)pc, after, place_add, &context);
}

static void creator_place(const struct place *place, void *raw)
{
    struct text *text = raw;
    if (text->length && text->bytes[text->length - 1] != ' ')
        return; /* only the innermost */
    text_add(text, "%s", place->function ? place->function : "?");
    if (place->file)
        text_add(text, " at %s:%d", place->file, place->line);
    else
        text_add(text, " at %s+0x%" PRIxPTR, place->module ? place->module : "?", place->offset);
}

static void creator_add(struct dump *dump, const struct goroutine *g)
{
    if (!g->spawn_pc)
        return;
    text_add(&dump->text, "created by ");
    symbol_visit((uintptr_t)g->spawn_pc, true, creator_place, &dump->text);
    text_add(&dump->text, " in goroutine %" PRIu64 "\n", g->parent);
}

static void stack_add(struct dump *dump, struct goroutine *g, uint8_t state)
{
    struct trace trace = {.part = dump->part ? dump->part : TRACE_PART};
    void *sp = atomic_load(&g->sp);
    if (g == dump->self && dump->context) {
        trace_context(&trace, dump->context, dump->signal, dump->from);
        trace_add(dump, g, &trace);
    } else if (state == GOROUTINE_CREATED) {
        one_place_add(dump, (const void *)g->fn, false);
    } else if (sp && state != GOROUTINE_RUNNING) {
        trace_parked(&trace, sp, state == GOROUTINE_WAITING ? g->wait_pc : NULL);
        trace_add(dump, g, &trace);
    } else if (g->guest && state == GOROUTINE_WAITING && g->wait_pc) {
        one_place_add(dump, g->wait_pc, true);
        text_add(&dump->text, "\ta thread of the program's own; no more of its stack available\n");
    } else {
        text_add(&dump->text, "\tgoroutine running on other thread; stack unavailable\n");
    }
}

static void goroutine_add(struct dump *dump, struct goroutine *g)
{
    uint8_t state = atomic_load(&g->state);
    sigjmp_buf escape;
    header_add(dump, g, state);
    if (!dump->live) {
        stack_add(dump, g, state);
    } else if (sigsetjmp(escape, 1) == 0) {
        fault_escape_begin(&escape);
        stack_add(dump, g, state);
    } else {
        text_add(&dump->text, "\tended meanwhile\n");
    }
    fault_escape_end();
    creator_add(dump, g);
    dump->told++;
}

/* ---- all of them ---- */

static bool group_equal(const struct goroutine *a, const struct goroutine *b)
{
    return atomic_load(&a->state) == atomic_load(&b->state) && a->reason == b->reason &&
           a->wait_pc == b->wait_pc && a->spawn_pc == b->spawn_pc && a->fn == b->fn;
}

static void group_count(struct survey *survey, struct goroutine *g)
{
    uint64_t hash = (uintptr_t)g->wait_pc * UINT64_C(0x9e3779b97f4a7c15);
    hash = (hash ^ (uintptr_t)g->spawn_pc) * UINT64_C(0x9e3779b97f4a7c15);
    hash = (hash ^ (uintptr_t)g->fn ^ atomic_load(&g->state)) * UINT64_C(0x9e3779b97f4a7c15);
    size_t at = (size_t)(hash >> 32) % GROUPS_MAX;
    while (survey->groups[at].count && !group_equal(survey->groups[at].first, g))
        at = (at + 1) % GROUPS_MAX;
    if (!survey->groups[at].count && survey->group_count == GROUPS_MAX / 2) {
        survey->ungrouped++;
        return;
    }
    struct group *group = &survey->groups[at];
    if (!group->count)
        survey->group_count++;
    if (!group->count || g->id < group->first->id)
        group->first = g;
    group->count++;
}

static bool is_wanted(const struct dump *dump, const struct goroutine *g)
{
    if (g == dump->self || g->dump_ignore || atomic_load(&g->state) == GOROUTINE_DONE ||
        (g->id == 1 && main_exited()))
        return false;
    return dump->who != DUMP_WAITING || (atomic_load(&g->state) == GOROUTINE_WAITING && g->id != 1);
}

static void survey_add(struct goroutine *g, void *raw)
{
    struct survey *survey = raw;
    if (!is_wanted(survey->dump, g))
        return;
    if (survey->count < EACH_MAX)
        survey->each[survey->count] = g;
    survey->count++;
    group_count(survey, g);
}

static int by_id(const void *a, const void *b)
{
    uint64_t x = (*(struct goroutine *const *)a)->id, y = (*(struct goroutine *const *)b)->id;
    return x < y ? -1 : x > y;
}

static int group_by_id(const void *a, const void *b)
{
    const struct group *x = a, *y = b;
    if (!x->count || !y->count)
        return x->count ? -1 : y->count ? 1 : 0;
    return by_id(&x->first, &y->first);
}

static void number_add(struct text *text, size_t number)
{
    if (number >= 1000) {
        number_add(text, number / 1000);
        text_add(text, ",%03zu", number % 1000);
    } else {
        text_add(text, "%zu", number);
    }
}

static void more_add(struct dump *dump, size_t count, const char *words)
{
    text_add(&dump->text, "... ");
    number_add(&dump->text, count);
    text_add(&dump->text, " more %s\n", words);
    dump->told += count;
}

static void groups_tell(struct survey *survey)
{
    struct dump *dump = survey->dump;
    qsort(survey->groups, GROUPS_MAX, sizeof survey->groups[0], group_by_id);
    for (size_t i = 0; i < survey->group_count; i++) {
        goroutine_add(dump, survey->groups[i].first);
        if (survey->groups[i].count > 1)
            more_add(dump, survey->groups[i].count - 1, "in the same state and place");
        text_add(&dump->text, "\n");
    }
    if (survey->ungrouped)
        more_add(dump, survey->ungrouped, "in other states and places");
}

static void all_add(struct dump *dump)
{
    static struct survey survey; /* one dump at a time */
    survey = (struct survey){.dump = dump};
    goroutine_each(survey_add, &survey);
    if (survey.count > EACH_MAX) {
        groups_tell(&survey);
        return;
    }
    qsort(survey.each, survey.count, sizeof survey.each[0], by_id);
    for (size_t i = 0; i < survey.count; i++) {
        goroutine_add(dump, survey.each[i]);
        text_add(&dump->text, "\n");
    }
}

static void dump_compose(void *raw)
{
    struct dump *dump = raw;
    if (dump->self && dump->who != DUMP_WAITING) {
        goroutine_add(dump, dump->self);
        if (dump->who == DUMP_ALL)
            text_add(&dump->text, "\n");
    }
    if (dump->who != DUMP_SELF)
        all_add(dump);
}

void dump_add(struct dump *dump)
{
    void *stack = mmap(NULL, DUMP_STACK, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
    if (stack == MAP_FAILED) {
        dump_compose(dump);
        return;
    }
    stack_call(dump_compose, dump, (char *)stack + DUMP_STACK);
    munmap(stack, DUMP_STACK);
}

/* ---- the last one ---- */

static _Atomic int dumping; /* the thread that ends the process */

void dump_last_begin(void)
{
    int self = (int)syscall(SYS_gettid), nobody = 0;
    if (atomic_compare_exchange_strong(&dumping, &nobody, self))
        return;
    if (nobody == self)
        _exit(2); /* it failed on the way */
    for (;;)
        pause();
}

void dump_last(struct dump *dump)
{
    /* Another thread may have been stopped while it held stdout; a signal handler does not ask. */
    if (!dump->signal && ftrylockfile(stdout) == 0)
        fflush_unlocked(stdout);
    text_write(&dump->text, STDERR_FILENO);
    _exit(2);
}
