/* clean */
/*
 * What POSIX says of signals between threads: a signal of the process is taken by one thread that
 * does not block it, once; raise runs the handler before it returns; equal signals that wait are
 * one, but real-time signals are queued in order with their values; a blocked signal waits; sigwait
 * takes one without a handler; a handler that leaves by siglongjmp has its mask back; waits that
 * handlers end say EINTR, others go on.
 */
#define _GNU_SOURCE
#include "threads.h"

#include <errno.h>
#include <semaphore.h>
#include <setjmp.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

static _Atomic int handled, queued;
static _Atomic bool finished;
static sigjmp_buf back;
static sem_t end;

static void count(int signal)
{
    (void)signal;
    atomic_fetch_add(&handled, 1);
}

static void in_order(int signal, siginfo_t *info, void *context)
{
    (void)signal, (void)context;
    assert(info->si_value.sival_int == atomic_fetch_add(&queued, 1));
    assert(info->si_code == SI_QUEUE && info->si_pid == getpid());
}

static void jump(int signal)
{
    (void)signal;
    siglongjmp(back, 1);
}

static sigset_t set_of(int signal)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, signal);
    return set;
}

static void raise_and_jump(void)
{
    sigset_t mask;
    int before = atomic_load(&handled);
    raise(SIGUSR1);
    assert(atomic_load(&handled) > before);
    if (!sigsetjmp(back, 1)) {
        raise(SIGALRM);
        assert(!"reached");
    }
    pthread_sigmask(SIG_SETMASK, NULL, &mask);
    assert(!sigismember(&mask, SIGALRM));
}

static void blocked(void)
{
    sigset_t usr2 = set_of(SIGUSR2), pending;
    int before = atomic_load(&handled);
    pthread_sigmask(SIG_BLOCK, &usr2, NULL);
    raise(SIGUSR2);
    raise(SIGUSR2);
    sigpending(&pending);
    assert(sigismember(&pending, SIGUSR2) && atomic_load(&handled) == before);
    pthread_sigmask(SIG_UNBLOCK, &usr2, NULL);
    assert(atomic_load(&handled) == before + 1);
}

static void real_time(void)
{
    sigset_t set = set_of(SIGRTMIN);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    for (int i = 0; i < 3; i++)
        pthread_sigqueue(pthread_self(), SIGRTMIN, (union sigval){.sival_int = i});
    assert(atomic_load(&queued) == 0);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
    assert(atomic_load(&queued) == 3);
}

static void *waiter(void *unused)
{
    sigset_t set = set_of(SIGTERM);
    int taken;
    assert(sigwait(&set, &taken) == 0 && taken == SIGTERM);
    do
        assert(sigtimedwait(&set, NULL, &(struct timespec){.tv_sec = 1}) == -1);
    while (errno == EINTR);
    assert(errno == EAGAIN);
    return unused;
}

static void *sleeper(void *unused)
{
    struct timespec second = {.tv_sec = 1}, left = {0};
    if (nanosleep(&second, &left) == -1)
        assert(errno == EINTR && left.tv_sec <= 1);
    while (sem_wait(&end) != 0)
        assert(errno == EINTR);
    return unused;
}

int main(void)
{
    struct sigaction counts = {.sa_handler = count};
    struct sigaction orders = {.sa_sigaction = in_order, .sa_flags = SA_SIGINFO};
    struct sigaction jumps = {.sa_handler = jump};
    sigset_t term = set_of(SIGTERM);
    sigaction(SIGUSR1, &counts, NULL);
    sigaction(SIGUSR2, &counts, NULL);
    sigaction(SIGRTMIN, &orders, NULL);
    sigaction(SIGALRM, &jumps, NULL);
    signal(SIGHUP, SIG_IGN);
    sem_init(&end, 0, 0);
    raise_and_jump();
    blocked();
    real_time();
    atomic_store(&handled, 0);
    pthread_sigmask(SIG_BLOCK, &term, NULL);
    start(waiter);
    start(sleeper);
    kill(getpid(), SIGTERM);
    kill(getpid(), SIGUSR1);
    kill(getpid(), SIGHUP);
    pthread_kill(threads[1], SIGUSR2);
    sem_post(&end);
    join_all();
    assert(atomic_load(&handled) == 2);
    assert(pthread_kill(pthread_self(), 0) == 0 && raise(0) == 0);
    return 0;
}
