#!/bin/bash
# explore: what a program sees of the world is the same in every schedule and in every search.
. "$(dirname "$0")/lib.sh"

build() { "$racerun" cc -g -O1 -pthread -x c - -o "$1" || fail "cannot build $1"; }

# Ids, clocks, randomness: a line a schedule, all of them equal.
build looks <<'E2'
#define _GNU_SOURCE
#include <assert.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/times.h>
#include <time.h>
#include <unistd.h>
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pid_t tids[2];
static void *work(void *number)
{
    pthread_mutex_lock(&mutex);
    tids[(long)number] = gettid();
    pthread_mutex_unlock(&mutex);
    assert(gettid() == syscall(SYS_gettid) && getpid() == syscall(SYS_getpid));
    return NULL;
}
static void number(FILE *file, uint64_t value)
{
    fprintf(file, "%llx ", (unsigned long long)value);
}
static uint64_t of_file(int fd)
{
    uint64_t value;
    assert(read(fd, &value, sizeof value) == sizeof value);
    close(fd);
    return value;
}
static uint64_t of_stream(const char *path)
{
    uint64_t value;
    FILE *file = fopen(path, "r");
    assert(file && fread(&value, sizeof value, 1, file) == 1);
    fclose(file);
    return value;
}
static uint64_t of_clock(clockid_t clock)
{
    struct timespec time;
    assert(clock_gettime(clock, &time) == 0);
    return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}
static void handler(int signal) { (void)signal; }
int main(void)
{
    pthread_t a, b;
    uint64_t value;
    clockid_t cpu;
    struct rusage usage;
    struct tms tms;
    FILE *file = fopen("seen", "a");
    pthread_create(&a, 0, work, (void *)0);
    pthread_create(&b, 0, work, (void *)1);
    pthread_join(a, 0);
    pthread_join(b, 0);
    number(file, (uint64_t)getpid());
    number(file, (uint64_t)getppid());
    assert(gettid() == getpid() && tids[0] != tids[1] && tids[0] != getpid());
    number(file, (uint64_t)tids[0]);
    number(file, (uint64_t)tids[1]);
    getrandom(&value, sizeof value, 0);
    number(file, value);
    getentropy(&value, sizeof value);
    number(file, value);
    number(file, arc4random());
    number(file, arc4random_uniform(1000));
    arc4random_buf(&value, sizeof value);
    number(file, value);
    number(file, of_file(open("/dev/urandom", O_RDONLY)));
    number(file, of_file(open("/dev/random", O_RDONLY)));
    number(file, of_stream("/dev/urandom"));
    memcpy(&value, (void *)getauxval(AT_RANDOM), sizeof value);
    number(file, value);
    number(file, (uint64_t)time(NULL));
    number(file, (uint64_t)clock());
    number(file, (uint64_t)times(&tms));
    number(file, of_clock(CLOCK_MONOTONIC));
    number(file, of_clock(CLOCK_BOOTTIME));
    pthread_getcpuclockid(pthread_self(), &cpu);
    number(file, of_clock(cpu));
    clock_getcpuclockid(0, &cpu);
    number(file, of_clock(cpu));
    getrusage(RUSAGE_SELF, &usage);
    number(file, (uint64_t)usage.ru_utime.tv_usec);
    number(file, (uint64_t)usage.ru_minflt);
    fprintf(file, "\n");
    fclose(file);
    /* The numbers are good for calls, too. */
    cpu_set_t cpus;
    struct sched_param parameter;
    signal(SIGUSR1, handler);
    assert(kill(getpid(), 0) == 0 && kill(getpid(), SIGUSR1) == 0);
    assert(tgkill(getpid(), gettid(), SIGUSR1) == 0 && pthread_kill(pthread_self(), SIGUSR1) == 0);
    assert(sched_getaffinity(getpid(), sizeof cpus, &cpus) == 0);
    assert(sched_setaffinity(gettid(), sizeof cpus, &cpus) == 0);
    assert(sched_getparam(getpid(), &parameter) == 0 && sched_getscheduler(gettid()) >= 0);
    assert(getpgid(getpid()) == getpgrp() && access("/proc/self/maps", R_OK) == 0);
    return 0;
}
E2
expect 0 "$racerun" explore --schedules=30 ./looks
[ "$(wc -l <seen)" = 30 ] || fail "$(wc -l <seen) schedules were seen, not 30"
expect 0 "$racerun" explore --schedules=10 ./looks
[ "$(sort -u seen | wc -l)" = 1 ] || fail "the world differs: $(sort -u seen)"
expect 0 "$racerun" explore --seed=2 --schedules=2 ./looks
[ "$(sort -u seen | wc -l)" = 2 ] || fail "another seed has the same randomness"

# A child that the program forks runs without control, and knows its parent.
build parent <<'E2'
#include <assert.h>
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>
static void *work(void *unused) { return unused; }
int main(void)
{
    pthread_t thread;
    int status;
    pid_t self = getpid();
    pthread_create(&thread, 0, work, 0);
    pid_t child = fork();
    if (child == 0)
        _exit(getppid() == self && getpid() != self ? 7 : 8);
    assert(waitpid(child, &status, 0) == child);
    assert(WIFEXITED(status) && WEXITSTATUS(status) == 7);
    pthread_join(thread, 0);
}
E2
expect 0 "$racerun" explore --schedules=20 ./parent

# Making one is a step: the child has what others did before, or has it not.
build snapshot <<'E2'
#include <pthread.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int written;
static void *work(void *unused)
{
    pthread_mutex_lock(&mutex);
    written = 1;
    pthread_mutex_unlock(&mutex);
    return unused;
}
int main(int argc, char **argv)
{
    pthread_t thread;
    int status;
    pthread_create(&thread, 0, work, 0);
    pid_t child = argc > 1 ? _Fork() : fork();
    if (child == 0)
        _exit(written);
    if (waitpid(child, &status, 0) != child || argv[argc])
        return 9;
    pthread_join(thread, 0);
    return WEXITSTATUS(status);
}
E2
for argument in '' raw; do
    # shellcheck disable=SC2086
    expect 66 "$racerun" explore --expect-exit=0 --schedules=100 ./snapshot $argument
    has err '  make a process '
    has err '  wait for a process '
    expect 66 "$racerun" replay ./*.rrs
    rm ./*.rrs
    # shellcheck disable=SC2086
    expect 66 "$racerun" explore --expect-exit=1 --schedules=100 ./snapshot $argument
    rm ./*.rrs
done
expect 0 "$racerun" explore --strategy=dpor ./snapshot
has err '^racerun: not exhaustive: processes were made'
tail -1 "$work/err" | grep -q 'stopped: schedules$' || { fail "exhausted all the same" && show; }

# Pipes whose ends are all within the process: a deadlock at once, whatever --hang says.
build crossed <<'E2'
#include <pthread.h>
#include <poll.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>
static int a[2], b[2], event;
static void *by_read(void *unused) { char byte; return read(a[0], &byte, 1) == 1 ? unused : 0; }
static void *by_poll(void *unused)
{
    struct pollfd fds[] = {{.fd = b[0], .events = POLLIN}, {.fd = event, .events = POLLIN}};
    poll(fds, 2, -1);
    return unused;
}
static void *by_epoll(void *unused)
{
    int epoll = epoll_create1(0);
    struct epoll_event watched = {.events = EPOLLIN};
    epoll_ctl(epoll, EPOLL_CTL_ADD, b[1], &watched);
    epoll_ctl(epoll, EPOLL_CTL_ADD, event, &watched);
    epoll_wait(epoll, &watched, 1, -1);
    return unused;
}
int main(void)
{
    pthread_t threads[3];
    pipe(a);
    socketpair(AF_UNIX, SOCK_STREAM, 0, b);
    event = eventfd(0, 0);
    pthread_create(&threads[0], 0, by_read, 0);
    pthread_create(&threads[1], 0, by_poll, 0);
    pthread_create(&threads[2], 0, by_epoll, 0);
    for (int i = 0; i < 3; i++)
        pthread_join(threads[i], 0);
}
E2
expect 66 "$racerun" explore --hang=3000 ./crossed
has err '^racerun: deadlock #1 \['
for name in by_read by_poll by_epoll; do has err "^    #0 $name"; done
lacks err 'nobody outside'

# Where a child process has an end, it may still answer; where it cannot, it is waited for.
build answered <<'E2'
#include <assert.h>
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>
static int to[2], from[2];
static void *ask(void *unused)
{
    char byte = 1;
    assert(write(to[1], &byte, 1) == 1 && read(from[0], &byte, 1) == 1);
    return unused;
}
int main(void)
{
    pthread_t thread;
    char byte;
    assert(pipe(to) == 0 && pipe(from) == 0);
    pid_t child = fork();
    if (child == 0)
        _exit(read(to[0], &byte, 1) == 1 && write(from[1], &byte, 1) == 1 ? 0 : 1);
    pthread_create(&thread, 0, ask, 0);
    assert(waitpid(child, NULL, 0) == child);
    pthread_join(thread, 0);
}
E2
expect 0 "$racerun" explore --schedules=20 ./answered

# What cannot be controlled is refused, in one sentence that says why.
refused() { # PROGRAM REASON
    expect 125 "$racerun" explore "./$1"
    has err "^racerun: \./$1 cannot be explored: .*$2"
    tail -1 "$work/err" | grep -q '0 findings, first at schedule -; stopped: error$' ||
        { fail "$1: the last line" && show; }
    lacks err 'hang|token'
}
build exec_self <<'E2'
#include <unistd.h>
int main(void) { execl("/bin/true", "true", NULL); }
E2
refused exec_self 'another program'
build futex_requeue <<'E2'
#define _GNU_SOURCE
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>
static unsigned a, b;
int main(void) { return (int)syscall(SYS_futex, &a, FUTEX_REQUEUE, 1, 1, &b, 0); }
E2
refused futex_requeue 'futexes'
build raw_clone <<'E2'
#define _GNU_SOURCE
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>
int main(void) { return syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0) < 0; }
E2
refused raw_clone 'the system call clone itself'
build clone_thread <<'E2'
#define _GNU_SOURCE
#include <sched.h>
static char stack[1 << 16];
static int run(void *unused) { (void)unused; return 0; }
int main(void) { return clone(run, stack + sizeof stack, CLONE_VM, 0) < 0; }
E2
refused clone_thread 'the system call clone itself'
build notify_thread <<'E2'
#include <signal.h>
#include <time.h>
static void tell(union sigval value) { (void)value; }
int main(void)
{
    struct sigevent event = {.sigev_notify = SIGEV_THREAD, .sigev_notify_function = tell};
    timer_t timer;
    return timer_create(CLOCK_MONOTONIC, &event, &timer);
}
E2
refused notify_thread 'SIGEV_THREAD'
build group_kill <<'E2'
#include <signal.h>
int main(void) { return kill(0, SIGTERM); }
E2
refused group_kill 'group of processes'
build shared_lock <<'E2'
#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>
int main(void)
{
    pthread_mutexattr_t attributes;
    pthread_mutex_t *mutex = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    pthread_mutex_init(mutex, &attributes);
    if (fork() == 0)
        _exit(0);
    return 0;
}
E2
refused shared_lock 'shares locks or semaphores with a child'
build file_lock <<'E2'
#include <fcntl.h>
#include <sys/file.h>
int main(void)
{
    int one = open("locked", O_CREAT | O_RDWR, 0600), other = open("locked", O_RDWR);
    return flock(one, LOCK_EX) || flock(other, LOCK_EX);
}
E2
refused file_lock 'a file lock'
build signal_fd <<'E2'
#include <signal.h>
#include <sys/signalfd.h>
int main(void)
{
    sigset_t set;
    sigemptyset(&set);
    return signalfd(-1, &set, 0) < 0;
}
E2
refused signal_fd 'signalfd'

# Who waits within a library, where nobody sees it, for a thread that could go on, is no hang of the program's.
build phdr <<'E2'
#define _GNU_SOURCE
#include <link.h>
#include <pthread.h>
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int look(struct dl_phdr_info *info, size_t size, void *unused)
{
    (void)info, (void)size, (void)unused;
    pthread_mutex_lock(&mutex); /* with the lock of the list held */
    pthread_mutex_unlock(&mutex);
    return 0;
}
static void *work(void *unused) { dl_iterate_phdr(look, NULL); return unused; }
int main(void)
{
    pthread_t a, b;
    pthread_create(&a, 0, work, 0);
    pthread_create(&b, 0, work, 0);
    pthread_join(a, 0);
    pthread_join(b, 0);
}
E2
expect 125 "$racerun" explore --strategy=rr:1 --hang=3 ./phdr
has err '^racerun: \./phdr cannot be explored: a task waits in code that is not under control'
lacks err 'hang #|deadlock #'
