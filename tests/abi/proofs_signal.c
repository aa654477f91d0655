/* Proofs of the signals in interceptors_thread.def: A writes and sends, B's handler reads. */
#include "proofs.h"

sighandler_t bsd_signal(int, sighandler_t);
sighandler_t __sysv_signal(int, sighandler_t);
_Noreturn void __longjmp_chk(jmp_buf, int);

static struct invisible_pointer target_id, target_tid;
static struct invisible handled;

static void handler(int signal)
{
    (void)signal;
    use(x);
    invisible_reach(&handled, 1);
}

static void mask(int how)
{
    sigset_t one;
    sigemptyset(&one);
    sigaddset(&one, SIGUSR1);
    sigaddset(&one, SIGALRM);
    must(pthread_sigmask(how, &one, NULL) == 0);
}

static void target(void)
{
    mask(SIG_UNBLOCK);
    invisible_send(&target_id, (void *)pthread_self());
    invisible_send(&target_tid, (void *)(long)invisible_gettid());
    reach(1);
    while (invisible_peek(&handled) == 0)
        invisible_yield();
}

static void (*send)(void);
static void sender(void)
{
    await(1);
    x = 1;
    send();
    await(2);
}

/* Only the target takes the signal; the order of creation is no order of use. */
static void signal_proof(void (*install)(void), void (*how)(void))
{
    mask(SIG_BLOCK);
    install();
    send = how;
    pthread_t a = spawn(sender), b = spawn(target);
    join(b);
    reach(2);
    join(a);
}

static pthread_t id(void)
{
    return (pthread_t)invisible_take(&target_id);
}
static void send_thread(void)
{
    must(pthread_kill(id(), SIGUSR1) == 0);
}
static void install_sigaction(void)
{
    struct sigaction action = {.sa_handler = handler};
    must(sigaction(SIGUSR1, &action, NULL) == 0);
}

/* ---- installing ---- */

#define INSTALL_PROOF(name, call)                                                                  \
    static void install_by_##name(void)                                                            \
    {                                                                                              \
        must((call) != SIG_ERR);                                                                   \
    }                                                                                              \
    PROOF(name)                                                                                    \
    {                                                                                              \
        signal_proof(install_by_##name, send_thread);                                              \
    }
PROOF(sigaction)
{
    signal_proof(install_sigaction, send_thread);
}
INSTALL_PROOF(signal, signal(SIGUSR1, handler))
INSTALL_PROOF(bsd_signal, bsd_signal(SIGUSR1, handler))
INSTALL_PROOF(ssignal, ssignal(SIGUSR1, handler))
INSTALL_PROOF(sysv_signal, sysv_signal(SIGUSR1, handler))
INSTALL_PROOF(__sysv_signal, __sysv_signal(SIGUSR1, handler))

/* Unblocks the signal in the caller, which is then not to take it. */
static void install_sigset(void)
{
    must(sigset(SIGUSR1, handler) != SIG_ERR);
    mask(SIG_BLOCK);
}
PROOF(sigset)
{
    signal_proof(install_sigset, send_thread);
}

/* ---- sending ---- */

#define SEND_PROOF(name, call)                                                                     \
    static void send_by_##name(void)                                                               \
    {                                                                                              \
        must((call) == 0);                                                                         \
    }                                                                                              \
    PROOF(name)                                                                                    \
    {                                                                                              \
        signal_proof(install_sigaction, send_by_##name);                                           \
    }
SEND_PROOF(pthread_kill, pthread_kill(id(), SIGUSR1))
SEND_PROOF(pthread_sigqueue, pthread_sigqueue(id(), SIGUSR1, (union sigval){.sival_int = 1}))
SEND_PROOF(kill, kill(getpid(), SIGUSR1))
SEND_PROOF(tgkill, tgkill(getpid(), (pid_t)(long)invisible_take(&target_tid), SIGUSR1))
SEND_PROOF(sigqueue, sigqueue(getpid(), SIGUSR1, (union sigval){.sival_int = 1}))

static void send_by_killpg(void)
{
    must(killpg(getpid(), SIGUSR1) == 0);
}
PROOF(killpg)
{
    must(setpgid(0, 0) == 0);
    signal_proof(install_sigaction, send_by_killpg);
}

/* ---- timers ---- */

static void install_alarm(void)
{
    must(signal(SIGALRM, handler) != SIG_ERR);
}
static void send_by_alarm(void)
{
    alarm(1);
}
PROOF(alarm)
{
    signal_proof(install_alarm, send_by_alarm);
}
static void send_by_ualarm(void)
{
    ualarm(1000, 0);
}
PROOF(ualarm)
{
    signal_proof(install_alarm, send_by_ualarm);
}
static void send_by_timer(void)
{
    struct itimerspec once = {.it_value = {.tv_nsec = 1000000}};
    timer_t timer;
    must(timer_create(CLOCK_MONOTONIC, NULL, &timer) == 0 &&
         timer_settime(timer, 0, &once, NULL) == 0);
}
PROOF(timer_settime)
{
    signal_proof(install_alarm, send_by_timer);
}

/* ---- waiting ---- */

static sigset_t only(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    return set;
}
static void publish_self(void)
{
    invisible_send(&target_id, (void *)pthread_self());
    reach(1);
}
static int wait_plain(void)
{
    sigset_t set = only();
    int signal = 0;
    sigwait(&set, &signal);
    return signal;
}
static int wait_info(void)
{
    sigset_t set = only();
    return sigwaitinfo(&set, NULL);
}
static int wait_timed(void)
{
    sigset_t set = only();
    return sigtimedwait(&set, NULL, &(struct timespec){20, 0});
}

static int (*waiter)(void);
static void wait_then_read(void)
{
    publish_self();
    must(waiter() == SIGUSR1);
    use(x);
}
static void wait_proof(int (*how)(void))
{
    mask(SIG_BLOCK);
    waiter = how;
    send = send_thread;
    pthread_t a = spawn(sender), b = spawn(wait_then_read);
    join(b);
    reach(2);
    join(a);
}
PROOF(sigwait)
{
    wait_proof(wait_plain);
}
PROOF(sigwaitinfo)
{
    wait_proof(wait_info);
}
PROOF(sigtimedwait)
{
    wait_proof(wait_timed);
}

/* ---- leaving a handler: a fault inside the runtime must not leave the thread unobserved ---- */

static sigjmp_buf env;
static void (*jump)(void);

static void fault_handler(int signal)
{
    (void)signal;
    jump();
}

/* sem_post touches its argument within the runtime. */
static void fault(void)
{
    struct sigaction action = {.sa_handler = fault_handler, .sa_flags = SA_NODEFER};
    must(sigaction(SIGSEGV, &action, NULL) == 0);
    if (sigsetjmp(env, 1) == 0)
        sem_post((sem_t *)launder((void *)8));
}

#define JUMP_PROOF(name, buffer)                                                                   \
    static void jump_by_##name(void)                                                               \
    {                                                                                              \
        name(buffer, 1);                                                                           \
    }                                                                                              \
    FIRST(name)                                                                                    \
    {                                                                                              \
        jump = jump_by_##name;                                                                     \
        fault();                                                                                   \
        x = 1;                                                                                     \
    }                                                                                              \
    SECOND(name)                                                                                   \
    {                                                                                              \
        use(x);                                                                                    \
    }
JUMP_PROOF(siglongjmp, env)
JUMP_PROOF(longjmp, env)
JUMP_PROOF(_longjmp, env)
JUMP_PROOF(__longjmp_chk, env)
