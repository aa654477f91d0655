/*
 * tool: what every command of `racerun` shares.
 *
 * A command is one function in a file of its own, cmd_NAME.c. It gets the arguments after its name
 * and returns the exit code of racerun. The codes are a contract (DESIGN.md section 6).
 */
#ifndef RACERUN_TOOL_TOOL_H
#define RACERUN_TOOL_TOOL_H

#include <stdbool.h>

enum exit_code {
    EXIT_FAILED = 1, /* of `test`: a program failed without a finding */
    EXIT_FOUND = 66, /* the default of --exit-code */
    EXIT_TOOL = 125, /* racerun itself cannot go on */
    EXIT_UNEXECUTABLE = 126,
    EXIT_NOT_FOUND = 127,
    EXIT_SIGNAL_BASE = 128, /* + number of the signal that killed the program */
};

int cmd_run(int argc, char **argv);
int cmd_explore(int argc, char **argv);
int cmd_replay(int argc, char **argv);
int cmd_test(int argc, char **argv);
int cmd_report(int argc, char **argv);
int cmd_supp(int argc, char **argv);
int cmd_explain(int argc, char **argv);
int cmd_cc(int argc, char **argv);
int cmd_cxx(int argc, char **argv);
int cmd_launch(int argc, char **argv); /* cc, of the compiler that is its first argument */
int cmd_doctor(int argc, char **argv);
int cmd_completion(int argc, char **argv);

/* One line on stderr, `racerun: ...`, in one write. */
void tool_say(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The same; returns EXIT_TOOL. */
int tool_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Like asprintf; ends the process when memory is out. The caller frees. */
char *text_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Our number as /proc has it, which differs from getpid() when /proc belongs to an outer pid
 * namespace. For paths that other processes will open. */
int tool_proc_pid(void);

void print_help(void);
void print_version(void);

#endif
