/*
 * model_frontier: several explorers that share a frontier, in any order of what they do, with what
 * they have given back, written down and read again in between: they execute as much as one that
 * has everything to itself, and find the same.
 *
 * What two processes do at the same time is here done in a random order, in two halves: the
 * execution of a plan, and what is learnt from it.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "build.h"
#include "compare.h"
#include "explore/frontier.h"

enum { PROGRAMS_DEFAULT = 600, EXECUTIONS_MAX = 3000, CREW_MAX = 5 };

static uint64_t setting(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    return text ? strtoull(text, NULL, 0) : otherwise;
}

struct hand {
    struct model *model;
    struct explore *explore;
    enum sched_verdict verdict;
    bool executed; /* and nothing was learnt from it yet */
};

struct crew {
    struct frontier *frontier;
    struct explore_config config;
    struct hand hands[CREW_MAX];
    uint32_t count;
    uint64_t executions, blocked, deadlocks, cut, saves;
    struct set64 *traces;
    bool complete, changes; /* how many explorers there are, when it is written down */
};

static enum explore_end end_of(const struct hand *hand)
{
    return hand->verdict == SCHED_ASLEEP     ? EXPLORE_END_ASLEEP
           : hand->verdict == SCHED_TOO_LONG ? EXPLORE_END_LONG
           : hand->model->ended              ? EXPLORE_END_ABORTED
                                             : EXPLORE_END_ITSELF;
}

/* Once there were several, it is theirs. */
static void explorers_make(struct crew *crew)
{
    if (crew->count > 1 && crew->config.algorithm == EXPLORE_OPTIMAL)
        crew->config.algorithm = EXPLORE_SHARED;
    crew->config.frontier = NULL;
    crew->config.frontier = frontier_create(&crew->config);
    crew->frontier = crew->config.frontier;
    for (uint32_t i = 0; i < crew->count; i++)
        crew->hands[i].explore = explore_create(&crew->config);
}

static void explorers_end(struct crew *crew)
{
    for (uint32_t i = 0; i < crew->count; i++) {
        crew->cut += explore_stats(crew->hands[i].explore).cut;
        explore_destroy(crew->hands[i].explore);
    }
    frontier_destroy(crew->frontier);
}

static void hand_execute(struct crew *crew, struct hand *hand)
{
    struct sched_plan plan = {0};
    explore_plan(hand->explore, &plan);
    hand->verdict = model_run(hand->model, &plan);
    ck_assert(hand->verdict != SCHED_DIVERGED);
    hand->executed = true;
    if (hand->verdict == SCHED_ASLEEP) {
        crew->blocked++;
        return;
    }
    crew->executions++;
    if (set64_add(crew->traces, sched_trace_hash(hand->model->sched)))
        crew->deadlocks += !model_finished(hand->model);
}

/* ---- in a file ---- */

struct bytes {
    char *at;
    size_t size, room;
};

static bool bytes_add(void *context, const void *more, size_t size)
{
    struct bytes *bytes = context;
    while (bytes->size + size > bytes->room) {
        bytes->room = bytes->room ? 2 * bytes->room : 4096;
        bytes->at = realloc(bytes->at, bytes->room);
        ck_assert_ptr_nonnull(bytes->at);
    }
    memcpy(bytes->at + bytes->size, more, size);
    bytes->size += size;
    return true;
}

static void hands_release(struct crew *crew)
{
    for (uint32_t i = 0; i < crew->count; i++) {
        struct hand *hand = &crew->hands[i];
        if (hand->executed)
            explore_next(hand->explore, hand->model->sched, end_of(hand));
        hand->executed = false;
        explore_release(hand->explore);
    }
}

/* All that is left goes on as bytes. */
static void crew_save(struct crew *crew)
{
    const size_t algorithm_end = 8; /* which may have changed */
    struct bytes bytes = {0}, again = {0};
    hands_release(crew);
    ck_assert(frontier_save(crew->frontier, bytes_add, &bytes));
    explorers_end(crew);
    if (crew->changes)
        crew->count = 1 + (crew->count + 1) % CREW_MAX;
    explorers_make(crew);
    const char *wrong = frontier_load(crew->frontier, bytes.at, bytes.size);
    ck_assert_msg(!wrong, "%s", wrong);
    ck_assert(frontier_save(crew->frontier, bytes_add, &again));
    ck_assert_uint_eq(bytes.size, again.size);
    ck_assert_mem_eq(bytes.at + algorithm_end, again.at + algorithm_end,
                     bytes.size - algorithm_end);
    free(bytes.at);
    free(again.at);
    crew->saves++;
}

/* ---- the search ---- */

static void hand_learn(struct hand *hand)
{
    explore_next(hand->explore, hand->model->sched, end_of(hand));
    hand->executed = false;
}

/* False: there is nothing left. */
static bool hand_act(struct crew *crew, struct hand *hand, uint64_t *rng)
{
    if (hand->executed) {
        hand_learn(hand);
    } else if (explore_has_part(hand->explore)) {
        if (rng_below(rng, 3) == 0)
            explore_give(hand->explore);
        else if (rng_below(rng, 40) == 0)
            explore_release(hand->explore);
        else
            hand_execute(crew, hand);
    } else {
        return explore_take(hand->explore) != EXPLORE_DONE;
    }
    return true;
}

static struct crew crew_explore(const struct program *program, struct model_options options,
                                enum explore_algorithm algorithm, uint32_t count, bool changes,
                                uint64_t seed)
{
    enum { SAVE_EVERY = 60 };
    struct crew crew = {.count = count, .traces = set64_new(), .changes = changes};
    uint64_t rng = seed;
    crew.config = (struct explore_config){
        .algorithm = algorithm,
        .steps_max = MODEL_STEPS,
        .tasks_max = MODEL_TASKS,
        .spurious_max = options.spurious_max,
    };
    explorers_make(&crew);
    for (uint32_t i = 0; i < CREW_MAX; i++)
        crew.hands[i].model = model_new(program, options);
    while (crew.executions < 8 * EXECUTIONS_MAX && !crew.complete) {
        crew.complete = !hand_act(&crew, &crew.hands[rng_below(&rng, crew.count)], &rng);
        if (rng_below(&rng, SAVE_EVERY) == 0)
            crew_save(&crew);
    }
    explorers_end(&crew);
    for (uint32_t i = 0; i < CREW_MAX; i++)
        model_free(crew.hands[i].model);
    return crew;
}

static struct {
    uint64_t programs, executions, alone, blocked, blocked_alone, saves;
} total;

static void check_crew(const struct program *program, struct model_options options, uint64_t seed,
                       enum explore_algorithm algorithm, struct planned alone, uint64_t traces)
{
    for (uint32_t count = 1; count <= CREW_MAX; count += 2) {
        struct crew crew = crew_explore(program, options, algorithm, count, seed % 2, seed + count);
        ck_assert_msg(
            crew.complete && set64_count(crew.traces) == traces &&
                crew.deadlocks == alone.deadlocks,
            "MODEL_SEED=%llu MODEL_PROGRAMS=1: algorithm %d, %u explorers: %llu traces instead of "
            "%llu",
            (unsigned long long)seed, algorithm, count,
            (unsigned long long)set64_count(crew.traces), (unsigned long long)traces);
        if (algorithm == EXPLORE_DFS || alone.stats.executions == traces)
            ck_assert_msg(crew.executions == alone.stats.executions,
                          "MODEL_SEED=%llu MODEL_PROGRAMS=1: %u explorers: %llu executions instead "
                          "of %llu",
                          (unsigned long long)seed, count, (unsigned long long)crew.executions,
                          (unsigned long long)alone.stats.executions);
        total.executions += crew.executions;
        total.alone += alone.stats.executions;
        if (count == 1 && !crew.changes)
            ck_assert_uint_eq(crew.blocked, alone.stats.blocked);
        total.blocked += crew.blocked;
        total.blocked_alone += alone.stats.blocked;
        total.saves += crew.saves;
        set64_free(crew.traces);
    }
}

static void check_program(uint64_t seed)
{
    uint64_t rng;
    struct program program;
    if (!program_drawn(seed, &rng, &program))
        return;
    struct model_options options = {.spurious_max = rng_below(&rng, 3) == 0, .time_choices = true};
    static const enum explore_algorithm algorithms[] = {EXPLORE_OPTIMAL, EXPLORE_SOURCE,
                                                        EXPLORE_DFS};
    for (int i = 0; i < 3; i++) {
        struct set64 *traces = set64_new();
        struct explore_config config = {.algorithm = algorithms[i]};
        struct planned alone =
            plan_explore(&program, options, config, EXECUTIONS_MAX, traces, NULL);
        if (alone.complete) {
            total.programs++;
            check_crew(&program, options, seed, algorithms[i], alone, set64_count(traces));
        }
        set64_free(traces);
    }
}

START_TEST(many_explorers_execute_what_one_does)
{
    uint64_t seed = setting("MODEL_SEED", 1), count = setting("MODEL_PROGRAMS", PROGRAMS_DEFAULT);
    for (uint64_t i = 0; i < count; i++)
        check_program(seed + i);
    printf("%llu searches, %llu executions (alone %llu), %llu blocked (alone %llu), %llu saves\n",
           (unsigned long long)total.programs, (unsigned long long)total.executions,
           (unsigned long long)total.alone, (unsigned long long)total.blocked,
           (unsigned long long)total.blocked_alone, (unsigned long long)total.saves);
}
END_TEST

/* ---- bytes that are not what was written ---- */

/* Of a search that was left in the middle. */
static struct bytes bytes_make(struct explore_config *config)
{
    struct program program = {.name = "locks", .bare = true};
    struct bytes bytes = {0};
    for (int code = 0; code < 3; code++)
        for (int i = 0; i < 2; i++) {
            ADD(&program, code, LOCK, MUTEX, 0);
            ADD(&program, code, UNLOCK, MUTEX, 0);
        }
    *config = (struct explore_config){
        .algorithm = EXPLORE_OPTIMAL, .steps_max = MODEL_STEPS, .tasks_max = MODEL_TASKS};
    struct crew crew = {.count = 1, .traces = set64_new(), .config = *config};
    explorers_make(&crew);
    crew.hands[0].model = model_new(&program, (struct model_options){0});
    ck_assert(explore_take(crew.hands[0].explore) == EXPLORE_TAKEN);
    for (int i = 0; i < 20; i++) {
        hand_execute(&crew, &crew.hands[0]);
        hand_learn(&crew.hands[0]);
    }
    hands_release(&crew);
    ck_assert(frontier_save(crew.frontier, bytes_add, &bytes));
    explorers_end(&crew);
    model_free(crew.hands[0].model);
    set64_free(crew.traces);
    return bytes;
}

static const char *bytes_load(const struct explore_config *config, const char *bytes, size_t size)
{
    struct frontier *frontier = frontier_create(config);
    const char *wrong = frontier_load(frontier, bytes, size);
    frontier_destroy(frontier);
    return wrong;
}

/* What the digest of the file would not let through does no harm either. */
START_TEST(bytes_that_were_cut_or_changed_are_refused_or_harmless)
{
    struct explore_config config;
    struct bytes bytes = bytes_make(&config);
    uint64_t rng = 1, refused = 0;
    enum { FLIPS = 500 };
    ck_assert_ptr_null(bytes_load(&config, bytes.at, bytes.size));
    for (size_t size = 0; size < bytes.size; size += 1 + size / 50)
        ck_assert_ptr_nonnull(bytes_load(&config, bytes.at, size));
    bytes_add(&bytes, "x", 1);
    ck_assert_ptr_nonnull(bytes_load(&config, bytes.at, bytes.size--));
    for (int i = 0; i < FLIPS; i++) {
        size_t at = rng_below(&rng, (uint32_t)bytes.size);
        char bit = (char)(1 << rng_below(&rng, 8));
        bytes.at[at] ^= bit;
        refused += bytes_load(&config, bytes.at, bytes.size) != NULL;
        bytes.at[at] ^= bit;
    }
    ck_assert_uint_gt(refused, FLIPS / 20);
    config.algorithm = EXPLORE_SOURCE;
    ck_assert_ptr_nonnull(bytes_load(&config, bytes.at, bytes.size));
    free(bytes.at);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("model_frontier");
    TCase *tests = tcase_create("frontier");
    tcase_set_timeout(tests, 0);
    tcase_add_test(tests, many_explorers_execute_what_one_does);
    tcase_add_test(tests, bytes_that_were_cut_or_changed_are_refused_or_harmless);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
