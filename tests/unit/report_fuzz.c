/*
 * report_fuzz: torn and hostile records. Valid records of every kind are damaged at random and
 * must do no harm, in every format (run this under ASan and UBSan too). A failure is reproduced
 * with RACERUN_SEED; RACERUN_FUZZ sets the number of iterations.
 */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "report_cases.h"

#define ITERATIONS 100000
#define PER_REPORT 2000
#define RECORDS_MAX 32

static uint64_t state;

/* splitmix64 */
static uint64_t random_next(void)
{
    uint64_t z = (state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static size_t random_below(size_t n)
{
    return (size_t)(random_next() % n);
}

static uint64_t number_of(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    return text ? strtoull(text, NULL, 0) : otherwise;
}

struct corpus {
    struct proto_record *records[RECORDS_MAX];
    size_t count;
};

/* A place on the stack whose frame is known. */
static struct proto_record *local_record(const struct case_context *context)
{
    struct proto_finding *f = (struct proto_finding *)case_record(context, 9);
    ck_assert_uint_eq(f->place, PLACE_STACK);
    f->place_frame_pc = fixture_at(&context->program, "place_main_lock");
    f->place_frame_cfa = f->now.addr + 40;
    return &f->head;
}

static struct corpus corpus_make(const struct case_context *context)
{
    struct corpus c = {0};
    struct proto_record *record;
    for (size_t i = 0; (record = case_record(context, i)); i++)
        c.records[c.count++] = record;
    c.records[c.count++] = record_process(FIXTURE_PID, 1, PROCESS_START, FIXTURE_PROGRAM);
    c.records[c.count++] = record_process(2000, FIXTURE_PID, PROCESS_FORK, FIXTURE_PROGRAM);
    c.records[c.count++] = record_module(FIXTURE_PID, &context->program, 1);
    c.records[c.count++] = record_module(FIXTURE_PID, &context->library, 0);
    c.records[c.count++] = local_record(context);
    c.records[c.count++] = record_notice(FIXTURE_PID, "a notice");
    return c;
}

/* Words that break careless code. */
static uint32_t nasty(void)
{
    static const uint32_t words[] = {0,          1,          2,      7,       0x7fffffff,
                                     0x80000000, UINT32_MAX, 0xffff, 0x10000, UINT32_MAX - 1};
    size_t n = sizeof(words) / sizeof(*words);
    size_t choice = random_below(n + 2);
    return choice < n ? words[choice] : (uint32_t)random_below(64);
}

/* Damages a copy in place; the first 16 bytes (size, type, state) less often than the rest. */
static void damage(char *bytes, size_t size)
{
    for (size_t times = 1 + random_below(4); times > 0; times--) {
        size_t from = random_below(10) ? sizeof(struct proto_record) : 0;
        if (random_below(2)) {
            size_t at = from + random_below(size - from);
            bytes[at] = (char)(bytes[at] ^ (1 << random_below(8)));
        } else {
            uint32_t word = nasty();
            size_t at = from + random_below((size - from) / 4) * 4;
            memcpy(bytes + at, &word, sizeof(word));
        }
    }
}

static struct report *report_new(const struct case_context *context, int fd, size_t round)
{
    struct report_config config = {
        .out_fd = fd,
        .format = report_format_name(round % 3),
        .color = true,
        .width = (unsigned)random_below(120),
        .verbosity = (unsigned)(round % 3),
        .strip_path_prefix = "golden/",
        .suppressions_text = "race:nothing\n",
    };
    struct report *report = report_create(&config, NULL);
    report_take(report, record_process(FIXTURE_PID, 1, PROCESS_START, FIXTURE_PROGRAM));
    report_take(report, record_module(FIXTURE_PID, &context->program, 1));
    return report;
}

/* In memory of exactly its size, so that ASan sees one byte too many. */
static int add_damaged(struct report *report, const struct proto_record *record)
{
    size_t size = record->size;
    if (random_below(20) == 0)
        size = random_below(size + 1);
    char *copy = malloc(size ? size : 1);
    memcpy(copy, record, size);
    if (size >= sizeof(*record) + 4)
        damage(copy, size);
    int result = report_add(report, (const struct proto_record *)copy, size);
    free(copy);
    return result;
}

START_TEST(damaged_records_do_no_harm)
{
    struct case_context context = case_context_open();
    struct corpus corpus = corpus_make(&context);
    int fd = open("/dev/null", O_WRONLY);
    uint64_t seed = number_of("RACERUN_SEED", (uint64_t)time(NULL));
    uint64_t iterations = number_of("RACERUN_FUZZ", ITERATIONS), refused = 0, printed = 0;
    printf("RACERUN_SEED=%llu\n", (unsigned long long)seed);
    fflush(stdout);
    state = seed;
    struct report *report = NULL;
    for (uint64_t i = 0; i < iterations; i++) {
        if (i % PER_REPORT == 0) {
            if (report)
                report_finish(report);
            report_destroy(report);
            report = report_new(&context, fd, (size_t)(i / PER_REPORT));
        }
        int result = add_damaged(report, corpus.records[random_below(corpus.count)]);
        ck_assert(result == 0 || result == 1 || result == -EBADMSG);
        refused += result < 0;
        printed += result == 1;
    }
    report_finish(report);
    report_destroy(report);
    for (size_t i = 0; i < corpus.count; i++)
        free(corpus.records[i]);
    printf("%llu records, %llu refused, %llu findings printed\n", (unsigned long long)iterations,
           (unsigned long long)refused, (unsigned long long)printed);
    /* The canary: a fuzzer that only makes refused, or only accepted, records tests nothing. */
    ck_assert(refused > iterations / 20 && printed > iterations / 100);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("report_fuzz");
    TCase *tests = tcase_create("fuzz");
    tcase_set_timeout(tests, 600);
    tcase_add_test(tests, damaged_records_do_no_harm);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
