/* report_output: how findings are counted, told apart and written, whatever the output does. */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "report/source.h"
#include "report/written.h"
#include "report_cases.h"

static struct report *open_report(const struct report_config *config)
{
    struct report *report = report_create(config, NULL);
    ck_assert_ptr_nonnull(report);
    return report;
}

static struct report *begin(const struct case_context *context, const struct report_config *config)
{
    struct report *report = open_report(config);
    report_take(report, record_process(FIXTURE_PID, 1, PROCESS_START, FIXTURE_PROGRAM));
    report_take(report, record_module(FIXTURE_PID, &context->program, 1));
    report_take(report, record_module(FIXTURE_PID, &context->library, 0));
    return report;
}

/* One message a write. */
START_TEST(a_finding_is_one_write)
{
    struct case_context context = case_context_open();
    int pair[2], size = 1 << 20;
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
    setsockopt(pair[1], SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
    struct report *report = begin(&context, &(struct report_config){.out_fd = pair[1]});
    static char message[1 << 20];
    struct proto_record *record;
    for (size_t i = 0; (record = case_record(&context, i)); i++) {
        ck_assert_int_eq(report_take(report, record), 1);
        ssize_t got = recv(pair[0], message, sizeof(message) - 1, MSG_DONTWAIT);
        ck_assert_int_gt(got, 0);
        ck_assert_int_eq(strncmp(message, "racerun: ", 9), 0);
        ck_assert_int_eq(message[got - 1], '\n');
        ck_assert_int_lt(recv(pair[0], message, sizeof(message), MSG_DONTWAIT), 0);
    }
    report_destroy(report);
}
END_TEST

START_TEST(errors_of_the_output_are_remembered_and_counting_goes_on)
{
    struct case_context context = case_context_open();
    int full = open("/dev/full", O_WRONLY), pair[2];
    ck_assert_int_eq(pipe(pair), 0);
    close(pair[0]);
    signal(SIGPIPE, SIG_IGN);
    const struct {
        int fd, error;
    } rows[] = {{full, ENOSPC}, {-1, EBADF}, {pair[1], EPIPE}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct report *report = begin(&context, &(struct report_config){.out_fd = rows[i].fd});
        ck_assert_int_eq(report_write_error(report), 0);
        ck_assert_int_eq(report_take(report, case_record(&context, 0)), 1);
        ck_assert_int_eq(report_take(report, case_record(&context, 1)), 1);
        report_finish(report);
        ck_assert_int_eq(report_write_error(report), rows[i].error);
        ck_assert_uint_eq(report_findings(report), 2);
        report_destroy(report);
    }
}
END_TEST

/* Swaps the two accesses of a sealed finding. */
static struct proto_record *swapped(struct proto_record *record)
{
    struct proto_finding *f = (struct proto_finding *)record;
    struct proto_access now = f->now;
    f->now = f->before;
    f->before = now;
    return record;
}

START_TEST(the_same_finding_is_told_once_over_all_processes)
{
    struct case_context context = case_context_open();
    struct capture capture = capture_begin();
    struct report *report =
        begin(&context, &(struct report_config){.out_fd = capture.fd, .verbosity = 1});
    report_take(report, record_process(2000, FIXTURE_PID, PROCESS_FORK, FIXTURE_PROGRAM));
    ck_assert_int_eq(report_take(report, case_record(&context, 1)), 1);
    ck_assert_int_eq(report_take(report, case_record(&context, 1)), 0);
    ck_assert_int_eq(report_take(report, swapped(case_record(&context, 1))), 0);
    struct proto_record *child = case_record(&context, 1);
    child->pid = 2000; /* has the modules of its parent */
    ck_assert_int_eq(report_take(report, child), 0);
    ck_assert_uint_eq(report_findings(report), 1);
    ck_assert_uint_eq(report_duplicates(report), 3);
    report_finish(report);
    report_destroy(report);
    char *text = capture_end(&capture);
    ck_assert_ptr_nonnull(strstr(text, "] was seen again\nracerun: 1 findings\n"));
    ck_assert_ptr_nonnull(strstr(text, "  in process 1000, "));
    free(text);
}
END_TEST

START_TEST(an_executed_program_has_only_its_own_modules)
{
    struct case_context context = case_context_open();
    struct capture capture = capture_begin();
    struct report *report = begin(&context, &(struct report_config){.out_fd = capture.fd});
    report_take(report, record_process(FIXTURE_PID, 1, PROCESS_EXEC, "/other"));
    char line[256];
    uint64_t pc = fixture_at(&context.program, "place_main_lock");
    ck_assert(!report_symbolize(report, FIXTURE_PID, pc, line, sizeof(line)));
    ck_assert_int_eq(report_take(report, case_record(&context, 1)), 1);
    report_destroy(report);
    char *text = capture_end(&capture);
    ck_assert_ptr_nonnull(strstr(text, "  (unknown module)\n"));
    free(text);
}
END_TEST

/* The id in the first line of what `report` makes of case i. */
static void id_of(const struct case_context *context, size_t i, bool swap, char ret_id[9])
{
    struct capture capture = capture_begin();
    struct report *report = begin(context, &(struct report_config){.out_fd = capture.fd});
    struct proto_record *record = case_record(context, i);
    ck_assert_int_eq(report_take(report, swap ? swapped(record) : record), 1);
    report_destroy(report);
    char *text = capture_end(&capture);
    memcpy(ret_id, strchr(text, '[') + 1, 8);
    ret_id[8] = '\0';
    ck_assert_uint_eq(strspn(ret_id, "0123456789abcdef"), 8);
    free(text);
}

START_TEST(ids_survive_moved_lines_other_addresses_and_the_other_order)
{
    struct case_context context = case_context_open(), moved = context;
    moved.program = fixture_open(FIXTURE_OUTPUT "/moved/fixture", UINT64_C(0x7f0000000000));
    char id[9], other[9], seen[16][9];
    for (size_t i = 0; i < 9; i++) {
        id_of(&context, i, false, id);
        id_of(&moved, i, false, other);
        ck_assert_str_eq(id, other);
        id_of(&context, i, true, other);
        ck_assert_str_eq(id, other);
        memcpy(seen[i], id, 9);
        for (size_t j = 0; j < i && i != 7; j++) /* 7 is 6 at another line */
            ck_assert_str_ne(seen[i], seen[j]);
    }
}
END_TEST

START_TEST(findings_beyond_the_limit_are_counted)
{
    struct case_context context = case_context_open();
    struct capture capture = capture_begin();
    struct report *report =
        begin(&context, &(struct report_config){.out_fd = capture.fd, .findings_max = 2});
    for (size_t i = 0; i < 5; i++)
        ck_assert_int_eq(report_take(report, case_record(&context, i)), i < 2);
    ck_assert_uint_eq(report_findings(report), 5);
    report_finish(report);
    report_destroy(report);
    char *text = capture_end(&capture);
    ck_assert_ptr_nonnull(
        strstr(text, "racerun: 3 findings were counted but not shown\nracerun: 5 findings\n"));
    free(text);
}
END_TEST

/* But json, whose reader must be able to tell a clean run from one that never was. */
START_TEST(a_clean_run_says_nothing)
{
    static const char *const formats[] = {"text", "tsan", NULL, "json"};
    for (size_t i = 0; i < 4; i++) {
        struct capture capture = capture_begin();
        struct report *report =
            open_report(&(struct report_config){.out_fd = capture.fd, .format = formats[i]});
        report_finish(report);
        ck_assert_uint_eq(report_findings(report), 0);
        report_destroy(report);
        char *text = capture_end(&capture);
        if (formats[i] && strcmp(formats[i], "json") == 0)
            ck_assert_ptr_nonnull(
                strstr(text, "{\"schema\":\"racerun-summary/1\",\"findings\":0,"));
        else
            ck_assert_str_eq(text, "");
        free(text);
    }
}
END_TEST

START_TEST(files_below_the_working_folder_are_shown_from_there)
{
    struct case_context context = case_context_open();
    struct capture capture = capture_begin();
    ck_assert_int_eq(chdir(FIXTURE_FOLDER "/.."), 0);
    struct report *report = begin(&context, &(struct report_config){.out_fd = capture.fd});
    report_take(report, case_record(&context, 1));
    report_destroy(report);
    char *text = capture_end(&capture);
    ck_assert_ptr_nonnull(strstr(text, "#0 worker  fixture/fixture.c:"));
    free(text);
}
END_TEST

/* Somewhere in main's frame lies `block`: every slot is tried. */
START_TEST(a_local_variable_is_named_when_its_frame_is_known)
{
    struct case_context context = case_context_open();
    unsigned named = 0;
    for (uint64_t below = 8; below <= 160; below += 8) {
        struct capture capture = capture_begin();
        struct report *report = begin(&context, &(struct report_config){.out_fd = capture.fd});
        struct proto_finding *f = (struct proto_finding *)case_record(&context, 9);
        ck_assert_uint_eq(f->place, PLACE_STACK);
        f->place_frame_pc = fixture_at(&context.program, "place_main_lock");
        f->place_frame_cfa = f->place_addr + 2048;
        f->now.addr = f->before.addr = f->place_frame_cfa - below;
        f->now.size = f->before.size = 8;
        ck_assert_int_eq(report_take(report, &f->head), 1);
        report_destroy(report);
        char *text = capture_end(&capture);
        if (strstr(text, "\n  on `block` (int *), a local variable of main on the stack of main "
                         "thread, declared at "))
            named++;
        free(text);
    }
    ck_assert_uint_eq(named, 1);
}
END_TEST

START_TEST(an_unknown_format_names_the_nearest)
{
    char *error = NULL;
    ck_assert_ptr_null(report_create(&(struct report_config){.format = "jsno"}, &error));
    ck_assert_str_eq(error, "unknown format 'jsno'; did you mean 'json'?");
    free(error);
    ck_assert_ptr_null(report_create(&(struct report_config){.format = ""}, NULL));
    ck_assert_str_eq(report_format_name(0), "text");
    ck_assert_ptr_null(report_format_name(1000));
}
END_TEST

static const char HOSTILE[] = "\x1b[2J\"\\\xff\xc0\xaf\xed\xa0\x80\n\x7f\xc2\x9b<&>";

START_TEST(hostile_names_reach_neither_terminal_nor_json_reader)
{
    struct case_context context = case_context_open();
    static const char *const formats[] = {"text", "json", "tsan", "junit", "sarif", "github"};
    for (size_t i = 0; i < 6; i++) {
        struct capture capture = capture_begin();
        struct report *report =
            begin(&context, &(struct report_config){.out_fd = capture.fd, .format = formats[i]});
        report_take(report, record_notice(FIXTURE_PID, HOSTILE));
        struct proto_record *record = case_record(&context, 0);
        struct proto_task *tasks = (struct proto_task *)((struct proto_finding *)record + 1);
        memset(tasks[1].name, 0xff, sizeof(tasks[1].name)); /* and no end */
        memcpy(tasks[1].name, HOSTILE, sizeof(HOSTILE) - 1);
        report_take(report, record);
        report_finish(report);
        report_destroy(report);
        char *text = capture_end(&capture);
        ck_assert_ptr_null(strchr(text, '\x1b'));
        ck_assert_ptr_null(strchr(text, '\x7f'));
        ck_assert_ptr_null(strstr(text, "\xc0\xaf"));
        ck_assert_ptr_null(strstr(text, "\xed\xa0\x80"));
        ck_assert_ptr_nonnull(strstr(text, "\xef\xbf\xbd"));
        free(text);
    }
}
END_TEST

START_TEST(paths_may_hold_any_bytes)
{
    struct case_context context = case_context_open();
    static const char *const formats[] = {"text", "json", "tsan", "junit", "sarif", "github"};
    char folder[] = "/tmp/report a\xff\n.XXXXXX", program[64];
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(program, sizeof(program), "%s/pro gram", folder);
    ck_assert_int_eq(symlink(FIXTURE_PROGRAM, program), 0);
    struct fixture odd = context.program;
    snprintf(odd.path, sizeof(odd.path), "%s", program);
    for (size_t i = 0; i < 6; i++) {
        struct capture capture = capture_begin();
        struct report *report =
            open_report(&(struct report_config){.out_fd = capture.fd, .format = formats[i]});
        report_take(report, record_process(FIXTURE_PID, 1, PROCESS_START, program));
        report_take(report, record_module(FIXTURE_PID, &odd, 1));
        ck_assert_int_eq(report_take(report, case_record(&context, 1)), 1);
        report_finish(report);
        report_destroy(report);
        char *text = capture_end(&capture);
        ck_assert_ptr_nonnull(strstr(text, "worker"));
        ck_assert_ptr_nonnull(strstr(text, "fixture.c"));
        ck_assert_ptr_null(strchr(text, '\xff'));
        bool is_json = i == 1 || i == 4;
        json_t *object = is_json ? json_loads(text, JSON_DISABLE_EOF_CHECK, NULL) : NULL;
        ck_assert(!is_json || object);
        json_decref(object);
        free(text);
    }
    unlink(program);
    rmdir(folder);
}
END_TEST

#define SPACES_60 "                                                            "
/* Compilers count bytes, a terminal columns. */
START_TEST(the_caret_is_under_its_column)
{
    static const struct {
        const char *line, *text;
        uint32_t column;
        size_t width, caret, length;
    } rows[] = {
        {"count++;", "count++;", 1, 0, 0, 5},
        {"count++;\r\n", "count++;", 6, 0, 5, 2},
        {"\t\tcount = 1;", "        count = 1;", 3, 0, 8, 5},
        {"a\tb;", "a    b;", 3, 0, 5, 1},
        {"/* \xc3\xa9t\xc3\xa9 */ n++;", "/* \xc3\xa9t\xc3\xa9 */ n++;", 13, 0, 10, 1},
        {"\"\xe6\x97\xa5\xe6\x9c\xac\", n;", "\"\xe6\x97\xa5\xe6\x9c\xac\", n;", 11, 0, 8, 1},
        {"e\xcc\x81 n;", "e\xcc\x81 n;", 5, 0, 2, 1},
        {"\xe6\x97\xa5 = 1;", "\xe6\x97\xa5 = 1;", 1, 0, 0, 2},
        {"\xff n;", "\xef\xbf\xbd n;", 3, 0, 2, 1},
        {"\x1b[2J n;", "?[2J n;", 6, 0, 5, 1},
        {"n;", "n;", 99, 0, SIZE_MAX, 0},
        {"n;", "n;", 0, 0, SIZE_MAX, 0},
        {"", "", 1, 0, SIZE_MAX, 0},
        {SPACES_60 "n;" SPACES_60, "          n;        ", 61, 20, 10, 1},
        {SPACES_60 "\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5n" SPACES_60,
         "  \xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5n         ", 73, 20, 10, 1},
        {"n\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5"
         "\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5",
         "n\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5"
         "\xe6\x97\xa5\xe6\x97\xa5",
         1, 20, 0, 19},
    };
    char path[] = "/tmp/racerun-source-XXXXXX";
    int fd = mkstemp(path);
    struct arena arena = {0};
    struct source_excerpt excerpt;
    ck_assert_int_ge(fd, 0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ck_assert_int_eq(ftruncate(fd, 0), 0);
        ck_assert_int_eq(pwrite(fd, rows[i].line, strlen(rows[i].line), 0), strlen(rows[i].line));
        ck_assert_int_eq(pwrite(fd, "\n", 1, (off_t)strlen(rows[i].line)), 1);
        ck_assert(source_read(&arena, path, 1, rows[i].column, rows[i].width, &excerpt));
        ck_assert_str_eq(excerpt.text, rows[i].text);
        ck_assert_uint_eq(excerpt.caret, rows[i].caret);
        ck_assert_uint_eq(excerpt.length, rows[i].length);
        ck_assert(!source_read(&arena, path, 3, 1, 0, &excerpt));
    }
    close(fd);
    unlink(path);
    ck_assert(!source_read(&arena, path, 1, 1, 0, &excerpt));
    arena_done(&arena);
}
END_TEST

START_TEST(a_channel_is_called_what_its_line_calls_it)
{
    static const struct {
        const char *line, *name;
        size_t caret;
    } rows[] = {
        {"    chan_send(jobs, n * n);", "jobs", SIZE_MAX},
        {"    int x = rgo_chan_get(p->in[i].queue );", "p->in[i].queue", SIZE_MAX},
        {"    chan_range(v, results) sum += v;", "results", SIZE_MAX},
        {"    if (chan_recv(*slot, &x)) chan_close(other);", NULL, SIZE_MAX},
        {"    if (chan_recv(*slot, &x)) chan_close(other);", "*slot", 8},
        {"    if (chan_recv(*slot, &x)) chan_close(other);", "other", 30},
        {"    chan_close(queue_of(p));", NULL, SIZE_MAX},
        {"    my_chan_send(jobs, 1);", NULL, SIZE_MAX},
        {"    chan_send(jobs", NULL, SIZE_MAX},
        {"    chan_send(\"x\", 1);", NULL, SIZE_MAX},
        {"    wait();", NULL, SIZE_MAX},
        {"", NULL, 0},
    };
    struct arena arena = {0};
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        const char *name = written_channel_in(&arena, rows[i].line, rows[i].caret);
        ck_assert_pstr_eq(name, rows[i].name);
    }
    arena_done(&arena);
}
END_TEST

static void check_finding_object(json_t *object)
{
    static const char *const keys[] = {"kind",     "number",   "id",    "pid",
                                       "location", "accesses", "tasks", "why"};
    for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
        ck_assert_msg(json_object_get(object, keys[i]), "key %s is missing", keys[i]);
    size_t i;
    json_t *one;
    json_array_foreach(json_object_get(object, "accesses"), i, one)
    {
        ck_assert(json_is_array(json_object_get(one, "stack")));
        ck_assert(json_is_array(json_object_get(one, "locks")));
        ck_assert(json_is_string(json_object_get(one, "kind")));
    }
}

START_TEST(every_json_line_is_an_object_with_a_schema)
{
    struct case_context context = case_context_open();
    struct capture capture = capture_begin();
    struct report *report =
        open_report(&(struct report_config){.out_fd = capture.fd, .format = "json"});
    cases_report(&context, report);
    report_take(report, record_notice(FIXTURE_PID, HOSTILE));
    report_finish(report);
    unsigned findings = report_findings(report), objects = 0;
    report_destroy(report);
    char *text = capture_end(&capture);
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
        json_error_t error;
        json_t *object = json_loads(line, JSON_REJECT_DUPLICATES, &error);
        ck_assert_msg(object, "%s: %s", error.text, line);
        const char *schema = json_string_value(json_object_get(object, "schema"));
        ck_assert_ptr_nonnull(schema);
        if (strcmp(schema, "racerun-finding/1") == 0) {
            objects++;
            check_finding_object(object);
        }
        json_decref(object);
    }
    ck_assert_uint_eq(objects, findings);
    free(text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("report_output");
    TCase *tests = tcase_create("output");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, a_finding_is_one_write);
    tcase_add_test(tests, the_caret_is_under_its_column);
    tcase_add_test(tests, a_channel_is_called_what_its_line_calls_it);
    tcase_add_test(tests, errors_of_the_output_are_remembered_and_counting_goes_on);
    tcase_add_test(tests, the_same_finding_is_told_once_over_all_processes);
    tcase_add_test(tests, an_executed_program_has_only_its_own_modules);
    tcase_add_test(tests, ids_survive_moved_lines_other_addresses_and_the_other_order);
    tcase_add_test(tests, findings_beyond_the_limit_are_counted);
    tcase_add_test(tests, a_clean_run_says_nothing);
    tcase_add_test(tests, files_below_the_working_folder_are_shown_from_there);
    tcase_add_test(tests, a_local_variable_is_named_when_its_frame_is_known);
    tcase_add_test(tests, an_unknown_format_names_the_nearest);
    tcase_add_test(tests, hostile_names_reach_neither_terminal_nor_json_reader);
    tcase_add_test(tests, paths_may_hold_any_bytes);
    tcase_add_test(tests, every_json_line_is_an_object_with_a_schema);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
