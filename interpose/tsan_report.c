/*
 * tsan_report: __tsan_on_report, which the program may define, and the functions by which it asks
 * what the report says. A report is its record in the journal, which stays there.
 *
 * The program's function is its own code: it runs when the thread has left the runtime, and only
 * for what the tool prints. Of more than REPORTS_MAX findings by one operation the others are not
 * told.
 */
#include <string.h>

#include "interpose/control/control.h"
#include "interpose/finding.h"
#include "interpose/journal.h"
#include "interpose/thread.h"
#include "interpose/tsan.h"

#define PUBLIC(ret, name, params)                                                                  \
    RT_EXPORT ret name params;                                                                     \
    ret name params

static __thread const struct proto_finding *current
    __attribute__((tls_model("initial-exec"))); /* while its function runs */

/* ---- telling ---- */

typedef void on_report_fn(void *report);

static on_report_fn *on_report(void)
{
    static _Atomic uintptr_t known; /* 1: there is none */
    uintptr_t function = atomic_load(&known);
    if (!function) {
        function = (uintptr_t)tsan_program_function("__tsan_on_report");
        function = function ? function : 1;
        atomic_store(&known, function);
    }
    return function == 1 ? NULL : (on_report_fn *)function;
}

bool tsan_report_keep(struct proto_finding *record)
{
    if (control_block || !record || rt_self.state != THREAD_LIVE ||
        rt_self.report_count == REPORTS_MAX || !on_report())
        return false;
    rt_self.reports[rt_self.report_count++] = record;
    rt_self.signals_pending = true; /* rt_leave looks at this alone */
    return true;
}

void tsan_reports_tell(void)
{
    struct proto_finding *reports[REPORTS_MAX];
    uint8_t count = rt_self.report_count;
    memcpy(reports, rt_self.reports, sizeof reports);
    rt_self.report_count = 0;
    for (uint8_t i = 0; i < count; i++) {
        const struct proto_finding *outer = current;
        current = reports[i];
        if (journal_verdict(&reports[i]->head) != VERDICT_QUIET)
            on_report()(reports[i]);
        current = outer;
        if (rt_control->options.halt_on_error)
            finding_halt(reports[i]);
    }
}

/* ---- the tables of a record, in the order of proto.h ---- */

static const struct proto_task *tasks_of(const struct proto_finding *f)
{
    return (const struct proto_task *)(f + 1);
}

static const struct proto_stack *stacks_of(const struct proto_finding *f)
{
    return (const struct proto_stack *)(tasks_of(f) + f->task_count);
}

static const struct proto_lock *locks_of(const struct proto_finding *f)
{
    return (const struct proto_lock *)(stacks_of(f) + f->stack_count);
}

static const uint64_t *pcs_of(const struct proto_finding *f)
{
    return (const uint64_t *)(locks_of(f) + f->lock_count);
}

static const struct proto_wait *waits_of(const struct proto_finding *f)
{
    const struct proto_object *objects = (const struct proto_object *)(pcs_of(f) + f->pc_count);
    return (const struct proto_wait *)(objects + f->object_count);
}

/* Unused places are 0. */
static void trace_fill(const struct proto_finding *f, uint32_t stack, void **trace, size_t size)
{
    size_t count = 0;
    const struct proto_stack *from = NULL;
    if (stack < f->stack_count) {
        from = &stacks_of(f)[stack];
        count = from->pc_count < size ? from->pc_count : size;
    }
    for (size_t i = 0; i < size; i++)
        trace[i] = i < count ? (void *)(uintptr_t)pcs_of(f)[from->pc_first + i] : NULL;
}

/* ThreadSanitizer counts from 0. */
static int tid_of(const struct proto_finding *f, uint32_t task)
{
    return task < f->task_count ? (int)tasks_of(f)[task].number - 1 : -1;
}

static const char *misuse_type(uint32_t misuse)
{
    switch (misuse) {
    case MISUSE_RELOCK:
        return "mutex-double-lock";
    case MISUSE_UNLOCK_FREE:
    case MISUSE_UNLOCK_FOREIGN:
    case MISUSE_UNLOCK_UNHELD:
        return "mutex-bad-unlock";
    case MISUSE_DESTROY_HELD:
        return "locked-mutex-destroy";
    case MISUSE_DESTROYED:
    case MISUSE_UNINITIALISED:
        return "mutex-invalid-access";
    case MISUSE_HANDLER_CALLS:
        return "signal-unsafe-call";
    case MISUSE_HANDLER_ERRNO:
        return "errno-in-signal-handler";
    default:
        return "external-race";
    }
}

static const char *type_of(const struct proto_finding *f)
{
    switch (f->kind) {
    case FINDING_DATA_RACE:
        return "data-race";
    case FINDING_USE_AFTER_FREE:
        return "heap-use-after-free";
    case FINDING_DOUBLE_FREE:
        return "double-free";
    case FINDING_THREAD_LEAK:
        return "thread-leak";
    case FINDING_LOCK_ORDER:
        return "lock-order-inversion";
    default:
        return misuse_type(f->misuse);
    }
}

static bool has_accesses(const struct proto_finding *f)
{
    return f->kind <= FINDING_DOUBLE_FREE;
}

/* ---- what the program asks; 1: there is an answer ---- */

PUBLIC(void *, __tsan_get_current_report, (void))
{
    return (void *)(uintptr_t)current;
}

PUBLIC(int, __tsan_get_report_data,
       (void *report, const char **description, int *count, int *stack_count, int *access_count,
        int *place_count, int *mutex_count, int *thread_count, int *unique_count,
        void **sleep_trace, unsigned long trace_size))
{
    const struct proto_finding *f = report;
    *description = type_of(f);
    *count = 1;
    *stack_count = (int)f->wait_count;
    *access_count = has_accesses(f) ? 2 : 0;
    *place_count = has_accesses(f) ? 1 : 0;
    *mutex_count = (int)f->lock_count;
    *thread_count = (int)f->task_count;
    *unique_count = (int)f->task_count;
    trace_fill(f, PROTO_NONE, sleep_trace, trace_size);
    return 1;
}

PUBLIC(int, __tsan_get_report_tag, (void *report, uintptr_t *tag))
{
    (void)report;
    *tag = 0;
    return 0;
}

PUBLIC(int, __tsan_get_report_stack,
       (void *report, unsigned long index, void **trace, unsigned long trace_size))
{
    const struct proto_finding *f = report;
    if (index >= f->wait_count)
        return 0;
    trace_fill(f, waits_of(f)[index].stack, trace, trace_size);
    return 1;
}

PUBLIC(int, __tsan_get_report_mop,
       (void *report, unsigned long index, int *tid, void **addr, int *size, int *write,
        int *atomic, void **trace, unsigned long trace_size))
{
    const struct proto_finding *f = report;
    if (!has_accesses(f) || index > 1)
        return 0;
    const struct proto_access *access = index ? &f->before : &f->now;
    *tid = tid_of(f, access->task);
    *addr = (void *)(uintptr_t)access->addr;
    *size = (int)access->size;
    *write = access->kind != ACCESS_READ && access->kind != ACCESS_ATOMIC_READ;
    *atomic = access->kind == ACCESS_ATOMIC_READ || access->kind == ACCESS_ATOMIC_WRITE;
    trace_fill(f, access->stack, trace, trace_size);
    return 1;
}

PUBLIC(int, __tsan_get_report_loc,
       (void *report, unsigned long index, const char **type, void **addr, uintptr_t *start,
        uintptr_t *size, int *tid, int *fd, int *suppressable, void **trace,
        unsigned long trace_size))
{
    static const char *const types[] = {"global", "global", "heap", "stack", "tls"};
    const struct proto_finding *f = report;
    if (!has_accesses(f) || index > 0)
        return 0;
    *type = types[f->place <= PLACE_TLS ? f->place : PLACE_UNKNOWN];
    *addr = (void *)(uintptr_t)f->now.addr;
    *start = f->place_addr ? f->place_addr : f->now.addr;
    *size = f->place_size;
    *tid = tid_of(f, f->place_task);
    *fd = -1;
    *suppressable = 0;
    trace_fill(f, f->place_stack, trace, trace_size);
    return 1;
}

PUBLIC(int, __tsan_get_report_loc_object_type,
       (void *report, unsigned long index, const char **object_type))
{
    (void)report, (void)index;
    *object_type = "";
    return 0;
}

PUBLIC(int, __tsan_get_report_mutex,
       (void *report, unsigned long index, uint64_t *number, void **addr, int *destroyed,
        void **trace, unsigned long trace_size))
{
    const struct proto_finding *f = report;
    if (index >= f->lock_count)
        return 0;
    const struct proto_lock *lock = &locks_of(f)[index];
    *number = lock->uid;
    *addr = (void *)(uintptr_t)lock->addr;
    *destroyed = 0;
    trace_fill(f, lock->created < f->stack_count ? lock->created : lock->acquired, trace,
               trace_size);
    return 1;
}

PUBLIC(int, __tsan_get_report_thread,
       (void *report, unsigned long index, int *tid, uint64_t *os_id, int *running,
        const char **name, int *parent, void **trace, unsigned long trace_size))
{
    const struct proto_finding *f = report;
    if (index >= f->task_count)
        return 0;
    const struct proto_task *task = &tasks_of(f)[index];
    *tid = (int)task->number - 1;
    *os_id = task->os_id;
    *running = !task->ended;
    *name = task->name;
    *parent = tid_of(f, task->parent);
    trace_fill(f, task->created, trace, trace_size);
    return 1;
}

PUBLIC(int, __tsan_get_report_unique_tid, (void *report, unsigned long index, int *tid))
{
    const struct proto_finding *f = report;
    if (index >= f->task_count)
        return 0;
    *tid = tid_of(f, (uint32_t)index);
    return 1;
}

/* Who made the block, and where; how many program counters. */
PUBLIC(int, __tsan_get_alloc_stack,
       (uintptr_t addr, uintptr_t *trace, size_t size, int *tid, uint64_t *os_id))
{
    struct hb_block_info block;
    struct hb_task_info owner;
    struct hb_task *task = rt_enter();
    size_t count = 0;
    if (!task)
        return 0;
    if (hb_query_block(rt_hb, addr, &block) && hb_query_task(rt_hb, block.task, &owner)) {
        count = hb_query_stack(rt_hb, block.allocated, trace, size);
        *tid = (int)block.task - 1;
        *os_id = owner.os_id;
    }
    rt_leave();
    return (int)(count < size ? count : size);
}

/* "heap", "stack", "tls" or, for what is of nobody, "global". */
PUBLIC(const char *, __tsan_locate_address,
       (uintptr_t addr, char *name, size_t name_size, uintptr_t *region, size_t *region_size))
{
    struct hb_block_info block;
    struct hb_task_info owner;
    bool tls = false;
    const char *type = "global";
    struct hb_task *task = rt_enter();
    if (name_size)
        *name = 0;
    *region = *region_size = 0;
    if (!task)
        return type;
    uint32_t number = hb_query_stack_owner(rt_hb, addr, &tls);
    if (hb_query_block(rt_hb, addr, &block)) {
        type = "heap";
        *region = block.addr;
        *region_size = block.size;
    } else if (number && hb_query_task(rt_hb, number, &owner)) {
        type = tls ? "tls" : "stack";
        *region = tls ? owner.tls_low : owner.stack_low;
        *region_size = tls ? owner.tls_size : owner.stack_size;
    }
    rt_leave();
    return type;
}
