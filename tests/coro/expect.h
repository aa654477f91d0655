/*
 * Check's assertions for any thread. Its own ones note their place in a buffer that all share, also
 * when they hold; goroutines on several workers would spoil it. These end the program when they do
 * not hold.
 */
#ifndef RACERUN_TESTS_CORO_EXPECT_H
#define RACERUN_TESTS_CORO_EXPECT_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPECT(condition, ...)                                                                     \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            int error_ = errno;                                                                    \
            fprintf(stderr, "%s:%d: %s (errno: %s) ", __FILE__, __LINE__, #condition,              \
                    strerror(error_));                                                             \
            fprintf(stderr, " " __VA_ARGS__);                                                      \
            fputc('\n', stderr);                                                                   \
            abort();                                                                               \
        }                                                                                          \
    } while (0)
#define EXPECT_INTEGERS(a, compare, b)                                                             \
    do {                                                                                           \
        intmax_t a_ = (intmax_t)(a), b_ = (intmax_t)(b);                                           \
        EXPECT(a_ compare b_, #a " " #compare " " #b ": %jd, %jd", a_, b_);                        \
    } while (0)

#undef ck_assert
#undef ck_assert_msg
#undef ck_assert_int_eq
#undef ck_assert_int_ge
#undef ck_assert_int_lt
#undef ck_assert_uint_eq
#undef ck_assert_ptr_eq
#undef ck_assert_ptr_null
#undef ck_assert_ptr_nonnull
#undef ck_assert_str_eq
#define ck_assert(condition) EXPECT(condition, "")
#define ck_assert_msg(condition, ...) EXPECT(condition, __VA_ARGS__)
#define ck_assert_int_eq(a, b) EXPECT_INTEGERS(a, ==, b)
#define ck_assert_int_ge(a, b) EXPECT_INTEGERS(a, >=, b)
#define ck_assert_int_lt(a, b) EXPECT_INTEGERS(a, <, b)
#define ck_assert_uint_eq(a, b) EXPECT_INTEGERS(a, ==, b)
#define ck_assert_ptr_eq(a, b) EXPECT((a) == (b), "")
#define ck_assert_ptr_null(a) EXPECT((a) == NULL, "")
#define ck_assert_ptr_nonnull(a) EXPECT((a) != NULL, "")
#define ck_assert_str_eq(a, b) EXPECT(strcmp(a, b) == 0, "")

#endif
