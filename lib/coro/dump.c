/*
 * The goroutines in words, Go's format with what C knows more: the object that is waited for. Above
 * EACH_MAX goroutines equal ones are told once with their number, so that a dump of a million is a
 * page.
 *
 * Others may run while a dump is made (SIGQUIT, rgo_dump). A goroutine is first *read*, then told
 * in words. Its stack counts only if a few readings of it agree and its stack pointer is
 * the same after each; otherwise it is one that runs, which has no stack to show. What is no longer
 * a stack ends in a fault, which is caught; so is what a broken stack or heap leads to, and then
 * the places are told without the heap's help.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "annotate.h"
#include "blocking.h"
#include "dump.h"
#include "panic.h"
#include "worker.h"

#define EACH_MAX 100u
#define GROUPS_MAX 512u
#define DUMP_STACK (1u << 20)
#define READINGS_MAX 8
#define READINGS_AGREE 4
#define PATIENCE_MS 2000

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
    if (!w) {
        struct goroutine *g = blocking_region_goroutine();
        return g ? g : guest_known();
    }
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

/* ---- reading it ---- */

enum stack_kind { STACK_NONE, STACK_TRACE, STACK_START, STACK_PLACE, STACK_SWITCHING };

struct telling {
    struct dump *dump;
    struct goroutine *g;
    enum stack_kind kind;
    uint8_t state;
    char name[64];
    struct trace trace;
    bool seen; /* this reading came to its end */
};

/* False: it ended in a fault. */
static bool guarded(void (*fn)(struct telling *telling), struct telling *telling)
{
    sigjmp_buf escape;
    if (sigsetjmp(escape, 1)) {
        fault_escape_end();
        return false;
    }
    fault_escape_begin(&escape);
    fn(telling);
    fault_escape_end();
    return true;
}

/* Its owner may be about to give it back. */
static NO_FAKE_STACK void name_read(struct telling *telling)
{
    const char *name = telling->g->name;
    size_t length = 0;
    for (; name && name[length] && length < sizeof telling->name - 1; length++)
        telling->name[length] = name[length] >= ' ' ? name[length] : '?';
    telling->name[length] = 0;
}

/* A signal may have come between two goroutines: on the stack of the one, as the other. An overflow
 * is below its stack, rightly. */
static bool context_is_of(const struct dump *dump, const struct goroutine *g)
{
    uintptr_t low = (uintptr_t)g->stack.low;
    uintptr_t sp = (uintptr_t)dump->context->uc_mcontext.gregs[REG_RSP];
    return !dump->signal || dump->who == DUMP_SELF || !low ||
           (sp >= low && sp - low <= g->stack.size);
}

static void self_read(struct telling *telling)
{
    struct dump *dump = telling->dump;
    telling->kind = STACK_SWITCHING;
    if (!context_is_of(dump, telling->g))
        return;
    telling->trace = (struct trace){.part = dump->part ? dump->part : TRACE_PART};
    telling->kind = STACK_TRACE;
    trace_context(&telling->trace, dump->context, dump->signal, dump->from);
}

static bool trace_equal(const struct trace *a, const struct trace *b)
{
    size_t count = a->count < a->part ? a->count : a->part;
    return a->count == b->count && !memcmp(a->top, b->top, count * sizeof a->top[0]) &&
           !memcmp(a->bottom, b->bottom, count * sizeof a->bottom[0]);
}

static bool still_parked(const struct telling *telling, void *sp, uint64_t id)
{
    struct goroutine *g = telling->g;
    return atomic_load(&g->sp) == sp && atomic_load(&g->state) == telling->state && g->id == id;
}

/* One that yields again and again comes back to the same stack pointer: that it is there after a
 * reading says little, after each of several that agree, much. */
static void parked_read(struct telling *telling, void *sp)
{
    struct goroutine *g = telling->g;
    const void *from = telling->state == GOROUTINE_WAITING ? g->wait_pc : NULL;
    uint64_t id = g->id;
    telling->trace = (struct trace){.part = TRACE_PART};
    trace_parked(&telling->trace, sp, from);
    for (int i = 1; i < READINGS_AGREE && telling->dump->live && telling->seen; i++) {
        struct trace again = {.part = TRACE_PART};
        telling->seen = still_parked(telling, sp, id);
        trace_parked(&again, sp, from);
        telling->seen =
            telling->seen && trace_equal(&telling->trace, &again) && still_parked(telling, sp, id);
    }
    telling->kind = telling->seen ? STACK_TRACE : STACK_NONE;
}

static void goroutine_read(struct telling *telling)
{
    struct goroutine *g = telling->g;
    telling->seen = true;
    telling->kind = STACK_NONE;
    telling->state = atomic_load(&g->state);
    name_read(telling);
    void *sp = atomic_load(&g->sp);
    if (g == telling->dump->self && telling->dump->context)
        self_read(telling);
    else if (telling->state == GOROUTINE_CREATED)
        telling->kind = STACK_START;
    else if (sp && telling->state != GOROUTINE_RUNNING)
        parked_read(telling, sp);
    else if (g->guest && telling->state == GOROUTINE_WAITING && g->wait_pc)
        telling->kind = STACK_PLACE;
    else if (!g->guest && telling->dump->live)
        telling->state = GOROUTINE_RUNNING; /* or about to be switched away */
}

/* One that does not keep still runs. */
static void goroutine_observe(struct telling *telling)
{
    for (int i = 0; i < READINGS_MAX; i++) {
        telling->seen = false;
        if (guarded(goroutine_read, telling) && telling->seen)
            return;
        if (!telling->dump->live)
            return; /* the same would come of it again */
    }
    telling->kind = STACK_NONE;
    telling->state = GOROUTINE_RUNNING;
}

/* ---- telling it ---- */

static void header_add(const struct telling *telling)
{
    static const char *const words[] = {
        [GOROUTINE_FREE] = "done",         [GOROUTINE_CREATED] = "runnable",
        [GOROUTINE_RUNNABLE] = "runnable", [GOROUTINE_RUNNING] = "running",
        [GOROUTINE_WAITING] = "waiting",   [GOROUTINE_DONE] = "done",
    };
    const struct goroutine *g = telling->g;
    struct text *text = &telling->dump->text;
    const char *shown = telling->state <= GOROUTINE_DONE ? words[telling->state] : "?";
    if (telling->state == GOROUTINE_WAITING && g->reason)
        shown = wait_reason_words((enum wait_reason)g->reason);
    text_add(text, "goroutine %" PRIu64, g->id);
    if (telling->name[0])
        text_add(text, " \"%s\"", telling->name);
    text_add(text, " [%s]:\n", shown);
    if (telling->state == GOROUTINE_WAITING && g->wait_object)
        text_add(text, "\twaiting for object %p\n", g->wait_object);
}

static void stack_add(const struct telling *telling)
{
    struct dump *dump = telling->dump;
    const struct goroutine *g = telling->g;
    switch (telling->kind) {
    case STACK_TRACE:
        trace_add(dump, g, &telling->trace);
        break;
    case STACK_START:
        one_place_add(dump, (const void *)g->fn, false);
        break;
    case STACK_PLACE:
        one_place_add(dump, g->wait_pc, true);
        text_add(&dump->text, "\ta thread of the program's own; no more of its stack available\n");
        break;
    case STACK_SWITCHING:
        text_add(&dump->text, "\tgoroutine is being switched to; stack unavailable\n");
        break;
    case STACK_NONE:
        if (telling->state == GOROUTINE_RUNNING)
            text_add(&dump->text, "\tgoroutine running on other thread; stack unavailable\n");
        else
            text_add(&dump->text, "\tstack unavailable\n");
    }
}

static void words_add(struct telling *telling)
{
    header_add(telling);
    stack_add(telling);
    creator_add(telling->dump, telling->g);
}

/* False: there is nothing to tell any more. */
static bool goroutine_add(struct dump *dump, struct goroutine *g)
{
    struct telling telling = {.dump = dump, .g = g};
    size_t length = dump->text.length;
    goroutine_observe(&telling);
    if (dump->who == DUMP_WAITING ? telling.state != GOROUTINE_WAITING
                                  : telling.state == GOROUTINE_FREE)
        return false;
    if (!guarded(words_add, &telling)) {
        symbol_plain_only();
        dump->text.length = length;
        guarded(words_add, &telling);
    }
    dump->told++;
    return true;
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
        (g->id == 1 && main_exited()) || (dump->chosen && !dump->chosen(g, dump->chosen_context)))
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
    struct survey survey = {.dump = dump};
    goroutine_each(survey_add, &survey);
    if (survey.count > EACH_MAX) {
        groups_tell(&survey);
        return;
    }
    qsort(survey.each, survey.count, sizeof survey.each[0], by_id);
    for (size_t i = 0; i < survey.count; i++)
        if (goroutine_add(dump, survey.each[i]))
            text_add(&dump->text, "\n");
}

static void dump_compose(void *raw)
{
    struct dump *dump = raw;
    if (dump->self && dump->who != DUMP_WAITING && goroutine_add(dump, dump->self) &&
        dump->who == DUMP_ALL)
        text_add(&dump->text, "\n");
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

/* ---- one at a time ---- */

static struct lock turn;
static _Atomic int turn_of; /* the thread that has it, 0: nobody */

static int thread_id(void)
{
    return (int)syscall(SYS_gettid);
}

static bool turn_try(void)
{
    if (!lock_try(&turn))
        return false;
    atomic_store(&turn_of, thread_id());
    return true;
}

void dump_one_begin(void)
{
    while (!turn_try())
        usleep(1000); /* a dump may take long */
}

void dump_one_end(void)
{
    atomic_store(&turn_of, 0);
    lock_release(&turn);
}

/* ---- the last one ---- */

static _Atomic int dumping; /* the thread that ends the process */

void dump_last_begin(void)
{
    int self = thread_id(), nobody = 0;
    if (!atomic_compare_exchange_strong(&dumping, &nobody, self)) {
        if (nobody == self)
            _exit(2); /* it failed on the way */
        for (;;)
            pause();
    }
    /* Another dump may be under way: in another thread, or in this one, by a signal. */
    for (int waited = 0; !turn_try(); waited++) {
        if (waited == PATIENCE_MS || atomic_load(&turn_of) == self) {
            symbol_plain_only();
            return;
        }
        usleep(1000);
    }
}

void dump_last_words(struct dump *dump)
{
    /* Another thread may have been stopped while it held stdout; a signal handler does not ask. */
    if (!dump->signal && ftrylockfile(stdout) == 0) {
        fflush_unlocked(stdout);
        funlockfile(stdout);
    }
    text_write(&dump->text, STDERR_FILENO);
}

void dump_last(struct dump *dump)
{
    dump_last_words(dump);
    _exit(2);
}

/* Who was at it is gone, and what libdw was doing stays half done. */
static void dump_forked(void)
{
    atomic_store(&dumping, 0);
    if (!atomic_load_explicit(&turn.word, memory_order_relaxed))
        return;
    symbol_plain_only();
    dump_one_end();
}

__attribute__((constructor)) static void fork_watch(void)
{
    pthread_atfork(NULL, NULL, dump_forked);
}
