/*
 * actor: does what its arguments say, one verb after the other. The programs that the end-to-end
 * tests observe are all this one.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static char **rest; /* the verbs to come */
static int counter; /* what the races are on */

static char *next(void)
{
    if (!*rest) {
        fprintf(stderr, "actor: a verb needs a value\n");
        exit(99);
    }
    return *rest++;
}

/* ---- races ---- */

static void *store(void *unused)
{
    counter = 1; /* one access, so one finding */
    return unused;
}

/* Nothing orders the two stores, however they are scheduled. */
static void race(void)
{
    pthread_t a, b;
    pthread_create(&a, NULL, store, NULL);
    pthread_create(&b, NULL, store, NULL);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
}

static void clean(void)
{
    pthread_t a;
    pthread_create(&a, NULL, store, NULL);
    pthread_join(a, NULL);
    counter++;
}

static int other;
static void *store_other(void *unused)
{
    other = 1;
    return unused;
}

static void race_other(void)
{
    pthread_t a, b;
    pthread_create(&a, NULL, store_other, NULL);
    pthread_create(&b, NULL, store_other, NULL);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
}

/* ---- ends ---- */

static void *exit_now(void *code)
{
    exit((int)(long)code);
}

static void thread_exit(void)
{
    pthread_t a;
    pthread_create(&a, NULL, exit_now, (void *)atol(next()));
    pthread_join(a, NULL);
}

static void *exit_late(void *code)
{
    usleep(100000);
    exit((int)(long)code);
}

/* main's thread ends first. */
static void main_exit(void)
{
    pthread_t a;
    pthread_create(&a, NULL, exit_late, (void *)atol(next()));
    pthread_exit(NULL);
}

static void segv(void)
{
    *(volatile int *)8 = 1;
}

static volatile int deep_enough; /* never */
static int overflow_deeper(volatile char *above)
{
    volatile char frame[1024];
    frame[0] = above ? above[0] : 1;
    return deep_enough ? 0 : overflow_deeper(frame) + frame[0];
}

static void overflow(void)
{
    counter = overflow_deeper(NULL);
}

/* A crash inside malloc: the allocator's bookkeeping is overwritten. */
static void heap_crash(void)
{
    for (int i = 0; i < 64; i++) {
        char *p = malloc(24);
        __asm__("" : "+r"(p)); /* the compiler would see through it, and warn */
        memset(p - 16, 0x41, 64);
        free(p);
    }
    abort();
}

/* ---- survival ---- */

static sigjmp_buf recovery;
static void on_segv(int number)
{
    (void)number;
    siglongjmp(recovery, 1);
}

static void own_handler(void)
{
    struct sigaction action = {.sa_handler = on_segv};
    sigaction(SIGSEGV, &action, NULL);
    if (sigsetjmp(recovery, 1) == 0)
        segv();
}

static void close_all(void)
{
    for (int fd = 0; fd < 1024; fd++)
        close(fd);
}

static void out_of_memory(void)
{
    struct rlimit limit = {400u << 20, 400u << 20};
    size_t total = 0;
    if (strcmp(next(), "limit") == 0)
        setrlimit(RLIMIT_DATA, &limit);
    while (total < (size_t)1 << 30) {
        char *p = malloc(1 << 20);
        if (!p)
            break;
        p[0] = 1;
        total += 1 << 20;
    }
}

/* ---- processes ---- */

static void wait_and_exit(pid_t pid)
{
    int status;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    exit(WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
}

static void do_fork(void)
{
    pid_t pid = fork();
    if (pid)
        wait_and_exit(pid);
}

static void do_daemon(void)
{
    if (fork())
        _exit(0);
    setsid();
}

static char **self_argv(void)
{
    static char *argv[64] = {"actor"};
    for (int i = 0; i < 62 && rest[i]; i++)
        argv[i + 1] = rest[i];
    return argv;
}

static void do_exec(void)
{
    execv("/proc/self/exe", self_argv());
    exit(98);
}

static void do_spawn(void)
{
    extern char **environ;
    pid_t pid;
    if (posix_spawn(&pid, "/proc/self/exe", NULL, NULL, self_argv(), environ))
        exit(98);
    wait_and_exit(pid);
}

static void do_vfork(void)
{
    char **argv = self_argv();
    pid_t pid = vfork();
    if (pid == 0) {
        execv("/proc/self/exe", argv);
        _exit(98);
    }
    wait_and_exit(pid);
}

/* The environment is gone, too: the child must be followed by other means. */
static void do_exec_clean(void)
{
    static char *none[] = {NULL};
    execve("/proc/self/exe", self_argv(), none);
    exit(98);
}

/* ---- the verbs ---- */

static void say(void)
{
    puts(next());
    fflush(stdout);
}

static void do_sleep(void)
{
    usleep((useconds_t)atoi(next()) * 1000);
}

static void do_exit(void)
{
    exit(atoi(next()));
}

static void do_signal(void)
{
    raise(atoi(next()));
}

static void do_abort(void)
{
    abort();
}

/* Returns when somebody has opened the named pipe for writing and closed it. */
static void wait_for_pipe(void)
{
    char byte;
    int fd = open(next(), O_RDONLY);
    if (fd < 0 || read(fd, &byte, 1) < 0)
        exit(96);
    close(fd);
}

/* Prints a line when the signal arrives and goes on. */
static volatile sig_atomic_t caught;
static void on_term(int number)
{
    char text[] = "got 00\n";
    text[4] = (char)('0' + number / 10);
    text[5] = (char)('0' + number % 10);
    if (write(1, text, sizeof text - 1) < 0)
        _exit(97);
    caught = 1;
}

static void catch_signal(void)
{
    struct sigaction action = {.sa_handler = on_term};
    sigaction(atoi(next()), &action, NULL);
}

/* For a signal that came at any time since `catch`. */
static void wait_caught(void)
{
    while (!caught)
        usleep(1000);
}

static const struct {
    const char *name;
    void (*act)(void);
} verbs[] = {
    {"race", race},
    {"clean", clean},
    {"race2", race_other},
    {"exit", do_exit},
    {"signal", do_signal},
    {"segv", segv},
    {"abort", do_abort},
    {"overflow", overflow},
    {"heapcrash", heap_crash},
    {"handler", own_handler},
    {"closeall", close_all},
    {"oom", out_of_memory},
    {"fork", do_fork},
    {"daemon", do_daemon},
    {"exec", do_exec},
    {"spawn", do_spawn},
    {"vfork", do_vfork},
    {"execclean", do_exec_clean},
    {"threadexit", thread_exit},
    {"mainexit", main_exit},
    {"say", say},
    {"sleep", do_sleep},
    {"catch", catch_signal},
    {"caught", wait_caught},
    {"pipe", wait_for_pipe},
};

int main(int argc, char **argv)
{
    (void)argc;
    rest = argv + 1;
    while (*rest) {
        const char *verb = *rest++;
        size_t i = 0;
        while (i < sizeof verbs / sizeof verbs[0] && strcmp(verbs[i].name, verb))
            i++;
        if (i == sizeof verbs / sizeof verbs[0]) {
            fprintf(stderr, "actor: no verb %s\n", verb);
            return 99;
        }
        verbs[i].act();
    }
    return 0;
}
