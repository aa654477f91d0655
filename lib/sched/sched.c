/*
 * sched: tasks and their operations, the plan, the clock, the steps and the trace.
 */
#include "base/check.h"
#include "world.h"

/* ---- life ---- */

static void *table_reserve(struct room *room, size_t count, size_t size)
{
    void *memory = room_take(room, count * size);
    CHECK_MSG(memory, "out of address space for the scheduler's tables");
    return memory;
}

struct sched *sched_create(const struct sched_config *config)
{
    struct room *room = config->room;
    struct sched *sched = table_reserve(room, 1, sizeof *sched);
    uint32_t tasks = config->tasks_max;
    sched->config = *config;
    sched->tasks = table_reserve(room, tasks, sizeof *sched->tasks);
    sched->enabled.tasks = table_reserve(room, tasks, sizeof(uint32_t));
    sched->timed.tasks = table_reserve(room, tasks, sizeof(uint32_t));
    sched->napping.tasks = table_reserve(room, tasks, sizeof(uint32_t));
    sched->outside.tasks = table_reserve(room, tasks, sizeof(uint32_t));
    sched->candidates.tasks = table_reserve(room, tasks, sizeof(uint32_t));
    sched->awake.tasks = table_reserve(room, tasks, sizeof(uint32_t));
    sched->ready.tasks = table_reserve(room, tasks, sizeof(uint32_t));
    sched->notes = table_reserve(room, config->steps_max, sizeof *sched->notes);
    sched->sleepers = table_reserve(room, SLEEPERS_MAX, sizeof *sched->sleepers);
    sched->withdrawals = table_reserve(room, WITHDRAWALS_MAX, sizeof *sched->withdrawals);
    sched->options = table_reserve(room, OPTIONS_MAX, sizeof *sched->options);
    sched->options_end = table_reserve(room, config->steps_max, sizeof(uint32_t));
    sched->objects = table_reserve(room, OBJECTS_MAX, sizeof *sched->objects);
    sched->table = table_reserve(room, 4 * (size_t)OBJECTS_MAX, sizeof *sched->table);
    sched->strategy_state = table_reserve(room, STRATEGY_STATE, 1);
    return sched;
}

void sched_destroy(struct sched *sched)
{
    if (!sched)
        return;
    struct room *room = sched->config.room;
    uint32_t tasks = sched->config.tasks_max;
    room_give(room, sched->strategy_state, STRATEGY_STATE);
    room_give(room, sched->table, 4 * (size_t)OBJECTS_MAX * sizeof *sched->table);
    room_give(room, sched->objects, OBJECTS_MAX * sizeof *sched->objects);
    room_give(room, sched->options_end, sched->config.steps_max * sizeof(uint32_t));
    room_give(room, sched->options, OPTIONS_MAX * sizeof *sched->options);
    room_give(room, sched->withdrawals, WITHDRAWALS_MAX * sizeof *sched->withdrawals);
    room_give(room, sched->sleepers, SLEEPERS_MAX * sizeof *sched->sleepers);
    room_give(room, sched->notes, sched->config.steps_max * sizeof *sched->notes);
    room_give(room, sched->ready.tasks, tasks * sizeof(uint32_t));
    room_give(room, sched->awake.tasks, tasks * sizeof(uint32_t));
    room_give(room, sched->candidates.tasks, tasks * sizeof(uint32_t));
    room_give(room, sched->outside.tasks, tasks * sizeof(uint32_t));
    room_give(room, sched->napping.tasks, tasks * sizeof(uint32_t));
    room_give(room, sched->timed.tasks, tasks * sizeof(uint32_t));
    room_give(room, sched->enabled.tasks, tasks * sizeof(uint32_t));
    room_give(room, sched->tasks, tasks * sizeof *sched->tasks);
    room_give(room, sched, sizeof *sched);
}

/* From the plan's end on; until index_choose shakes things up. */
static void usual_begin(struct sched *sched)
{
    const struct sched_plan *plan = &sched->plan;
    uint32_t from = plan->events_count, until = sched->config.steps_max / 2;
    bool never = plan->systematic || plan->every_option || sched->profiling || from > until;
    sched->usual_from = from;
    sched->usual_count = never ? 0 : until - from;
}

void sched_begin(struct sched *sched, const struct sched_plan *plan)
{
    sched->plan = *plan;
    sched->strategy = strategy_at(plan->strategy);
    sched->rng = rng_mix(plan->seed + 1);
    sched->rng_program = rng_mix(plan->seed_program + 2);
    sched->tasks_count = 0;
    sched->current = SCHED_NONE;
    sched->enabled.count = sched->timed.count = sched->napping.count = sched->outside.count = 0;
    sched->marked_count = 0;
    sched->strayed = sched->awaited = sched->spins = sched->misled = sched->crowded = false;
    sched->still_since = 0;
    sched->withdrawals_count = 0;
    sleep_begin(sched);
    sched->steps = sched->held = 0;
    sched->spurious_left = sched->config.spurious_max;
    sched->ready_count = 0;
    sched->clock = 0;
    sched->trace_hash = 0;
    objects_begin(sched);
    if (sched->config.profile)
        profile_begin(sched);
    usual_begin(sched);
    if (sched->strategy->begin)
        sched->strategy->begin(sched);
}

uint32_t sched_task_new(struct sched *sched, uint32_t creator)
{
    if (sched->tasks_count == sched->config.tasks_max)
        return SCHED_NONE;
    uint32_t number = sched->tasks_count++;
    struct task *task = &sched->tasks[number];
    struct task *parent = creator == SCHED_NONE ? NULL : &sched->tasks[creator];
    *task =
        (struct task){.number = number, .state = TASK_RUNS, .creator = creator, .halves = {1, 1}};
    task->path = parent ? rng_mix(parent->path + ++parent->children * RNG_GOLDEN)
                        : rng_mix(number + RNG_GOLDEN);
    task->hash = rng_mix(task->path + (parent ? parent->hash : 0));
    if (sched->config.profile)
        profile_created(sched, task);
    if (sched->strategy->created)
        sched->strategy->created(sched, task);
    return number;
}

void sched_task_hint(struct sched *sched, uint32_t task, int32_t priority, uint32_t steps)
{
    sched->tasks[task].importance = priority;
    sched->tasks[task].length = steps;
}

/* ---- pending ---- */

/* Which halves of the word does [first, last] touch? */
static uint8_t halves_of(uint64_t word, uint64_t first, uint64_t last)
{
    bool low = first < 8 * word + 4, high = last >= 8 * word + 4;
    return (uint8_t)(low | high << 1);
}

/* An access of up to 8 bytes, or of 16 aligned, touches one word or two. */
static SCHED_APART void memory_attach(struct sched *sched, struct task *task)
{
    uint64_t first = task->op.address, last = first + (task->op.count ? task->op.count - 1 : 0);
    for (int slot = 0; slot < 2 && (slot == 0 || last / 8 != first / 8); slot++) {
        uint64_t word = first / 8 + (uint64_t)slot;
        object_attach(sched, task, slot, object_at(sched, task, word, OBJECT_MEMORY));
        task->halves[slot] = halves_of(word, first, last);
    }
}

/* Of those that are about a task. */
static bool about_itself(uint16_t kind)
{
    return kind == SCHED_END || kind == SCHED_TESTCANCEL || kind == SCHED_SIGWAIT;
}

/* `op`: the task's, where its caller wrote it just now. */
static void objects_attach(struct sched *sched, struct task *task, const struct sched_op *op)
{
    uint8_t class = task->semantics->class;
    uint64_t address = op->address;
    if (class == OBJECT_MEMORY) {
        memory_attach(sched, task);
        return;
    }
    task->halves[0] = task->halves[1] = 1;
    if (class == OBJECT_TASK)
        address = (about_itself(op->kind) ? task_number(sched, task) : op->count) + 1;
    if (class != OBJECT_NONE)
        object_attach(sched, task, 0, object_at(sched, task, address, class));
    if (op->mutex)
        object_attach(sched, task, 1, object_at(sched, task, op->mutex, OBJECT_MUTEX));
}

/* What it was before the first operation that we see. */
static SCHED_APART void object_initial(struct object *object, const struct sched_op *op)
{
    object->known = true;
    if (!(op->flags & SCHED_CLAIMED))
        return;
    if (object->class == OBJECT_SEMAPHORE)
        object->semaphore.units = op->count;
    if (object->class == OBJECT_ONCE)
        object->once.done = true;
    if (object->class == OBJECT_MUTEX) {
        object->mutex.owner = op->count + 1;
        object->mutex.depth = 1;
    }
}

SCHED_WHOLE void sched_pend(struct sched *sched, uint32_t number, const struct sched_op *op)
{
    struct task *task = &sched->tasks[number];
    CHECK(task->state == TASK_RUNS && op->kind < SCHED_KINDS);
    CHECK(op->kind != SCHED_JOIN || op->count < sched->tasks_count);
    task->op = *op;
    task->semantics = op_semantics[op->kind];
    task->state = TASK_PENDS;
    task->pended_at = sched->steps;
    task->pended_by = sched->current == number ? 0 : sched->steps;
    task->ready_at = ++sched->ready_count;
    objects_attach(sched, task, op);
    sched->crowded |= op->kind == SCHED_SELECT && op->flags & SCHED_WIDE;
    if (task->object[0] && !task->object[0]->known)
        object_initial(task->object[0], op);
    standing_update(sched, task);
    if (sched->strategy->pended)
        sched->strategy->pended(sched, task);
}

static SCHED_APART void sched_pend_apart(struct sched *sched, uint32_t number,
                                         const struct sched_op *op)
{
    sched_pend(sched, number, op);
}

static void withdrawal_record(struct sched *sched, const struct task *task)
{
    CHECK_MSG(sched->withdrawals_count < WITHDRAWALS_MAX,
              "too many operations are taken back for exhaustive search");
    struct sched_withdrawal *now = &sched->withdrawals[sched->withdrawals_count++];
    now->steps = sched->steps;
    note_fill(sched, task, TRACE_ANY, false, &now->note);
    now->note.looks = note_only_looks(&now->note);
}

static void unpend(struct sched *sched, struct task *task)
{
    standing_leave(sched, task);
    if (task->object[0])
        object_detach(sched, task, 0);
    if (task->object[1])
        object_detach(sched, task, 1);
    if (task->state == TASK_PENDS)
        task->state = TASK_RUNS;
    task->interrupt = SCHED_UNDISTURBED;
}

void sched_unpend(struct sched *sched, uint32_t number)
{
    struct task *task = &sched->tasks[number];
    CHECK(task->state == TASK_PENDS);
    bool timed = task->gives_up && task->op.deadline != SCHED_NEVER;
    if (sched->plan.systematic && (timed || task->op.kind == SCHED_EXTERNAL))
        withdrawal_record(sched, task);
    unpend(sched, task);
}

void sched_touch(struct sched *sched, uint64_t address)
{
    if (!sched->steps)
        return;
    struct task *task = &sched->tasks[sched->current];
    struct object *object = object_at(sched, task, address, OBJECT_GO);
    if (object->past[0].changed == task->hash)
        return;
    event_touch(sched, task, object);
    if (sched->plan.systematic)
        note_touched(sched, object);
}

/* ---- deciding ---- */

static uint32_t outcome_choose(struct sched *sched, const struct task *task)
{
    uint32_t count = outcomes_of(sched, task);
    if (sched->plan.systematic)
        return sleep_awake_outcome(sched, task);
    if (!count)
        return task->op.deadline != SCHED_NEVER ? TRACE_TIMED_OUT : TRACE_SPURIOUS;
    uint32_t index = count == 1 ? 0 : rng_below(&sched->rng, count);
    return interrupted(task) ? interrupt_outcome(task, index) : index;
}

static bool outcome_possible(const struct sched *sched, const struct task *task, uint32_t outcome)
{
    uint32_t count = outcomes_of(sched, task);
    if (interrupted(task))
        return outcome == interrupt_outcome(task, 0) ||
               outcome == interrupt_outcome(task, count - 1);
    if (outcome < TRACE_TIMED_OUT)
        return outcome < count;
    if (count || !may_give_up(sched, task))
        return false;
    return outcome == TRACE_TIMED_OUT ? task->op.deadline != SCHED_NEVER
                                      : task->op.kind == SCHED_WAKE;
}

/* Where nothing can go the plan may go on after the caller has seen to it: a runtime that wakes
 * somebody when all are asleep. */
static enum sched_verdict plan_impossible(struct sched *sched)
{
    return candidates_find(sched)->count ? SCHED_DIVERGED
           : sched->outside.count        ? SCHED_OUTSIDE
                                         : SCHED_DEADLOCK;
}

static struct task *task_by_path(struct sched *sched, uint32_t number, uint64_t path)
{
    if (number < sched->tasks_count && sched->tasks[number].path == path)
        return &sched->tasks[number];
    for (uint32_t i = 0; i < sched->tasks_count; i++)
        if (sched->tasks[i].path == path)
            return &sched->tasks[i];
    return NULL;
}

/* An outcome that the plan leaves open; TRACE_ANY: there is none. */
static uint32_t outcome_open(const struct sched *sched, const struct task *task)
{
    bool spurious = task->op.deadline == SCHED_NEVER;
    if (!outcomes_of(sched, task) &&
        (!may_give_up(sched, task) || (spurious && !sched->spurious_left)))
        return TRACE_ANY;
    return sleep_awake_outcome(sched, task);
}

/* Of the plan's end, which may not be possible: false, and it is left. */
static SCHED_APART bool decide_hinted(struct sched *sched, struct task **ret_task,
                                      uint32_t *ret_outcome)
{
    const struct trace_event *event = &sched->plan.events[sched->steps];
    struct task *task = task_by_path(sched, event->task, event->object);
    bool same = task && (event->kind == task->op.kind || event->kind == SCHED_KINDS);
    if (same && task->state == TASK_PENDS && !task_awaits(sched, task)) {
        bool open = event->outcome == TRACE_ANY;
        *ret_task = task;
        *ret_outcome = open ? outcome_open(sched, task) : event->outcome;
        if (*ret_outcome != TRACE_ANY && outcome_possible(sched, task, *ret_outcome))
            return true;
    }
    sched->plan.events_count = sched->steps;
    return false;
}

static SCHED_APART enum sched_verdict decide_planned(struct sched *sched, struct task **ret_task,
                                                     uint32_t *ret_outcome)
{
    const struct trace_event *event = &sched->plan.events[sched->steps];
    if (sched->strayed)
        return SCHED_DIVERGED;
    if (event->task >= sched->tasks_count)
        return plan_impossible(sched);
    struct task *task = &sched->tasks[event->task];
    bool same = event->kind == task->op.kind || event->kind == SCHED_KINDS; /* a token's: any */
    if (task->state != TASK_PENDS || !same)
        return plan_impossible(sched);
    if (!outcome_possible(sched, task, event->outcome)) { /* the world may only be late */
        if (task->op.kind != SCHED_EXTERNAL || event->outcome)
            return SCHED_DIVERGED;
        return candidates_find(sched)->count ? SCHED_LATE : SCHED_OUTSIDE;
    }
    *ret_task = task;
    *ret_outcome = event->outcome;
    return SCHED_GO;
}

static inline uint32_t index_pick(struct sched *sched, const struct set *set, uint32_t count)
{
    return sched->strategy->pick ? sched->strategy->pick(sched, set)
                                 : rng_below(&sched->rng, count);
}

/* Of several tasks, which? A schedule on its way to being a livelock is shaken up by chance now and
 * then: two that back off for each other in lockstep (std::lock under round robin) are none. */
static uint32_t index_choose(struct sched *sched, const struct set *set)
{
    enum { ONE_IN = 8 };
    bool shaken =
        sched->steps >= sched->config.steps_max / 2 && rng_below(&sched->rng, ONE_IN) == 0;
    return shaken ? rng_below(&sched->rng, set->count) : index_pick(sched, set, set->count);
}

static enum sched_verdict decide_free(struct sched *sched, struct task **ret_task,
                                      uint32_t *ret_outcome, uint32_t *ret_choices)
{
    const struct set *set = candidates_find(sched);
    if (!set->count)
        return sched->outside.count ? SCHED_OUTSIDE : SCHED_DEADLOCK;
    if (sched->sleepers_count)
        set = sleep_filter(sched, set);
    if (!set->count)
        return SCHED_ASLEEP;
    enum sched_verdict verdict = SCHED_GO;
    if (sched->plan.systematic)
        set = await_filter(sched, set, &verdict);
    if (verdict != SCHED_GO)
        return verdict;
    uint32_t index = set->count > 1 ? index_choose(sched, set) : 0;
    *ret_task = &sched->tasks[set->tasks[index]];
    *ret_outcome = outcome_choose(sched, *ret_task);
    *ret_choices = set->count;
    return SCHED_GO;
}

/* ---- a step ---- */

static inline void event_record(struct sched *sched, struct task *task, uint32_t outcome,
                                uint32_t choices, bool usual)
{
    bool looks;
    uint64_t hash = event_hash(sched, task, outcome, usual, &looks);
    sched->config.events[sched->steps++] = (struct trace_event){
        .task = task_number(sched, task),
        .outcome = outcome,
        .kind = task->op.kind,
        .flags =
            (uint16_t)(task->op.flags | task->halves[0] * TRACE_LOW | (looks ? TRACE_LOOKED : 0)),
        .choices = choices,
        .object = task->object[0] ? task->object[0]->uid : 0,
        .address = task->op.address,
        .pc = task->op.pc,
        .hash = hash,
    };
}

static SCHED_APART void note_record(struct sched *sched, const struct task *task, uint32_t outcome)
{
    uint32_t index = sched->steps - 1;
    struct trace_note *note = &sched->notes[index];
    bool known = index < sched->plan.known_count; /* and nobody sleeps yet */
    if (!known)
        note_fill(sched, task, outcome, sched->config.events[index].flags & TRACE_LOOKED, note);
    sched->awaited |= note->awaited && !await_place(task);
    if (known)
        return;
    note->outcomes = outcome < TRACE_TIMED_OUT ? outcomes_of(sched, task) : 0;
    sleep_step(sched, note);
}

static SCHED_APART void give_up(struct sched *sched, const struct task *task, uint32_t outcome)
{
    if (outcome == TRACE_TIMED_OUT && sched->clock < task->op.deadline)
        sched->clock = task->op.deadline;
    if (outcome == TRACE_SPURIOUS && sched->spurious_left)
        sched->spurious_left--;
}

static void marked_update(struct sched *sched)
{
    for (uint32_t i = 0; i < sched->marked_count; i++) {
        sched->marked[i]->marked = false;
        standing_update_all(sched, sched->marked[i]);
    }
    sched->marked_count = 0;
}

static int execute(struct sched *sched, struct task *task, uint32_t outcome)
{
    if (outcome >= TRACE_INTERRUPTED)
        return outcome == TRACE_BROKEN ? SCHED_BROKEN : SCHED_INTERRUPTED;
    if (task->op.kind == SCHED_LOCK)
        return lock_execute(sched, task, outcome);
    if (task->op.kind == SCHED_UNLOCK)
        return unlock_execute(sched, task, outcome);
    return task->semantics->execute ? task->semantics->execute(sched, task, outcome) : 0;
}

static SCHED_WHOLE SCHED_APART void take_step(struct sched *sched, struct task *task,
                                              uint32_t outcome, uint32_t choices)
{
    const struct strategy *strategy = sched->strategy;
    uint64_t source = sched->plan.systematic ? await_source(task) : 0;
    uint64_t before = task->semantics->class == OBJECT_MEMORY ? access_source(task) : 0;
    task->confirms = sched->plan.systematic && await_confirms(sched, task);
    if (task->confirms && !sched->still_since) {
        sched->still_since = sched->steps + 1;
        sched->still_hash = sched->trace_hash;
    }
    event_record(sched, task, outcome, choices, false);
    if (sched->plan.systematic)
        note_record(sched, task, outcome);
    if (outcome >= TRACE_TIMED_OUT)
        give_up(sched, task, outcome);
    task->result = execute(sched, task, outcome);
    if (sched->plan.systematic) {
        sched->notes[sched->steps - 1].failed = task->result != 0;
        await_stepped(sched, task, source);
    }
    task->steps++;
    if (sched->profiling)
        profile_stepped(sched, task);
    if (strategy->stepped)
        strategy->stepped(sched, task);
    if (fair_stepped(sched, task, outcome, before) && strategy->yielded)
        strategy->yielded(sched, task);
    if (sched->plan.systematic)
        sched->notes[sched->steps - 1].yielded = task->yielded;
    task->confirms = false;
    unpend(sched, task);
    marked_update(sched);
    sched->current = task_number(sched, task);
}

static SCHED_APART void options_record(struct sched *sched)
{
    uint32_t begin = sched->steps ? sched->options_end[sched->steps - 1] : 0;
    uint32_t room = OPTIONS_MAX - begin;
    uint32_t found = sched_options(sched, sched->options + begin, room), kept = 0;
    CHECK_MSG(found <= room, "too many decisions in one execution to explore them all");
    for (struct sched_option *at = sched->options + begin; at < sched->options + begin + found;
         at++)
        if (!task_awaits(sched, &sched->tasks[at->task]))
            sched->options[begin + kept++] = *at;
    sched->options_end[sched->steps] = begin + kept;
}

static bool plan_is_hint(const struct sched *sched)
{
    return sched->plan.systematic && sched->steps >= sched->plan.firm_count;
}

static enum sched_verdict decide(struct sched *sched, struct task **ret_task, uint32_t *ret_outcome,
                                 uint32_t *ret_choices)
{
    sleep_fall(sched);
    if (sched->plan.every_option)
        options_record(sched);
    if (sched->steps < sched->plan.events_count) {
        if (!plan_is_hint(sched))
            return decide_planned(sched, ret_task, ret_outcome);
        if (decide_hinted(sched, ret_task, ret_outcome))
            return SCHED_GO;
    }
    return decide_free(sched, ret_task, ret_outcome, ret_choices);
}

static SCHED_WHOLE SCHED_APART enum sched_verdict step_any(struct sched *sched, uint32_t *ret_task)
{
    struct task *task;
    uint32_t outcome, choices = 0;
    if (sched->steps == sched->config.steps_max)
        return SCHED_TOO_LONG;
    enum sched_verdict verdict = decide(sched, &task, &outcome, &choices);
    if (verdict != SCHED_GO)
        return verdict;
    take_step(sched, task, outcome, choices);
    *ret_task = sched->current;
    return SCHED_GO;
}

/* ---- the same where nothing is out of the ordinary, as in most steps ---- */

/* The plan asks for nothing, and all that may go are enabled. */
static inline bool step_is_usual(const struct sched *sched)
{
    return sched->steps - sched->usual_from < sched->usual_count &&
           !(sched->timed.count | sched->outside.count | sched->napping.count | sched->held) &&
           !fair_looks(sched);
}

/* It has one outcome, is no yield, and is about nothing but the objects that it names. */
static inline bool task_is_usual(const struct task *task)
{
    const uint64_t kinds = UINT64_C(1) << SCHED_START | UINT64_C(1) << SCHED_JOIN |
                           UINT64_C(1) << SCHED_LOCK | UINT64_C(1) << SCHED_UNLOCK |
                           UINT64_C(1) << SCHED_SEM_WAIT | UINT64_C(1) << SCHED_SEM_POST;
    return kinds >> task->op.kind & 1 && !task->interrupt;
}

/* take_step for it. */
static inline void take_usual(struct sched *sched, struct task *task, uint32_t choices)
{
    event_record(sched, task, 0, choices, true);
    task->result = execute(sched, task, 0);
    task->steps++;
    if (sched->strategy->stepped)
        sched->strategy->stepped(sched, task);
    task->stale = 0;
    task->yielded = false;
    unpend(sched, task);
    marked_update(sched);
}

/* The task at that index of `enabled`, of which there are `choices`. */
static inline enum sched_verdict step_by(struct sched *sched, uint32_t index, uint32_t choices,
                                         uint32_t *ret_task)
{
    uint32_t number = sched->enabled.tasks[index];
    struct task *task = &sched->tasks[number];
    if (__builtin_expect(task_is_usual(task), 1))
        take_usual(sched, task, choices);
    else
        take_step(sched, task, outcome_choose(sched, task), choices);
    *ret_task = sched->current = number;
    return SCHED_GO;
}

SCHED_WHOLE enum sched_verdict sched_step(struct sched *sched, uint32_t *ret_task)
{
    uint32_t choices = sched->enabled.count;
    if (__builtin_expect(!step_is_usual(sched) || !choices, 0))
        return step_any(sched, ret_task);
    return step_by(sched, choices > 1 ? index_pick(sched, &sched->enabled, choices) : 0, choices,
                   ret_task);
}

/* ---- announced and chosen in one: a lock or unlock, in a random walk ---- */

/* The mutex, if all that matters of the operation is whether that is free; or NULL. */
static inline struct object *plain_mutex(struct sched *sched, struct task *task,
                                         const struct sched_op *op)
{
    bool plain = (op->kind == SCHED_LOCK || op->kind == SCHED_UNLOCK) &&
                 op->deadline == SCHED_NEVER && !sched->strategy->pick;
    if (!plain || !step_is_usual(sched))
        return NULL;
    struct object *mutex = object_at(sched, task, op->address, OBJECT_MUTEX);
    bool again = op->kind == SCHED_LOCK && mutex->mutex.owner == task->number + 1;
    return mutex->known && !again ? mutex : NULL;
}

/* sched_pend and take_usual of one that is enabled: it need not stand anywhere in between. */
static inline void take_at_once(struct sched *sched, struct task *task, struct object *mutex,
                                const struct sched_op *op, uint32_t choices)
{
    CHECK(task->state == TASK_RUNS);
    task->op.kind =
        op->kind; /* what the step looks at: a copy of all would wait for the caller's */
    task->op.flags = op->flags; /* stores, as it is read in larger pieces than it was written */
    task->op.address = op->address;
    task->op.pc = op->pc;
    task->semantics = op_semantics[op->kind];
    task->halves[0] = 1;
    task->object[0] = mutex;
    event_record(sched, task, 0, choices, true);
    task->result = execute(sched, task, 0);
    task->object[0] = NULL;
    task->steps++;
    task->stale = 0;
    task->yielded = false;
    marked_update(sched);
}

SCHED_WHOLE enum sched_verdict sched_pend_step(struct sched *sched, uint32_t number,
                                               const struct sched_op *op, uint32_t *ret_task)
{
    struct task *task = &sched->tasks[number];
    struct object *mutex = plain_mutex(sched, task, op);
    bool free = mutex && (op->kind == SCHED_UNLOCK || !mutex->mutex.owner);
    uint32_t others = sched->enabled.count, choices = others + free;
    if (__builtin_expect(!mutex || !choices, 0)) {
        sched_pend_apart(sched, number, op);
        return sched_step(sched, ret_task);
    }
    uint32_t index = choices > 1 ? rng_below(&sched->rng, choices) : 0;
    if (index < others) { /* it would be the last of those enabled */
        sched_pend(sched, number, op);
        return step_by(sched, index, choices, ret_task);
    }
    take_at_once(sched, task, mutex, op, choices);
    *ret_task = sched->current = number;
    return SCHED_GO;
}

static uint32_t choice_free(struct sched *sched, const struct task *task)
{
    uint32_t outcome = outcome_choose(sched, task);
    return outcome == TRACE_ANY ? 0 : outcome;
}

/* Of a plan that says something else the first outcome is taken, and the next step diverges. */
uint32_t sched_choose(struct sched *sched, uint32_t number, uint32_t count, uint64_t pc)
{
    struct task *task = &sched->tasks[number], *planned = NULL;
    uint32_t outcome = 0;
    if (sched->steps == sched->config.steps_max)
        return 0;
    sched_pend(sched, number,
               &(struct sched_op){.kind = SCHED_CHOOSE,
                                  .flags = SCHED_AT_ONCE,
                                  .count = count,
                                  .deadline = SCHED_NEVER,
                                  .pc = pc});
    sleep_fall(sched);
    if (sched->plan.every_option)
        options_record(sched);
    if (sched->steps >= sched->plan.events_count)
        outcome = choice_free(sched, task);
    else if (plan_is_hint(sched))
        outcome = decide_hinted(sched, &planned, &outcome) && planned == task
                      ? outcome
                      : choice_free(sched, task);
    else if (decide_planned(sched, &planned, &outcome) != SCHED_GO || planned != task)
        sched->strayed = true;
    take_step(sched, task, sched->strayed ? 0 : outcome, 1);
    return sched->strayed ? 0 : outcome;
}
