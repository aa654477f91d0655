/*
 * compare: see compare.h.
 */
#include "compare.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/rng.h"

static const char *const names[] = {"source", "optimal", "dfs"};

/* ---- programs ---- */

static void program_print(const struct program *program)
{
    for (int code = 0; code < program->codes_count; code++) {
        printf("code %d%s:\n", code, program->bare ? " (bare)" : "");
        for (int i = 0; i < program->codes[code].length; i++) {
            const struct instruction *now = &program->codes[code].instructions[i];
            printf(
                "  %2d %s at %llx%s, flags %x, count %u, delay %llu, value %d, branch %d to %d\n",
                i, trace_words(now->kind), (unsigned long long)now->address,
                now->mutex ? " with its mutex" : "", now->flags, now->count,
                (unsigned long long)now->delay, now->value, now->branch, now->target);
            for (int j = 0; j < now->cases_count; j++)
                printf("     %s %llx of %d%s\n", now->cases[j].sends ? "sends on" : "receives from",
                       (unsigned long long)now->cases[j].channel,
                       program->capacities[(now->cases[j].channel - MODEL_CHANNELS) / 16],
                       now->has_default ? ", or nothing" : "");
        }
    }
}

static bool asks_outside(const struct program *program)
{
    for (int code = 0; code < program->codes_count; code++)
        for (int i = 0; i < program->codes[code].length; i++)
            if (program->codes[code].instructions[i].kind == SCHED_EXTERNAL)
                return true;
    return false;
}

/* Numbers keep their programs: some are known for what they have found. */
bool program_drawn(uint64_t seed, uint64_t *rng, struct program *ret_program)
{
    *rng = seed;
    if (seed % 16 == 10 || seed % 16 == 13)
        program_vary(ret_program, rng);
    else if (seed % 4)
        program_focus(ret_program, rng);
    else
        program_draw(ret_program, rng);
    return !asks_outside(ret_program);
}

/* ---- searches ---- */

/* The traces of brute force. */
struct brute {
    struct enumeration found;
    struct set64 *canons;
};

/* NULL, or what is wrong. */
static const char *wrong_of(const struct planned *found, enum explore_algorithm algorithm,
                            const struct set64 *canons, const struct brute *brute)
{
    if (!found->complete)
        return "it does not come to its end";
    if (!set64_same(canons, brute->canons))
        return "other traces than by brute force";
    if (found->deadlocks != brute->found.deadlocks)
        return "other deadlocks than by brute force";
    if (algorithm != EXPLORE_SOURCE && found->stats.cut) /* whose plans are one step */
        return "a schedule that could not go on as planned";
    if (algorithm == EXPLORE_OPTIMAL && found->repeated)
        return "a trace that is executed twice";
    if (algorithm == EXPLORE_OPTIMAL && found->stats.blocked && !found->stats.strict)
        return "an execution that is begun in vain";
    return NULL;
}

static bool compare_algorithm(const struct program *program, struct model_options options,
                              enum explore_algorithm algorithm, const struct brute *brute,
                              uint64_t seed, struct compared *total)
{
    struct set64 *traces = set64_new(), *canons = set64_new();
    struct explore_config config = {.algorithm = algorithm};
    struct planned found =
        plan_explore(program, options, config, 64 + 8 * brute->found.executions, traces, canons);
    const char *wrong = wrong_of(&found, algorithm, canons, brute);
    if (wrong) {
        program_print(program);
        printf("MODEL_SEED=%llu MODEL_PROGRAMS=1: %s: %s: %llu traces, %llu deadlocks; brute force "
               "%llu, %llu; %llu repeated, %llu blocked, %llu cut\n",
               (unsigned long long)seed, names[algorithm], wrong,
               (unsigned long long)set64_count(canons), (unsigned long long)found.deadlocks,
               (unsigned long long)brute->found.canons, (unsigned long long)brute->found.deadlocks,
               (unsigned long long)found.repeated, (unsigned long long)found.stats.blocked,
               (unsigned long long)found.stats.cut);
        fflush(stdout);
    }
    total->executions[algorithm] += found.stats.executions;
    total->blocked[algorithm] += found.stats.blocked;
    total->strict += found.stats.strict;
    set64_free(traces);
    set64_free(canons);
    return !wrong;
}

bool compare_program(uint64_t seed, uint64_t executions_max, struct compared *total)
{
    uint64_t rng;
    struct program program;
    bool right = true;
    if (!program_drawn(seed, &rng, &program))
        return true;
    struct model_options options = {
        .spurious_max = rng_below(&rng, 3) == 0, .time_choices = true, .steps_max = 400};
    struct brute brute = {.canons = set64_new()};
    brute.found = enumerate_within(&program, options, executions_max, false,
                                   (struct model_bound){0}, brute.canons);
    if (brute.found.complete) {
        total->programs++;
        total->traces += brute.found.canons;
        for (int algorithm = EXPLORE_SOURCE; algorithm <= EXPLORE_DFS; algorithm++)
            right &= compare_algorithm(&program, options, algorithm, &brute, seed, total);
    }
    set64_free(brute.canons);
    return right;
}

void compared_print(const struct compared *total)
{
    printf("%llu programs, %llu traces; source %llu executions, %llu blocked; optimal %llu, %llu; "
           "%llu programs whose steps vary\n",
           (unsigned long long)total->programs, (unsigned long long)total->traces,
           (unsigned long long)total->executions[0], (unsigned long long)total->blocked[0],
           (unsigned long long)total->executions[1], (unsigned long long)total->blocked[1],
           (unsigned long long)total->strict);
}
