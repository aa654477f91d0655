/*
 * The classic schedulers. All keep one heap, ordered by a key and, among equals, by arrival:
 *
 *   fcfs      the order in which they became runnable
 *   rr        the same; a turn ends with the quantum
 *   priority  the larger priority first
 *   sjn       the shorter burst first (shortest job next)
 *   srt       the shorter remaining time first: burst less what it has run since that was set
 *   mlq       the higher of several levels first. A new goroutine is on the highest; one that
 *             uses up its quantum (twice as long on each lower level) goes one level down, one
 *             that waits before that stays. One that has been overtaken by AGEING others for each
 *             level below is not overtaken any more.
 *
 * Scheduling points are: waiting, the end, rgo_yield, and preemption in instrumented code. A
 * goroutine that becomes runnable never interrupts another at once: under priority, srt and sjn the
 * better one is next at the running one's next scheduling point. A goroutine that yields queues as
 * one that has just arrived, behind its equals; so under strict orders (priority, sjn, srt) one
 * that only yields while it waits for a worse one waits for ever. Exceptions: under rr and mlq with
 * a quantum of N points each yield is one point, and the goroutine keeps its turn until the N-th.
 * With a quantum of time, who yields gives up the rest.
 *
 * With several workers the first in this order is started first; what was started earlier still
 * runs. Goroutines that are pinned go to their own worker's inbox then, ahead of the others.
 */
#include "policy.h"
#include "controlled.h"
#include "fork.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "racerun/go/sched.h"

#define AGEING 1000
#define LEVELS_DEFAULT 3u
#define LEVELS_MAX 32u
#define QUANTUM_DEFAULT_NS INT64_C(10000000)

enum kind {
    KIND_STEAL,
    KIND_FCFS,
    KIND_RR,
    KIND_PRIORITY,
    KIND_SJN,
    KIND_SRT,
    KIND_MLQ,
    KIND_COUNT
};
static const char *const kind_names[KIND_COUNT] = {"steal", "fcfs", "rr", "priority",
                                                   "sjn",   "srt",  "mlq"};

struct settings {
    enum kind kind;
    unsigned levels;
    unsigned quantum_points; /* or: */
    int64_t quantum_ns;
};

struct entry {
    int64_t key;
    int64_t arrival;
    struct goroutine *g;
};

const struct policy *scheduler_policy;

static struct {
    struct lock lock;
    struct settings settings;
    struct entry *heap;
    size_t capacity;
    _Atomic size_t count;
    int64_t arrivals, kept; /* `kept` counts down: who keeps its turn is ahead of its equals */
} queue;
FORK_LOCK(policy_fork_lock, queue.lock);

/* ---- the heap, under the lock ---- */

static bool entry_less(const struct entry *a, const struct entry *b)
{
    return a->key != b->key ? a->key < b->key : a->arrival < b->arrival;
}

static void heap_push(struct entry entry)
{
    size_t at = atomic_load(&queue.count);
    if (at == queue.capacity) {
        queue.capacity = queue.capacity ? 2 * queue.capacity : 256;
        queue.heap = realloc(queue.heap, queue.capacity * sizeof *queue.heap);
        if (!queue.heap)
            fatal_text("runtime: cannot allocate memory for the scheduler's queue");
    }
    for (; at && entry_less(&entry, &queue.heap[(at - 1) / 2]); at = (at - 1) / 2)
        queue.heap[at] = queue.heap[(at - 1) / 2];
    queue.heap[at] = entry;
    atomic_fetch_add(&queue.count, 1);
}

static struct goroutine *heap_pop(void)
{
    size_t count = atomic_load(&queue.count);
    if (!count)
        return NULL;
    struct goroutine *g = queue.heap[0].g;
    struct entry last = queue.heap[--count];
    atomic_store(&queue.count, count);
    size_t at = 0;
    for (size_t below; (below = 2 * at + 1) < count; at = below) {
        if (below + 1 < count && entry_less(&queue.heap[below + 1], &queue.heap[below]))
            below++;
        if (!entry_less(&queue.heap[below], &last))
            break;
        queue.heap[at] = queue.heap[below];
    }
    queue.heap[at] = last;
    return g;
}

/* ---- keys ---- */

static bool turn_over(const struct goroutine *g, enum policy_event event)
{
    unsigned shift = queue.settings.kind == KIND_MLQ ? g->level : 0;
    if (event == POLICY_PREEMPTED || !queue.settings.quantum_points)
        return true;
    return g->turn_points >= (uint64_t)queue.settings.quantum_points << shift;
}

/* mlq: a quantum is used up by its points, or by the time since it was switched to. */
static void level_adjust(struct goroutine *g, enum policy_event event)
{
    bool used = event == POLICY_PREEMPTED ||
                (queue.settings.quantum_points
                     ? event == POLICY_YIELDED && turn_over(g, event)
                     : event == POLICY_YIELDED &&
                           time_now() - g->turn_ns >= queue.settings.quantum_ns << g->level);
    if (used && g->level + 1u < queue.settings.levels)
        g->level++;
    if (g->level >= queue.settings.levels)
        g->level = (uint8_t)(queue.settings.levels - 1);
}

static int64_t key_of(const struct goroutine *g, int64_t arrival)
{
    switch (queue.settings.kind) {
    case KIND_PRIORITY:
        return -(int64_t)g->priority;
    case KIND_SJN:
        return g->burst_ns;
    case KIND_SRT:
        return g->burst_ns > g->spent_ns ? g->burst_ns - g->spent_ns : 0;
    case KIND_MLQ:
        return arrival + (int64_t)g->level * AGEING;
    default:
        return 0;
    }
}

static void classic_put(struct goroutine *g, enum policy_event event)
{
    bool keeps = false;
    if (event == POLICY_YIELDED && queue.settings.quantum_points) {
        g->turn_points++;
        keeps = !turn_over(g, event);
    }
    if (queue.settings.kind == KIND_MLQ)
        level_adjust(g, event);
    if (!keeps)
        g->turn_points = 0;
    if (event == POLICY_YIELDED || event == POLICY_PREEMPTED) { /* its key depends on it */
        int64_t now = time_now();
        g->spent_ns += now - g->turn_ns;
        g->turn_ns = now;
    }
    int64_t arrival = ++queue.arrivals;
    struct entry entry = {.key = key_of(g, arrival), .arrival = arrival, .g = g};
    if (keeps)
        entry.key = entry.arrival = INT64_MIN / 2 + --queue.kept;
    heap_push(entry);
}

static struct goroutine *classic_take(struct worker *w)
{
    (void)w;
    return heap_pop();
}

static bool classic_empty(void)
{
    return atomic_load(&queue.count) == 0;
}

/* Constant: others call through it without the lock, while it is being switched to. */
#define CLASSIC(name_)                                                                             \
    {                                                                                              \
        .name = name_, .put = classic_put, .take = classic_take, .empty = classic_empty            \
    }
static const struct policy classics[KIND_COUNT] = {
    [KIND_FCFS] = CLASSIC("fcfs"),         [KIND_RR] = CLASSIC("rr"),
    [KIND_PRIORITY] = CLASSIC("priority"), [KIND_SJN] = CLASSIC("sjn"),
    [KIND_SRT] = CLASSIC("srt"),           [KIND_MLQ] = CLASSIC("mlq"),
};

/* ---- the scheduler's side ---- */

static void put(struct goroutine *g, enum policy_event event)
{
    if (scheduler.procs > 1 && g->pinned) {
        ready_elsewhere(g);
        return;
    }
    lock_take(&queue.lock);
    const struct policy *policy = scheduler_policy;
    if (policy)
        policy->put(g, event);
    lock_release(&queue.lock);
    if (!policy)
        queue_global_push(g, g, 1); /* it was switched off a moment ago */
    if (scheduler.procs > 1 || !worker_self())
        worker_wake_one();
}

void policy_put(struct goroutine *g)
{
    put(g, atomic_load(&g->state) == GOROUTINE_CREATED ? POLICY_CREATED : POLICY_WOKEN);
}

void policy_put_back(struct goroutine *g)
{
    put(g, POLICY_YIELDED);
}

void policy_put_preempted(struct goroutine *g)
{
    put(g, POLICY_PREEMPTED);
}

struct goroutine *policy_take(struct worker *w)
{
    if (UNLIKELY(controlled != NULL))
        return controlled_take();
    lock_take(&queue.lock);
    const struct policy *policy = scheduler_policy;
    struct goroutine *g = policy ? policy->take(w) : NULL;
    lock_release(&queue.lock);
    if (g && g->pinned && g->pinned != w) { /* the number of workers has changed */
        ready_elsewhere(g);
        return NULL;
    }
    return g;
}

bool policy_empty(void)
{
    const struct policy *policy = __atomic_load_n(&scheduler_policy, __ATOMIC_ACQUIRE);
    return !policy || policy->empty();
}

void policy_switched(struct goroutine *from, struct goroutine *to)
{
    int64_t now = time_now();
    from->spent_ns += now - from->turn_ns;
    to->turn_ns = now;
}

int64_t policy_quantum_ns(void)
{
    return scheduler_policy ? queue.settings.quantum_ns : 0;
}

/* ---- choosing one ---- */

/* "10ms", "5us", "1s", "100ns", or a number of scheduling points. */
static bool quantum_parse(const char *text, struct settings *settings)
{
    char *end;
    long long value = strtoll(text, &end, 10);
    if (end == text || value < 1 || value > 1000000000)
        return false;
    static const struct {
        const char *unit;
        int64_t ns;
    } units[] = {{"ns", 1}, {"us", 1000}, {"ms", 1000000}, {"s", 1000000000}};
    settings->quantum_points = *end ? 0 : (unsigned)value;
    settings->quantum_ns = 0;
    if (!*end)
        return true;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strcmp(end, units[i].unit) == 0) {
            settings->quantum_ns = value * units[i].ns;
            return true;
        }
    return false;
}

static bool settings_parse(const char *text, struct settings *ret_settings)
{
    struct settings settings = {.levels = LEVELS_DEFAULT};
    size_t length = strcspn(text, ":");
    while (settings.kind < KIND_COUNT && (strlen(kind_names[settings.kind]) != length ||
                                          strncmp(kind_names[settings.kind], text, length) != 0))
        settings.kind++;
    bool has_quantum = settings.kind == KIND_RR || settings.kind == KIND_MLQ;
    if (settings.kind == KIND_COUNT || (text[length] && !has_quantum))
        return false;
    if (has_quantum)
        settings.quantum_ns = QUANTUM_DEFAULT_NS;
    const char *rest = text[length] ? text + length + 1 : NULL;
    if (rest && settings.kind == KIND_MLQ) {
        char *end;
        unsigned long levels = strtoul(rest, &end, 10);
        if (end == rest || levels < 1 || levels > LEVELS_MAX || (*end && *end != ':'))
            return false;
        settings.levels = (unsigned)levels;
        rest = *end ? end + 1 : NULL;
    }
    if (rest && !quantum_parse(rest, &settings))
        return false;
    *ret_settings = settings;
    return true;
}

/* What is queued is put anew, in its present order; what is in rings moves as workers come upon it.
 */
static void settings_apply(const struct settings *settings)
{
    struct goroutine *first = NULL, *last = NULL;
    size_t count = 0;
    lock_take(&queue.lock);
    for (struct goroutine *g; (g = heap_pop()); count++) {
        g->next = NULL;
        if (last)
            last->next = g;
        else
            first = g;
        last = g;
    }
    queue.settings = *settings;
    bool steal = settings->kind == KIND_STEAL;
    __atomic_store_n(&scheduler_policy, steal ? NULL : &classics[settings->kind], __ATOMIC_SEQ_CST);
    for (struct goroutine *g = steal ? NULL : first; g;) {
        struct goroutine *next = g->next;
        classic_put(g, POLICY_WOKEN);
        g = next;
    }
    lock_release(&queue.lock);
    if (steal && count)
        queue_global_push(first, last, count);
    if (count)
        worker_wake_one();
}

int rgo_policy_set(const char *policy)
{
    struct settings settings;
    runtime_start();
    if (!policy || !settings_parse(policy, &settings))
        return EINVAL;
    if (controlled)
        return 0; /* the controller's strategy stays */
    settings_apply(&settings);
    return 0;
}

const char *rgo_policy(void)
{
    const struct policy *policy = scheduler_policy;
    return policy ? policy->name : kind_names[KIND_STEAL];
}

void policy_start(void)
{
    if (controlled_start()) {
        scheduler.procs = 1;
        scheduler_policy = &controlled_policy;
        return;
    }
    const char *text = getenv("RGO_SCHED");
    struct settings settings;
    if (!text || !*text)
        return;
    if (settings_parse(text, &settings)) {
        settings_apply(&settings);
        return;
    }
    static const char words[] =
        "racerun-go: RGO_SCHED is none of steal, fcfs, rr[:QUANTUM], priority, sjn, srt, "
        "mlq[:LEVELS[:QUANTUM]]; a QUANTUM is a time (10ms) or a number of scheduling points (3)\n";
    ssize_t ignored = write(2, words, sizeof words - 1);
    (void)ignored;
    _exit(2);
}

void rgo_priority_set(int priority)
{
    goroutine_self()->priority = priority;
}

void rgo_burst_set(int64_t burst_ns)
{
    struct goroutine *g = goroutine_self();
    g->burst_ns = burst_ns;
    g->spent_ns = 0;
    g->turn_ns = scheduler_policy ? time_now() : 0;
}
