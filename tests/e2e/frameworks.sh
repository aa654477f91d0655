#!/bin/bash
# racerun test with the frameworks that C and C++ tests are written in: for each, a program whose test passes,
# one that passes in spite of a race, and one whose assertion fails, are run once and explored.
. "$(dirname "$0")/lib.sh"
tried=

cat >shared.h <<'E2'
#include <errno.h>
#include <pthread.h>
#include <string.h>
static long counted;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static void *count_locked(void *unused)
{
    pthread_mutex_lock(&lock);
    counted++;
    pthread_mutex_unlock(&lock);
    return unused;
}
static void *count(void *unused)
{
    counted++;
    return unused;
}
static long count_twice(void *(*how)(void *))
{
    pthread_t one, other;
    counted = 0;
    pthread_create(&one, 0, how, 0);
    pthread_create(&other, 0, how, 0);
    pthread_join(one, 0);
    pthread_join(other, 0);
    return counted;
}
#define HOW (strstr(program_invocation_name, "RACE") ? count : count_locked)
#define RIGHT (!strstr(program_invocation_name, "FAIL"))
E2

# framework NAME COMPILER SOURCE LIBRARY...: three copies of a program know by their names what to do.
framework() {
    local name=$1 variant
    tried="$tried $name"
    "$racerun" "$2" -g -O1 -pthread -D_GNU_SOURCE "$3" -o "$name-PASS" "${@:4}" || { fail "cannot build $name" && return; }
    for variant in RACE FAIL; do
        cp "$name-PASS" "$name-$variant"
    done
    expect 0 "./$name-PASS"
    "./$name-FAIL" >/dev/null 2>&1 && fail "$name-FAIL passes by itself"
    expect 66 "$racerun" test "./$name-PASS" "./$name-RACE" "./$name-FAIL"
    has out "/3 \./$name-PASS: clean"
    has out "/3 \./$name-RACE: findings: 1 finding"
    has out "/3 \./$name-FAIL: failed: exit status [0-9]+"
    has err 'data race #1 '
    has err 'on `counted`'
    expect 66 "$racerun" test --explore --schedules=40 "./$name-PASS" "./$name-RACE"
    has out "/2 \./$name-PASS: clean: 40 schedules"
    has out "/2 \./$name-RACE: findings: [12] finding"
    has err 'on `counted`'
    expect 66 "$racerun" test --explore --schedules=40 "./$name-FAIL"
    has err 'exit status #1'
}
cat >plain.c <<'E2'
#include "shared.h"
int main(void) { return count_twice(HOW) >= 1 && RIGHT ? 0 : 3; }
E2
framework plain cc plain.c

cat >check.c <<'E2'
#include "shared.h"
#include <check.h>
START_TEST(counts)
{
    ck_assert_int_ge(count_twice(HOW), 1);
    ck_assert(RIGHT);
}
END_TEST
int main(void)
{
    Suite *suite = suite_create("s");
    TCase *tests = tcase_create("t");
    tcase_add_test(tests, counts);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}
E2
if command -v pkg-config >/dev/null && pkg-config --exists check; then
    # shellcheck disable=SC2046
    framework check cc check.c $(pkg-config --libs check)
    # With a process for each test, which is not under control, the detector still sees it.
    expect 66 env CK_FORK=yes "$racerun" explore --schedules=3 ./check-RACE
    has err 'on `counted`'
    has err '  in process [0-9]+, .*/check-RACE$'
fi

cat >cmocka.c <<'E2'
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include "shared.h"
static void counts(void **state)
{
    (void)state;
    assert_true(count_twice(HOW) >= 1);
    assert_true(RIGHT);
}
int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(counts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
E2
[ -f /usr/include/cmocka.h ] && framework cmocka cc cmocka.c -lcmocka

cat >gtest.cc <<'E2'
#include "shared.h"
#include <gtest/gtest.h>
TEST(Counter, Counts)
{
    EXPECT_GE(count_twice(HOW), 1);
    EXPECT_TRUE(RIGHT);
}
E2
[ -f /usr/include/gtest/gtest.h ] && framework gtest c++ gtest.cc -lgtest -lgtest_main

cat >catch2.cc <<'E2'
#define CATCH_CONFIG_MAIN
#include "shared.h"
#include <catch2/catch.hpp>
TEST_CASE("counts")
{
    CHECK(count_twice(HOW) >= 1);
    CHECK(RIGHT);
}
E2
[ -f /usr/include/catch2/catch.hpp ] && framework catch2 c++ catch2.cc
echo "tried:$tried"
