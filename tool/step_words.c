/*
 * step_words: see step_words.h.
 */
#include "step_words.h"

#include <stdio.h>
#include <string.h>

#include "sched/sched.h"

/* "lock %s": what stands for the object. */
static const char *const verbs[SCHED_KINDS] = {
    [SCHED_START] = "start",
    [SCHED_END] = "end",
    [SCHED_EXIT] = "end the program",
    [SCHED_JOIN] = "join",
    [SCHED_YIELD] = "yield",
    [SCHED_SLEEP] = "sleep",
    [SCHED_CHOOSE] = "choose",
    [SCHED_EXTERNAL] = "use descriptor",
    [SCHED_READ] = "read",
    [SCHED_WRITE] = "write",
    [SCHED_UPDATE] = "update",
    [SCHED_LOCK] = "lock",
    [SCHED_TRYLOCK] = "try to lock",
    [SCHED_UNLOCK] = "unlock",
    [SCHED_WAIT] = "wait on",
    [SCHED_WAKE] = "wake from",
    [SCHED_SIGNAL] = "signal",
    [SCHED_BROADCAST] = "broadcast",
    [SCHED_RDLOCK] = "read-lock",
    [SCHED_TRYRDLOCK] = "try to read-lock",
    [SCHED_WRLOCK] = "write-lock",
    [SCHED_TRYWRLOCK] = "try to write-lock",
    [SCHED_WRQUEUE] = "write-lock",
    [SCHED_RWUNLOCK] = "unlock",
    [SCHED_SEM_WAIT] = "wait on",
    [SCHED_SEM_TRYWAIT] = "try to wait on",
    [SCHED_SEM_POST] = "post",
    [SCHED_ARRIVE] = "arrive at",
    [SCHED_LEAVE] = "leave",
    [SCHED_ONCE_BEGIN] = "begin once",
    [SCHED_ONCE_END] = "end once",
    [SCHED_CONSISTENT] = "make consistent",
    [SCHED_RESUME] = "go on",
    [SCHED_PARKED] = "be woken",
    [SCHED_SEND] = "send on",
    [SCHED_RECEIVE] = "receive from",
    [SCHED_CLOSE] = "close",
    [SCHED_SELECT] = "select",
    [SCHED_TAKE] = "lock",
    [SCHED_GIVE] = "unlock",
    [SCHED_ADD] = "add to",
    [SCHED_AWAIT] = "wait for",
    [SCHED_NOTIFY] = "signal",
    [SCHED_CANCEL] = "cancel",
    [SCHED_TESTCANCEL] = "test for cancellation",
    [SCHED_KILL] = "send a signal to",
    [SCHED_SUSPEND] = "run a signal handler",
    [SCHED_SIGWAIT] = "take a signal",
    [SCHED_TICK] = "go on computing",
    [SCHED_FORK] = "make a process",
};

/* ---- words ---- */

/* Names are the program's; none may speak to the terminal. */
static void clean(char *words)
{
    for (; *words; words++)
        if ((unsigned char)*words < 0x20 || *words == 0x7f)
            *words = '?';
}

static bool has_object(uint32_t kind)
{
    return kind >= SCHED_EXTERNAL && kind != SCHED_RESUME && kind != SCHED_PARKED &&
           kind != SCHED_SELECT && kind != SCHED_TESTCANCEL && kind != SCHED_SUSPEND &&
           kind != SCHED_SIGWAIT && kind != SCHED_TICK && kind != SCHED_FORK;
}

void step_words_object(const struct step_words *w, uint32_t kind, uint64_t address, char *ret_name)
{
    *ret_name = 0;
    if (!has_object(kind))
        return;
    if (kind == SCHED_EXTERNAL)
        snprintf(ret_name, STEP_WORDS, " %llu", (unsigned long long)address - 1);
    else if (kind == SCHED_KILL && !address)
        snprintf(ret_name, STEP_WORDS, " the process");
    else if (kind == SCHED_CANCEL || kind == SCHED_KILL)
        snprintf(ret_name, STEP_WORDS, " thread %llu", (unsigned long long)address);
    else if (report_variable(w->report, w->pid, address, ret_name + 1, STEP_WORDS - 1))
        *ret_name = ' ';
    else
        snprintf(ret_name, STEP_WORDS, " 0x%llx", (unsigned long long)address);
}

static const char *outcome_words(uint32_t outcome)
{
    return outcome == TRACE_TIMED_OUT     ? ", timed out"
           : outcome == TRACE_SPURIOUS    ? ", spuriously"
           : outcome == TRACE_BROKEN      ? ", interrupted in it"
           : outcome == TRACE_INTERRUPTED ? ", interrupted before"
                                          : "";
}

void step_words_operation(const struct step_words *w, uint32_t kind, uint64_t address,
                          uint32_t outcome, char *ret_words)
{
    char name[STEP_WORDS];
    if (kind == SCHED_EXTERNAL && !address) {
        snprintf(ret_words, STEP_WORDS, "wait for a process%s", outcome_words(outcome));
        return;
    }
    step_words_object(w, kind, address, name);
    snprintf(ret_words, STEP_WORDS, "%.24s%.108s%s",
             kind < SCHED_KINDS && verbs[kind] ? verbs[kind] : "?", name, outcome_words(outcome));
    clean(ret_words);
}

void step_words_task(const struct step_words *w, uint32_t task, char *ret_words)
{
    char function[STEP_WORDS], place[STEP_WORDS];
    const struct explore_task *known = &w->worker->block->tasks[task];
    if (task == 0) {
        snprintf(ret_words, STEP_WORDS, "main thread");
        return;
    }
    if (*known->name) {
        snprintf(ret_words, STEP_WORDS, "%s", known->name);
        clean(ret_words);
        return;
    }
    report_place(w->report, w->pid, known->start, function, place, STEP_WORDS);
    const char *what = known->goroutine ? "goroutine" : "thread";
    snprintf(ret_words, STEP_WORDS, *function ? "%s %u (%.40s)" : "%s %u", what, task + 1,
             function);
    clean(ret_words);
}

void step_words_place(const struct step_words *w, uint64_t pc, char *ret_place)
{
    char function[STEP_WORDS];
    report_place(w->report, w->pid, pc ? pc - 1 : 0, function, ret_place, STEP_WORDS);
    clean(ret_place);
}

struct step_words step_words_of(const struct worker *worker)
{
    return (struct step_words){
        .worker = worker,
        .report = worker->session->report,
        .pid = atomic_load(&worker->shared->zygote),
    };
}
