/*
 * What tests say: messages with their places, reports, and the lines of -v. What is said is kept
 * with its test until that is reported, below its report; with -v messages come at once. stdout's
 * own lock keeps lines whole and in order.
 */
#include "testing.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "racerun/go/defer.h"

#define PLACE_STACK (1u << 20)

void text_drop(struct text *text)
{
    text->length = 0;
    text_write(text, -1);
}

/* Each line, with four spaces before it. */
static void lines_add(struct text *text, const struct text *lines)
{
    const char *at = lines->bytes, *end = at + lines->length;
    while (at < end) {
        const char *line_end = memchr(at, '\n', (size_t)(end - at));
        int length = (int)((line_end ? line_end : end) - at);
        text_add(text, length ? "    %.*s\n" : "%.*s\n", length, at);
        at += length + 1;
    }
}

/* ---- with -v ---- */

static const rgo_test *last_announced; /* guarded by stdout's lock */

void test_announce(const rgo_test *t, const char *words)
{
    if (!testing.verbose)
        return;
    flockfile(stdout);
    last_announced = t;
    printf("=== %-5s %s\n", words, t->name);
    fflush(stdout); /* the test may crash */
    funlockfile(stdout);
}

static void print_now(const rgo_test *t, const struct text *text)
{
    flockfile(stdout);
    if (t->parent && last_announced != t)
        printf("=== NAME  %s\n", t->name);
    last_announced = t;
    fwrite(text->bytes, 1, text->length, stdout);
    funlockfile(stdout);
}

/* ---- messages ---- */

/* False: t is done, and `while_running` was wanted. With -v a message that was in time may come
 * after the report. */
static bool lines_say(rgo_test *t, const struct text *indented, bool while_running)
{
    lock_take(&t->lock);
    bool ok = !while_running || !atomic_load(&t->done);
    bool now = testing.verbose || !t->parent;
    if (ok && !now)
        text_add(&t->said, "%.*s", (int)indented->length, indented->bytes);
    lock_release(&t->lock);
    if (ok && now)
        print_now(t, indented);
    return ok;
}

void test_add(rgo_test *t, struct text *text)
{
    struct text indented = {0};
    lines_add(&indented, text);
    text_drop(text);
    lines_say(t, &indented, false);
    text_drop(&indented);
}

/* "file.c:12: message"; further lines are indented. */
static void message_add(struct text *text, const char *file, int line, const char *message)
{
    const char *slash = strrchr(file, '/');
    text_add(text, "%s:%d: ", slash ? slash + 1 : file, line);
    for (;;) {
        const char *end = strchrnul(message, '\n');
        text_add(text, "%.*s\n", (int)(end - message), message);
        if (!*end || !end[1])
            break;
        message = end + 1;
        text_add(text, "    ");
    }
}

/* ---- places ---- */

struct place_search {
    rgo_test *t;
    const struct trace *trace;
    char file[256];
    int line;
};

/* The test's own, or that of one of its parents. */
static bool is_helper(rgo_test *t, const char *function)
{
    bool found = false;
    for (; t && !found; t = t->parent) {
        lock_take(&t->lock);
        for (const struct test_helper *h = t->helpers; h && !found; h = h->next)
            found = strcmp(h->function, function) == 0;
        lock_release(&t->lock);
    }
    return found;
}

static void place_look(const struct place *place, void *raw)
{
    struct place_search *search = raw;
    if (*search->file || !place->function || is_helper(search->t, place->function))
        return;
    if (place->file)
        snprintf(search->file, sizeof search->file, "%s", place->file);
    search->line = place->line;
}

static void place_search_run(void *raw)
{
    struct place_search *search = raw;
    const struct trace *trace = search->trace;
    for (size_t i = 0; i < trace->count && i < TRACE_PART && !*search->file; i++)
        symbol_visit(trace->top[i], i || !trace->top_exact, place_look, search);
}

/* The place of the nearest caller that is no helper. False: not to be found. */
static __attribute__((noinline)) bool place_find(struct place_search *search, const void *from)
{
    unw_context_t context;
    struct trace trace = {.part = TRACE_PART};
    unw_getcontext(&context);
    trace_context(&trace, &context, false, from);
    search->trace = &trace;
    void *stack = mmap(NULL, PLACE_STACK, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
    if (stack == MAP_FAILED)
        return false;
    dump_one_begin();
    stack_call(place_search_run, search, (char *)stack + PLACE_STACK);
    dump_one_end();
    munmap(stack, PLACE_STACK);
    return *search->file;
}

void rgo_test_helper_mark(rgo_test *t, const char *function)
{
    lock_take(&t->lock);
    const struct test_helper *known = t->helpers;
    while (known && strcmp(known->function, function) != 0)
        known = known->next;
    lock_release(&t->lock);
    if (known)
        return;
    struct test_helper *helper = test_memory(sizeof *helper);
    helper->function = function;
    lock_take(&t->lock);
    helper->next = t->helpers;
    t->helpers = helper;
    lock_release(&t->lock);
}

/* ---- saying ---- */

/* In its own name, or in that of the nearest parent that is not done. */
static void say(rgo_test *t, const char *file, int line, const char *message)
{
    struct text text = {0}, indented = {0};
    message_add(&text, file, line, message);
    lines_add(&indented, &text);
    text_drop(&text);
    rgo_test *as = t;
    while (as->parent && !lines_say(as, &indented, true))
        as = as->parent;
    text_drop(&indented);
    if (!as->parent)
        rgo_panic("Log in goroutine after %s has completed: %s", t->name, message);
}

static void do_then(rgo_test *t, enum rgo_test_then then)
{
    if (then == RGO_TEST_FAIL)
        rgo_test_fail(t);
    else if (then == RGO_TEST_FAIL_NOW)
        rgo_test_fail_now(t);
    else if (then == RGO_TEST_SKIP_NOW)
        rgo_test_skip_now(t);
}

void rgo_test_say(rgo_test *t, enum rgo_test_then then, const char *file, int line,
                  const char *function, const char *format, ...)
{
    va_list list;
    char *message = NULL;
    va_start(list, format);
    int length = vasprintf(&message, format, list);
    va_end(list);
    if (length < 0)
        fatal_text("testing: cannot allocate memory for a message");
    struct place_search search = {.t = t};
    if (is_helper(t, function) && place_find(&search, __builtin_return_address(0))) {
        file = search.file;
        line = search.line;
    }
    say(t, file, line, message);
    free(message);
    do_then(t, then);
}

/* ---- reports ---- */

static const char *verdict(const rgo_test *t)
{
    return rgo_test_failed(t) ? "FAIL" : rgo_test_skipped(t) ? "SKIP" : "PASS";
}

void test_report(rgo_test *t)
{
    struct text report = {0};
    lock_take(&t->lock);
    struct text said = t->said;
    t->said = (struct text){0};
    lock_release(&t->lock);
    if (rgo_test_failed(t) || testing.verbose) {
        text_add(&report, "--- %s: %s (%.2fs)\n", verdict(t), t->name, (double)t->spent / 1e9);
        text_add(&report, "%.*s", (int)said.length, said.length ? said.bytes : "");
    }
    text_drop(&said);
    if (t->level == 1) {
        fwrite(report.bytes, 1, report.length, stdout);
        fflush(stdout);
        text_drop(&report);
        return;
    }
    struct text indented = {0};
    lines_add(&indented, &report);
    text_drop(&report);
    lock_take(&t->parent->lock);
    text_add(&t->parent->said, "%.*s", (int)indented.length, indented.length ? indented.bytes : "");
    lock_release(&t->parent->lock);
    text_drop(&indented);
}
