#include "launch.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/check.h"
#include "proto/explore.h"
#include "proto/proto.h"
#include "tool.h"
#include "words.h"

/* ---- signals ----
 * Handlers reach their data through these; written while the signals are blocked. */
static volatile pid_t forward_to; /* 0: nobody */
static volatile sig_atomic_t interrupted;
static struct journal *bell;

static const int forwarded[] = {SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2};
#define FORWARDED_COUNT (sizeof forwarded / sizeof forwarded[0])

static void on_signal(int number, siginfo_t *info, void *context)
{
    (void)context;
    int saved = errno;
    if (forward_to == 0)
        interrupted = 1;
    else if (info->si_code != SI_KERNEL) /* the terminal has told the whole group already */
        kill(forward_to, number);
    if (bell)
        journal_ring(bell);
    errno = saved;
}

static void on_child(int number)
{
    (void)number;
    int saved = errno;
    if (bell)
        journal_ring(bell);
    errno = saved;
}

static void forward_block(sigset_t *ret_before)
{
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; i < FORWARDED_COUNT; i++)
        sigaddset(&set, forwarded[i]);
    sigaddset(&set, SIGCHLD);
    sigprocmask(SIG_BLOCK, &set, ret_before);
}

/* A file of ours that must not grow is an error of its write. No SIG_IGN, which programs inherit.
 */
static void on_file_limit(int number)
{
    (void)number;
}

/* One that was ignored from the start (nohup) stays ignored. */
static void forward_install(void)
{
    struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_RESTART};
    struct sigaction before;
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < FORWARDED_COUNT; i++)
        if (sigaction(forwarded[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
            sigaction(forwarded[i], &action, NULL);
    /* Our own output may go into a pipe whose reader left. */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, on_file_limit);
}

bool launch_interrupted(void)
{
    return interrupted;
}

/* ---- start and end ---- */

/* No NUL byte at its beginning. */
static bool file_is_text(const char *path)
{
    char start[128];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t size = fd < 0 ? -1 : read(fd, start, sizeof start);
    if (fd >= 0)
        close(fd);
    return size >= 0 && !memchr(start, 0, (size_t)size);
}

/* A text that the kernel does not know is a script of /bin/sh, as for execvp. */
static int spawn_by_shell(const struct launch *launch, const posix_spawnattr_t *attributes,
                          pid_t *ret_pid)
{
    struct words words = {0};
    if (!file_is_text(launch->path))
        return ENOEXEC;
    words_add(&words, "/bin/sh");
    words_add(&words, launch->path);
    for (char **argument = launch->argv + 1; *argument; argument++)
        words_add(&words, *argument);
    int error = posix_spawn(ret_pid, "/bin/sh", NULL, attributes, words.items, launch->environment);
    free(words.items);
    return error;
}

/* Where a program lies in memory must not tell one run from the next: what it does may depend on
 * that. The kernel may refuse (seccomp), and then it does. Returns what was before. */
static int addresses_fix(const struct launch *launch)
{
    int before = launch->detached ? personality(0xffffffff) : -1;
    if (before >= 0)
        personality((unsigned long)before | ADDR_NO_RANDOMIZE);
    return before;
}

/* posix_spawn answers with the error of the exec itself. */
static int spawn(const struct launch *launch, const sigset_t *mask, pid_t *ret_pid)
{
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_t files;
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_init(&files);
    if (launch->detached)
        posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawnattr_setflags(&attributes, (short)(POSIX_SPAWN_SETSIGMASK |
                                                  (launch->detached ? POSIX_SPAWN_SETPGROUP : 0)));
    posix_spawnattr_setsigmask(&attributes, mask);
    int error =
        posix_spawn(ret_pid, launch->path, &files, &attributes, launch->argv, launch->environment);
    if (error == ENOEXEC)
        error = spawn_by_shell(launch, &attributes, ret_pid);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&files);
    return error;
}

int launch_start(const struct launch *launch, pid_t *ret_pid)
{
    sigset_t before;
    struct sigaction child = {.sa_handler = on_child, .sa_flags = SA_RESTART};
    sigemptyset(&child.sa_mask);
    forward_block(&before);
    bell = launch->journal;
    /* Before the start, also because an inherited SIG_IGN would lose the exit status. */
    sigaction(SIGCHLD, &child, NULL);
    int personality_before = addresses_fix(launch);
    int error = spawn(launch, &before, ret_pid);
    if (personality_before >= 0)
        personality((unsigned long)personality_before);
    if (!error) {
        forward_to = launch->detached ? 0 : *ret_pid;
        forward_install();
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
    sigset_t child_only;
    sigemptyset(&child_only);
    sigaddset(&child_only, SIGCHLD); /* may have been blocked by whoever started us */
    sigprocmask(SIG_UNBLOCK, &child_only, NULL);
    return error;
}

void launch_done(void)
{
    sigset_t before;
    forward_block(&before);
    bell = NULL;
    sigprocmask(SIG_SETMASK, &before, NULL);
}

bool launch_reap(pid_t pid, int *ret_status)
{
    sigset_t before;
    forward_block(&before); /* once reaped, the number may belong to another process */
    pid_t got = waitpid(pid, ret_status, WNOHANG);
    bool ended = got == pid || (got < 0 && errno == ECHILD);
    if (got < 0 && ended)
        *ret_status = 0;
    if (ended)
        forward_to = 0;
    sigprocmask(SIG_SETMASK, &before, NULL);
    return ended;
}

/* ---- environment ---- */

static bool sets(const char *entry, const char *variable)
{
    size_t length = strlen(variable);
    return strncmp(entry, variable, length) == 0 && entry[length] == '=';
}

/* Ours first; a preload list that already begins with it (a racerun in a racerun) stays. */
static char *preload_value(const char *preload)
{
    const char *before = getenv("LD_PRELOAD");
    if (!before || !*before)
        return text_format("LD_PRELOAD=%s", preload);
    if (strncmp(before, preload, strlen(preload)) == 0)
        return text_format("LD_PRELOAD=%s", before);
    return text_format("LD_PRELOAD=%s:%s", preload, before);
}

char **launch_environment(const char *preload, const char *journal_path, const char *block_path)
{
    if (!preload)
        return environ;
    struct words words = {0};
    for (char **entry = environ; *entry; entry++)
        if (!sets(*entry, "LD_PRELOAD") && !sets(*entry, PROTO_ENV) && !sets(*entry, EXPLORE_ENV))
            words_add(&words, *entry);
    words_add(&words, preload_value(preload));
    words_add(&words, text_format(PROTO_ENV "=%s", journal_path));
    if (block_path)
        words_add(&words, text_format(EXPLORE_ENV "=%s", block_path));
    if (block_path && !getenv("LD_BIND_NOW")) /* or every schedule looks its symbols up */
        words_add(&words, EXPLORE_BIND_ENV);
    if (block_path && !getenv("CK_FORK")) /* Check's tests: children are not under control */
        words_add(&words, "CK_FORK=no");
    return words.items;
}
