/* Dumps: text, and the stacks of goroutines that do not keep still. */
#include <check.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../lib/coro/dump.h"

#include "racerun/go.h"

#include "expect.h"

/* ---- text ---- */

#define LINES 20000

static void *pipe_read(void *raw)
{
    char buffer[1000];
    size_t *length = raw;
    int fd = (int)*length;
    *length = 0;
    for (ssize_t got; (got = read(fd, buffer, sizeof buffer)) > 0;)
        *length += (size_t)got;
    return NULL;
}

START_TEST(text_is_written_whole_to_what_does_not_block)
{
    int fds[2];
    pthread_t reader;
    struct text text = {0};
    ck_assert_int_eq(pipe2(fds, O_CLOEXEC), 0);
    ck_assert_int_eq(fcntl(fds[1], F_SETFL, O_NONBLOCK), 0);
    size_t length = (size_t)fds[0];
    for (int i = 0; i < LINES; i++)
        text_add(&text, "line %6d\n", i);
    ck_assert_int_eq(pthread_create(&reader, NULL, pipe_read, &length), 0);
    text_write(&text, fds[1]);
    close(fds[1]);
    pthread_join(reader, NULL);
    close(fds[0]);
    ck_assert_uint_eq(length, LINES * 12);
}
END_TEST

/* ---- stacks that change ---- */

#define RESTLESS 6
#define DUMPS 300

static _Atomic bool enough;

/* One long chain of calls and a short one in turn: half of the one and half of the other is no
 * stack. */
__attribute__((noinline)) static int climbs(int height)
{
    int volatile above = 0;
    if (height)
        above = climbs(height - 1);
    else
        rgo_yield();
    return above + 1;
}

__attribute__((noinline)) static int jumps(int height)
{
    char volatile space[200] = {0};
    int volatile above = 0;
    if (height)
        above = jumps(height - 1);
    else
        rgo_yield();
    return above + 1 + space[height];
}

__attribute__((noinline)) static void restless(rgo_waitgroup *wg)
{
    for (int i = 0; !enough; i++) {
        climbs(i % 19);
        jumps(i % 13);
    }
    rgo_waitgroup_done(wg);
}

/* Its functions are some of the one, or some of the other, and restless. */
static void stack_check(const char *from, const char *to)
{
    size_t climbing = 0, jumping = 0, bottoms = 0, others = 0;
    for (const char *line = from; line < to; line = strchr(line, '\n') + 1) {
        if (*line == '\t')
            continue;
        climbing += strncmp(line, "climbs(", 7) == 0;
        jumping += strncmp(line, "jumps(", 6) == 0;
        bottoms += strncmp(line, "restless(", 9) == 0;
        others += strncmp(line, "?(", 2) == 0;
    }
    bool whole = bottoms == 1 && !others && !(climbing && jumping);
    ck_assert_msg(whole, "a stack that never was:\n%.*s", (int)(to - from), from);
}

/* Returns how many of the restless ones had a stack. */
static size_t dump_check(char *text)
{
    size_t stacks = 0;
    for (char *at = strstr(text, "goroutine "); at;) {
        char *lines = strchr(at, '\n') + 1;
        char *end = strstr(lines, "\n\n");
        ck_assert_ptr_nonnull(end);
        char *created = strstr(lines, "created by ");
        bool is_one = created && created < end && strncmp(created, "created by stacks_of", 20) == 0;
        const char *none = strstr(at, "unavailable\n");
        if (is_one && (!none || none > end)) {
            stack_check(lines, created);
            stacks++;
        }
        at = strstr(end, "\ngoroutine ");
        at = at ? at + 1 : NULL;
    }
    return stacks;
}

static size_t dump_once(void)
{
    struct dump dump = {.who = DUMP_ALL, .self = dump_self(), .live = true};
    dump_one_begin();
    dump_add(&dump);
    dump_one_end();
    text_add(&dump.text, "%c", 0);
    size_t stacks = dump_check(dump.text.bytes);
    int nowhere = open("/dev/null", O_WRONLY);
    text_write(&dump.text, nowhere);
    close(nowhere);
    return stacks;
}

START_TEST(stacks_of_goroutines_that_run_meanwhile_are_told_right_or_not_at_all)
{
    rgo_waitgroup wg = {0};
    size_t stacks = 0;
    enough = false;
    rgo_waitgroup_add(&wg, RESTLESS);
    for (int i = 0; i < RESTLESS; i++)
        rgo_go(restless, &wg);
    for (int i = 0; i < DUMPS; i++) {
        rgo_yield();
        stacks += dump_once();
    }
    enough = true;
    rgo_waitgroup_wait(&wg);
    if (rgo_procs() == 1)
        ck_assert_uint_eq(stacks, DUMPS * RESTLESS); /* they all kept still */
}
END_TEST

/* ---- a signal between two goroutines ---- */

static void other_context_dump(const unw_context_t *other, rgo_waitgroup *wg)
{
    struct dump dump = {
        .who = DUMP_ALL, .self = dump_self(), .context = other, .signal = true, .live = true};
    dump_one_begin();
    dump_add(&dump);
    dump_one_end();
    text_add(&dump.text, "%c", 0);
    ck_assert_ptr_nonnull(strstr(dump.text.bytes, "is being switched to; stack unavailable"));
    dump.text.length = 0;
    text_write(&dump.text, STDERR_FILENO);
    rgo_waitgroup_done(wg);
}

START_TEST(a_signal_on_another_stack_than_the_goroutines_own_shows_none)
{
    rgo_waitgroup wg = {0};
    unw_context_t here;
    unw_getcontext(&here);
    rgo_waitgroup_add(&wg, 1);
    rgo_go(other_context_dump, (const unw_context_t *)&here, &wg);
    rgo_waitgroup_wait(&wg);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dump");
    TCase *tcase = tcase_create("dump");
    suite_add_tcase(suite, tcase);
    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, text_is_written_whole_to_what_does_not_block);
    tcase_add_test(tcase, stacks_of_goroutines_that_run_meanwhile_are_told_right_or_not_at_all);
    tcase_add_test(tcase, a_signal_on_another_stack_than_the_goroutines_own_shows_none);
    SRunner *runner = srunner_create(suite);
    srunner_set_fork_status(runner, CK_NOFORK);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
