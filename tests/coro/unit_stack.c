/* Stacks: their guards, sizes, reuse; deep recursion. */
#include <check.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "worker.h"

START_TEST(the_byte_below_a_stack_faults)
{
    static const size_t sizes[] = {0, 16 << 10, 1 << 20, (size_t)1 << 30};
    for (unsigned i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct stack stack;
        ck_assert_int_eq(stack_take(worker_self(), sizes[i], &stack), 0);
        ck_assert_uint_ge(stack.size, sizes[i]);
        stack.low[0] = 1;
        stack.low[stack.size - 1] = 1;
        if (!stack.bare) {
            int zero = open("/dev/zero", O_RDONLY); /* the kernel writes there, or tells EFAULT */
            ck_assert_int_eq(read(zero, stack.low - 1, 1), -1);
            ck_assert_int_eq(*__errno_location(), EFAULT);
            ck_assert_int_eq(read(zero, stack.low, 1), 1);
            close(zero);
        }
        stack_give(worker_self(), stack);
    }
}
END_TEST

START_TEST(sizes_are_rounded_up_to_pages_and_absurd_ones_refused)
{
    struct stack stack;
    ck_assert_int_eq(stack_take(worker_self(), 20001, &stack), 0);
    ck_assert_uint_eq(stack.size % 4096, 0);
    ck_assert_uint_ge(stack.size, 20001);
    stack_give(worker_self(), stack);
    ck_assert_int_eq(stack_take(worker_self(), 1, &stack), 0);
    ck_assert_uint_ge(stack.size, 4096);
    stack_give(worker_self(), stack);
    ck_assert_int_eq(stack_take(worker_self(), SIZE_MAX, &stack), ENOMEM);
    ck_assert_int_eq(stack_take(worker_self(), SIZE_MAX / 4, &stack), ENOMEM);
}
END_TEST

START_TEST(a_stack_that_was_given_back_is_taken_again)
{
    struct stack first, second;
    ck_assert_int_eq(stack_take(worker_self(), 0, &first), 0);
    stack_give(worker_self(), first);
    ck_assert_int_eq(stack_take(worker_self(), 0, &second), 0);
    ck_assert_ptr_eq(first.low, second.low);
    stack_give(worker_self(), second);
}
END_TEST

#define MANY 2000
START_TEST(many_stacks_do_not_overlap)
{
    static struct stack stacks[MANY];
    for (int i = 0; i < MANY; i++) {
        ck_assert_int_eq(stack_take(worker_self(), 0, &stacks[i]), 0);
        memset(stacks[i].low + stacks[i].size - 64, i & 0xff, 64);
        stacks[i].low[8] = (char)i;
    }
    for (int i = 0; i < MANY; i++) {
        for (size_t at = stacks[i].size - 64; at < stacks[i].size; at++)
            ck_assert_int_eq(stacks[i].low[at], (char)i);
        ck_assert_int_eq(stacks[i].low[8], (char)i);
        stack_give(worker_self(), stacks[i]);
    }
}
END_TEST

static _Atomic long reached;

static long __attribute__((noinline)) descend(long levels)
{
    volatile char frame[1000];
    frame[0] = (char)levels;
    long below = levels ? descend(levels - 1) : 0;
    return below + 1 + 0 * frame[0];
}

static void deep(long levels)
{
    reached = descend(levels);
}

START_TEST(a_large_stack_holds_a_deep_recursion)
{
    rgo_attr attr = {.stack_size = (size_t)1 << 30};
    reached = 0;
    rgo_go_with(&attr, deep, 100000L); /* more than 100 MB */
    while (!reached)
        rgo_yield();
    ck_assert_int_eq(reached, 100001);
}
END_TEST

static void quick(_Atomic long *count)
{
    volatile char frame[20000];
    frame[0] = frame[sizeof frame - 1] = 1;
    (*count)++;
}

START_TEST(stacks_of_many_sizes_in_turn)
{
    static _Atomic long count;
    for (int round = 0; round < 300; round++) {
        rgo_attr attr = {.stack_size = (size_t)(32 + round % 17 * 16) << 10};
        rgo_go_with(&attr, quick, &count);
        if (round % 10 == 0)
            rgo_yield();
    }
    while (rgo_count() > 1)
        rgo_yield();
    ck_assert_int_eq(count, 300);
}
END_TEST

/* ---- a kernel whose guards are mappings, and its limit of these ---- */

#define MAPPINGS_LIMIT 65530
/* Each guard parts two mappings. */
#define BEYOND (MAPPINGS_LIMIT / 2 + 1000)

static void touches_all_but_lowest(int *ended)
{
    volatile char frame[40000];
    frame[0] = frame[sizeof frame - 1] = 1;
    rgo_yield();
    __atomic_add_fetch(ended, 1, __ATOMIC_SEQ_CST);
}

/* Some stacks of earlier tests have guards, and are used again. */
static void overflows_unseen(void)
{
    const struct stack *stack = &goroutine_self()->stack;
    if (stack->bare)
        *(uint64_t *)(void *)stack->low = 0;
    rgo_yield();
}

/* In a process of its own. Returns only when all is well so far, with what is left being bare. */
static void use_up_mappings(void)
{
    static struct stack stacks[BEYOND];
    int bare = 0, ended = 0;
    stack_guards_mapped();
    for (int i = 0; i < BEYOND; i++) {
        if (stack_take(NULL, 0, &stacks[i]))
            _exit(10);
        bare += stacks[i].bare;
    }
    if (!bare || stacks[0].bare)
        _exit(11);
    for (int i = 0; i < 300; i++)
        rgo_go(touches_all_but_lowest, &ended);
    while (rgo_count() > 1)
        rgo_yield();
    if (ended != 300)
        _exit(12);
}

static int in_child(void (*then)(void), char *ret_words, size_t size)
{
    int pipe_ends[2], status = 0;
    ck_assert_int_eq(pipe(pipe_ends), 0);
    pid_t pid = fork();
    if (pid == 0) {
        dup2(pipe_ends[1], 2);
        use_up_mappings();
        for (int i = 0; then && i < 1000; i++)
            rgo_go(then);
        while (rgo_count() > 1)
            rgo_yield();
        _exit(0);
    }
    close(pipe_ends[1]);
    size_t length = 0;
    for (ssize_t got; (got = read(pipe_ends[0], ret_words + length, size - 1 - length)) > 0;)
        length += (size_t)got;
    ret_words[length] = 0;
    close(pipe_ends[0]);
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert(WIFEXITED(status));
    return WEXITSTATUS(status);
}

START_TEST(beyond_the_limit_of_mappings_stacks_are_checked_at_the_end)
{
    static char words[65536];
    ck_assert_int_eq(in_child(NULL, words, sizeof words), 0);
    const char *told = strstr(words, "no more guard pages");
    ck_assert_ptr_nonnull(told);
    ck_assert_ptr_null(strstr(told + 1, "no more guard pages"));
    ck_assert_int_eq(in_child(overflows_unseen, words, sizeof words), 2);
    ck_assert_ptr_nonnull(
        strstr(words, "fatal error: a goroutine's stack overflowed where it had no guard page"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("stack");
    TCase *tcase = tcase_create("stack");
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, the_byte_below_a_stack_faults);
    tcase_add_test(tcase, sizes_are_rounded_up_to_pages_and_absurd_ones_refused);
    tcase_add_test(tcase, a_stack_that_was_given_back_is_taken_again);
    tcase_add_test(tcase, many_stacks_do_not_overlap);
    tcase_add_test(tcase, a_large_stack_holds_a_deep_recursion);
    tcase_add_test(tcase, stacks_of_many_sizes_in_turn);
    tcase_add_test(tcase, beyond_the_limit_of_mappings_stacks_are_checked_at_the_end);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
