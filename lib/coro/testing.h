/*
 * testing: what the parts of the test harness share: testing.c (a test's life), testing_text.c
 * (what it says), testing_cleanup.c, testing_leak.c (what it leaves behind), testing_match.c
 * (whether it runs), testing_time.c (for how long at most), testing_main.c (the program).
 *
 * A test is *running* from its creation, *paused* in rgo_test_parallel until its parent's function
 * has returned, and *done* once its deferred calls, its subtests and its cleanups have ended and it
 * is reported. Its function runs in the goroutine that is its own. Tests make a tree, whose root is
 * main's; they are never freed, as goroutines that are late may still hold one.
 *
 * The harness orders nothing that its words do not promise: its locks are the runtime's own, of
 * which a detector is not told, and are held for a few instructions; only the channels `signal` and
 * `barrier` are told.
 */
#ifndef RACERUN_CORO_TESTING_H
#define RACERUN_CORO_TESTING_H

#define RGO_NO_SHORT_NAMES

#include "dump.h"
#include "racerun/go/chan.h"
#include "racerun/go/testing.h"
#include "runtime.h"

#pragma GCC visibility push(hidden)

struct test_cleanup {
    struct test_cleanup *next;
    void (*fn)(void *argument);
    void *argument;
};

struct test_helper {
    struct test_helper *next;
    const char *function;
};

struct test_folder {
    struct test_folder *next;
    char *path;
};

struct test_function {
    void (*plain)(rgo_test *t);
    void (*with)(rgo_test *t, void *argument); /* if plain is NULL */
    void *argument;
};

struct rgo_test {
    struct rgo_test *parent; /* NULL: the root */
    const char *name;        /* with the parents' */
    int level;               /* of a top-level test: 1 */
    struct test_function function;
    _Atomic uint64_t goroutine; /* whose it is */
    int64_t begun, spent;       /* the time in which it ran */
    rgo_chan *signal;           /* one element for each time that it lets its parent go on */
    rgo_chan *barrier;          /* closed when its function has returned */
    _Atomic bool failed, skipped, done, paused;
    /* its own goroutine's alone: */
    bool returned; /* its function has */
    bool parallel; /* it has called rgo_test_parallel */
    bool has_slot; /* of those for parallel tests */

    struct lock lock;                              /* guards what follows */
    struct rgo_test *children, *next_child;        /* all, for their names */
    struct rgo_test *paused_subs, *next_paused;    /* those that wait for the barrier */
    struct text said;                              /* what is to be printed below its report */
    struct test_cleanup *cleanups, *cleanups_over; /* still to be run; others */
    struct test_helper *helpers;
    _Atomic(char *) tempdir; /* that which holds the others */
    struct test_folder *folders;
    unsigned folder_count;
};

/* ---- what main was told; constant while tests run ---- */
struct testing {
    bool verbose, brief, failfast, leaks;
    unsigned parallel;
    int64_t timeout, patience; /* ns; timeout 0: none */
    int64_t deadline;          /* as of time_now; TIME_NEVER */
    const char *run, *skip, *list;
    unsigned count;
};
extern struct testing testing;
extern struct rgo_test test_root;

/* ---- testing.c ---- */
/* As rgo_test_run, on behalf of `pc`. */
bool test_start(rgo_test *parent, const struct test_function *function, const char *name,
                const void *pc);
bool test_any_ran(void);
/* With its parents; also when it is done. */
void test_mark_failed(rgo_test *t);
void *test_memory(size_t size); /* zeroed */
/* The function of t has returned: its paused subtests run, and have ended when this returns. */
void test_subs_finish(rgo_test *t);

/* ---- testing_text.c ---- */
/* A line of -v: words as in "=== RUN". */
void test_announce(const rgo_test *t, const char *words);
/* The lines of `text` come below the test's report, indented; with -v at once. Gives its memory
 * back. */
void test_add(rgo_test *t, struct text *text);
/* "--- FAIL: ..." with what it said, to its parent or, of a top-level test, to standard output. */
void test_report(rgo_test *t);
void text_drop(struct text *text);

/* ---- testing_match.c ---- */
/* Whether the pattern (NULL: always) matches a full name as far as both go; *ret_whole: the name
 * has all levels of the pattern. */
bool test_matches(const char *pattern, const char *name, bool *ret_whole);
/* False: *ret_wrong says what is wrong with it. */
bool test_pattern_check(const char *pattern, char *ret_wrong, size_t size);

/* ---- testing_time.c ---- */
/* "1m30s", "0"; false: no such thing. */
bool duration_parse(const char *text, int64_t *ret_ns);
/* From now on -timeout counts. */
void test_watch_start(void);

/* ---- testing_leak.c ---- */
/* What is there now was not left by tests. */
void leaks_begin(void);
/* The caller is about to pause: what it has started may wait for it. */
void leaks_hold(void);
/* Runs to quiescence, and says in t's name what is blocked. `all`: also what was held. */
void leaks_check(rgo_test *t, bool all);

#pragma GCC visibility pop

#endif
