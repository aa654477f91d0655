/*
 * search: see search.h.
 */
#include "search.h"

#include <string.h>

#include "base/sys.h"
#include "checkpoint.h"
#include "sched/sched.h"
#include "tool.h"

/* ---- numbers ---- */

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* Everything below has ended, or waits for judgement. The counters first: see numbers.c. */
static uint64_t frontier(const struct search *search)
{
    const struct explore_shared *shared = search->campaign.shared;
    uint64_t all = least(atomic_load(&shared->next), atomic_load(&shared->next_learning));
    for (uint32_t i = 0; i < search->campaign.workers_count; i++)
        all = least(all, atomic_load(&search->campaign.workers[i].block->running));
    for (uint32_t i = 0; i < search->lost_count; i++)
        all = least(all, search->lost[i]);
    return all;
}

/* Is there one that a further worker could take? */
static bool numbers_left(const struct search *search)
{
    const struct explore_shared *shared = search->campaign.shared;
    uint64_t next = atomic_load(&shared->next), limit = atomic_load(&shared->limit);
    uint64_t learning = atomic_load(&shared->next_learning);
    bool due = learning < limit && (learning <= next || next >= limit);
    return next < limit || (due && !atomic_load(&shared->learner));
}

/* ---- workers ---- */

static bool has_failed(const struct worker *worker)
{
    return !worker->busy && worker->block->answer.outcome != OUTCOME_CLEAN;
}

/* The failure with the smallest number, or NULL. */
static struct worker *failure_first(struct search *search)
{
    struct worker *first = NULL;
    for (uint32_t i = 0; i < search->campaign.workers_count; i++) {
        struct worker *worker = &search->campaign.workers[i];
        if (has_failed(worker) &&
            (!first || worker->block->answer.schedule < first->block->answer.schedule))
            first = worker;
    }
    return first;
}

static unsigned workers_busy(const struct search *search)
{
    unsigned busy = 0;
    for (uint32_t i = 0; i < search->campaign.workers_count; i++)
        busy += search->campaign.workers[i].busy;
    return busy;
}

/* Of a worker that has died: somebody else has to run what it had taken. */
static void worker_bury(struct search *search, struct worker *worker)
{
    struct explore_shared *shared = search->campaign.shared;
    uint32_t mark = worker->number + 1;
    bool failed = has_failed(worker); /* nobody has judged it yet */
    uint64_t number =
        failed ? worker->block->answer.schedule : atomic_load(&worker->block->running);
    bool learned = atomic_compare_exchange_strong(&shared->learner, &mark, 0);
    bool taken = number != EXPLORE_NEVER && number < atomic_load(&shared->next);
    search->mourned[worker->number] = true;
    if (search->exhaustive) /* what is still to explore is lost with it */
        search->reason = "error";
    worker->busy = false;
    memset(&worker->block->answer, 0, sizeof worker->block->answer);
    atomic_store(&worker->block->running, EXPLORE_NEVER);
    if (failed || (!learned && taken))
        search->lost[search->lost_count++] = number;
    worker_mourn(worker);
}

/* How many are left. */
static unsigned workers_look(struct search *search)
{
    unsigned living = 0;
    for (uint32_t i = 0; i < search->campaign.workers_count; i++) {
        struct worker *worker = &search->campaign.workers[i];
        worker_answered(worker);
        if (worker_lives(worker))
            living++;
        else if (search->campaign.zygote && !search->mourned[i])
            worker_bury(search, worker);
    }
    return living;
}

static void workers_feed(struct search *search)
{
    for (uint32_t i = 0; i < search->campaign.workers_count; i++) {
        struct worker *worker = &search->campaign.workers[i];
        if (atomic_load(&search->campaign.shared->exhausted))
            return;
        if (worker->busy || has_failed(worker) || !worker_lives(worker))
            continue;
        if (search->alone && workers_busy(search))
            return;
        if (!search->lost_count && !numbers_left(search))
            return;
        worker->block->command = search->command;
        worker->block->command.take = !search->lost_count;
        if (search->lost_count) {
            worker->block->command.first = search->lost[--search->lost_count];
            atomic_store(&worker->block->running, worker->block->command.first);
        }
        worker_start(worker);
    }
}

/* ---- rounds ---- */

/* With --same-output: of the schedules that ended last, the first that came to an orderly end. */
static void expected_take(struct search *search)
{
    const struct worker *first = NULL;
    for (uint32_t i = 0; i < search->campaign.workers_count; i++) {
        const struct worker *worker = &search->campaign.workers[i];
        const struct explore_answer *answer = &worker->block->answer;
        if (answer->output && (!first || answer->schedule < first->block->answer.schedule))
            first = worker;
    }
    if (!first)
        return;
    failure_take(&search->expected, first);
    search->expected.outcome = OUTCOME_OUTPUT;
    output_take(&search->expected_output, first);
    search->campaign.shared->expected = search->expected.answer.output;
}

/* From now on what was learnt so far counts. */
static void round_begin(struct search *search)
{
    struct explore_shared *shared = search->campaign.shared;
    if (!search->expected.steps)
        expected_take(search);
    shared->steps_expected = atomic_load(&shared->steps_longest);
    bool goes_on = search->begin && !search->round; /* in the middle of a round */
    if (!goes_on && atomic_load(&shared->racy_count) != atomic_load(&shared->racy_next_count)) {
        for (uint32_t i = 0; i < EXPLORE_FINDINGS; i++)
            atomic_store(&shared->racy[i], atomic_load(&shared->racy_next[i]));
        atomic_store(&shared->racy_count, atomic_load(&shared->racy_next_count));
    }
    search->round = least(search->round ? 2 * search->round : 1, search->schedules);
    if (search->exhaustive)
        search->round = search->schedules;
    atomic_store(&shared->exhausted, 0);
    atomic_store(&shared->limit, search->round);
}

/* The first schedule, alone in its round, had no choice: there is no other. */
static bool is_only(const struct search *search)
{
    const struct explore_shared *shared = search->campaign.shared;
    return search->round == 1 && atomic_load(&shared->executed) == 1 &&
           !atomic_load(&shared->failed) && !atomic_load(&shared->decisions);
}

static bool is_late(const struct search *search)
{
    return search->command.deadline_ns && sys_monotonic_ns() >= search->command.deadline_ns;
}

/* By what; in the end a bound of so many was kept to. */
static const char *bound_words(const struct search *search, uint32_t *ret_most)
{
    const struct explore_settings *settings = &search->campaign.workers[0].block->settings;
    bool delays = settings->delays != TRACE_NONE;
    uint32_t bounds = atomic_load(&search->campaign.shared->bounds);
    *ret_most = settings->deepen ? bounds - 1 : delays ? settings->delays : settings->preemptions;
    return delays ? "delays" : "preemptions";
}

static char *reason_bounded(const struct search *search)
{
    uint32_t most;
    const char *bound = bound_words(search, &most);
    return text_format("exhausted within %u %s", most, bound); /* kept to the end */
}

/* A search that deepens has ended before everything was explored: what it has proved is its reason,
 * unless a failure or the user ended it. */
static void deepened_end(struct search *search)
{
    const struct explore_shared *shared = search->campaign.shared;
    uint32_t most;
    const char *bound = bound_words(search, &most);
    bool limit = strcmp(search->reason, "time") == 0 || strcmp(search->reason, "schedules") == 0;
    if (strncmp(search->reason, "exhausted", strlen("exhausted")) == 0 ||
        atomic_load(&shared->doubts))
        return;
    if (!atomic_load(&shared->bounds)) {
        search->proved = text_format("of the schedules without %s not all are explored", bound);
        return;
    }
    search->proved =
        text_format("all %llu schedules within %u %s are explored, and some with more",
                    (unsigned long long)atomic_load(&shared->bounds_executed), most, bound);
    if (limit)
        search->reason = reason_bounded(search);
}

/* Unless races found in it make more accesses scheduling points: then all begins anew. */
static void search_exhausted(struct search *search)
{
    const struct explore_shared *shared = search->campaign.shared;
    if (search->campaign.session->settings.visible == VISIBLE_RACE &&
        atomic_load(&shared->racy_count) != atomic_load(&shared->racy_next_count))
        round_begin(search);
    else if (atomic_load(&shared->doubts))
        search->reason = "schedules";
    else if (!atomic_load(&shared->bounded))
        search->reason = "exhausted";
    else
        search->reason = reason_bounded(search);
}

/* Nobody is busy, and nothing waits for judgement. */
static void round_end(struct search *search)
{
    bool complete = frontier(search) >= search->round;
    if (atomic_load(&search->campaign.shared->exhausted))
        search_exhausted(search);
    else if (is_only(search))
        search->reason = "exhausted";
    else if (complete && search->round == search->schedules)
        search->reason = "schedules";
    else if (search->campaign.interrupted_ns)
        search->reason = "interrupted";
    else if (is_late(search))
        search->reason = "time";
    else if (complete)
        round_begin(search);
}

static void workers_stop(struct search *search)
{
    for (uint32_t i = 0; i < search->campaign.workers_count; i++)
        if (search->campaign.workers[i].busy)
            search->campaign.workers[i].block->command.stop = 1;
}

/* Waits until no worker is busy. */
static void search_settle(struct search *search)
{
    for (;;) {
        uint32_t heard = campaign_bell(&search->campaign);
        workers_stop(search);
        if (!workers_look(search) || !workers_busy(search))
            return;
        campaign_wait(&search->campaign, heard);
    }
}

/* ---- the search ---- */

static bool alone_needed(const struct search *search)
{
    return search->alone_if_needed && !search->alone && search->campaign.workers_count > 1 &&
           search->round > 1 && atomic_load(&search->campaign.shared->outside);
}

/* They were asked for; what comes of it is to be understood. */
static void disturbance_tell(struct search *search)
{
    if (search->alone_if_needed || search->disturbance_told ||
        search->campaign.workers_count == 1 || !atomic_load(&search->campaign.shared->outside))
        return;
    search->disturbance_told = true;
    session_warn(search->campaign.session,
                 "schedules write files or bind addresses and may disturb each other, so what they "
                 "find may not happen again: leave out --jobs, or give --jobs=1");
}

/* From now on one worker at a time: the others end with the schedules that they are at. */
static void alone_begin(struct search *search)
{
    bool one = false;
    search->alone = true;
    session_warn(search->campaign.session,
                 "schedules write files or bind addresses, so one at a time is run, or they would "
                 "disturb each other (--jobs=N runs N all the same)");
    for (uint32_t i = 0; i < search->campaign.workers_count; i++) {
        struct worker *worker = &search->campaign.workers[i];
        if (worker->busy && one)
            worker->block->command.stop = 1;
        one |= worker->busy;
    }
}

/* `worker` failed, with the smallest number of all. */
static void failure_judge(struct search *search, struct worker *worker, search_judge_fn *judge)
{
    bool told = judge(search, worker);
    worker->block->answer.outcome = OUTCOME_CLEAN;
    if (told && !search->campaign.session->settings.keep_going)
        search->reason = "finding";
    atomic_store(&search->campaign.shared->limit, search->round);
}

/* Those that are alive and idle go on, within the limit. */
static void search_go_on(struct search *search, const struct worker *failed, bool stopping)
{
    struct explore_shared *shared = search->campaign.shared;
    if (failed && !search->campaign.session->settings.keep_going)
        atomic_store(&shared->limit,
                     least(atomic_load(&shared->limit), failed->block->answer.schedule));
    bool pausing = !stopping && checkpoint_is_due(search);
    if (pausing)
        workers_stop(search);
    if (!failed && !workers_busy(search) && (stopping || !search->lost_count)) {
        if (pausing && !atomic_load(&shared->exhausted))
            checkpoint_write(search);
        pausing = false;
        round_end(search);
    }
    if (!search->reason && !stopping && !pausing)
        workers_feed(search);
}

static void search_step(struct search *search, search_judge_fn *judge)
{
    struct campaign *campaign = &search->campaign;
    uint32_t heard = campaign_bell(campaign);
    uint64_t ended = frontier(search);
    unsigned living = workers_look(search);
    bool stopping = !living || campaign->interrupted_ns || is_late(search);
    struct worker *failed = failure_first(search);
    if (failed && (failed->block->answer.schedule < ended || !living ||
                   (stopping && !workers_busy(search)))) {
        failure_judge(search, failed, judge);
    } else if (!living) {
        search->reason = campaign->interrupted_ns ? "interrupted" : "error";
        if (!campaign->zygote && !campaign->interrupted_ns)
            campaign_mourn(campaign);
    } else {
        if (alone_needed(search))
            alone_begin(search);
        disturbance_tell(search);
        search_go_on(search, failed, stopping);
        if (!search->reason && workers_busy(search))
            campaign_wait(campaign, heard);
    }
}

void search_run(struct search *search, search_judge_fn *judge)
{
    struct explore_shared *shared = search->campaign.shared;
    uint32_t strategy = search->command.strategy;
    atomic_store(&shared->next, portfolio_next(strategy, search->begin, false));
    atomic_store(&shared->next_learning, portfolio_next(strategy, search->begin, true));
    if (search->schedules != EXPLORE_NEVER)
        search->schedules += search->begin;
    round_begin(search);
    while (!search->reason)
        search_step(search, judge);
    if (search->exhaustive) {
        search_settle(search);
        checkpoint_end(search);
        if (search->campaign.session->settings.deepen)
            deepened_end(search);
    }
}
