/*
 * schedule: what is done around a schedule, whichever engine runs it: which strategy it follows,
 * how it ended, and what is counted. All of it lives in the block, so that the zygote can judge
 * what a engine began.
 */
#include <string.h>
#include <sys/syscall.h>

#include "base/check.h"
#include "base/rng.h"
#include "base/sys.h"
#include "interpose/control/engine.h"
#include "trace/digest.h"

static struct engine_desk *desk;
static struct sched_profile *profile;
static int output_fd, errors_fd; /* of the files that the program writes to */

void schedule_init(struct engine_desk *shared_desk, struct sched_profile *shared_profile)
{
    desk = shared_desk;
    profile = shared_profile;
}

/* ---- which ---- */

/* The next schedule of the command; false: there is none now. */
static bool number_next(uint64_t *ret_number)
{
    const struct explore_command *command = &control_block->command;
    if (*(volatile const uint32_t *)&command->stop)
        control_plan_release();
    bool exhausted = !command->uncounted && atomic_load(&control_shared->exhausted);
    if (*(volatile const uint32_t *)&command->stop || exhausted || control_block->answer.outcome ||
        (command->deadline_ns && control_monotonic_ns() > command->deadline_ns))
        return false;
    if (!control_plan_take())
        return false;
    if (command->take)
        return control_number_take(ret_number);
    *ret_number = command->first + desk->done;
    atomic_store(&control_block->running, *ret_number);
    return desk->done < command->count;
}

bool schedule_take(void)
{
    if (!desk->running && number_next(&desk->number))
        desk->running = 1;
    return desk->running;
}

/* ---- before ---- */

/* Which strategy schedule `number` follows, and with what randomness. */
static void schedule_plan(uint64_t number)
{
    const struct explore_command *command = &control_block->command;
    struct sched_plan plan = {.strategy = command->strategy, .parameter = command->parameter};
    if (command->strategy == TRACE_NONE)
        portfolio_plan(number, &plan);
    control_block->seed = rng_mix(command->seed + number * RNG_GOLDEN);
    control_block->strategy = plan.strategy;
    control_block->parameter = plan.parameter;
}

/* It writes what schedules teach, and nobody else does meanwhile: of the first all learn. */
static bool schedule_learns(void)
{
    return !control_block->command.take || profile->state == 0 ||
           atomic_load(&control_shared->learner) == control_worker + 1;
}

void schedule_begin(uint64_t number)
{
    desk->keeps = !desk->checked && schedule_learns();
    if (desk->keeps)
        desk->taught = *profile;
    desk->begun += EXPLORE_STEPS_MAX;
    schedule_repeat(number);
}

void schedule_repeat(uint64_t number)
{
    struct explore_answer *answer = &control_block->answer;
    memset(answer, 0, sizeof *answer);
    atomic_store(&control_block->findings, 0);
    answer->schedule = number;
    schedule_plan(number);
}

struct sched_profile *schedule_profile(void)
{
    return profile;
}

void schedule_forget(void)
{
    if (desk->keeps)
        *profile = desk->taught;
}

void schedule_outputs(int output, int errors)
{
    output_fd = output;
    errors_fd = errors;
}

void schedule_output_clear(void)
{
    sys_call3(SYS_ftruncate, output_fd, 0, 0);
    sys_call3(SYS_ftruncate, errors_fd, 0, 0);
}

/* What the schedule wrote and returned; never 0. */
static uint64_t output_digest(uint32_t status)
{
    char buffer[4096]; /* on the stack: the engine's other memory is protected */
    uint64_t digest = digest_add(DIGEST_INITIAL, &status, sizeof status);
    long got;
    for (uint64_t at = 0;; at += (uint64_t)got) {
        got = sys_call6(SYS_pread64, output_fd, (long)buffer, sizeof buffer, (long)at, 0, 0);
        CHECK(got >= 0);
        if (!got)
            return digest | 1;
        digest = digest_add(digest, buffer, (size_t)got);
    }
}

void schedule_reason(const char *reason)
{
    size_t size = strlen(reason);
    if (size >= EXPLORE_REASON_MAX)
        size = EXPLORE_REASON_MAX - 1;
    memcpy(control_block->reason, reason, size);
    control_block->reason[size] = 0;
    control_block->reason_call = 0;
}

void control_need(uint32_t kind, const char *reason)
{
    control_block->need = kind;
    if (reason)
        schedule_reason(reason);
    sys_exit_group(0);
}

/* ---- after ---- */

/* Did it write or return something else than it should? */
static bool output_differs(struct explore_answer *answer, const struct schedule_end *end)
{
    if (!control_block->settings.same_output || end->hangs || end->signalled)
        return false;
    answer->output = output_digest(answer->status);
    return control_shared->expected && answer->output != control_shared->expected;
}

static void outcome_judge(struct explore_answer *answer, const struct schedule_end *end)
{
    uint32_t expected = control_block->settings.expect_exit;
    if (answer->outcome != OUTCOME_CLEAN)
        return;
    answer->status = end->status;
    if (end->hangs)
        answer->outcome = OUTCOME_HANG;
    else if (end->signalled)
        answer->outcome = OUTCOME_CRASH;
    else if (!answer->fatal && expected != TRACE_NONE && answer->status != expected)
        answer->outcome = OUTCOME_EXIT;
    else if (!answer->fatal && output_differs(answer, end))
        answer->outcome = OUTCOME_OUTPUT;
    else if (atomic_load(&control_block->findings))
        answer->outcome = OUTCOME_FOUND;
}

void schedule_judge(const struct schedule_end *end)
{
    struct explore_answer *answer = &control_block->answer;
    uint64_t hash = 0;
    uint32_t decisions = answer->decisions; /* that are no steps: when timers are due */
    uint32_t outside = 0;
    bool alone = true;
    for (uint32_t i = 0; i < answer->steps; i++) {
        const struct trace_event *event = &control_block->trace[i];
        hash += event->hash;
        decisions += event->choices > 1 || event->kind == SCHED_CHOOSE;
        outside += event->kind == SCHED_EXTERNAL;
        alone = alone && event->task == 0;
    }
    answer->trace_hash = hash;
    answer->decisions = decisions + (alone ? 0 : outside); /* next time it may be ready sooner */
    outcome_judge(answer, end);
}

/*
 * The traces seen lie in levels, each larger than all before it together. A trace goes where it
 * first finds room: its own few slots of a level are looked at before the next level is. So few
 * traces touch little memory. Where there is no room in the last level a trace is taken for new.
 */
enum {
    SEEN_OFTEN = 2,
    SEEN_SLOTS = 8, /* a trace's own in a level: a cache line */
    SEEN_SLOTS_LAST = 64,
    SEEN_LEVEL = 1 << 14,
    SEEN_GROWTH = 8,
};

/* The first of its slots among those in [low, high). */
static uint32_t seen_slot(uint64_t hash, uint32_t low, uint32_t high)
{
    uint64_t groups = (high - low) / SEEN_SLOTS;
    return low + (uint32_t)((rng_mix(hash) >> 32) * groups >> 32) * SEEN_SLOTS;
}

/* The trace takes the slot, or had it already; false: another one has it. */
static bool seen_take(_Atomic uint64_t *slot, uint64_t hash)
{
    struct explore_shared *shared = control_shared;
    uint64_t found = atomic_load_explicit(slot, memory_order_relaxed);
    if (!found && atomic_compare_exchange_strong(slot, &found, hash)) {
        atomic_fetch_add(&shared->once, 1);
        atomic_fetch_add(&shared->distinct, 1);
        return true;
    }
    if ((found & ~(uint64_t)SEEN_OFTEN) != hash)
        return false;
    if (found == hash && atomic_compare_exchange_strong(slot, &found, hash | SEEN_OFTEN))
        atomic_fetch_sub(&shared->once, 1);
    return true;
}

static uint64_t seen_hash(uint64_t hash)
{
    return (hash & ~(uint64_t)SEEN_OFTEN) | 1;
}

static void trace_count(uint64_t hash)
{
    struct explore_shared *shared = control_shared;
    hash = seen_hash(hash);
    for (uint32_t low = 0, high = SEEN_LEVEL; low < EXPLORE_SEEN; low = high, high *= SEEN_GROWTH) {
        uint32_t slots = high == EXPLORE_SEEN ? SEEN_SLOTS_LAST : SEEN_SLOTS;
        uint32_t first = seen_slot(hash, low, high);
        for (uint32_t i = 0; i < slots; i++)
            if (seen_take(&shared->seen[low + (first - low + i) % (high - low)], hash))
                return;
    }
    atomic_fetch_add(&shared->distinct, 1);
}

/* Fetching them from memory takes as long as many steps. */
void schedule_expect(uint64_t trace_hash)
{
    uint64_t hash = seen_hash(trace_hash);
    for (uint32_t low = 0, high = SEEN_LEVEL; low < EXPLORE_SEEN; low = high, high *= SEEN_GROWTH)
        __builtin_prefetch(&control_shared->seen[seen_slot(hash, low, high)], 1);
}

static_assert(SEEN_LEVEL * SEEN_GROWTH * SEEN_GROWTH * SEEN_GROWTH == EXPLORE_SEEN,
              "levels end where the table does");

static void schedule_count(void)
{
    struct explore_answer *answer = &control_block->answer;
    struct explore_shared *shared = control_shared;
    uint32_t longest = atomic_load(&shared->steps_longest);
    if (answer->outcome == OUTCOME_ASLEEP) { /* nothing new would have come */
        answer->outcome = OUTCOME_CLEAN;
        return;
    }
    if (control_block->command.uncounted)
        return;
    while (answer->steps > longest &&
           !atomic_compare_exchange_weak(&shared->steps_longest, &longest, answer->steps))
        continue;
    atomic_fetch_add(&shared->decisions, answer->decisions);
    uint64_t number = /* whose trace it is; of an exhaustive search that says nothing */
        control_block->settings.search == SEARCH_SAMPLES ? rng_mix(answer->schedule) : 0;
    atomic_fetch_add(&shared->traces_digest, rng_mix(answer->trace_hash + number));
    trace_count(answer->trace_hash);
    if (answer->outcome != OUTCOME_CLEAN)
        atomic_fetch_add(&shared->failed, 1);
    atomic_fetch_add(&shared->executed, 1);
}

void schedule_done(void)
{
    control_plan_next();
    schedule_count();
    control_number_end(desk->number);
    desk->running = 0;
    desk->done++;
}
