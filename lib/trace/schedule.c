/*
 * schedule: the file.
 */
#include "schedule.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "digest.h"

#define FIRST_LINE "racerun schedule 1"
enum {
    LINE_MAX_SIZE = 65536,
    STEPS_LIMIT = 1 << 24,
    ARGUMENTS_LIMIT = 65536,
    PLACES_LIMIT = 65536
};

static const char *const kind_names[SCHED_KINDS] = {
#define OP(name, semantics, role, words) [SCHED_##name] = #name,
#include "trace/ops.def"
#undef OP
};

/* ---- writing ---- */

/* A file, and the digest of what went into it. */
struct writer {
    FILE *file;
    uint64_t digest;
};

__attribute__((format(printf, 2, 3))) static void put(struct writer *writer, const char *format,
                                                      ...)
{
    char line[LINE_MAX_SIZE];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    size_t size = (size_t)length < sizeof line ? (size_t)length : sizeof line - 1;
    writer->digest = digest_add(writer->digest, line, size);
    fwrite(line, 1, size, writer->file);
}

/* One line, whatever is in it: newlines and backslashes are escaped. */
static void put_text(struct writer *writer, const char *key, const char *text)
{
    put(writer, "%s ", key);
    for (; *text; text++)
        if (*text == '\n')
            put(writer, "\\n");
        else if (*text == '\\')
            put(writer, "\\\\");
        else
            put(writer, "%c", *text);
    put(writer, "\n");
}

int schedule_write(const struct schedule *schedule, FILE *file)
{
    struct writer writer = {file, DIGEST_INITIAL};
    put(&writer, FIRST_LINE "\n");
    put_text(&writer, "program", schedule->program ? schedule->program : "");
    for (uint32_t i = 0; i < schedule->arguments_count; i++)
        put_text(&writer, "argument", schedule->arguments[i]);
    if (schedule->body && *schedule->body)
        put_text(&writer, "body", schedule->body);
    put(&writer, "build-id %s\nfinding %s\n", *schedule->build_id ? schedule->build_id : "-",
        *schedule->finding ? schedule->finding : "-");
    put(&writer, "visible %u\nspurious %u\ntime-choices %u\nmax-steps %u\nexpect-exit %u\n",
        schedule->visible, schedule->spurious_max, schedule->time_choices, schedule->steps_max,
        schedule->expect_exit);
    put(&writer, "leaks %u\nunstopped %u\nrelease-c++20 %u\nmisuse %u\n", schedule->leaks,
        schedule->unstopped, schedule->release_cxx20, schedule->misuse);
    put(&writer, "quarantine %" PRIu64 "\noutput %" PRIu64 "\n", schedule->quarantine,
        schedule->output);
    put(&writer, "seed %" PRIu64 "\n", schedule->seed_program);
    for (uint32_t i = 0; i < schedule->places_count; i++)
        put(&writer, "place %" PRIu64 "\n", schedule->places[i]);
    put(&writer, "steps %u\n", schedule->steps_count);
    for (uint32_t i = 0; i < schedule->steps_count; i++) {
        const struct trace_event *step = &schedule->steps[i];
        put(&writer, "%u %s %u %016" PRIx64 "\n", step->task,
            step->kind < SCHED_KINDS ? kind_names[step->kind] : "?", step->outcome, step->object);
    }
    fprintf(file, "checksum %016" PRIx64 "\n", writer.digest);
    return fflush(file) == 0 && !ferror(file) ? 0 : errno ? errno : EIO;
}

/* ---- reading ---- */

struct reader {
    FILE *file;
    uint64_t digest;
    char *line; /* without its newline */
    size_t room;
};

/* False at the end, or where a line is not complete. */
static bool line_next(struct reader *reader)
{
    ssize_t length = getline(&reader->line, &reader->room, reader->file);
    if (length <= 0 || reader->line[length - 1] != '\n')
        return false;
    if (strncmp(reader->line, "checksum ", 9) != 0)
        reader->digest = digest_add(reader->digest, reader->line, (size_t)length);
    reader->line[length - 1] = 0;
    return strlen(reader->line) == (size_t)length - 1;
}

/* The rest of the line after `key` and a blank, or NULL. */
static const char *value_of(const struct reader *reader, const char *key)
{
    size_t length = strlen(key);
    bool has = strncmp(reader->line, key, length) == 0 && reader->line[length] == ' ';
    return has ? reader->line + length + 1 : NULL;
}

static char *unescape(const char *text)
{
    char *plain = malloc(strlen(text) + 1), *to = plain;
    for (; plain && *text; text++) {
        if (*text == '\\' && text[1])
            *to++ = *++text == 'n' ? '\n' : *text;
        else
            *to++ = *text;
    }
    if (plain)
        *to = 0;
    return plain;
}

static bool argument_add(struct schedule *schedule, const char *text)
{
    size_t count = schedule->arguments_count;
    char **grown = count < ARGUMENTS_LIMIT
                       ? realloc(schedule->arguments, (count + 1) * sizeof *schedule->arguments)
                       : NULL;
    if (!grown)
        return false;
    schedule->arguments = grown;
    grown[count] = unescape(text);
    schedule->arguments_count += grown[count] != NULL;
    return grown[count] != NULL;
}

static bool number_read(const char *text, uint64_t max, uint64_t *ret_number)
{
    char *end;
    errno = 0;
    *ret_number = strtoull(text, &end, 10);
    return *text >= '0' && *text <= '9' && !*end && !errno && *ret_number <= max;
}

static bool word_copy(const char *text, char *to, size_t size)
{
    if (strcmp(text, "-") == 0)
        text = "";
    if (strlen(text) >= size)
        return false;
    memcpy(to, text, strlen(text) + 1);
    return true;
}

static bool place_add(struct schedule *schedule, const char *text)
{
    size_t count = schedule->places_count;
    uint64_t *grown = count < PLACES_LIMIT
                          ? realloc(schedule->places, (count + 1) * sizeof *schedule->places)
                          : NULL;
    if (!grown)
        return false;
    schedule->places = grown;
    schedule->places_count++;
    return number_read(text, UINT64_MAX, &grown[count]);
}

/* One line of the header; false: it makes no sense. */
static bool header_line(const struct reader *reader, struct schedule *schedule)
{
    const struct {
        const char *key;
        uint32_t *number;
        uint32_t max;
    } numbers[] = {
        {"visible", &schedule->visible, 3},
        {"spurious", &schedule->spurious_max, UINT32_MAX},
        {"time-choices", &schedule->time_choices, 1},
        {"max-steps", &schedule->steps_max, STEPS_LIMIT},
        {"expect-exit", &schedule->expect_exit, UINT32_MAX},
        {"leaks", &schedule->leaks, 1},
        {"unstopped", &schedule->unstopped, 1},
        {"release-c++20", &schedule->release_cxx20, 1},
        {"misuse", &schedule->misuse, 1},
        {"steps", &schedule->steps_count, STEPS_LIMIT},
    };
    const char *value;
    uint64_t number;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        if ((value = value_of(reader, numbers[i].key))) {
            bool good = number_read(value, numbers[i].max, &number);
            *numbers[i].number = (uint32_t)number;
            return good;
        }
    if ((value = value_of(reader, "program"))) {
        free(schedule->program);
        return (schedule->program = unescape(value)) != NULL;
    }
    if ((value = value_of(reader, "body"))) {
        free(schedule->body);
        return (schedule->body = unescape(value)) != NULL;
    }
    if ((value = value_of(reader, "argument")))
        return argument_add(schedule, value);
    if ((value = value_of(reader, "build-id")))
        return word_copy(value, schedule->build_id, sizeof schedule->build_id);
    if ((value = value_of(reader, "finding")))
        return word_copy(value, schedule->finding, sizeof schedule->finding);
    if ((value = value_of(reader, "place")))
        return place_add(schedule, value);
    if ((value = value_of(reader, "seed")))
        return number_read(value, UINT64_MAX, &schedule->seed_program);
    if ((value = value_of(reader, "quarantine")))
        return number_read(value, UINT64_MAX, &schedule->quarantine);
    if ((value = value_of(reader, "output")))
        return number_read(value, UINT64_MAX, &schedule->output);
    return false;
}

static bool step_line(const char *line, struct trace_event *ret_step)
{
    char name[32];
    int used = 0;
    *ret_step = (struct trace_event){0};
    if (sscanf(line, "%" SCNu32 " %31s %" SCNu32 " %" SCNx64 "%n", &ret_step->task, name,
               &ret_step->outcome, &ret_step->object, &used) != 4 ||
        line[used])
        return false;
    for (uint16_t kind = 0; kind < SCHED_KINDS; kind++)
        if (strcmp(kind_names[kind], name) == 0) {
            ret_step->kind = kind;
            return true;
        }
    return false;
}

static const char *body_read(struct reader *reader, struct schedule *schedule)
{
    static const char truncated[] = "it is truncated";
    static const char senseless[] = "a line of it makes no sense";
    bool header = true;
    while (header) {
        if (!line_next(reader))
            return truncated;
        if (!header_line(reader, schedule))
            return senseless;
        header = !value_of(reader, "steps");
    }
    schedule->steps = calloc((size_t)schedule->steps_count + 1, sizeof *schedule->steps);
    if (!schedule->steps)
        return "memory is out";
    for (uint32_t i = 0; i < schedule->steps_count; i++) {
        if (!line_next(reader))
            return truncated;
        if (!step_line(reader->line, &schedule->steps[i]))
            return senseless;
    }
    if (!line_next(reader))
        return truncated;
    const char *sum = value_of(reader, "checksum");
    char expected[17];
    snprintf(expected, sizeof expected, "%016" PRIx64, reader->digest);
    return sum && strcmp(sum, expected) == 0 ? NULL : "its checksum is wrong";
}

const char *schedule_read(FILE *file, struct schedule *ret_schedule)
{
    struct reader reader = {.file = file, .digest = DIGEST_INITIAL};
    const char *wrong = NULL;
    *ret_schedule = (struct schedule){.misuse = SCHEDULE_UNSAID, .quarantine = SCHEDULE_UNSAID};
    if (!line_next(&reader) || strncmp(reader.line, "racerun schedule ", 17) != 0)
        wrong = "it is no schedule file";
    else if (strcmp(reader.line, FIRST_LINE) != 0)
        wrong = "it is of a newer version of racerun";
    else
        wrong = body_read(&reader, ret_schedule);
    free(reader.line);
    return wrong;
}

void schedule_done(struct schedule *schedule)
{
    for (uint32_t i = 0; i < schedule->arguments_count; i++)
        free(schedule->arguments[i]);
    free(schedule->arguments);
    free(schedule->program);
    free(schedule->body);
    free(schedule->places);
    free(schedule->steps);
    *schedule = (struct schedule){0};
}
