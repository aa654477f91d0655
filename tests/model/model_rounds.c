/*
 * model_rounds: how many traces the loops of tests/explore/exact (spin_…) have, counted without
 * lib/sched and lib/explore: all interleavings of small machines, whose threads do not look again
 * before somebody has written what they looked at in vain. Two are the same trace if each event has
 * the same events before it that it depends on.
 */
#include <check.h>
#include <string.h>

#include "base/rng.h"
#include "model.h"

enum { THREADS_MAX = 3, CELLS = 2 };

enum impact {
    LOOKS,  /* leaves the cell as it was */
    WRITES, /* to another value, or as if: others depend on it, and who waits for it looks again */
    REPEATS /* writes what is there: others depend on it, but it is no news for who waits */
};

struct machine {
    struct thread {
        int at, kept; /* its next instruction, and what it remembers */
        uint64_t hash;
        uint64_t news; /* of its cell, when it looked in vain; 0: it does not wait */
        int cell;      /* that it waits for */
    } threads[THREADS_MAX];
    int cells[CELLS];
    uint64_t changed[CELLS], looked[CELLS]; /* hashes: of the last change, the sum of looks since */
    uint64_t news[CELLS];                   /* writes of another value, + 1 */
    int count;                              /* threads */
    uint64_t hash;
};

typedef void instruction_fn(struct machine *machine, struct thread *thread);
struct kind {
    const char *name;
    instruction_fn *step;
    int end; /* of its code */
    uint64_t two, three;
};

static void event(struct machine *machine, struct thread *thread, int cell, enum impact impact)
{
    uint64_t hash = rng_mix(thread->hash + RNG_GOLDEN);
    hash = rng_mix(hash + machine->changed[cell]);
    if (impact == LOOKS) {
        machine->looked[cell] += rng_mix(hash);
    } else {
        hash = rng_mix(hash + machine->looked[cell] + 1);
        machine->changed[cell] = hash;
        machine->looked[cell] = 0;
    }
    machine->news[cell] += impact == WRITES;
    thread->hash = hash;
    machine->hash += rng_mix(hash);
}

/* It comes back to the same instruction with nothing else learnt. */
static void wait_for(struct machine *machine, struct thread *thread, int cell)
{
    thread->news = machine->news[cell];
    thread->cell = cell;
}

/* ---- the programs ---- */

static void lock_take(struct machine *machine, struct thread *thread, enum impact in_vain)
{
    if (machine->cells[0]) {
        event(machine, thread, 0, in_vain);
        wait_for(machine, thread, 0);
        return;
    }
    machine->cells[0] = 1;
    event(machine, thread, 0, WRITES);
    thread->at++;
}

static void lock_drop(struct machine *machine, struct thread *thread)
{
    machine->cells[0] = 0;
    event(machine, thread, 0, WRITES);
    thread->at++;
}

/* while (exchange(&lock, 1)); lock = 0; */
static void lock_step(struct machine *machine, struct thread *thread)
{
    if (thread->at == 0)
        lock_take(machine, thread, REPEATS);
    else
        lock_drop(machine, thread);
}

/* while (trylock(&mutex)); unlock(&mutex); */
static void try_step(struct machine *machine, struct thread *thread)
{
    if (thread->at == 0)
        lock_take(machine, thread, LOOKS);
    else
        lock_drop(machine, thread);
}

/* ticket = next++; while (turn != ticket); turn = ticket + 1; */
static void ticket_step(struct machine *machine, struct thread *thread)
{
    switch (thread->at) {
    case 0:
        thread->kept = machine->cells[0]++;
        event(machine, thread, 0, WRITES);
        thread->at++;
        break;
    case 1:
        event(machine, thread, 1, LOOKS);
        if (machine->cells[1] == thread->kept)
            thread->at++;
        else
            wait_for(machine, thread, 1);
        break;
    default:
        machine->cells[1] = thread->kept + 1;
        event(machine, thread, 1, WRITES);
        thread->at++;
    }
}

/* seen = count; while (!compare_exchange(&count, &seen, seen + 1)); Who fails has learnt. */
static void increment_step(struct machine *machine, struct thread *thread)
{
    bool fits = machine->cells[0] == thread->kept;
    if (thread->at == 0 || !fits) {
        thread->kept = machine->cells[0];
        thread->at = 1;
        event(machine, thread, 0, LOOKS);
        return;
    }
    machine->cells[0]++;
    event(machine, thread, 0, WRITES);
    thread->at++;
}

/* ---- counting ---- */

static void machines_walk(const struct kind *kind, const struct machine *from, struct set64 *traces)
{
    bool ended = true;
    for (int i = 0; i < from->count; i++) {
        struct machine machine = *from;
        struct thread *thread = &machine.threads[i];
        if (thread->at == kind->end)
            continue;
        ended = false;
        if (thread->news && thread->news == machine.news[thread->cell])
            continue;
        thread->news = 0;
        kind->step(&machine, thread);
        machines_walk(kind, &machine, traces);
    }
    if (ended)
        set64_add(traces, from->hash);
}

static uint64_t traces_count(const struct kind *kind, int threads)
{
    struct machine machine = {.count = threads, .news = {1, 1}};
    struct set64 *traces = set64_new();
    for (int i = 0; i < threads; i++)
        machine.threads[i].hash = rng_mix((uint64_t)i + 1);
    machines_walk(kind, &machine, traces);
    uint64_t count = set64_count(traces);
    set64_free(traces);
    return count;
}

/* As the first comments of exact/spin_…_2.c and _3.c say. */
static const struct kind kinds[] = {
    {"lock", lock_step, 2, 4, 60},
    {"try", try_step, 2, 4, 48},
    {"ticket", ticket_step, 3, 4, 48},
    {"increment", increment_step, 2, 4, 48},
};

START_TEST(loops_that_wait_have_as_many_traces)
{
    const struct kind *kind = &kinds[_i];
    uint64_t two = traces_count(kind, 2), three = traces_count(kind, 3);
    ck_assert_msg(two == kind->two && three == kind->three, "%s: %llu and %llu", kind->name,
                  (unsigned long long)two, (unsigned long long)three);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("model_rounds");
    TCase *tests = tcase_create("rounds");
    tcase_add_loop_test(tests, loops_that_wait_have_as_many_traces, 0,
                        (int)(sizeof kinds / sizeof kinds[0]));
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
