/*
 * suite: the programs of `racerun test`, as the command line lists them:
 *
 *     ./a ./b               each word is a program without arguments,
 *     @FILE                 each line of a file is one with its arguments ('#' begins a comment;
 *                           quotes and backslashes as in a response file),
 *     -- ./c -x -- ./d 1    after each `--` comes one with its arguments.
 */
#ifndef RACERUN_TOOL_SUITE_H
#define RACERUN_TOOL_SUITE_H

#include <stdbool.h>
#include <stddef.h>

struct suite_program {
    char **words;       /* program and arguments */
    const char *name;   /* for people: the words, with a space between, nothing a terminal obeys */
    const char *folder; /* a file name that no other program of the suite has */
};

struct suite {
    struct suite_program *programs;
    size_t count;
};

/* `dashed`: the `--` before argv[0] was taken for the end of the options. 0 or EXIT_TOOL after
 * telling. What it allocates lives as long as the process. */
int suite_parse(struct suite *ret_suite, int argc, char **argv, bool dashed);

#endif
