/*
 * Worker pool: three workers take jobs from one channel and put results into another. A result
 * carries the number of its job, so they can be put in order again.
 *
 * stdout-only: job 1: 2
 * stdout-only: job 2: 4
 * stdout-only: job 3: 6
 * stdout-only: job 4: 8
 * stdout-only: job 5: 10
 */
#include <racerun/go.h>
#include <stdio.h>

enum { JOBS = 5, WORKERS = 3 };

struct result {
    int job, value;
};

static void worker(chan(int) jobs, chan(struct result) results)
{
    chan_range(job, jobs)
        chan_send(results, (struct result){job, job * 2});
}

int main(void)
{
    chan(int) jobs = chan_make(int, JOBS);
    chan(struct result) results = chan_make(struct result, JOBS);
    int values[JOBS + 1];

    for (int i = 0; i < WORKERS; i++)
        go(worker, jobs, results);
    for (int job = 1; job <= JOBS; job++)
        chan_send(jobs, job);
    chan_close(jobs);

    for (int i = 0; i < JOBS; i++) {
        struct result r = chan_get(results);
        values[r.job] = r.value;
    }
    for (int job = 1; job <= JOBS; job++)
        printf("job %d: %d\n", job, values[job]);
    return 0;
}
