/* base_room: memory that processes share. One property a test, named for it. */
#include <check.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/room.h"

enum { PAGE = 4096, SIZE = 64 * PAGE };

static bool is_zero(const char *memory, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (memory[i])
            return false;
    return true;
}

static bool in_child(void (*act)(void *), void *argument)
{
    int status = -1;
    pid_t pid = fork();
    if (pid == 0) {
        act(argument);
        _exit(0);
    }
    return waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

START_TEST(parts_are_zeroed_whole_pages_that_do_not_overlap)
{
    struct room *room = room_create(SIZE);
    char *before = NULL;
    for (size_t size = 1; size < 3 * PAGE; size += 1111) {
        char *part = room_take(room, size);
        ck_assert_ptr_nonnull(part);
        ck_assert_uint_eq((uintptr_t)part % PAGE, 0);
        ck_assert(is_zero(part, size));
        ck_assert(!before || part > before);
        memset(part, 1, size);
        before = part + size - 1;
    }
}
END_TEST

START_TEST(what_does_not_fit_is_refused_and_takes_nothing)
{
    struct room *room = room_create(SIZE);
    size_t mark = room_mark(room);
    ck_assert_ptr_null(room_take(room, SIZE));
    ck_assert_uint_eq(room_mark(room), mark);
    ck_assert_ptr_nonnull(room_take(room, SIZE - mark));
    ck_assert_ptr_null(room_take(room, 1));
}
END_TEST

static void fill(void *part)
{
    memset(part, 7, PAGE);
}

static struct taken {
    struct room *room;
    char *first;
} taken;

static void take_and_fill(void *unused)
{
    (void)unused;
    fill(taken.first);
    fill(room_take(taken.room, PAGE));
}

START_TEST(children_share_it_and_what_they_take)
{
    taken.room = room_create(SIZE);
    taken.first = room_take(taken.room, PAGE);
    ck_assert(in_child(take_and_fill, NULL));
    ck_assert_int_eq(taken.first[PAGE - 1], 7);
    ck_assert_int_eq(taken.first[PAGE], 7); /* the child's part comes after the first */
    char *second = room_take(taken.room, PAGE);
    ck_assert_ptr_eq(second, taken.first + 2 * PAGE);
}
END_TEST

START_TEST(without_a_room_memory_is_private)
{
    char *part = room_take(NULL, PAGE);
    ck_assert(is_zero(part, PAGE));
    ck_assert(in_child(fill, part));
    ck_assert(is_zero(part, PAGE));
    room_give(NULL, part, PAGE);
}
END_TEST

START_TEST(rewinding_gives_back_all_since_the_mark_and_no_more)
{
    struct room *room = room_create(SIZE);
    char *kept = room_take(room, PAGE);
    size_t mark = room_mark(room);
    char *given = room_take(room, 5 * PAGE);
    memset(kept, 1, PAGE);
    memset(given, 2, 5 * PAGE);
    room_rewind(room, mark);
    ck_assert_uint_eq(room_mark(room), mark);
    ck_assert_int_eq(kept[PAGE - 1], 1);
    char *again = room_take(room, 5 * PAGE);
    ck_assert_ptr_eq(again, given);
    ck_assert(is_zero(again, 5 * PAGE));
}
END_TEST

START_TEST(what_is_given_is_zero_but_its_place_stays_taken)
{
    struct room *room = room_create(SIZE);
    char *given = room_take(room, 2 * PAGE), *other;
    memset(given, 3, 2 * PAGE);
    room_give(room, given, PAGE);
    ck_assert(is_zero(given, PAGE));
    ck_assert_int_eq(given[PAGE], 3);
    other = room_take(room, PAGE);
    ck_assert_ptr_eq(other, given + 2 * PAGE);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("base_room");
    TCase *tcase = tcase_create("room");
    tcase_add_test(tcase, parts_are_zeroed_whole_pages_that_do_not_overlap);
    tcase_add_test(tcase, what_does_not_fit_is_refused_and_takes_nothing);
    tcase_add_test(tcase, children_share_it_and_what_they_take);
    tcase_add_test(tcase, without_a_room_memory_is_private);
    tcase_add_test(tcase, rewinding_gives_back_all_since_the_mark_and_no_more);
    tcase_add_test(tcase, what_is_given_is_zero_but_its_place_stays_taken);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
