/*
 * settings: the values of all options of lib/proto/options.def, after the whole precedence:
 * command line > RACERUN_OPTIONS > .racerun.conf > TSAN_OPTIONS and GORACE > defaults.
 *
 * A mistake in one of our own places is an error; in TSAN_OPTIONS and GORACE, which belong to
 * others, what we do not know or understand is skipped.
 */
#ifndef RACERUN_TOOL_SETTINGS_H
#define RACERUN_TOOL_SETTINGS_H

#include "base/options.h"
#include "proto/proto.h"
#include "words.h"

#define SETTINGS_FLAG bool
#define SETTINGS_NUMBER uint64_t
#define SETTINGS_SIZE uint64_t
#define SETTINGS_TEXT const char *
#define SETTINGS_CHOICE unsigned
#define SETTINGS_LEVEL unsigned

struct settings {
#define OPTION(field, kind, ...) SETTINGS_##kind field;
#include "proto/options.def"
    /* log_path came from TSAN_OPTIONS or GORACE, whose users collect PATH.* : ".PID" is added. */
    bool log_path_with_pid;
};

enum color_choice { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

struct option_table settings_table(void);

/* Everything but the command line; weakest `tsan`, in the words of TSAN_OPTIONS, NULL for none. 0,
 * or -EINVAL after telling the user. */
int settings_load(struct settings *ret_settings, const char *tsan);

/* Options at argv[*index] onwards; 0, or -EINVAL after telling the user. */
int settings_parse(struct settings *settings, int argc, char **argv, int *index);

/* Checks that concern a value's range. 0, or -EINVAL after telling the user. */
int settings_check(const struct settings *settings);

/* The name of an option of `racerun test` alone whose value differs between the two; NULL: none. */
const char *settings_of_test(const struct settings *a, const struct settings *b);

/* As a command line that gives another racerun the same settings, but for those of `racerun test`
 * alone. The words live as long as the process. */
void settings_words(const struct settings *settings, struct words *words);

/* What the injected library must know. */
void settings_to_journal(const struct settings *settings, struct proto_options *ret_options);

#endif
