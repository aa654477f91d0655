/*
 * goroutine_findings: what the goroutine runtime finds besides races (racerun/hooks.h), as
 * findings.
 *
 * Each is written to the journal before the runtime goes on to print its own words and to end the
 * process, so it is safe from whatever happens then. Goroutines that wait are found stuck at the
 * end of the program, once: repetitions are the tool's business.
 */
#include "racerun/hooks.h"

#include <stdatomic.h>
#include <string.h>

#include "interpose/control/control.h"
#include "interpose/finding.h"
#include "interpose/goroutine.h"

_Static_assert((int)RGO_OBJECT_OTHER == (int)OBJECT_OTHER &&
                   (int)RGO_OBJECT_CHANNEL == (int)OBJECT_CHANNEL,
               "the kinds of objects are the journal's");

/* ---- who ---- */

static _Atomic bool goroutines_used;

void goroutines_begin(void)
{
    atomic_store(&goroutines_used, true);
}

uint32_t goroutine_of(uint32_t task, uint32_t os_id)
{
    if (os_id & GOROUTINE_BIT)
        return os_id & ~GOROUTINE_BIT;
    return task == 1 && atomic_load(&goroutines_used);
}

/* ---- races ---- */

/* What the calling thread's present access is a use of. */
static __thread const struct rgo_object *in_use __attribute__((tls_model("initial-exec")));

/* Atomic writes race with reads, but neither kind with its own. */
void goroutine_use(void *task, const struct rgo_object *object, const uint32_t *word, uint32_t side,
                   const void *pc)
{
    if (!rt_enter())
        return;
    in_use = object;
    hb_access(task, (uintptr_t)word, sizeof *word, side ? HB_ATOMIC_WRITE : HB_READ, (uintptr_t)pc);
    in_use = NULL;
    rt_leave();
}

/* Else the program itself has overwritten the object: a data race like any other. */
static bool both_use(const struct proto_finding *f)
{
    return f->now.addr == f->before.addr && f->now.size == sizeof(uint32_t) &&
           f->before.size == sizeof(uint32_t);
}

/* An operation accesses the channel's first or third word. */
static bool channel_find(uintptr_t addr, struct object_facts *ret_channel)
{
    uintptr_t word = addr & ~(uintptr_t)7;
    for (uintptr_t offset = 0; offset <= 16; offset += 16)
        if (facts_find(word - offset, ret_channel) && ret_channel->kind == OBJECT_CHANNEL)
            return true;
    return false;
}

/*
 * Who sends on a channel whose close is not ordered with that panics, if it comes second or waits:
 * the race has been told, and the panic is no other finding. So those who send in such a race are
 * remembered, each where its hash says, until another takes the place; then the panic is told for
 * itself. Who closes is not: if he panics later, then by what he did himself.
 */
#define RACES_TOLD 64u
static _Atomic uint64_t races_told[RACES_TOLD];

/* The channel by its life: another may be where it was. */
static uint64_t race_key(const struct object_facts *channel, uint32_t task)
{
    return (uint64_t)channel->life << 32 | task;
}

static _Atomic uint64_t *race_place(uint64_t key)
{
    return &races_told[key * UINT64_C(0x9e3779b97f4a7c15) >> 32 & (RACES_TOLD - 1)];
}

static bool race_was_told(const struct rgo_finding *finding)
{
    struct object_facts channel;
    if (finding->kind != RGO_FINDING_PANIC || finding->object.kind != OBJECT_CHANNEL ||
        !finding->count || !finding->goroutines[0].task ||
        !facts_find((uintptr_t)finding->object.address, &channel))
        return false;
    uint64_t key = race_key(&channel, hb_task_number(finding->goroutines[0].task));
    return atomic_load(race_place(key)) == key;
}

void goroutine_raced(const struct hb_finding *finding)
{
    struct object_facts channel;
    if (finding->kind != HB_DATA_RACE || !atomic_load(&goroutines_used) || in_use ||
        !channel_find(finding->now.addr, &channel))
        return;
    bool second = finding->before.kind == HB_WRITE;
    uint64_t key = race_key(&channel, second ? finding->now.task : finding->before.task);
    atomic_store(race_place(key), key);
}

void goroutine_finding(struct builder *b)
{
    struct proto_finding *f = &b->finding;
    uint32_t index = PROTO_NONE;
    struct object_facts channel;
    if (f->kind != FINDING_DATA_RACE || !atomic_load(&goroutines_used))
        return;
    if (in_use && both_use(f)) {
        f->kind = FINDING_MISUSE;
        index = builder_object(b, in_use->kind, (uintptr_t)in_use->address, in_use->size);
    } else if (channel_find((uintptr_t)f->now.addr, &channel)) {
        index = builder_object(b, OBJECT_CHANNEL, channel.addr, 0);
    }
    f->about = index + 1;
}

/* ---- what the runtime tells ---- */

bool goroutine_wanted(uint32_t kind)
{
    if (!rt_control)
        return false;
    const struct proto_options *options = &rt_control->options;
    return kind == RGO_FINDING_LEAK ? options->report_leaks : options->report_unstopped;
}

static enum proto_finding_kind kind_of(uint32_t kind)
{
    switch (kind) {
    case RGO_FINDING_PANIC:
        return FINDING_PANIC;
    case RGO_FINDING_DEADLOCK:
        return FINDING_DEADLOCK;
    case RGO_FINDING_LEAK:
        return FINDING_LEAK;
    case RGO_FINDING_MISUSE:
        return FINDING_MISUSE;
    case RGO_FINDING_CONTEXT:
        return FINDING_CONTEXT;
    case RGO_FINDING_TIMER:
        return FINDING_TIMER;
    default:
        return FINDING_FATAL;
    }
}

static void words_add(struct builder *b, const char *words)
{
    size_t size = words ? strnlen(words, BUILDER_TEXT) : 0;
    if (size)
        memcpy(b->text, words, size);
    b->finding.text_size = (uint32_t)size;
}

static uint32_t object_add(struct builder *b, const struct rgo_object *object)
{
    return object->kind ? builder_object(b, object->kind, (uintptr_t)object->address, object->size)
                        : PROTO_NONE;
}

static void wait_add(struct builder *b, const struct rgo_stuck *g)
{
    struct proto_finding *f = &b->finding;
    struct proto_wait *wait = &b->waits[f->wait_count++];
    *wait = (struct proto_wait){
        .task = g->task ? builder_task(b, hb_task_number(g->task)) : PROTO_NONE,
        .stack = builder_stack_pcs(b, g->stack, g->stack_size),
        .object = object_add(b, &g->object),
        .like = g->like,
    };
    size_t size = strnlen(g->state, sizeof wait->state - 1);
    memcpy(wait->state, g->state, size);
}

/* The goroutines from `first` on. */
static void finding_tell(const struct rgo_finding *finding, size_t first, size_t count)
{
    struct builder *b = builder_begin(kind_of(finding->kind));
    struct proto_finding *f = &b->finding;
    words_add(b, finding->words);
    for (size_t i = 0; i < count && i < BUILDER_WAITS; i++)
        wait_add(b, &finding->goroutines[first + i]);
    f->about = object_add(b, &finding->object) + 1;
    f->more = (uint32_t)(finding->more + count - f->wait_count);
    finding_commit(b);
    builder_end(b);
}

/* One finding for each object of that kind that is left. */
static void unfinished_tell(struct rgo_finding finding, uint32_t kind)
{
    struct object_facts facts;
    while (facts_take(kind, &facts)) {
        facts_remember(&facts); /* for the description */
        finding.object = (struct rgo_object){(void *)facts.addr, kind, 1};
        finding_tell(&finding, 0, 0);
        facts_forget(facts.addr);
    }
}

/*
 * Deep recursion of small frames faults in the engine most often, which needs more stack than they
 * do. The process ends then, and telling it takes no lock but those of the journal and of the list
 * of tasks, under which nothing is called: so it is told all the same.
 */
static bool tells_inside(const struct rgo_finding *finding)
{
    return finding->kind == RGO_FINDING_OVERFLOW && rt_hb && rt_cursor.inside;
}

/* The runtime ends the process after it: under control the status is no finding of its own. */
static bool ends_process(uint32_t kind)
{
    return kind != RGO_FINDING_LEAK && kind != RGO_FINDING_MISUSE && kind != RGO_FINDING_CONTEXT &&
           kind != RGO_FINDING_TIMER;
}

void goroutine_tell(const struct rgo_finding *finding)
{
    if (control_running && ends_process(finding->kind))
        control_block->answer.fatal = 1;
    if (tells_inside(finding)) {
        finding_tell(finding, 0, finding->count);
        return;
    }
    if (!rt_enter())
        return;
    if (finding->kind == RGO_FINDING_CONTEXT) {
        unfinished_tell(*finding, OBJECT_CONTEXT);
    } else if (finding->kind == RGO_FINDING_TIMER) {
        unfinished_tell(*finding, OBJECT_TIMER);
    } else if (finding->kind == RGO_FINDING_LEAK) {
        for (size_t i = 0; i < finding->count; i++)
            finding_tell(finding, i, 1);
    } else if (!race_was_told(finding)) {
        finding_tell(finding, 0, finding->count);
    }
    rt_leave();
}
