/*
 * session: what every command needs that observes a program: the settings, the program's file,
 * where the findings go, the report and the journal.
 */
#ifndef RACERUN_TOOL_SESSION_H
#define RACERUN_TOOL_SESSION_H

#include <limits.h>

#include "elf_check.h"
#include "installation.h"
#include "journal.h"
#include "program.h"
#include "report/report.h"
#include "settings.h"
#include "sources.h"
#include "tool.h"

struct session {
    struct settings settings;
    int argc;         /* the whole command line, */
    char **arguments; /* for settings that are read again */
    bool tests;       /* set before it is opened: the options of `racerun test` are welcome */
    struct installation installation;
    struct sources sources;
    const char *name;    /* as the user typed it */
    char **argv;         /* of the program */
    char path[PATH_MAX]; /* of the file */
    struct elf_facts facts;
    bool inject;
    char *objection; /* why it cannot be observed; NULL = it can */
    char *log_path;  /* a file that we opened; NULL = stdout or stderr */
    int out_fd;
    bool page; /* it is a file of our choice, as --format=html without --log-path wants one */
    const char *only; /* report_config.only; NULL */
    struct report *report;
    struct journal journal;
};

enum { SESSION_READY = -1 };

/* Reads the command line and opens all that is needed. SESSION_READY, or the exit code: something
 * is wrong, and was said; or there is nothing to run (--help). Close it in any case. */
int session_open(struct session *session, int argc, char **argv);
/* Its two halves: the options, up to argv[*ret_index]; the program and its arguments. */
int session_settings(struct session *session, int argc, char **argv, int *ret_index);
int session_program(struct session *session, int argc, char **argv);
void session_close(struct session *session);
/* The program, which runs already, says what options it wants (`context`: the session): where no
 * other place does, those that can still be changed are. */
void session_defaults(void *context, const char *text);

/* Opens what --log-path names: session->out_fd. 0 or EXIT_TOOL. */
int session_output(struct session *session);
/* Fails if findings would go to the file `input`, which is still to be read. */
int session_keep(const struct session *session, const char *input);
/* A report to session->out_fd in place of session->report. 0 or EXIT_TOOL. */
int session_report(struct session *session);

/* How text is to look on a descriptor: colours by --color, NO_COLOR and TERM. */
struct report_look {
    bool color;
    unsigned width; /* 0: not a terminal */
};
struct report_look session_look(const struct session *session, int fd);

/* One sentence, unless --quiet. */
void session_warn(const struct session *session, const char *sentence);

#endif
