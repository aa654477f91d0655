/*
 * model_pairs: each two operations on the same object, in all small states, in both orders.
 *   - where the notes say that they are independent, both orders are possible, lead to the same
 *     state and the same trace, and neither lets the other go on;
 *   - pairs that are dependent although they commute in all of these states are listed: there a
 *     search explores more than it would have to.
 *
 * A state is what four tasks have done: the two whose next operations are compared, by themselves,
 * before or after two others. Whatever of a state no task can see now a fifth task shows: it tries
 * all that can be tried afterwards.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "build.h"

enum { STEPS_MAX = 4, OPERATIONS_MAX = 16, SETUPS_MAX = 8, EVENTS = 64, OPTIONS = 64, PROBE = 4 };
enum { CAPACITIES = 3 }; /* of channels: from 0 */

/* The last step is the operation; those before are how its task comes to it. */
struct operation {
    const char *name;
    struct instruction steps[STEPS_MAX];
};

struct family {
    const char *name;
    struct operation operations[OPERATIONS_MAX];
    struct instruction setups[SETUPS_MAX][STEPS_MAX]; /* of the other two; the first does nothing */
    struct instruction probe[STEPS_MAX];
    const char *commuting; /* dependent pairs that always commute */
};

#define STEP(k, ...)                                                                               \
    {                                                                                              \
        .kind = SCHED_##k, __VA_ARGS__                                                             \
    }
#define ON(k, a, ...) STEP(k, .address = (a), __VA_ARGS__)
#define CASE(c, s)                                                                                 \
    {                                                                                              \
        .channel = CHANNEL(c), .sends = (s), .value = 1                                            \
    }
#define LATER .delay = 2
#define COND_WAIT ON(LOCK, MUTEX), ON(WAIT, COND, .mutex = MUTEX)
#define CELL_0(k, ...) ON(k, CELL(0), .count = 4, __VA_ARGS__)
#define SEND(c) STEP(SEND, .cases = {CASE(c, true)}, .cases_count = 1)
#define RECEIVE(c) STEP(RECEIVE, .cases = {CASE(c, false)}, .cases_count = 1)
#define SELECT(a, sends_a, b, sends_b, ...)                                                        \
    STEP(SELECT, .cases = {CASE(a, sends_a), CASE(b, sends_b)}, .cases_count = 2, __VA_ARGS__)

/* clang-format off */
static const struct family families[] = {
    {.name = "mutex and condition variable",
     .operations = {
         {"lock", {ON(LOCK, MUTEX)}},
         {"timed lock", {ON(LOCK, MUTEX, LATER)}},
         {"trylock", {ON(TRYLOCK, MUTEX)}},
         {"unlock", {ON(LOCK, MUTEX), ON(UNLOCK, MUTEX)}},
         {"wait", {COND_WAIT}},
         {"wake", {COND_WAIT, ON(WAKE, COND, .mutex = MUTEX)}},
         {"timed wake", {COND_WAIT, ON(WAKE, COND, .mutex = MUTEX, LATER)}},
         {"signal", {ON(SIGNAL, COND)}},
         {"broadcast", {ON(BROADCAST, COND)}},
     },
     .setups = {{{0}}, {ON(LOCK, MUTEX)}, {COND_WAIT, ON(WAKE, COND, .mutex = MUTEX)},
                {ON(SIGNAL, COND)}, {ON(BROADCAST, COND)}},
     .probe = {ON(TRYLOCK, MUTEX), ON(SIGNAL, COND), ON(SIGNAL, COND)},
     .commuting = "unlock / wake, wait / wake, unlock / timed wake, wait / timed wake, wait / signal, "
                  "wait / broadcast, broadcast / broadcast"},
    {.name = "recursive mutex",
     .operations = {
         {"lock", {ON(LOCK, MUTEX, .flags = SCHED_RECURSIVE)}},
         {"relock", {ON(LOCK, MUTEX, .flags = SCHED_RECURSIVE),
                     ON(LOCK, MUTEX, .flags = SCHED_RECURSIVE)}},
         {"trylock", {ON(TRYLOCK, MUTEX, .flags = SCHED_RECURSIVE)}},
         {"unlock", {ON(LOCK, MUTEX, .flags = SCHED_RECURSIVE),
                     ON(UNLOCK, MUTEX, .flags = SCHED_RECURSIVE)}},
     },
     .setups = {{{0}}, {ON(LOCK, MUTEX, .flags = SCHED_RECURSIVE)}},
     .probe = {ON(TRYLOCK, MUTEX, .flags = SCHED_RECURSIVE)},
     .commuting = "relock / trylock"},
    {.name = "rwlock",
     .operations = {
         {"read-lock", {ON(RDLOCK, RWLOCK)}},
         {"timed read-lock", {ON(RDLOCK, RWLOCK, LATER)}},
         {"try to read-lock", {ON(TRYRDLOCK, RWLOCK)}},
         {"write-lock", {ON(WRLOCK, RWLOCK)}},
         {"timed write-lock", {ON(WRLOCK, RWLOCK, LATER)}},
         {"try to write-lock", {ON(TRYWRLOCK, RWLOCK)}},
         {"unlock (read)", {ON(RDLOCK, RWLOCK), ON(RWUNLOCK, RWLOCK)}},
         {"unlock (write)", {ON(WRLOCK, RWLOCK), ON(RWUNLOCK, RWLOCK)}},
     },
     .setups = {{{0}}, {ON(RDLOCK, RWLOCK)}, {ON(WRLOCK, RWLOCK)}},
     .probe = {ON(TRYRDLOCK, RWLOCK), ON(TRYWRLOCK, RWLOCK)},
     .commuting = ""},
    {.name = "rwlock that prefers writers",
     .operations = {
         {"read-lock", {ON(RDLOCK, RWLOCK, .flags = SCHED_PREFER_WRITER)}},
         {"try to read-lock", {ON(TRYRDLOCK, RWLOCK, .flags = SCHED_PREFER_WRITER)}},
         {"queue to write-lock", {ON(WRQUEUE, RWLOCK, .flags = SCHED_PREFER_WRITER)}},
         {"write-lock", {ON(WRQUEUE, RWLOCK, .flags = SCHED_PREFER_WRITER, .branch = BRANCH_DONE, .target = 9),
                         ON(WRLOCK, RWLOCK, .flags = SCHED_PREFER_WRITER)}},
         {"timed write-lock",
          {ON(WRQUEUE, RWLOCK, .flags = SCHED_PREFER_WRITER, .branch = BRANCH_DONE, .target = 9),
           ON(WRLOCK, RWLOCK, .flags = SCHED_PREFER_WRITER, LATER)}},
         {"try to write-lock", {ON(TRYWRLOCK, RWLOCK, .flags = SCHED_PREFER_WRITER)}},
         {"unlock (read)", {ON(RDLOCK, RWLOCK, .flags = SCHED_PREFER_WRITER), ON(RWUNLOCK, RWLOCK)}},
         {"unlock (write)", {ON(TRYWRLOCK, RWLOCK, .flags = SCHED_PREFER_WRITER, .branch = BRANCH_FAILED, .target = 9),
                             ON(RWUNLOCK, RWLOCK)}},
     },
     .setups = {{{0}}, {ON(RDLOCK, RWLOCK, .flags = SCHED_PREFER_WRITER)},
                {ON(WRQUEUE, RWLOCK, .flags = SCHED_PREFER_WRITER, .branch = BRANCH_DONE, .target = 9),
                 ON(WRLOCK, RWLOCK, .flags = SCHED_PREFER_WRITER)}},
     .probe = {ON(TRYRDLOCK, RWLOCK, .flags = SCHED_PREFER_WRITER),
               ON(TRYWRLOCK, RWLOCK, .flags = SCHED_PREFER_WRITER)},
     .commuting = "queue to write-lock / timed write-lock, timed write-lock / timed write-lock, "
                  "timed write-lock / try to write-lock, unlock (read) / unlock (read)"},
    {.name = "semaphore",
     .operations = {
         {"post", {ON(SEM_POST, SEM)}},
         {"wait", {ON(SEM_WAIT, SEM)}},
         {"timed wait", {ON(SEM_WAIT, SEM, LATER)}},
         {"trywait", {ON(SEM_TRYWAIT, SEM)}},
     },
     .setups = {{{0}}, {ON(SEM_POST, SEM)}, {ON(SEM_POST, SEM), ON(SEM_POST, SEM)},
                {ON(SEM_WAIT, SEM)}},
     .probe = {ON(SEM_TRYWAIT, SEM), ON(SEM_TRYWAIT, SEM)},
     .commuting = "post / post, post / wait"},
    {.name = "barrier and once",
     .operations = {
         {"arrive", {ON(ARRIVE, BARRIER, .count = 3)}},
         {"leave", {ON(ARRIVE, BARRIER, .count = 3), ON(LEAVE, BARRIER)}},
         {"begin", {ON(ONCE_BEGIN, ONCE)}},
         {"end", {ON(ONCE_BEGIN, ONCE, .branch = BRANCH_DONE, .target = 9), ON(ONCE_END, ONCE, .count = 1)}},
         {"leave unfinished", {ON(ONCE_BEGIN, ONCE, .branch = BRANCH_DONE, .target = 9), ON(ONCE_END, ONCE)}},
     },
     .setups = {{{0}}, {ON(ARRIVE, BARRIER, .count = 3)},
                {ON(ONCE_BEGIN, ONCE, .branch = BRANCH_DONE, .target = 9), ON(ONCE_END, ONCE, .count = 1)},
                {ON(ARRIVE, BARRIER, .count = 3), ON(LEAVE, BARRIER)}},
     .probe = {ON(ARRIVE, BARRIER, .count = 3), ON(ONCE_BEGIN, ONCE)},
     .commuting = "arrive / leave"},
    {.name = "memory",
     .operations = {
         {"read", {CELL_0(READ, .effect = EFFECT_LOAD)}},
         {"write", {CELL_0(WRITE, .effect = EFFECT_STORE, .value = 1)}},
         {"add", {CELL_0(UPDATE, .effect = EFFECT_ADD, .value = 1)}},
         {"exchange", {CELL_0(UPDATE, .flags = SCHED_EXCHANGES, .effect = EFFECT_EXCHANGE, .value = 2)}},
         {"compare-exchange", {CELL_0(UPDATE, .flags = SCHED_CONDITIONAL, .effect = EFFECT_SWAP, .value = 3)}},
         {"read the next half", {ON(READ, CELL(1), .count = 4, .effect = EFFECT_LOAD, .cell = 1)}},
         {"write the next half", {ON(WRITE, CELL(1), .count = 4, .effect = EFFECT_STORE, .cell = 1, .value = 4)}},
     },
     .setups = {{{0}}, {CELL_0(WRITE, .effect = EFFECT_STORE, .value = 5)}},
     .probe = {CELL_0(READ, .effect = EFFECT_LOAD)},
     .commuting = "write / write, add / add, write the next half / write the next half"},
    {.name = "channels",
     .operations = {
         {"send", {SEND(0)}},
         {"receive", {RECEIVE(0)}},
         {"close", {ON(CLOSE, CHANNEL(0))}},
         {"send or nothing", {STEP(SEND, .cases = {CASE(0, true)}, .cases_count = 1, .has_default = true)}},
         {"receive or nothing", {STEP(RECEIVE, .cases = {CASE(0, false)}, .cases_count = 1, .has_default = true)}},
         {"select", {SELECT(0, true, 1, false)}},
         {"select or nothing", {SELECT(0, false, 1, true, .has_default = true)}},
         {"send on another", {SEND(1)}},
         {"receive from another", {RECEIVE(1)}},
     },
     .setups = {{{0}}, {SEND(0)}, {RECEIVE(0)}, {SELECT(0, true, 1, true)}, {SELECT(0, false, 1, false)}, {ON(CLOSE, CHANNEL(0))}},
     .probe = {STEP(RECEIVE, .cases = {CASE(0, false)}, .cases_count = 1, .has_default = true),
               STEP(RECEIVE, .cases = {CASE(0, false)}, .cases_count = 1, .has_default = true),
               STEP(RECEIVE, .cases = {CASE(1, false)}, .cases_count = 1, .has_default = true)},
     .commuting = "close / close, receive / send on another, receive or nothing / send on another, "
                  "send / receive from another, send or nothing / receive from another"},
    {.name = "WaitGroup",
     .operations = {
         {"add", {ON(ADD, CHANNEL(2), .value = 1)}},
         {"done", {ON(ADD, CHANNEL(2), .value = -1)}},
         {"wait", {ON(AWAIT, CHANNEL(2))}},
     },
     .setups = {{{0}}, {ON(ADD, CHANNEL(2), .value = 1)}, {ON(ADD, CHANNEL(2), .value = 2)}, {ON(AWAIT, CHANNEL(2))}},
     .probe = {ON(ADD, CHANNEL(2), .value = -1)},
     .commuting = "add / add, done / done, wait / wait"},
    {.name = "tasks",
     .operations = {
         {"join", {STEP(JOIN, .count = 0)}},
         {"timed join", {STEP(JOIN, .count = 0, LATER)}},
         {"sleep", {STEP(SLEEP, LATER)}},
         {"choose", {STEP(CHOOSE, .count = 2)}},
         {"yield", {STEP(YIELD)}},
     },
     .setups = {{{0}}, {STEP(YIELD)}},
     .probe = {STEP(YIELD)},
     .commuting = ""},
};
/* clang-format on */

/* ---- a program and its state ---- */

struct run {
    struct model *model;
    struct trace_event plan[EVENTS];
    uint32_t at;
    uint32_t choice; /* what is chosen at once */
};

static void choosing(void *context, uint32_t task, uint32_t count)
{
    struct run *run = context;
    run->plan[run->at++] = (struct trace_event){
        .task = task, .outcome = run->choice < count ? run->choice : 0, .kind = SCHED_KINDS};
}

static bool is_option(const struct run *run, uint32_t task, uint32_t outcome)
{
    struct sched_option options[OPTIONS];
    uint32_t count = sched_options(run->model->sched, options, OPTIONS);
    for (uint32_t i = 0; i < count; i++)
        if (options[i].task == task && options[i].outcome == outcome)
            return true;
    return false;
}

/* False: it cannot be taken. */
static bool take(struct run *run, uint32_t task, uint32_t outcome)
{
    if (!is_option(run, task, outcome))
        return false;
    run->plan[run->at++] =
        (struct trace_event){.task = task, .outcome = outcome, .kind = SCHED_KINDS};
    ck_assert(model_step(run->model) == SCHED_GO);
    return true;
}

static void begin(struct run *run)
{
    run->at = 0;
    model_begin(run->model, &(struct sched_plan){.events = run->plan,
                                                 .events_count = EVENTS,
                                                 .systematic = true,
                                                 .firm_count = EVENTS});
}

/* The task does what it has, but for the last `left` steps. */
static bool advance(struct run *run, uint32_t task, int left)
{
    const struct model_task *self = &run->model->tasks[task];
    int length = run->model->program->codes[task].length;
    while (self->at < length - left)
        if (self->waits || !take(run, task, 0))
            return left == 0; /* of the others: as far as they come */
    return !left || (self->at == length - left && sched_pending(run->model->sched, task));
}

/* The two stand before their operations. */
static bool state_reach(struct run *run, bool others_first)
{
    begin(run);
    for (int half = 0; half < 2; half++) {
        bool others = others_first ? half == 0 : half == 1;
        if (others && !(advance(run, 2, 0) && advance(run, 3, 0)))
            return false;
        if (!others && !(advance(run, 0, 1) && advance(run, 1, 1)))
            return false;
    }
    return sched_pending(run->model->sched, 0) && sched_pending(run->model->sched, 1) &&
           !run->model->tasks[0].waits && !run->model->tasks[1].waits;
}

static uint64_t state_mix(uint64_t state, uint64_t more)
{
    return (state ^ more) * UINT64_C(0x9e3779b97f4a7c15) ^ state >> 31;
}

/* With all that a task sees that tries. Ends the execution. */
static uint64_t state_show(struct run *run)
{
    struct sched *sched = run->model->sched;
    uint64_t state = state_mix(0, sched_owner(sched, MUTEX));
    state = state_mix(state, sched_owner(sched, RWLOCK));
    state = state_mix(state, (uint64_t)sched_units(sched, SEM));
    do
        state = state_mix(state, model_state(run->model));
    while (!run->model->tasks[PROBE].waits && take(run, PROBE, 0));
    return state;
}

/* ---- pairs ---- */

struct pair {
    uint64_t independent, dependent, commuting; /* in so many states */
};

/* One after the other from the state. */
struct order {
    bool possible;
    struct trace_note first, second;
    uint64_t state, trace;
};

static struct order order_run(struct run *run, bool others_first, struct sched_option a,
                              struct sched_option b)
{
    struct order order = {0};
    ck_assert(state_reach(run, others_first));
    uint32_t first = run->at;
    ck_assert(take(run, a.task, a.outcome));
    uint32_t second = run->at;
    order.possible = !run->model->tasks[b.task].waits && take(run, b.task, b.outcome);
    order.first = sched_notes(run->model->sched)[first];
    if (order.possible)
        order.second = sched_notes(run->model->sched)[second];
    order.trace = sched_trace_hash(run->model->sched);
    order.state = order.possible ? state_show(run) : 0;
    return order;
}

/* Both are options of the state. */
static void check_options(struct run *run, bool others_first, struct sched_option a,
                          struct sched_option b, struct pair *pair)
{
    struct order ab = order_run(run, others_first, a, b), ba = order_run(run, others_first, b, a);
    bool commute = ab.possible && ba.possible && ab.state == ba.state;
    bool dependent = note_dependent(&ab.first, &ba.first) ||
                     (ab.possible && note_dependent(&ab.first, &ab.second)) ||
                     (ba.possible && note_dependent(&ba.first, &ba.second));
    ck_assert_msg(dependent || (commute && ab.trace == ba.trace), "they are independent, but %s",
                  commute ? "the traces differ" : "do not commute");
    pair->independent += !dependent;
    pair->dependent += dependent;
    pair->commuting += dependent && commute;
}

/* What is no option in the state, but is after the other, was let go by it. */
static void check_enabled(struct run *run, bool others_first, struct sched_option a, uint32_t task,
                          uint32_t outcome)
{
    ck_assert(state_reach(run, others_first));
    if (is_option(run, task, outcome))
        return;
    uint32_t first = run->at;
    ck_assert(take(run, a.task, a.outcome));
    uint32_t second = run->at;
    if (run->model->tasks[task].waits || !take(run, task, outcome))
        return;
    const struct trace_note *notes = sched_notes(run->model->sched);
    bool let_go = notes[second].cause > first && notes[second].cause <= second;
    for (uint32_t i = first; i < second; i++)
        let_go |= note_dependent(&notes[i], &notes[second]);
    ck_assert_msg(let_go, "one lets the other go, but they are independent");
}

static void check_state(struct run *run, bool others_first, struct pair *pair)
{
    static const uint32_t outcomes[] = {0, 1, TRACE_TIMED_OUT, TRACE_SPURIOUS};
    struct sched_option options[OPTIONS];
    if (!state_reach(run, others_first))
        return;
    uint32_t count = sched_options(run->model->sched, options, OPTIONS);
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t j = 0; j < count; j++)
            if (options[i].task == 0 && options[j].task == 1)
                check_options(run, others_first, options[i], options[j], pair);
        for (size_t k = 0; k < sizeof outcomes / sizeof outcomes[0]; k++)
            if (options[i].task < 2)
                check_enabled(run, others_first, options[i], 1 - options[i].task, outcomes[k]);
    }
}

static void code_set(struct program *program, int code, const struct instruction *steps)
{
    program->codes[code] = (struct code){0};
    for (int i = 0; i < STEPS_MAX && steps[i].kind; i++)
        program->codes[code].instructions[program->codes[code].length++] = steps[i];
}

static void check_pair(const struct family *family, const struct operation *a,
                       const struct operation *b, struct pair *ret_pair)
{
    struct program program = {.name = family->name, .bare = true, .codes_count = PROBE + 1};
    code_set(&program, 0, a->steps);
    code_set(&program, 1, b->steps);
    code_set(&program, PROBE, family->probe);
    struct run run = {
        .model = model_new(
            &program,
            (struct model_options){.spurious_max = 1, .time_choices = true, .steps_max = EVENTS}),
    };
    run.model->choosing = choosing;
    run.model->choosing_context = &run;
    for (int i = 0; i < SETUPS_MAX; i++)
        for (int j = 0; j <= i; j++) {
            bool empty = (i && !family->setups[i][0].kind) || (j && !family->setups[j][0].kind);
            code_set(&program, 2, family->setups[i]);
            code_set(&program, 3, family->setups[j]);
            for (uint32_t variant = 0; variant < 4 * CAPACITIES && !empty; variant++) {
                for (int channel = 0; channel < MODEL_OBJECTS; channel++)
                    program.capacities[channel] = (int)variant / 4;
                run.choice = variant / 2 % 2;
                check_state(&run, variant % 2, ret_pair);
            }
        }
    model_free(run.model);
}

static void check_family(const struct family *family)
{
    static char found[4096];
    size_t length = 0;
    uint64_t states = 0;
    found[0] = 0;
    for (const struct operation *a = family->operations; a->name; a++)
        for (const struct operation *b = family->operations; b <= a; b++) {
            struct pair pair = {0};
            check_pair(family, a, b, &pair);
            states += pair.independent + pair.dependent;
            if (pair.dependent && pair.commuting == pair.dependent)
                length += (size_t)snprintf(found + length, sizeof found - length, "%s%s / %s",
                                           length ? ", " : "", b->name, a->name);
        }
    printf("%s: %llu pairs\n", family->name, (unsigned long long)states);
    ck_assert_msg(states > 0 && !strcmp(found, family->commuting),
                  "%s: these depend on each other, and always commute: %s; not %s", family->name,
                  found, family->commuting);
}

START_TEST(operations_that_are_independent_commute)
{
    check_family(&families[_i]);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("model_pairs");
    TCase *tests = tcase_create("pairs");
    tcase_set_timeout(tests, 0);
    tcase_add_loop_test(tests, operations_that_are_independent_commute, 0,
                        (int)(sizeof families / sizeof families[0]));
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
