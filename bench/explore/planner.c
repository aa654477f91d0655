/*
 * planner: what lib/explore and lib/sched cost an execution, on small programs of the model
 * (tests/model): prints executions, CPU time an execution and what waited to be explored at most.
 *   planner [NAME]
 * With the name `memory`: a search of a million executions (20 readers and a writer: 2^20), and
 * what of the process is resident after each eighth of it.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "tests/model/build.h"

static void add_critical(struct program *program, int code, int mutex)
{
    ADD(program, code, LOCK, MUTEX, mutex);
    ADD(program, code, UNLOCK, MUTEX, mutex);
}

static void locks(struct program *program, int tasks, int times)
{
    for (int code = 0; code < tasks; code++)
        for (int i = 0; i < times; i++)
            add_critical(program, code, 0);
    program->bare = true;
}

static void dining(struct program *program, int n)
{
    for (int i = 0; i < n; i++) {
        ADD(program, i + 1, LOCK, MUTEX, i);
        ADD(program, i + 1, LOCK, MUTEX, (i + 1) % n);
        ADD(program, i + 1, UNLOCK, MUTEX, (i + 1) % n);
        ADD(program, i + 1, UNLOCK, MUTEX, i);
    }
    add_main(program, n, false);
}

static void increments(struct program *program, int n)
{
    for (int task = 1; task <= 2; task++)
        for (int i = 0; i < n; i++) {
            ADD_LOAD(program, task, 0);
            ADD_ACCESS(program, task, WRITE, 0, .effect = EFFECT_SUM, .value = task);
        }
    ADD_LOAD(program, 3, 0);
    add_main(program, 3, false);
}

static void writers(struct program *program, int n)
{
    ADD_STORE(program, 1, 0, 1);
    add_main(program, n, true);
}

static double cpu_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void measure(const char *name, const struct program *program)
{
    struct set64 *traces = set64_new();
    struct explore_config config = {.algorithm = EXPLORE_OPTIMAL};
    double since = cpu_seconds();
    struct planned found =
        plan_explore(program, (struct model_options){0}, config, UINT64_MAX, traces, NULL);
    double us = (cpu_seconds() - since) * 1e6;
    printf("%-12s %8llu executions %7.2f us each, %llu blocked, %u steps waited at most\n", name,
           (unsigned long long)found.stats.executions, us / (double)found.stats.executions,
           (unsigned long long)found.stats.blocked, found.stats.waiting_most);
    set64_free(traces);
}

static long resident_kb(void)
{
    long pages = 0, resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file || fscanf(file, "%ld %ld", &pages, &resident) != 2)
        resident = 0;
    if (file)
        fclose(file);
    return resident * 4;
}

static void memory_measure(void)
{
    enum { READERS = 20, EIGHTH = 1 << (READERS - 3) };
    static struct program program;
    for (int i = 0; i < READERS; i++)
        ADD(&program, 0, CHOOSE, 0, 0, .effect = EFFECT_SPAWN, .value = 1);
    ADD_STORE(&program, 0, 0, 1);
    ADD_LOAD(&program, 1, 0);
    struct model *model = model_new(&program, (struct model_options){0});
    struct explore *explore = explore_create(&(struct explore_config){
        .algorithm = EXPLORE_OPTIMAL, .steps_max = MODEL_STEPS, .tasks_max = MODEL_TASKS});
    uint64_t executed = 0;
    bool more;
    do {
        struct sched_plan plan = {0};
        explore_plan(explore, &plan);
        model_run(model, &plan);
        more = explore_next(explore, model->sched, EXPLORE_END_ITSELF);
        if (++executed == 1000 || executed % EIGHTH == 0)
            printf("memory       %8llu executions, %5ld KB resident, %u steps wait\n",
                   (unsigned long long)executed, resident_kb(), explore_stats(explore).waiting);
    } while (more);
    explore_destroy(explore);
    model_free(model);
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "memory") == 0) {
        memory_measure();
        return 0;
    }
    static const struct {
        const char *name;
        void (*build)(struct program *program, int n);
        int n;
    } works[] = {{"writers", writers, 7}, {"dining", dining, 10}, {"increments", increments, 4}};
    for (size_t i = 0; i < sizeof works / sizeof works[0]; i++) {
        struct program program = {.name = works[i].name};
        works[i].build(&program, works[i].n);
        if (argc < 2 || strcmp(argv[1], works[i].name) == 0)
            measure(works[i].name, &program);
    }
    for (int times = 4; times <= 5; times++) { /* 34,650 and 756,756 */
        struct program program = {.name = "locks"};
        char name[16];
        snprintf(name, sizeof name, "locks:%d", times);
        locks(&program, 3, times);
        if (argc < 2 || strcmp(argv[1], name) == 0)
            measure(name, &program);
    }
    return 0;
}
