/*
 * unit_inline: the checks that as_rewrite puts into programs. As text: which lines it changes. As
 * code: CMakeLists.txt has a function for each kind of call assembled by racerun-as; under random
 * shadows and frames they must call exactly when the checks of libracerun.so (fast.h) fail.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "as_rewrite.h"
#include "base/rng.h"
#include "hb/fast.h"
#include "proto/inline.h"

/* ---- as text ---- */

static bool is_changed(const char *text)
{
    size_t length;
    char *result = as_rewrite(text, strlen(text), &length);
    free(result);
    return result != NULL;
}

START_TEST(test_calls_of_both_compilers)
{
    static const char *const changed[] = {
        "\tcall\t__tsan_read1\n",
        "\tcall\t__tsan_write8@PLT\n",
        "\tcallq\t__tsan_read16@PLT\n",
        "\tcallq\t*__tsan_read2@GOTPCREL(%rip)\n",
        "\tcall\t*__tsan_write4@GOTPCREL(%rip)  # comment\n",
        "  call __tsan_unaligned_read8@PLT",
        "\tcall\t__tsan_volatile_write4@PLT\n",
        "\tcall\t__tsan_unaligned_volatile_read2@PLT\n",
        "\tcall\t__tsan_read_write4@PLT\n",
        "\tcall\t__tsan_unaligned_read_write8@PLT\n",
        "\tcall\t__tsan_atomic32_load@PLT\n",
        "\tcallq\t__tsan_func_entry@PLT\n",
        "\tcall\t__tsan_func_exit@PLT\n",
        "\tjmp\t__tsan_func_exit@PLT\n",
        "\tjmp\t*__tsan_func_exit@GOTPCREL(%rip)\n",
    };
    for (size_t i = 0; i < sizeof changed / sizeof *changed; i++)
        ck_assert_msg(is_changed(changed[i]), "%s", changed[i]);
}
END_TEST

START_TEST(test_other_lines_stay)
{
    static const char *const kept[] = {
        "",
        "\n",
        "\tjmp\t__tsan_read4\n", /* a tail call: its end is the function's */
        "\tjmp\t__tsan_func_entry\n",
        "\tcall\t__tsan_func_exits\n",
        "\tcall\t__tsan_read_range@PLT\n",
        "\tcall\t__tsan_read4_pc@PLT\n",
        "\tcall\t__tsan_read32@PLT\n",
        "\tcall\t__tsan_vptr_read@PLT\n",
        "\tcall\t__tsan_atomic32_store@PLT\n",
        "\tcall\t__tsan_atomic128_load@PLT\n",
        "\tjmp\t__tsan_atomic32_load@PLT\n",
        "\tcall\t__tsan_read4@GOTPCREL(%rip)\n",
        "\tcall\t*__tsan_read4(%rip)\n",
        "\tcall\t*%rax\n",
        "\tcall\t__tsan_read4+1\n",
        "\tcall\tread4\n",
        "\t.string\t\"call __tsan_read4\"\n",
        "call:\t.long\t__tsan_read4\n",
        "#\tcall\t__tsan_read4\n",
        "\t.intel_syntax noprefix\n\tcall\t__tsan_read4\n",
        "\tcall\t__tsan_re",
    };
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        ck_assert_msg(!is_changed(kept[i]), "%s", kept[i]);
}
END_TEST

/* All else stays as it was, on the line where it was; labels differ from site to site. */
START_TEST(test_lines_keep_their_numbers)
{
    static const char text[] = "f:\n\tcall\t__tsan_read8@PLT\n\tmovq\t(%rbx), %rax\n"
                               "\tcall\t__tsan_write1 # x\n\tret";
    size_t length;
    char *result = as_rewrite(text, strlen(text), &length);
    ck_assert_ptr_nonnull(result);
    ck_assert_uint_eq(length, strlen(result));
    char *save, *line = strtok_r(result, "\n", &save);
    ck_assert_str_eq(line, "f:");
    line = strtok_r(NULL, "\n", &save);
    ck_assert_str_eq(
        line, "\t.weak rrun_inline_1; movq rrun_inline_1@GOTPCREL(%rip), %rdx; testq %rdx, %rdx; "
              "je .Lrrun_call0; testb $1, %dl; jne .Lrrun_end0; testb $7, %dil; "
              "jne .Lrrun_call0; movq %rdi, %rax; shrq $24, %rax; cmpq $8388608, %rax; "
              "jae .Lrrun_call0; movq 16(%rdx,%rax,8), %rax; testq %rax, %rax; "
              "je .Lrrun_call0; movq (%rdx), %rdx; movq %fs:(%rdx), %rdx; "
              "xorq (%rax,%rdi,2), %rdx; testq $-257, %rdx; je .Lrrun_end0; "
              ".Lrrun_call0: call\t__tsan_read8@PLT; .Lrrun_end0:");
    ck_assert_str_eq(strtok_r(NULL, "\n", &save), "\tmovq\t(%rbx), %rax");
    line = strtok_r(NULL, "\n", &save);
    ck_assert_ptr_null(strstr(line, ".weak"));
    ck_assert_str_eq(strstr(line, "testq $-255"),
                     "testq $-255, %rdx; je .Lrrun_end1; "
                     ".Lrrun_call1: call\t__tsan_write1; .Lrrun_end1:");
    ck_assert_str_eq(strtok_r(NULL, "\n", &save), "\tret");
    ck_assert_ptr_null(strtok_r(NULL, "\n", &save));
    free(result);
}
END_TEST

/* ---- as code ---- */

#define SIZES(X, prefix, write, unaligned)                                                         \
    X(prefix##2, 2, write, unaligned)                                                              \
    X(prefix##4, 4, write, unaligned)                                                              \
    X(prefix##8, 8, write, unaligned)                                                              \
    X(prefix##16, 16, write, unaligned)
#define KINDS(X)                                                                                   \
    X(read1, 1, false, false)                                                                      \
    X(write1, 1, true, false)                                                                      \
    X(read_write1, 1, true, false)                                                                 \
    X(volatile_read1, 1, false, false)                                                             \
    X(volatile_write1, 1, true, false)                                                             \
    SIZES(X, read, false, false)                                                                   \
    SIZES(X, write, true, false)                                                                   \
    SIZES(X, read_write, true, false)                                                              \
    SIZES(X, volatile_read, false, false)                                                          \
    SIZES(X, volatile_write, true, false)                                                          \
    SIZES(X, unaligned_read, false, true)                                                          \
    SIZES(X, unaligned_write, true, true)                                                          \
    SIZES(X, unaligned_read_write, true, true)                                                     \
    SIZES(X, unaligned_volatile_read, false, true)                                                 \
    SIZES(X, unaligned_volatile_write, true, true)

static bool called;

/* site_NAME is assembly: nothing but a call of __tsan_NAME with its own argument. */
#define DEFINE(name, size, write, unaligned)                                                       \
    void site_##name(uintptr_t addr);                                                              \
    void __tsan_##name(void *addr);                                                                \
    void __tsan_##name(void *addr)                                                                 \
    {                                                                                              \
        (void)addr;                                                                                \
        called = true;                                                                             \
    }
KINDS(DEFINE)

static const struct site {
    const char *name;
    unsigned size;
    bool write, unaligned;
    void (*run)(uintptr_t addr);
} sites[] = {
#define SITE(name, size, write, unaligned) {#name, size, write, unaligned, site_##name},
    KINDS(SITE)};

/* One chunk has shadow; who asks behind its end is not to be answered from what lies there. */
#define CHUNK 5u
#define CHUNK_BYTES (UINT64_C(1) << SHADOW_CHUNK_BITS)
#define WINDOW 64u /* bytes at each end of the chunk that are accessed */

struct inline_table INLINE_TABLE;
static struct granule shadow[CHUNK_BYTES / GRANULE_BYTES + 2];
static __thread struct hb_cursor cursor;
#define own_word cursor.word

static void setup(void)
{
    int64_t at = (int64_t)((uintptr_t)&cursor - (uintptr_t)__builtin_thread_pointer());
    INLINE_TABLE.cursor = INLINE_TABLE.loads = at;
}

static uint64_t random_word(uint64_t *rng, uint64_t own)
{
    uint64_t bytes = rng_below(rng, 4) ? 0 : rng_below(rng, 256);
    switch (rng_below(rng, 8)) {
    case 0:
        return 0;
    case 1:
        return RECORD_LOCKED;
    case 2:
        return (own ^ UINT64_C(1) << (12 + rng_below(rng, 52))) | bytes;
    case 3:
        return own | bytes | rng_below(rng, 8) << 8; /* a settled head is atomic, too */
    default:
        return own | bytes | (rng_below(rng, 2) ? RECORD_NOT_WRITE : 0);
    }
}

static uintptr_t random_address(uint64_t *rng)
{
    uintptr_t chunk = CHUNK * CHUNK_BYTES;
    switch (rng_below(rng, 16)) {
    case 0:
        return rng_next(rng) % (CHUNK * CHUNK_BYTES);
    case 1:
        return UINT64_C(0x800000000000) + (rng_next(rng) >> 4);
    case 2:
    case 3:
    case 4:
        return chunk + CHUNK_BYTES - WINDOW + rng_below(rng, WINDOW);
    default:
        return chunk + rng_below(rng, WINDOW);
    }
}

/* What libracerun.so answers; *ret_must is whether the check in the program has to know it, too. */
static bool expected(const struct site *site, uintptr_t addr, bool *ret_must)
{
    uint64_t forbidden = site->write ? FAST_WRITE : FAST_READ;
    _Atomic uint64_t *directory = INLINE_TABLE.directory;
    *ret_must = addr % GRANULE_BYTES + site->size <= (site->size > 8 ? 16 : 8);
    if (site->size == 16)
        return fast_same_epoch(directory, own_word, addr, 8, forbidden) &&
               fast_same_epoch(directory, own_word, addr + 8, 8, forbidden);
    return (site->unaligned ? fast_same_epoch_unaligned
                            : fast_same_epoch)(directory, own_word, addr, site->size, forbidden);
}

START_TEST(test_calls_when_the_library_looks)
{
    uint64_t rng = 11;
    uint64_t delta = (uintptr_t)shadow - 2 * CHUNK * CHUNK_BYTES;
    const size_t last = CHUNK_BYTES / GRANULE_BYTES;
    size_t hits[sizeof sites / sizeof *sites] = {0};
    INLINE_TABLE.directory[CHUNK] = delta;
    for (unsigned round = 0; round < 5000; round++) {
        own_word = rng_below(&rng, 16) ? record_epoch(7, 1 + (uint32_t)rng_below(&rng, 1u << 31))
                                       : RECORD_LOCKED;
        for (size_t i = 0; i < WINDOW / GRANULE_BYTES; i++) {
            shadow[i].word = random_word(&rng, own_word);
            shadow[last - 1 - i].word = random_word(&rng, own_word);
        }
        shadow[last].word = own_word; /* of nobody */
        for (size_t i = 0; i < sizeof sites / sizeof *sites; i++) {
            uintptr_t addr = random_address(&rng);
            bool must, known = expected(&sites[i], addr, &must);
            called = false;
            sites[i].run(addr);
            hits[i] += !called;
            ck_assert_msg(called || known, "%s does not call, at %#lx", sites[i].name, addr);
            ck_assert_msg(!called || !known || !must, "%s calls, at %#lx", sites[i].name, addr);
        }
    }
    for (size_t i = 0; i < sizeof sites / sizeof *sites; i++)
        ck_assert_msg(hits[i] > 20, "%s hardly ever hits", sites[i].name);
}
END_TEST

/* Atomic loads do read their memory: it is the shadow's address, found by a directory that says so.
 */
#define LOADS(X) X(8, 1) X(16, 2) X(32, 4) X(64, 8)
#define DEFINE_LOAD(bits, size)                                                                    \
    uint64_t site_atomic##bits##_load(uintptr_t addr, int order);                                  \
    uint64_t __tsan_atomic##bits##_load(void *addr, int order);                                    \
    uint64_t __tsan_atomic##bits##_load(void *addr, int order)                                     \
    {                                                                                              \
        (void)addr;                                                                                \
        called = order == 5; /* it gets what it was called with */                                 \
        return 0;                                                                                  \
    }
LOADS(DEFINE_LOAD)

START_TEST(test_loads_as_if_nobody_watched_when_settled)
{
    static const struct {
        uint32_t size;
        uint64_t (*run)(uintptr_t addr, int order);
    } loads[] = {
#define LOAD(bits, size) {size, site_atomic##bits##_load},
        LOADS(LOAD)};
    static _Alignas(8) unsigned char memory[16];
    struct granule heads[2];
    uintptr_t low = (uintptr_t)memory;
    _Atomic uint64_t *directory = INLINE_TABLE.directory;
    uint64_t rng = 12, hits = 0;
    ck_assert_uint_eq(low >> SHADOW_CHUNK_BITS, (low + 15) >> SHADOW_CHUNK_BITS);
    directory[low >> SHADOW_CHUNK_BITS] = (uintptr_t)heads - 2 * low;
    for (unsigned round = 0; round < 100000; round++) {
        own_word =
            rng_below(&rng, 8) ? record_epoch(7, 1 + rng_below(&rng, 1u << 31)) : RECORD_LOCKED;
        for (size_t i = 0; i < 2; i++)
            heads[i].word = random_word(&rng, own_word) | (rng_below(&rng, 2) ? RECORD_SETTLED : 0);
        for (size_t i = 0; i < sizeof memory; i++)
            memory[i] = (unsigned char)rng_below(&rng, 256);
        size_t which = rng_below(&rng, 4);
        uintptr_t addr = low + rng_below(&rng, 9);
        const struct granule *granule = fast_location(directory, addr, loads[which].size);
        bool settled = granule && fast_settled(granule, own_word, addr, loads[which].size);
        uint64_t value = 0;
        memcpy(&value, (const void *)addr, loads[which].size);
        called = false;
        uint64_t got = loads[which].run(addr, 5);
        ck_assert_msg(called != settled, "size %u at %lu", loads[which].size, addr - low);
        ck_assert(called || got == value);
        hits += settled;
    }
    ck_assert_uint_gt(hits, 1000);
}
END_TEST

void site_func_entry(uintptr_t place);
void site_func_exit(void);
void site_func_exit_tail(void);
void __tsan_func_entry(void *place);
void __tsan_func_exit(void);
void __tsan_func_entry(void *place)
{
    called = (uintptr_t)place == 77;
}
void __tsan_func_exit(void)
{
    called = true;
}

START_TEST(test_frames_are_pushed_where_they_fit)
{
    struct hb_frame frames[4], before[4];
    uint64_t rng = 13, hits = 0;
    /* The site makes its call from below. */
    const uint32_t sp = (uint32_t)(uintptr_t)__builtin_frame_address(0);
    for (unsigned round = 0; round < 10000; round++) {
        for (size_t i = 0; i < 4; i++)
            frames[i] = (struct hb_frame){
                .call_pc = rng_below(&rng, 3), .node = 9, .sp = sp + rng_below(&rng, 8192) - 4096};
        size_t depth = rng_below(&rng, 4);
        cursor.top = &frames[depth];
        cursor.limit = &frames[3];
        memcpy(before, frames, sizeof frames);
        called = false;
        site_func_entry(77);
        if (called) {
            ck_assert(cursor.top == &frames[depth]);
            ck_assert(depth == 3 || before[depth].sp <= sp);
            ck_assert(memcmp(before, frames, sizeof frames) == 0);
        } else {
            struct hb_frame *top = cursor.top;
            ck_assert(top == &frames[depth + 1] && top->call_pc == 77 && top->node == 0);
            ck_assert_uint_lt(top->sp, sp);
            ck_assert_int_gt((int32_t)(before[depth].sp - top->sp), 0);
            struct hb_cursor again = {.top = &before[depth], .limit = &before[3]};
            ck_assert(fast_call_enter(&again, 77, top->sp));
            ck_assert(memcmp(before, frames, sizeof frames) == 0);
            hits++;
        }
        /* Out again, by both ways. */
        struct hb_frame *top = cursor.top;
        called = false;
        (round % 2 ? site_func_exit : site_func_exit_tail)();
        ck_assert(called == (top->call_pc == 0));
        ck_assert(cursor.top == (called ? top : top - 1));
    }
    ck_assert_uint_gt(hits, 1000);
    cursor.top = cursor.limit = NULL;
    called = false;
    site_func_entry(77);
    ck_assert(called);
    called = false;
    site_func_exit();
    ck_assert(called);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("inline");
    TCase *tcase = tcase_create("inline");
    tcase_set_timeout(tcase, 120);
    tcase_add_checked_fixture(tcase, setup, NULL);
    tcase_add_test(tcase, test_calls_of_both_compilers);
    tcase_add_test(tcase, test_other_lines_stay);
    tcase_add_test(tcase, test_lines_keep_their_numbers);
    tcase_add_test(tcase, test_calls_when_the_library_looks);
    tcase_add_test(tcase, test_loads_as_if_nobody_watched_when_settled);
    tcase_add_test(tcase, test_frames_are_pushed_where_they_fit);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
