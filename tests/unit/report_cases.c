#include "report_cases.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"

#define HEAP UINT64_C(0x7b0000001000)
#define STACK UINT64_C(0x7ffd00001000)

enum { MUTEX, SPINLOCK, RWLOCK };

/* What most cases share: thread 2 "worker" of main, and the places in the fixture. */
struct scene {
    struct draft *d;
    const struct fixture *p;
    uint32_t worker; /* task */
};

static struct scene scene_begin(const struct case_context *c, struct draft *draft,
                                enum proto_finding_kind kind)
{
    struct scene s = {draft, &c->program, 0};
    draft_begin(draft, kind);
    uint32_t created = DRAFT_STACK(draft, fixture_at(s.p, "place_main_create"));
    s.worker = draft_thread(draft, 2, "worker", 0, created);
    return s;
}

static uint64_t at(const struct scene *s, const char *symbol)
{
    return fixture_at(s->p, symbol);
}

static uint32_t stack_1(const struct scene *s, const char *place)
{
    return DRAFT_STACK(s->d, at(s, place));
}

static uint32_t stack_in_update(const struct scene *s, const char *place)
{
    return DRAFT_STACK(s->d, at(s, place), at(s, "place_worker_update"));
}

static uint32_t stack_in_reset(const struct scene *s)
{
    return DRAFT_STACK(s->d, at(s, "place_reset"), at(s, "place_main_reset"));
}

/* &g_table[3].count */
static uint64_t field_count(const struct scene *s)
{
    return at(s, "g_table") + 3 * 40 + 24;
}

/* Disjoint locks; the library wrote one member, main the whole array. */
static void case_different_locks(const struct case_context *c, struct draft *d)
{
    struct scene s = scene_begin(c, d, FINDING_DATA_RACE);
    draft_lock(d, at(&s, "g_pool"), 1, MUTEX, 0, stack_1(&s, "place_worker_lock"), PROTO_NONE);
    draft_access(d, &d->finding.now, ACCESS_WRITE, field_count(&s), 8, s.worker,
                 stack_in_update(&s, "place_bump"));
    draft_lock(d, at(&s, "g_other"), 2, MUTEX, 0, stack_1(&s, "place_main_lock"), PROTO_NONE);
    draft_access(d, &d->finding.before, ACCESS_WRITE, at(&s, "g_table"), 320, 0,
                 stack_in_reset(&s));
}

static void case_no_locks(const struct case_context *c, struct draft *d)
{
    struct scene s = scene_begin(c, d, FINDING_DATA_RACE);
    draft_access(d, &d->finding.now, ACCESS_READ, at(&s, "g_counter"), 4, s.worker,
                 stack_1(&s, "place_worker_counter"));
    draft_access(d, &d->finding.before, ACCESS_ATOMIC_WRITE, at(&s, "g_counter"), 4, 0,
                 stack_1(&s, "place_main_counter"));
}

/* Two children of main, readers of one lock; an unnamed lock beside it. */
static void case_readers(const struct case_context *c, struct draft *d)
{
    struct scene s = scene_begin(c, d, FINDING_DATA_RACE);
    uint32_t created = stack_1(&s, "place_main_create");
    uint32_t other = draft_thread(d, 3, "", 0, created);
    uint32_t locked = stack_1(&s, "place_worker_lock");
    draft_lock(d, at(&s, "g_rwlock"), 5, RWLOCK, 1, locked, PROTO_NONE);
    draft_access(d, &d->finding.now, ACCESS_WRITE, at(&s, "last_id.0"), 4, s.worker,
                 DRAFT_STACK(d, at(&s, "place_next_id"), at(&s, "place_worker_counter")));
    draft_lock(d, HEAP + 0x800, 9, MUTEX, 0, locked, stack_1(&s, "place_main_malloc"));
    draft_lock(d, at(&s, "g_rwlock"), 5, RWLOCK, 1, locked, PROTO_NONE);
    draft_access(d, &d->finding.before, ACCESS_WRITE, at(&s, "last_id.0"), 4, other,
                 DRAFT_STACK(d, at(&s, "place_next_id"), at(&s, "place_worker_counter")));
}

static void case_bit_fields(const struct case_context *c, struct draft *d)
{
    struct scene s = scene_begin(c, d, FINDING_DATA_RACE);
    uint64_t bits = at(&s, "g_table") + 3 * 40 + 32;
    draft_access(d, &d->finding.now, ACCESS_WRITE, bits, 1, 0, stack_1(&s, "place_main_bits"));
    draft_access(d, &d->finding.before, ACCESS_READ, bits, 1, s.worker,
                 stack_in_update(&s, "place_update"));
}

/* One byte of a member that is written with tabs in its source line. */
static void case_byte_of_member(const struct case_context *c, struct draft *d)
{
    struct scene s = scene_begin(c, d, FINDING_DATA_RACE);
    uint64_t y = at(&s, "g_table") + 2 * 40 + 16;
    draft_access(d, &d->finding.now, ACCESS_WRITE, y, 4, s.worker,
                 stack_in_update(&s, "place_update"));
    draft_access(d, &d->finding.before, ACCESS_READ, y + 1, 1, 0, PROTO_NONE);
}

static void heap_place(const struct scene *s, uint64_t size)
{
    struct proto_finding *f = &s->d->finding;
    f->place = PLACE_HEAP;
    f->place_addr = HEAP;
    f->place_size = size;
    f->place_task = 0;
    f->place_stack = stack_1(s, "place_main_malloc");
}

static void case_heap(const struct case_context *c, struct draft *d)
{
    struct scene s = scene_begin(c, d, FINDING_DATA_RACE);
    draft_access(d, &d->finding.now, ACCESS_READ, HEAP + 8, 4, s.worker,
                 stack_1(&s, "place_worker_update"));
    draft_access(d, &d->finding.before, ACCESS_WRITE, HEAP, 40, 0, stack_1(&s, "place_main_block"));
    heap_place(&s, 40);
}

static void case_use_after_free(const struct case_context *c, struct draft *d)
{
    struct scene s = scene_begin(c, d, FINDING_USE_AFTER_FREE);
    draft_access(d, &d->finding.now, ACCESS_WRITE, HEAP + 8, 4, 0, stack_1(&s, "place_main_block"));
    draft_access(d, &d->finding.before, ACCESS_FREE, HEAP, 40, s.worker,
                 stack_1(&s, "place_worker_free"));
    heap_place(&s, 40);
    d->finding.ordered = 1;
}

static void case_free_races(const struct case_context *c, struct draft *d)
{
    struct scene s = scene_begin(c, d, FINDING_USE_AFTER_FREE);
    draft_access(d, &d->finding.now, ACCESS_FREE, HEAP, 40, s.worker,
                 stack_1(&s, "place_worker_free"));
    draft_access(d, &d->finding.before, ACCESS_READ, HEAP + 8, 4, 0,
                 stack_1(&s, "place_main_counter"));
    heap_place(&s, 40);
}

static void case_double_free(const struct case_context *c, struct draft *d)
{
    struct scene s = scene_begin(c, d, FINDING_DOUBLE_FREE);
    draft_access(d, &d->finding.now, ACCESS_FREE, HEAP, 40, s.worker,
                 stack_1(&s, "place_worker_free"));
    draft_access(d, &d->finding.before, ACCESS_FREE, HEAP, 40, 0, stack_1(&s, "place_main_block"));
    heap_place(&s, 40);
}

static void case_stack(const struct case_context *c, struct draft *d)
{
    struct scene s = scene_begin(c, d, FINDING_DATA_RACE);
    draft_access(d, &d->finding.now, ACCESS_WRITE, STACK + 16, 4, s.worker,
                 stack_1(&s, "place_worker_update"));
    draft_access(d, &d->finding.before, ACCESS_READ, STACK + 16, 4, 0,
                 stack_1(&s, "place_main_counter"));
    d->finding.place = PLACE_STACK;
    d->finding.place_task = 0;
    d->finding.place_addr = STACK;
    d->finding.place_size = 4096;
}

/* t_errors is the only thread-local variable: 4 bytes, aligned to 4, right below the pointer. */
static void case_thread_local(const struct case_context *c, struct draft *d)
{
    struct scene s = scene_begin(c, d, FINDING_DATA_RACE);
    uint64_t pointer = STACK + 0x8000;
    draft_access(d, &d->finding.now, ACCESS_READ, pointer - 4, 4, 0,
                 stack_1(&s, "place_main_counter"));
    draft_access(d, &d->finding.before, ACCESS_WRITE, pointer - 2, 1, s.worker,
                 stack_1(&s, "place_worker_update"));
    d->finding.place = PLACE_TLS;
    d->finding.place_task = s.worker;
    d->finding.place_addr = pointer - 4096;
    d->finding.place_size = 4096 + PROTO_TLS_CONTROL;
}

/* Nothing has a name: code without debug information, code of nobody, memory of nobody. */
static void case_no_names(const struct case_context *c, struct draft *d)
{
    struct scene s = scene_begin(c, d, FINDING_DATA_RACE);
    uint64_t offset = at(&s, "place_update") - c->program.bias;
    draft_access(d, &d->finding.now, ACCESS_WRITE, 0x4242, 16, s.worker,
                 DRAFT_STACK(d, c->library.bias + offset, 0x7f0000000123));
    draft_access(d, &d->finding.before, ACCESS_READ, 0x4242, 16, PROTO_NONE, PROTO_NONE);
}

static void case_deep(const struct case_context *c, struct draft *d)
{
    struct scene s = scene_begin(c, d, FINDING_DATA_RACE);
    uint64_t pcs[200];
    for (size_t i = 0; i < 200; i++)
        pcs[i] = at(&s, i < 199 ? "place_update" : "place_worker_update");
    draft_access(d, &d->finding.now, ACCESS_WRITE, at(&s, "g_grid") + 6 * 4, 4, s.worker,
                 draft_stack(d, 200, pcs));
    draft_access(d, &d->finding.before, ACCESS_READ, at(&s, "g_grid") + 6 * 4, 4, 0,
                 stack_1(&s, "place_main_counter"));
}

static void case_crash(const struct case_context *c, struct draft *d)
{
    struct scene s = scene_begin(c, d, FINDING_CRASH);
    draft_access(d, &d->finding.now, ACCESS_READ, 0x8, 0, s.worker,
                 stack_in_update(&s, "place_update"));
    d->finding.before.task = d->finding.before.stack = PROTO_NONE;
    d->finding.signal = 11;
}

/* ---- goroutines ---- */

static struct scene goroutines_begin(const struct case_context *c, struct draft *d,
                                     enum proto_finding_kind kind)
{
    struct scene s = scene_begin(c, d, kind);
    d->tasks[0].goroutine = 1;
    d->tasks[s.worker].goroutine = 7;
    d->tasks[0].os_id = d->tasks[s.worker].os_id = 0;
    return s;
}

/* One that a variable points to; its goroutine has been created by another one. */
static void case_channel(const struct case_context *c, struct draft *d)
{
    struct scene s = goroutines_begin(c, d, FINDING_DATA_RACE);
    uint64_t channel = HEAP + 0x2000;
    uint32_t helper = draft_thread(d, 3, "", s.worker, stack_1(&s, "place_worker_update"));
    d->tasks[helper].goroutine = 9;
    d->tasks[helper].os_id = 0;
    draft_access(d, &d->finding.now, ACCESS_READ, channel, 8, helper,
                 stack_in_update(&s, "place_bump"));
    draft_access(d, &d->finding.before, ACCESS_WRITE, channel, 8, 0, stack_in_reset(&s));
    uint32_t object = draft_object(d, OBJECT_CHANNEL, channel, at(&s, "g_pool") + 40,
                                   stack_1(&s, "place_main_malloc"));
    memcpy(d->objects[object].type, "struct entry", sizeof("struct entry"));
    d->objects[object].element_size = 40;
    d->objects[object].capacity = 3;
    d->finding.about = object + 1;
}

static void case_misuse(const struct case_context *c, struct draft *d)
{
    struct scene s = goroutines_begin(c, d, FINDING_MISUSE);
    uint64_t word = at(&s, "g_counter");
    draft_access(d, &d->finding.now, ACCESS_READ, word, 4, s.worker,
                 stack_1(&s, "place_worker_counter"));
    draft_access(d, &d->finding.before, ACCESS_ATOMIC_WRITE, word, 4, 0,
                 stack_1(&s, "place_main_counter"));
    d->finding.about = 1 + draft_object(d, OBJECT_WAITGROUP, word, 0, PROTO_NONE);
}

static void case_deadlock(const struct case_context *c, struct draft *d)
{
    struct scene s = goroutines_begin(c, d, FINDING_DEADLOCK);
    uint32_t channel = draft_object(d, OBJECT_CHANNEL, HEAP + 0x3000, 0, PROTO_NONE);
    uint32_t mutex = draft_object(d, OBJECT_MUTEX, at(&s, "g_other"), 0, PROTO_NONE);
    draft_words(d, "all goroutines are asleep - deadlock!");
    draft_wait(d, "chan receive", 0, stack_1(&s, "place_main_counter"), channel, 0);
    draft_wait(d, "sync.Mutex.Lock", s.worker, stack_in_update(&s, "place_update"), mutex, 2);
    d->finding.more = 5;
}

static void case_leak(const struct case_context *c, struct draft *d)
{
    struct scene s = goroutines_begin(c, d, FINDING_LEAK);
    uint32_t channel =
        draft_object(d, OBJECT_CHANNEL, HEAP + 0x3000, 0, stack_1(&s, "place_main_malloc"));
    d->objects[channel].element_size = 8;
    draft_wait(d, "chan send", s.worker, stack_in_update(&s, "place_update"), channel, 0);
}

static void case_panic(const struct case_context *c, struct draft *d)
{
    struct scene s = goroutines_begin(c, d, FINDING_PANIC);
    draft_words(d, "send on closed channel");
    draft_wait(d, "running", s.worker, stack_in_update(&s, "place_update"), PROTO_NONE, 0);
}

/* Each takes what the other holds. */
static void case_lock_order(const struct case_context *c, struct draft *d)
{
    struct scene s = goroutines_begin(c, d, FINDING_LOCK_ORDER);
    uint32_t there = stack_in_update(&s, "place_update"), here = stack_1(&s, "place_main_lock");
    uint32_t one = draft_object(d, OBJECT_LOCK, at(&s, "g_other"), 0, PROTO_NONE);
    uint32_t other = draft_object(d, OBJECT_RWLOCK, at(&s, "g_rwlock"), 0, PROTO_NONE);
    draft_wait(d, "locks", s.worker, there, one, 0);
    draft_held(d, here, other, PROTO_NONE);
    draft_wait(d, "locks", 0, here, other, 0);
    draft_held(d, there, PROTO_NONE, s.worker);
}

static void (*const cases[])(const struct case_context *, struct draft *) = {
    case_different_locks,
    case_no_locks,
    case_readers,
    case_bit_fields,
    case_byte_of_member,
    case_heap,
    case_use_after_free,
    case_free_races,
    case_double_free,
    case_stack,
    case_thread_local,
    case_no_names,
    case_deep,
    case_crash,
    case_channel,
    case_misuse,
    case_deadlock,
    case_leak,
    case_panic,
    case_lock_order,
};

struct case_context case_context_open(void)
{
    return (struct case_context){
        .program = fixture_open(FIXTURE_PROGRAM, FIXTURE_BIAS),
        .library = fixture_open(FIXTURE_STRIPPED, UINT64_C(0x7f1200000000)),
    };
}

struct proto_record *case_record(const struct case_context *context, size_t i)
{
    if (i >= sizeof(cases) / sizeof(*cases))
        return NULL;
    static struct draft draft;
    cases[i](context, &draft);
    return draft_seal(&draft);
}

/* Of the deadlock, which is the 17th; with what is special in some format. */
static void case_schedule(struct report *report)
{
    static const char file[] = FIXTURE_FOLDER "/fixture.c";
    static const struct report_step steps[] = {
        {.task = 1,
         .who = "main thread",
         .action = "lock <a; \"b\" #1>",
         .function = "main",
         .file = file,
         .line = 98,
         .operation = "lock",
         .object = "<a; \"b\" #1>",
         .object_id = 3,
         .ready = 1},
        {.task = 2,
         .who = "thread 2 (worker)",
         .action = "start",
         .operation = "start",
         .after = {1},
         .ready = 2,
         .clock_ns = 40},
        {.task = 2,
         .who = "thread 2 (worker)",
         .action = "lock g_other, timed out",
         .function = "table_update",
         .file = file,
         .line = 59,
         .object = "g_other",
         .object_id = 4,
         .plain = true,
         .after = {1, 2}},
        {.task = 1, .who = "main thread", .action = "end the program", .function = "main"},
    };
    static const struct report_lane lanes[] = {
        {.task = 1, .who = "main thread", .ended = true},
        {.task = 2,
         .parent = 1,
         .who = "thread 2 (worker)",
         .born = 1,
         .goroutine = true,
         .waits = "lock g_other",
         .object = "g_other",
         .object_id = 4,
         .holder = 1,
         .function = "table_update",
         .file = file,
         .line = 59},
    };
    static const struct report_sight sights[] = {{"0badf00d", 3, 2, 1}, {"0badf00e", 1, 1, 0}};
    report_schedule_add(report, &(struct report_schedule){
                                    .first = 17,
                                    .last = 17,
                                    .path = "fixture-1.rrs",
                                    .token = "rr1-token",
                                    .switches = 2,
                                    .steps = steps,
                                    .count = 4,
                                    .more = 3,
                                    .lanes = lanes,
                                    .lane_count = 2,
                                    .sights = sights,
                                    .sight_count = 2,
                                });
}

void cases_report(const struct case_context *context, struct report *report)
{
    report_take(report, record_process(FIXTURE_PID, 1, PROCESS_START, FIXTURE_PROGRAM));
    report_take(report, record_module(FIXTURE_PID, &context->program, 1));
    report_take(report, record_module(FIXTURE_PID, &context->library, 0));
    report_take(report, record_notice(FIXTURE_PID, "this is a notice"));
    report_take(report, record_notice(FIXTURE_PID, "this is a notice"));
    struct proto_record *record;
    for (size_t i = 0; (record = case_record(context, i)); i++)
        CHECK(report_take(report, record) == 1);
    case_schedule(report);
}
