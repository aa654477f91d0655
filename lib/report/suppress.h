/*
 * suppress: findings that the user does not want to see, in ThreadSanitizer's syntax, and more.
 *
 *     # comment
 *     race:^legacy_counter$
 *     race_top:^list_add$;...;^worker$;;^list_free$;;^g_list$
 *     called_from_lib:libfoo.so
 *
 * A name matches anywhere; `*` stands for any text, `^` and `$` at its ends anchor it. Names are
 * functions, source files, modules and variables. `;` goes on to the next outer frame of the same
 * stack, `...` stands for any frames, also none. `;;` goes on to another place of the finding: each
 * part must match a stack, or the variable, of its own.
 *   race              any frame of either access, of the creation of the threads or of the
 *                     allocation of the block; the variable; use-after-free and double free too
 *   race_top          the accesses, from their innermost frame on; the variable
 *   called_from_lib   the module of the innermost frame of either access
 *   deadlock, leak, panic, misuse, thread   findings of these kinds, by any frame of where a task
 * is or was created, or the variable; misuse found as a race: by `race` too; lock-order inversions
 * are `deadlock`, leaked threads `thread` mutex             misuse, too (ThreadSanitizer's word)
 *   signal            misuse in signal handlers
 */
#ifndef RACERUN_REPORT_SUPPRESS_H
#define RACERUN_REPORT_SUPPRESS_H

#include "report/finding.h"
#include "report/format.h"

struct suppression; /* compiled (suppress_match.c) */

struct suppressions {
    struct suppression_use *list;
    const struct suppression **compiled; /* of the same index */
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

/* `pattern` with its parts; lives in `arena`. NULL: a part of it is empty. */
const struct suppression *suppression_compile(struct arena *arena, const char *type,
                                              const char *pattern);

/* Exposed for tests: the pattern of one name against it; NULL matches nothing. */
bool suppression_pattern_matches(const char *pattern, const char *name);

#endif
