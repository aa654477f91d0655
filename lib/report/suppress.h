/*
 * suppress: findings that the user does not want to see, in ThreadSanitizer's syntax.
 *
 *     # comment
 *     race:^legacy_counter$
 *     race_top:third_party*hash
 *     called_from_lib:libfoo.so
 *
 * A pattern matches anywhere in a name; `*` stands for any text, `^` and `$` at its ends anchor it.
 * Names are functions, source files, modules and variables.
 *   race              any frame of either access, of the creation of the threads or of the
 *                     allocation of the block; the variable; use-after-free and double free too
 *   race_top          the innermost frame of either access
 *   called_from_lib   the module of the innermost frame of either access
 *   deadlock, leak, panic, misuse   findings of these kinds, by any frame of where a task is or was
 *                     created, or the variable; misuse found as a race: by `race` too; lock-order
 *                     inversions are `deadlock`
 *   mutex             misuse, too (ThreadSanitizer's word)
 *   thread, signal    findings of these families
 */
#ifndef RACERUN_REPORT_SUPPRESS_H
#define RACERUN_REPORT_SUPPRESS_H

#include "report/finding.h"
#include "report/format.h"

struct suppressions {
    struct suppression_use *list;
    size_t count;
    struct arena arena;
};

/* Adds the lines of a text or of the files named in `paths` (separated by ':'). 0, or -EINVAL and
 * *ret_error is a sentence that names file and line; the caller frees it. */
int suppressions_add_text(struct suppressions *s, const char *text, char **ret_error);
int suppressions_add_files(struct suppressions *s, const char *paths, char **ret_error);
void suppressions_done(struct suppressions *s);

/* The first that matches, its hits counted; NULL when none does. */
const struct suppression_use *suppressions_match(struct suppressions *s,
                                                 const struct finding *finding);

/* The type that suppresses findings like this one, "race"; NULL: none does. */
const char *suppression_type(const struct finding *finding);

/* Exposed for tests: `pattern` as above against one name; NULL matches nothing. */
bool suppression_pattern_matches(const char *pattern, const char *name);

#endif
