#include "report/report.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report/inside.h"
#include "report/record.h"
#include "report/symbol.h"

enum { KEPT_MAX = 8 << 20 }; /* bytes of report_kept, about */

/* ---- output ---- */

/* Somebody made the descriptor non-blocking, as terminals often are. */
static bool write_wait(int fd)
{
    struct pollfd poll_fd = {.fd = fd, .events = POLLOUT};
    return poll(&poll_fd, 1, -1) > 0 || errno == EINTR;
}

/* One write; more only when the kernel takes a part (pipes, full disks). */
static void write_all(struct report *report, const struct buf *out)
{
    size_t done = 0;
    while (done < out->size && !report->write_error) {
        ssize_t size = write(report->out_fd, out->bytes + done, out->size - done);
        if (size > 0)
            done += (size_t)size;
        else if (size == 0)
            report->write_error = EIO;
        else if (errno == EAGAIN ? !write_wait(report->out_fd) : errno != EINTR)
            report->write_error = errno;
    }
}

static void buf_write(struct report *report, struct buf *out)
{
    write_all(report, out);
    buf_done(out);
}

/* ---- known findings ---- */

static struct known *known_slot(const struct report *report, uint64_t key)
{
    size_t mask = report->known_capacity - 1, at = key & mask;
    while (report->known[at].seen && report->known[at].key != key)
        at = (at + 1) & mask;
    return &report->known[at];
}

static struct known *known_get(struct report *report, uint64_t key)
{
    if (report->known_count * 2 >= report->known_capacity) {
        struct known *old = report->known;
        size_t capacity = report->known_capacity;
        report->known_capacity = capacity ? capacity * 2 : 64;
        report->known = memory_alloc(report->known_capacity * sizeof(*old));
        for (size_t i = 0; i < capacity; i++)
            if (old[i].seen)
                *known_slot(report, old[i].key) = old[i];
        free(old);
    }
    return known_slot(report, key);
}

/* True when the key was known; it is from now on. */
static bool known_touch(struct report *report, uint64_t key)
{
    struct known *known = known_get(report, key);
    if (known->seen++)
        return true;
    known->key = key;
    report->known_count++;
    return false;
}

/* ---- records ---- */

/* True the first time that `text` is to be said. */
static bool said_first(struct report *report, const char *text)
{
    for (size_t i = 0; i < report->said_count; i++)
        if (strcmp(report->said[i], text) == 0)
            return false;
    report->said = memory_grow(report->said, report->said_count, sizeof(char *));
    report->said[report->said_count++] = arena_string(&report->arena, text);
    return true;
}

static int print_finding(struct report *report, struct finding *finding)
{
    report->findings++;
    if (!report->only) /* else it is the one of that number */
        finding->number = report->findings;
    if (report->findings_max && report->findings > report->findings_max)
        return 0;
    if (finding->hint && !said_first(report, finding->hint))
        finding->hint = NULL;
    snprintf(report->last_id, sizeof report->last_id, "%s", finding->id);
    if (report->keeps && report->kept.size < KEPT_MAX)
        format_json.finding(&report->kept, finding, &report->context);
    if (report->format->document) {
        report->printed += document_add_finding(&report->document, finding, report->context.arena);
        return 1;
    }
    struct buf out = {0};
    report->format->finding(&out, finding, &report->context);
    buf_write(report, &out);
    report->printed++;
    return 1;
}

/* ---- one of many ---- */

static bool is_number(const char *text)
{
    return strspn(text, "0123456789") == strlen(text) && strlen(text) < 8;
}

/* Is it the one that is asked for? Else it may be the one that was meant. */
static bool is_wanted(struct report *report, const struct finding *finding)
{
    if (!report->only || strncmp(finding->id, report->only, strlen(report->only)) == 0 ||
        (is_number(report->only) && strtoul(report->only, NULL, 10) == finding->number))
        return true;
    const char *ids[] = {report->other_id, finding->id};
    if (!*report->other_id || nearest_word(report->only, ids, 2) == finding->id) {
        memcpy(report->other_id, finding->id, sizeof report->other_id);
        report->other =
            arena_string(&report->arena, finding_headline(report->context.arena, finding));
    }
    return false;
}

int report_finding_add(struct report *report, struct finding *finding)
{
    finding->test = report->test;
    if (!is_wanted(report, finding))
        return 0;
    /* First, or a suppressed finding would swallow one that differs in its outer frames only. */
    if (suppressions_match(&report->suppressions, finding)) {
        report->suppressed++;
        return 0;
    }
    bool same_lines = known_touch(report, finding->key);
    /* They are equal when no frame is known. */
    bool same_code = finding->key_code != finding->key && known_touch(report, finding->key_code);
    if (same_lines || same_code) {
        report->duplicates++;
        return 0;
    }
    if (baseline_meet(&report->baseline, finding->id)) {
        report->known_findings++;
        return 0;
    }
    int printed = print_finding(report, finding);
    struct known *known = known_get(report, finding->key);
    memcpy(known->id, finding->id, sizeof(known->id));
    known->number = finding->number;
    return printed;
}

static int add_finding_record(struct report *report, const struct record *record)
{
    struct finding finding;
    finding_resolve(&finding, &report->space, report->context.arena, record);
    report->context.many_processes = report->space.process_count > 1;
    return report_finding_add(report, &finding);
}

void report_notice_add(struct report *report, const char *text)
{
    if (!said_first(report, text))
        return;
    if (report->format->document) {
        document_add_notice(&report->document, text);
        return;
    }
    struct buf out = {0};
    report->format->notice(&out, text, &report->context);
    buf_write(report, &out);
}

static void add_exit(struct report *report, const struct proto_exit *exit)
{
    struct proto_exit *totals = &report->totals;
    totals->findings += exit->findings;
    totals->findings_dropped += exit->findings_dropped;
    totals->accesses_slow += exit->accesses_slow;
    totals->contexts += exit->contexts;
    totals->shadow_bytes += exit->shadow_bytes;
    totals->tasks += exit->tasks;
}

/* Programs of one run may say the same. */
static void add_suppressions(struct report *report, const char *text)
{
    char *error = NULL;
    if (said_first(report, text) && suppressions_add_text(&report->suppressions, text, &error) < 0)
        report_notice_add(report, arena_printf(report->context.arena,
                                               "the program's __tsan_default_suppressions: %s",
                                               error ? error : "cannot be read"));
    free(error);
}

static int add_checked(struct report *report, const struct record *record)
{
    switch (record->head->type) {
    case RECORD_PROCESS:
        space_add_process(&report->space, (const struct proto_process *)record->head, record->text);
        return 0;
    case RECORD_MODULE:
        space_add_module(&report->space, (const struct proto_module *)record->head, record->text);
        return 0;
    case RECORD_FINDING:
        return add_finding_record(report, record);
    case RECORD_NOTICE:
        report_notice_add(report, record->text);
        return 0;
    case RECORD_EXIT:
        add_exit(report, (const struct proto_exit *)record->head);
        return 0;
    case RECORD_DEFAULTS:
        if (((const struct proto_defaults *)record->head)->what == DEFAULTS_SUPPRESSIONS)
            add_suppressions(report, record->text);
        return 0;
    default:
        return 0;
    }
}

int report_add(struct report *report, const struct proto_record *raw, size_t size)
{
    struct arena arena = {0}; /* all that belongs to this record */
    struct record record;
    int result = record_check(&arena, raw, size, &record);
    if (result == 0) {
        report->context.arena = &arena;
        result = add_checked(report, &record);
        report->context.arena = NULL;
    }
    arena_done(&arena);
    return result;
}

/* ---- what stands beside findings ---- */

/* For the formats that write as they go, in an arena of its own. */
#define TELL(report, what, thing)                                                                  \
    do {                                                                                           \
        struct arena *before = (report)->context.arena, arena = {0};                               \
        struct buf out = {0};                                                                      \
        (report)->context.arena = &arena;                                                          \
        if ((report)->format->what)                                                                \
            (report)->format->what(&out, thing, &(report)->context);                               \
        buf_write(report, &out);                                                                   \
        (report)->context.arena = before;                                                          \
        arena_done(&arena);                                                                        \
    } while (0)

static void schedule_keep(struct report *report, const struct report_schedule *schedule)
{
    if (report->keeps && report->kept.size < KEPT_MAX)
        format_json.schedule(&report->kept, schedule, &report->context);
}

void report_schedule_add(struct report *report, const struct report_schedule *schedule)
{
    schedule_keep(report, schedule);
    if (report->format->document)
        document_add_schedule(&report->document, schedule);
    else
        TELL(report, schedule, schedule);
}

bool report_tells_schedules(const struct report *report)
{
    return report->format->document || report->format->schedule;
}

bool report_identify(struct report *report, const struct proto_record *raw, size_t size,
                     char ret_id[REPORT_ID])
{
    struct arena arena = {0};
    struct record record;
    struct finding finding;
    bool is_one = record_check(&arena, raw, size, &record) == 0 && record.finding;
    if (is_one) {
        finding_resolve(&finding, &report->space, &arena, &record);
        memcpy(ret_id, finding.id, REPORT_ID);
    }
    arena_done(&arena);
    return is_one;
}

bool report_sight(struct report *report, const struct proto_record *raw, size_t size,
                  struct report_sight *ret_sight)
{
    struct arena arena = {0};
    struct record record;
    struct finding finding;
    bool is_one =
        record_check(&arena, raw, size, &record) == 0 && record.finding && record.finding->step;
    if (is_one) {
        finding_resolve(&finding, &report->space, &arena, &record);
        is_one = finding.has_before;
    }
    if (is_one) {
        *ret_sight = (struct report_sight){
            .step = record.finding->step,
            .task = finding.now.task ? finding.now.task->number : 0,
            .before = finding.before.task ? finding.before.task->number : 0,
        };
        memcpy(ret_sight->id, finding.id, sizeof ret_sight->id);
    }
    arena_done(&arena);
    return is_one;
}

void report_test_begin(struct report *report, const char *name)
{
    report->test = arena_string(&report->arena, name);
}

void report_test_end(struct report *report, const struct report_test *test)
{
    if (report->format->document)
        document_add_test(&report->document, test);
    else
        TELL(report, test, test);
    report->test = NULL;
}

/* ---- the end ---- */

static int repeat_order(const void *a, const void *b)
{
    const struct repeat *x = a, *y = b;
    return x->number < y->number ? -1 : x->number > y->number;
}

static struct repeat *repeats_collect(const struct report *report, size_t *ret_count)
{
    struct repeat *repeats = NULL;
    size_t count = 0;
    for (size_t i = 0; i < report->known_capacity; i++) {
        const struct known *known = &report->known[i];
        if (known->seen < 2 || !known->number)
            continue;
        repeats = memory_grow(repeats, count, sizeof(*repeats));
        repeats[count] = (struct repeat){.number = known->number, .seen = known->seen};
        memcpy(repeats[count].id, known->id, sizeof(known->id));
        count++;
    }
    if (count)
        qsort(repeats, count, sizeof(*repeats), repeat_order);
    *ret_count = count;
    return repeats;
}

void report_finish(struct report *report)
{
    if (report->finished)
        return;
    report->finished = true;
    struct format_summary summary = {
        .findings = report->findings,
        .printed = report->printed,
        .suppressed = report->suppressed,
        .duplicates = report->duplicates,
        .known = report->known_findings,
        .suppressions = report->suppressions.list,
        .suppression_count = report->suppressions.count,
        .print_suppressions = report->print_suppressions,
    };
    struct repeat *repeats = repeats_collect(report, &summary.repeat_count);
    summary.repeats = repeats;
    struct buf out = {0};
    struct arena arena = {0};
    report->context.arena = &arena;
    if (report->format->document) {
        document_complete(&report->document, report->context.program);
        report->format->document(&out, &report->document, &summary, &report->context);
    } else {
        report->format->summary(&out, &summary, &report->context);
    }
    if (report->keeps)
        format_json.summary(&report->kept, &summary, &report->context);
    report->context.arena = NULL;
    buf_write(report, &out);
    arena_done(&arena);
    free(repeats);
}

/* ---- life ---- */

static const char *keep(struct report *report, const char *text)
{
    return text ? arena_string(&report->arena, text) : NULL;
}

static const char *working_folder(struct report *report)
{
    char *folder = getcwd(NULL, 0);
    const char *kept =
        folder && strcmp(folder, "/") != 0 ? arena_printf(&report->arena, "%s/", folder) : NULL;
    free(folder);
    return kept;
}

static int configure(struct report *report, const struct report_config *config, char **ret_error)
{
    const char *format = config->format ? config->format : "text";
    report->format = format_find(format);
    if (!report->format) {
        if (ret_error && asprintf(ret_error, "unknown format '%.60s'; did you mean '%s'?", format,
                                  format_nearest(format)) < 0)
            *ret_error = NULL;
        return -EINVAL;
    }
    int result = suppressions_add_text(&report->suppressions, config->suppressions_text, ret_error);
    if (result == 0)
        result = suppressions_add_files(&report->suppressions, config->suppressions, ret_error);
    return result < 0 ? result : baseline_add_file(&report->baseline, config->baseline, ret_error);
}

struct report *report_create(const struct report_config *config, char **ret_error)
{
    struct report *report = memory_alloc(sizeof(*report));
    if (configure(report, config, ret_error) < 0) {
        report_destroy(report);
        return NULL;
    }
    report->out_fd = config->out_fd;
    report->print_suppressions = config->print_suppressions;
    report->findings_max = config->findings_max;
    report->context = (struct format_context){
        .color = config->color,
        .width = config->width,
        .verbosity = config->verbosity,
        .strip_path_prefix = keep(report, config->strip_path_prefix),
        .program = keep(report, config->program),
        .folder = working_folder(report),
    };
    report->space.folders =
        path_folders(&report->arena, config->debug_path ? config->debug_path : "",
                     report->context.folder ? report->context.folder : "");
    report->only = keep(report, config->only);
    report->keeps = config->keep;
    return report;
}

void report_destroy(struct report *report)
{
    if (!report)
        return;
    space_done(&report->space);
    suppressions_done(&report->suppressions);
    baseline_done(&report->baseline);
    document_done(&report->document);
    buf_done(&report->kept);
    free(report->renumber);
    free(report->known);
    free(report->said);
    arena_done(&report->arena);
    free(report);
}

/* ---- questions ---- */

unsigned report_findings(const struct report *report)
{
    return report->findings;
}

unsigned report_suppressed(const struct report *report)
{
    return report->suppressed;
}

unsigned report_duplicates(const struct report *report)
{
    return report->duplicates;
}

unsigned report_known(const struct report *report)
{
    return report->known_findings;
}

unsigned report_gone(const struct report *report)
{
    return baseline_unseen(&report->baseline);
}

int report_write_error(const struct report *report)
{
    return report->write_error;
}

void report_exit_totals(const struct report *report, struct proto_exit *ret_totals)
{
    *ret_totals = report->totals;
}

const char *report_kept(const struct report *report, size_t *ret_size)
{
    *ret_size = report->kept.size;
    return report->kept.bytes;
}

const char *report_other(const struct report *report, const char **ret_id)
{
    *ret_id = report->other_id;
    return report->other;
}

const char *report_last_id(const struct report *report)
{
    return report->last_id;
}
