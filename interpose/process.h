/*
 * process: fork, and what a new process image needs to be observed too.
 */
#ifndef RACERUN_INTERPOSE_PROCESS_H
#define RACERUN_INTERPOSE_PROCESS_H

#include "interpose/runtime.h"

/* At boot, before the program can register fork handlers of its own. */
RT_HIDDEN void process_init(void);

/* In a forked child: nobody else is registering an exit handler. */
RT_HIDDEN void exit_handlers_fork_child(void);

/* Has anybody registered one? */
RT_HIDDEN bool exit_handlers_any(void);

/* An environment for a new program, in memory of its own. */
struct exec_env {
    char **envp;
    void *memory;
    size_t size;
};
RT_HIDDEN void exec_env_make(struct exec_env *env, char *const envp[]);
RT_HIDDEN void exec_env_free(struct exec_env *env);

/* Around a call that starts a program with `environ` inside libc (system, popen). */
struct exec_environ {
    struct exec_env env;
    char **before;
    bool changed;
};
RT_HIDDEN void exec_environ_begin(struct exec_environ *environ_change);
RT_HIDDEN void exec_environ_end(struct exec_environ *environ_change);

#endif
