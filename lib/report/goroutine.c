/*
 * goroutine: what is said of goroutines and of what they share: which channel, what each was doing
 * with it, who is stuck where, and what to do about it.
 */
#include <string.h>

#include "report/resolver.h"
#include "report/symbol.h"
#include "report/written.h"

/* ---- objects ---- */

static const struct variable *local_variable(struct resolver *r, const struct proto_object *raw)
{
    const struct module *module =
        raw->frame_pc ? space_module(r->space, r->pid, raw->frame_pc) : NULL;
    struct variable *variable = arena_alloc(r->arena, sizeof *variable);
    if (!module ||
        !variable_find_local(module->image, r->arena, raw->frame_pc - 1 - module->bias,
                             raw->frame_cfa, raw->addr, raw->size ? raw->size : 1, variable))
        return NULL;
    return variable;
}

static void object_resolve(struct resolver *r, const struct proto_object *raw,
                           struct object *ret_object)
{
    /* By the variable that is named. */
    bool pointed =
        raw->kind == OBJECT_CHANNEL || raw->kind == OBJECT_CONTEXT || raw->kind == OBJECT_TIMER;
    uint64_t addr = pointed ? raw->held_at : raw->addr;
    *ret_object = (struct object){
        .kind = raw->kind,
        .addr = raw->addr,
        .element = arena_copy(r->arena, raw->type, strnlen(raw->type, sizeof raw->type)),
        .element_size = raw->element_size,
        .capacity = raw->capacity,
        .maker = resolver_task(r, raw->made_task),
        .made = resolver_stack(r, raw->made),
    };
    if (!*ret_object->element)
        ret_object->element = NULL;
    if (addr)
        ret_object->variable = resolver_variable(r, addr, pointed ? 8 : raw->size ? raw->size : 1);
    if (ret_object->variable)
        ret_object->module = space_module(r->space, r->pid, addr);
    else if (!pointed)
        ret_object->variable = local_variable(r, raw);
}

/* What the source calls a channel at the place of `stack`, if that is not known better. */
static void object_written(struct resolver *r, struct object *object, const struct stack *stack)
{
    if (object && object->kind == OBJECT_CHANNEL && !object->written && stack->count)
        object->written = written_channel(r->arena, stack_own(stack));
}

/* ---- goroutines ---- */

void resolver_goroutines(struct resolver *r, struct finding *finding)
{
    const struct record *record = r->record;
    const struct proto_finding *f = record->finding;
    struct object *objects = arena_array(r->arena, f->object_count, sizeof *objects);
    struct wait *waits = arena_array(r->arena, f->wait_count, sizeof *waits);
    for (uint32_t i = 0; i < f->object_count; i++)
        object_resolve(r, &record->objects[i], &objects[i]);
    for (uint32_t i = 0; i < f->wait_count; i++) {
        const struct proto_wait *raw = &record->waits[i];
        struct object *object = raw->object == PROTO_NONE ? NULL : &objects[raw->object];
        waits[i] = (struct wait){
            .task = resolver_task(r, raw->task),
            .state = arena_copy(r->arena, raw->state, strnlen(raw->state, sizeof raw->state)),
            .object = object,
            .stack = resolver_stack(r, raw->stack),
            .like = raw->like,
            .holder = raw->held_by ? resolver_task(r, raw->held_by - 1) : NULL,
            .held = raw->held ? &objects[raw->held - 1] : NULL,
            .held_at = resolver_stack(r, raw->held_at ? raw->held_at - 1 : PROTO_NONE),
        };
        object_written(r, object, &waits[i].stack);
    }
    struct object *about = f->about ? &objects[f->about - 1] : NULL;
    if (finding->has_now)
        object_written(r, about, &finding->now.stack);
    if (finding->has_before)
        object_written(r, about, &finding->before.stack);
    finding->about = about;
    finding->waits = waits;
    finding->wait_count = f->wait_count;
    finding->more = f->more;
    if (f->text_size)
        finding->words = arena_copy(r->arena, record->words, f->text_size);
    if (!finding->has_now && f->wait_count) { /* where suppressions look */
        finding->now.task = waits[0].task;
        finding->now.stack = waits[0].stack;
    }
    finding_misuse_words(finding, waits, f->misuse);
}

/* ---- operations ---- */

/* The runtime tells operations apart by what they access (lib/coro/chan.h): send reads the
 * channel's first word, close writes it, receive reads its third, and free writes all three. */
static const char *channel_operation(struct arena *arena, const struct object *channel,
                                     const struct access *access)
{
    enum { WORD = 8, RECEIVE_AT = 16 };
    if (access->kind == ACCESS_WRITE)
        return access->size > WORD ? "free" : access->addr == channel->addr ? "close" : NULL;
    if (access->kind != ACCESS_READ)
        return NULL;
    bool selects = access->stack.count && written_select(arena, stack_own(&access->stack));
    if (access->addr == channel->addr)
        return selects ? "select to send" : "send";
    if (access->addr == channel->addr + RECEIVE_AT)
        return selects ? "select to receive" : "receive";
    return NULL;
}

static const char *operation(struct arena *arena, const struct finding *finding,
                             const struct access *access)
{
    switch (finding->about->kind) {
    case OBJECT_CHANNEL:
        return channel_operation(arena, finding->about, access);
    case OBJECT_WAITGROUP:
        return access->kind == ACCESS_ATOMIC_WRITE ? "Wait" : "Add from zero";
    default: /* what threads share, in memory that was freed */
        return access->kind == ACCESS_ATOMIC_WRITE ? "use" : NULL;
    }
}

/* ---- advice ---- */

static bool does(const struct access *access, const char *operation)
{
    return access->operation && strcmp(access->operation, operation) == 0;
}

#define CLOSE_ADVICE                                                                               \
    "let the only sender close the channel, or close it after a WaitGroup has waited for all "     \
    "senders; to tell senders to stop, close another channel, which they select"

static const char *race_advice(const struct finding *f)
{
    if (f->about->kind == OBJECT_WAITGROUP)
        return "call waitgroup_add before the goroutine is started that it counts, in the "
               "goroutine that waits or before that can start to wait";
    if (does(&f->now, "free") || does(&f->before, "free"))
        return "free a channel when nobody uses it any more: wait for those who do, with a "
               "WaitGroup or another channel";
    if (does(&f->now, "close") && does(&f->before, "close"))
        return "the second close panicked: let one goroutine own the end of the channel, or close "
               "it in a once";
    if (does(&f->now, "close"))
        return "a send on a closed channel panics: " CLOSE_ADVICE;
    if (does(&f->before, "close"))
        return "here the send came after the close and panicked: " CLOSE_ADVICE;
    return NULL;
}

static const char *wait_advice(const struct wait *wait)
{
    static const struct {
        const char *state, *advice;
    } table[] = {
        {"chan receive (nil chan)", "the channel is NULL: make it before it is used"},
        {"chan send (nil chan)", "the channel is NULL: make it before it is used"},
        {"chan receive", "nobody sends any more: close the channel when the last value was sent"},
        {"chan send", "nobody receives any more: give the channel room for the value, or select a "
                      "channel besides that is closed when the receivers leave"},
        {"select", "none of its cases can happen any more: let one of them be a channel that is "
                   "closed at the end"},
        {"sync.Mutex.Lock", "who holds the mutex never unlocks it"},
        {"sync.RWMutex.Lock", "who holds the RWMutex never unlocks it"},
        {"sync.RWMutex.RLock", "who holds the RWMutex, or waits to write, never unlocks it"},
        {"sync.Cond.Wait", "nobody signals any more: change what is waited for and signal it under "
                           "the lock, and look at it before each wait"},
        {"sync.WaitGroup.Wait", "there were more Adds than Dones"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (strcmp(table[i].state, wait->state) == 0)
            return table[i].advice;
    return NULL;
}

/* ---- titles ---- */

static bool waits_for_signal(const struct finding *f)
{
    for (size_t i = 0; i < f->wait_count; i++)
        if (f->waits[i].object && f->waits[i].object->kind == OBJECT_COND)
            return true;
    return false;
}

static const char *misuse_title(struct arena *arena, enum proto_object_kind kind)
{
    return arena_printf(arena, "misuse (%s)", object_noun(kind));
}

/* About a channel it is a panic like any other. */
static const char *panic_title(const struct finding *f, struct arena *arena)
{
    if (f->about && f->about->kind != OBJECT_CHANNEL)
        return misuse_title(arena, f->about->kind);
    if (f->words && strncmp(f->words, "sync: ", 6) == 0 && strstr(f->words, "WaitGroup"))
        return misuse_title(arena, OBJECT_WAITGROUP);
    return f->title;
}

void finding_advise(struct finding *f, struct arena *arena)
{
    if (f->about && f->has_now) {
        f->now.operation = operation(arena, f, &f->now);
        f->before.operation = operation(arena, f, &f->before);
        f->advice = race_advice(f);
    }
    if (f->kind == FINDING_CONTEXT)
        f->advice = "call context_cancel on every path, as by defer(context_end, ctx): until then "
                    "the context and what waits for it stay";
    if (f->kind == FINDING_LOCK_ORDER)
        f->advice =
            "each of them can have taken its first lock when none has its second: then they "
            "wait for each other for ever. Take these locks in one order everywhere, hold one "
            "more lock around each pair, or only try for the second";
    if (f->kind == FINDING_TIMER)
        f->advice = "stop and free it on every path, as by defer(timer_free, t) or "
                    "defer(ticker_free, t)";
    if (f->kind == FINDING_MISUSE && !f->has_now && !f->by_threads)
        f->advice = "share it by a pointer: what is in use must not be copied or moved";
    if (f->kind == FINDING_MISUSE)
        f->title = misuse_title(arena, f->about ? f->about->kind : OBJECT_OTHER);
    else if (f->kind == FINDING_PANIC || f->kind == FINDING_FATAL)
        f->title = panic_title(f, arena);
    else if (f->kind == FINDING_DEADLOCK && waits_for_signal(f))
        f->title = "lost wake-up";
    else if (f->kind == FINDING_LEAK && f->wait_count)
        f->advice = wait_advice(&f->waits[0]);
}
