#include "settings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "tool.h"

#define GROUP(id, title) static const char group_##id[] __attribute__((unused)) = title;
#define OPTION(...)
#include "proto/options.def"
OPTION_GROUPS
#undef GROUP

static const struct option_spec specs[] = {
#define OPTION(field, kind, name, letter, initial, argument, tsan, gorace, journal, group, text)   \
    {name,          letter,   OPTION_##kind,                                                       \
     initial,       argument, {tsan, gorace},                                                      \
     group_##group, text,     offsetof(struct settings, field)},
#include "proto/options.def"
};

struct option_table settings_table(void)
{
    return (struct option_table){specs, sizeof specs / sizeof specs[0]};
}

static int settings_error(char *error)
{
    tool_say("%s", error);
    free(error);
    return -EINVAL;
}

/* ---- sources, weakest first ---- */

static void note_foreign(const struct option_spec *spec, void *context)
{
    struct settings *settings = context;
    if (spec->offset == offsetof(struct settings, log_path))
        settings->log_path_with_pid = true;
}

static void settings_load_foreign(struct settings *settings, const char *text,
                                  const char *separators, enum options_names names)
{
    struct options_source source = {"", separators, names, OPTIONS_LAX, note_foreign, settings};
    char *error = NULL;
    if (text)
        CHECK(options_parse_pairs(settings_table(), settings, text, &source, &error) == 0);
}

/* A log_path of our own places is meant exactly: forget what a weaker source said about it. */
static void settings_note_own(struct settings *settings, const char *log_path_before)
{
    if (settings->log_path != log_path_before)
        settings->log_path_with_pid = false;
}

static int settings_load_own(struct settings *settings)
{
    const char *before = settings->log_path;
    char *error = NULL;
    if (options_parse_file(settings_table(), settings, ".racerun.conf", &error) < 0)
        return settings_error(error);
    const char *text = getenv("RACERUN_OPTIONS");
    struct options_source source = {"RACERUN_OPTIONS", ":",  OPTIONS_NAMES_OWN,
                                    OPTIONS_STRICT,    NULL, NULL};
    if (text && options_parse_pairs(settings_table(), settings, text, &source, &error) < 0)
        return settings_error(error);
    settings_note_own(settings, before);
    return 0;
}

#define TSAN_SEPARATORS " ,:\n\t\r"

int settings_load(struct settings *ret_settings, const char *tsan)
{
    *ret_settings = (struct settings){0};
    options_defaults(settings_table(), ret_settings);
    settings_load_foreign(ret_settings, tsan, TSAN_SEPARATORS, OPTIONS_NAMES_ALIAS0);
    settings_load_foreign(ret_settings, getenv("GORACE"), " ", OPTIONS_NAMES_ALIAS1);
    settings_load_foreign(ret_settings, getenv("TSAN_OPTIONS"), TSAN_SEPARATORS,
                          OPTIONS_NAMES_ALIAS0);
    return settings_load_own(ret_settings);
}

int settings_parse(struct settings *settings, int argc, char **argv, int *index)
{
    const char *before = settings->log_path;
    char *error = NULL;
    if (options_parse_arguments(settings_table(), settings, argc, argv, index, &error) < 0)
        return settings_error(error);
    settings_note_own(settings, before);
    return 0;
}

int settings_check(const struct settings *settings)
{
    char *error = NULL;
    if (settings->exit_code > 255)
        error = text_format("--exit-code wants a number up to 255, not %llu",
                            (unsigned long long)settings->exit_code);
    else if (settings->findings_max > UINT32_MAX)
        error = text_format("--max-findings is too large");
    else if (!*settings->log_path)
        error = text_format("--log-path wants a file, stderr or stdout");
    return error ? settings_error(error) : 0;
}

/* ---- compared and written ---- */

static const char *value_text(const struct option_spec *spec, const struct settings *settings)
{
    return *(const char *const *)((const char *)settings + spec->offset);
}

static uint64_t value_number(const struct option_spec *spec, const struct settings *settings)
{
    const char *at = (const char *)settings + spec->offset;
    switch (spec->kind) {
    case OPTION_FLAG:
        return *(const bool *)at;
    case OPTION_NUMBER:
    case OPTION_SIZE:
        return *(const uint64_t *)at;
    default:
        return *(const unsigned *)at;
    }
}

static bool value_equal(const struct option_spec *spec, const struct settings *a,
                        const struct settings *b)
{
    return spec->kind == OPTION_TEXT ? strcmp(value_text(spec, a), value_text(spec, b)) == 0
                                     : value_number(spec, a) == value_number(spec, b);
}

const char *settings_of_test(const struct settings *a, const struct settings *b)
{
    for (size_t i = 0; i < sizeof specs / sizeof specs[0]; i++)
        if (specs[i].group == group_TEST && !value_equal(&specs[i], a, b))
            return specs[i].name;
    return NULL;
}

/* "--color=never" */
static char *value_word(const struct option_spec *spec, const struct settings *settings)
{
    if (spec->kind == OPTION_TEXT)
        return text_format("--%s=%s", spec->name, value_text(spec, settings));
    unsigned long long number = value_number(spec, settings);
    if (spec->kind == OPTION_FLAG)
        return text_format("--%s=%s", spec->name, number ? "yes" : "no");
    if (spec->kind != OPTION_CHOICE)
        return text_format("--%s=%llu", spec->name, number);
    const char *name = spec->argument;
    for (; number; number--)
        name += strcspn(name, "|") + 1;
    return text_format("--%s=%.*s", spec->name, (int)strcspn(name, "|"), name);
}

void settings_words(const struct settings *settings, struct words *words)
{
    struct settings initial = {0};
    options_defaults(settings_table(), &initial);
    for (size_t i = 0; i < sizeof specs / sizeof specs[0]; i++)
        if (specs[i].group != group_TEST && !value_equal(&specs[i], settings, &initial))
            words_add(words, value_word(&specs[i], settings));
}

/* ---- the journal ---- */

/* Room for many findings; the log is finite. Repeats and suppressed ones count, too. */
#define JOURNAL_FINDINGS_MAX 100000u

void settings_to_journal(const struct settings *settings, struct proto_options *ret_options)
{
    *ret_options = (struct proto_options){
        .findings_max = JOURNAL_FINDINGS_MAX,
        .report_races = 1,
    };
#define TELL(member) ret_options->member = (__typeof__(ret_options->member))
#define NOWHERE (void)
#define OPTION(field, kind, name, letter, initial, argument, tsan, gorace, journal, group, text)   \
    journal(settings->field);
#include "proto/options.def"
}
