/*
 * exec: programs started by this one are observed, too, whatever environment they are given.
 *
 * The calls that take no environment use `environ`; execl and its kin hand over their arguments as
 * they lie on the stack. system and popen start /bin/sh with `environ` inside libc: for the time of
 * the call it is replaced. Before a new image takes the place of this one, this process's exit
 * record is not written: exec is no end of the process.
 */
#include <stdarg.h>
#include <unistd.h>

#include "interpose/boot.h"
#include "interpose/fd_life.h"
#include "interpose/process.h"

static bool is_passive(void)
{
    return !boot_journal; /* an unfollowed child has one, and must not hand it on */
}

/* `call`, an int expression that uses `env.envp`. Comes back only if it failed. */
#define WITH_ENV(source, call)                                                                     \
    struct exec_env env;                                                                           \
    exec_env_make(&env, (source));                                                                 \
    int result = (call);                                                                           \
    exec_env_free(&env);                                                                           \
    return result

INTERCEPT(int, execve, (const char *path, char *const argv[], char *const envp[]))
{
    if (is_passive())
        return REAL(execve)(path, argv, envp);
    WITH_ENV(envp, REAL(execve)(path, argv, env.envp));
}

INTERCEPT(int, execv, (const char *path, char *const argv[]))
{
    if (is_passive())
        return REAL(execv)(path, argv);
    WITH_ENV(environ, REAL(execve)(path, argv, env.envp));
}

INTERCEPT(int, execvp, (const char *file, char *const argv[]))
{
    if (is_passive())
        return REAL(execvp)(file, argv);
    WITH_ENV(environ, REAL(execvpe)(file, argv, env.envp));
}

INTERCEPT(int, execvpe, (const char *file, char *const argv[], char *const envp[]))
{
    if (is_passive())
        return REAL(execvpe)(file, argv, envp);
    WITH_ENV(envp, REAL(execvpe)(file, argv, env.envp));
}

INTERCEPT(int, fexecve, (int fd, char *const argv[], char *const envp[]))
{
    if (is_passive())
        return REAL(fexecve)(fd, argv, envp);
    WITH_ENV(envp, REAL(fexecve)(fd, argv, env.envp));
}

INTERCEPT(int, execveat,
          (int fd, const char *path, char *const argv[], char *const envp[], int flags))
{
    if (is_passive())
        return REAL(execveat)(fd, path, argv, envp, flags);
    WITH_ENV(envp, REAL(execveat)(fd, path, argv, env.envp, flags));
}

/* ---- argument lists ---- */

/* Including the terminating NULL. */
static size_t list_count(const char *first, va_list arguments)
{
    size_t count = 1;
    for (const char *at = first; at; at = va_arg(arguments, const char *))
        count++;
    return count;
}

static void list_copy(char **argv, const char *first, va_list arguments)
{
    size_t i = 0;
    for (const char *at = first; at; at = va_arg(arguments, const char *))
        argv[i++] = (char *)(uintptr_t)at;
    argv[i] = NULL;
}

/* Declares `argv`, on the stack as the arguments themselves. Leaves `arguments` behind the NULL. */
#define LIST(first)                                                                                \
    va_list arguments;                                                                             \
    va_start(arguments, first);                                                                    \
    size_t count = list_count((first), arguments);                                                 \
    va_end(arguments);                                                                             \
    char **argv = __builtin_alloca(count * sizeof *argv);                                          \
    va_start(arguments, first);                                                                    \
    list_copy(argv, (first), arguments)

INTERCEPT(int, execl, (const char *path, const char *first, ...))
{
    LIST(first);
    va_end(arguments);
    if (is_passive())
        return REAL(execv)(path, argv);
    WITH_ENV(environ, REAL(execve)(path, argv, env.envp));
}

INTERCEPT(int, execlp, (const char *file, const char *first, ...))
{
    LIST(first);
    va_end(arguments);
    if (is_passive())
        return REAL(execvp)(file, argv);
    WITH_ENV(environ, REAL(execvpe)(file, argv, env.envp));
}

INTERCEPT(int, execle, (const char *path, const char *first, ...))
{
    LIST(first);
    char *const *envp = va_arg(arguments, char *const *);
    va_end(arguments);
    if (is_passive())
        return REAL(execve)(path, argv, envp);
    WITH_ENV(envp, REAL(execve)(path, argv, env.envp));
}

/* ---- children ---- */

INTERCEPT(int, posix_spawn,
          (pid_t * ret_pid, const char *path, const posix_spawn_file_actions_t *actions,
           const posix_spawnattr_t *attr, char *const argv[], char *const envp[]))
{
    if (is_passive())
        return REAL(posix_spawn)(ret_pid, path, actions, attr, argv, envp);
    WITH_ENV(envp, REAL(posix_spawn)(ret_pid, path, actions, attr, argv, env.envp));
}

INTERCEPT(int, posix_spawnp,
          (pid_t * ret_pid, const char *file, const posix_spawn_file_actions_t *actions,
           const posix_spawnattr_t *attr, char *const argv[], char *const envp[]))
{
    if (is_passive())
        return REAL(posix_spawnp)(ret_pid, file, actions, attr, argv, envp);
    WITH_ENV(envp, REAL(posix_spawnp)(ret_pid, file, actions, attr, argv, env.envp));
}

/* The program may change its environment meanwhile: then its change stays, and ours is not undone.
 * The memory is kept in that case, and whenever somebody may have found `environ` in between. */
static char **environ_replace(struct exec_env *env)
{
    char **before = environ;
    exec_env_make(env, before);
    environ = env->envp;
    return before;
}

static void environ_restore(struct exec_env *env, char **before)
{
    if (__atomic_compare_exchange_n(&environ, &env->envp, before, false, __ATOMIC_SEQ_CST,
                                    __ATOMIC_SEQ_CST))
        exec_env_free(env);
}

/* True when `environ` has what a child needs to be followed, as it nearly always does. */
static bool environ_suffices(void)
{
    bool journal = false, preload = false;
    for (char **entry = environ; entry && *entry; entry++) {
        journal |= strcmp(*entry, boot_journal) == 0;
        preload |= strncmp(*entry, boot_preload, strlen(boot_preload)) == 0;
    }
    return rt_control->options.follow_children && journal && preload;
}

void exec_environ_begin(struct exec_environ *environ_change)
{
    environ_change->before = NULL;
    environ_change->changed = !is_passive() && !environ_suffices();
    if (environ_change->changed)
        environ_change->before = environ_replace(&environ_change->env);
}

void exec_environ_end(struct exec_environ *environ_change)
{
    if (environ_change->changed)
        environ_restore(&environ_change->env, environ_change->before);
}

INTERCEPT(int, system, (const char *command))
{
    struct exec_environ change;
    exec_environ_begin(&change);
    int result = REAL(system)(command);
    exec_environ_end(&change);
    return result;
}

INTERCEPT(FILE *, popen, (const char *command, const char *mode))
{
    struct exec_environ change;
    exec_environ_begin(&change);
    FILE *stream = REAL(popen)(command, mode);
    exec_environ_end(&change);
    if (stream)
        fd_fresh(fileno(stream), NULL);
    return stream;
}
