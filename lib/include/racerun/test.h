/*
 * test.h: explore the schedules of a function within a unit test. C and C++, header only, nothing
 * to link; see rrun_explore(3).
 *
 *     static void transfer_both_ways(void *unused) { ... threads or goroutines, assert() ... }
 *
 *     START_TEST(transfers_keep_the_sum)
 *     {
 *         struct rrun_explore_options options = {0};
 *         char report[4096];
 *         options.schedules = 1000;
 *         options.report = report;
 *         options.report_size = sizeof report;
 *         ck_assert_msg(rrun_explore(&options, transfer_both_ways, NULL) == 0, "%s", report);
 *     }
 *
 * The function runs in processes of its own, each time as if it were main: what the test did before
 * is not there, and what it does is not seen by the test. `racerun explore` starts the test's own
 * executable for that, so any way to run the test will do, under any harness.
 */
#ifndef RACERUN_TEST_H
#define RACERUN_TEST_H

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __cplusplus
extern "C" {
#endif

/* All zero: racerun's defaults. */
struct rrun_explore_options {
    const char *strategy; /* NULL: portfolio */
    unsigned long schedules, seconds, seed, jobs;
    int keep_going;       /* collect distinct failures */
    const char *more;     /* further options of racerun explore, separated by blanks */
    const char *out;      /* the folder for schedule files; NULL: the working folder */
    size_t argument_size; /* of what `argument` points to; the function gets a copy */
    char *report;         /* receives what racerun says; NULL: to standard error when it fails */
    size_t report_size;
    char *schedule; /* receives the path of the first failing schedule's file, or "" */
    size_t schedule_size;
};

enum { RRUN_ARGUMENT_MAX = 4096, RRUN_OPTIONS_MAX = 64 };

/* ---- what racerun's libraries tell ---- */

/* Is this process one that racerun explores? */
int rrun_symbol_controlled(void) __asm__("rrun_controlled") __attribute__((weak));
/* The path of the racerun that built the program; 0 when it is not known. */
int rrun_symbol_tool(char *ret_path, size_t size) __asm__("rrun_tool") __attribute__((weak));

/* ---- inside ---- */

struct rrun_words_ {
    char *items[RRUN_OPTIONS_MAX + 1];
    int count;
};

static inline void rrun_words_add_(struct rrun_words_ *words, const char *before, const char *text)
{
    size_t size = strlen(before) + strlen(text) + 1;
    char *word = words->count < RRUN_OPTIONS_MAX ? (char *)malloc(size) : NULL;
    if (!word)
        return;
    snprintf(word, size, "%s%s", before, text);
    words->items[words->count++] = word;
    words->items[words->count] = NULL;
}

static inline void rrun_words_number_(struct rrun_words_ *words, const char *before,
                                      unsigned long number)
{
    char digits[24];
    snprintf(digits, sizeof digits, "%lu", number);
    if (number)
        rrun_words_add_(words, before, digits);
}

/* Options as somebody wrote them: "--spurious=2 --leaks". */
static inline void rrun_words_split_(struct rrun_words_ *words, const char *text)
{
    char word[1024];
    for (text += strspn(text, " "); *text; text += strspn(text, " ")) {
        size_t length = strcspn(text, " ");
        snprintf(word, sizeof word, "%.*s", (int)length, text);
        rrun_words_add_(words, "", word);
        text += length;
    }
}

static inline void rrun_words_done_(struct rrun_words_ *words)
{
    while (words->count)
        free(words->items[--words->count]);
}

static inline void rrun_tool_add_(struct rrun_words_ *words)
{
    char path[4096];
    const char *named = getenv("RACERUN");
    if (named && *named)
        rrun_words_add_(words, "", named);
    else if (rrun_symbol_tool && rrun_symbol_tool(path, sizeof path))
        rrun_words_add_(words, "", path);
    else
        rrun_words_add_(words, "", "racerun");
    rrun_words_add_(words, "", "explore");
}

/* Where the function lies in the executable, and the bytes that its argument is made of. */
static inline void rrun_body_add_(struct rrun_words_ *words, void (*body)(void *),
                                  const void *argument, size_t size)
{
    static const char hex[] = "0123456789abcdef";
    const unsigned char *bytes = (const unsigned char *)argument;
    uintptr_t image = (uintptr_t)getauxval(AT_PHDR) - sizeof(Elf64_Ehdr);
    char *text = (char *)malloc(32 + 2 * size);
    if (!text)
        return;
    int length =
        snprintf(text, 32, "%lu%s", (unsigned long)((uintptr_t)body - image), size ? ":" : "");
    for (size_t i = 0; i < size; i++) {
        text[length++] = hex[bytes[i] >> 4];
        text[length++] = hex[bytes[i] & 15];
    }
    text[length] = 0;
    rrun_words_add_(words, "--body=", text);
    free(text);
}

static inline void rrun_command_(struct rrun_words_ *words,
                                 const struct rrun_explore_options *options, void (*body)(void *),
                                 const void *argument)
{
    char self[4096];
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    self[length > 0 ? length : 0] = 0;
    rrun_tool_add_(words);
    rrun_words_add_(words, "", "--color=never");
    rrun_words_add_(words, "", "--expect-exit=0");
    rrun_body_add_(words, body, argument, argument ? options->argument_size : 0);
    if (options->strategy)
        rrun_words_add_(words, "--strategy=", options->strategy);
    rrun_words_number_(words, "--schedules=", options->schedules);
    rrun_words_number_(words, "--time=", options->seconds);
    rrun_words_number_(words, "--seed=", options->seed);
    rrun_words_number_(words, "--jobs=", options->jobs);
    if (options->keep_going)
        rrun_words_add_(words, "", "--keep-going");
    if (options->out)
        rrun_words_add_(words, "--out=", options->out);
    if (options->more)
        rrun_words_split_(words, options->more);
    rrun_words_add_(words, "", "--");
    rrun_words_add_(words, "", self);
}

/* All that can be read, with a 0 behind it; NULL when memory is out. */
static inline char *rrun_text_read_(int fd)
{
    size_t size = 0, room = 4096;
    char *text = (char *)malloc(room);
    for (ssize_t got = 1; text && got != 0;) {
        got = read(fd, text + size, room - size - 1);
        if (got < 0 && errno != EINTR)
            break;
        size += got > 0 ? (size_t)got : 0;
        if (room - size < 2) {
            char *grown = (char *)realloc(text, room *= 2);
            if (!grown)
                free(text);
            text = grown;
        }
    }
    if (text)
        text[size] = 0;
    return text;
}

/* What the command says on standard error. A positive errno when it cannot be started. */
static inline int rrun_command_run_(struct rrun_words_ *words, char **ret_text)
{
    extern char **environ;
    posix_spawn_file_actions_t files;
    int fds[2], status, error;
    pid_t pid;
    *ret_text = NULL;
    if (pipe(fds) != 0)
        return errno;
    fcntl(fds[0], F_SETFD, FD_CLOEXEC);
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, fds[1], STDERR_FILENO);
    posix_spawn_file_actions_addclose(&files, fds[1]);
    error = posix_spawnp(&pid, words->items[0], &files, NULL, words->items, environ);
    posix_spawn_file_actions_destroy(&files);
    close(fds[1]);
    if (!error) {
        *ret_text = rrun_text_read_(fds[0]);
        while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
            continue;
    }
    close(fds[0]);
    return error;
}

/* The number before " findings, first at" of the last line; -1: there is none, or an error. */
static inline int rrun_findings_(const char *text)
{
    const char *line = NULL;
    for (const char *at = text; at && (at = strstr(at, "racerun: explored ")); at++)
        line = at;
    const char *number = line ? strstr(line, "s: ") : NULL;
    int findings = number ? atoi(number + 3) : -1;
    return findings == 0 && strstr(line, "stopped: error") ? -1 : findings;
}

static inline void rrun_schedule_copy_(const char *text, char *ret_path, size_t size)
{
    const char *at = strstr(text, "racerun replay ");
    at = at ? at + strlen("racerun replay ") : "";
    snprintf(ret_path, size, "%.*s", (int)strcspn(at, "\n"), at);
}

static inline void rrun_result_give_(const struct rrun_explore_options *options, const char *text,
                                     int findings)
{
    if (options->report && options->report_size)
        snprintf(options->report, options->report_size, "%s", text);
    else if (findings)
        fprintf(stderr, "%s", text);
    if (options->schedule && options->schedule_size)
        rrun_schedule_copy_(text, options->schedule, options->schedule_size);
}

/* ---- the function ---- */

/*
 * Runs `body` under many schedules until one fails: a race, a deadlock, a failed assertion, a
 * crash, a leak and so on. How many failures were found; 0: none; -1: it cannot be explored, and
 * the report says why. In a process that is explored already it calls `body`, once.
 */
static inline int rrun_explore(const struct rrun_explore_options *options, void (*body)(void *),
                               void *argument)
{
    struct rrun_explore_options none;
    struct rrun_words_ words;
    char *text = NULL;
    memset(&none, 0, sizeof none);
    if (!options)
        options = &none;
    if (rrun_symbol_controlled && rrun_symbol_controlled()) {
        body(argument);
        return 0;
    }
    if (argument && (!options->argument_size || options->argument_size > RRUN_ARGUMENT_MAX)) {
        rrun_result_give_(options,
                          "racerun: rrun_explore: argument_size has to say how many bytes the "
                          "function gets a copy of, 1 to 4096\n",
                          -1);
        return -1;
    }
    memset(&words, 0, sizeof words);
    rrun_command_(&words, options, body, argument);
    int error = rrun_command_run_(&words, &text);
    rrun_words_done_(&words);
    int findings = error ? -1 : rrun_findings_(text);
    rrun_result_give_(options,
                      text ? text
                      : error
                          ? "racerun: racerun is not found: name it by the environment's RACERUN, "
                            "or put it on the PATH\n"
                          : "racerun: memory is out\n",
                      findings);
    free(text);
    return findings;
}

#ifdef __cplusplus
}
#endif

#endif
