/*
 * soak: exhaustive search against brute force (compare.h) on any range of random programs, by
 * several processes.
 *
 *   model_soak JOBS FIRST COUNT [FIRST COUNT]...
 *   model_soak 2 1 80000 5000000 80000 77000000 80000
 *
 * Says what was wrong with which program, and at the end how much was compared; fails if anything
 * was, or a process died.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "compare.h"

enum { JOBS_MAX = 64, EXECUTIONS_MAX = 1000 };

struct job {
    struct compared total;
    uint64_t wrong;
};

/* Every so manyeth program of each range. */
static void job_do(struct job *job, uint64_t number, uint64_t jobs, char *const *ranges)
{
    for (; ranges[0] && ranges[1]; ranges += 2) {
        uint64_t first = strtoull(ranges[0], NULL, 0), count = strtoull(ranges[1], NULL, 0);
        for (uint64_t i = number; i < count; i += jobs)
            job->wrong += !compare_program(first + i, EXECUTIONS_MAX, &job->total);
    }
}

static void job_add(struct job *sum, const struct job *job)
{
    sum->wrong += job->wrong;
    sum->total.programs += job->total.programs;
    sum->total.traces += job->total.traces;
    sum->total.strict += job->total.strict;
    for (int i = 0; i < 3; i++) {
        sum->total.executions[i] += job->total.executions[i];
        sum->total.blocked[i] += job->total.blocked[i];
    }
}

int main(int argc, char **argv)
{
    uint64_t jobs = argc > 1 ? strtoull(argv[1], NULL, 0) : 0;
    struct job *all = mmap(NULL, JOBS_MAX * sizeof *all, PROT_READ | PROT_WRITE,
                           MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    struct job sum = {0};
    bool right = true;
    if (argc < 4 || argc % 2 || !jobs || jobs > JOBS_MAX || all == MAP_FAILED) {
        fprintf(stderr, "usage: model_soak JOBS FIRST COUNT [FIRST COUNT]...\n");
        return 2;
    }
    for (uint64_t i = 0; i < jobs; i++)
        if (fork() == 0) {
            job_do(&all[i], i, jobs, argv + 2);
            fflush(NULL);
            _exit(0);
        }
    for (int status; wait(&status) > 0;)
        right &= status == 0;
    for (uint64_t i = 0; i < jobs; i++)
        job_add(&sum, &all[i]);
    compared_print(&sum.total);
    return right && !sum.wrong && sum.total.programs ? 0 : 1;
}
