/*
 * The runtime's signals: SIGSEGV and SIGBUS, where a goroutine's stack overflowed, and SIGQUIT,
 * which dumps all goroutines.
 *
 * They are installed at the start, on a signal stack of each worker. What was installed before is
 * called for every other fault; a handler that the program installs later replaces ours, and should
 * call the one that it replaces. SIGQUIT is taken only if the program left it at its default.
 *
 * Dumps use the heap (libdw), which a signal may have interrupted. So a process that dies by a
 * signal has a guard: when the dump gets nothing done for GUARD_SECONDS, SIGALRM makes the same one
 * with less information and without the heap; if that gets stuck too, its first words alone.
 */
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include "dump.h"
#include "finding.h"
#include "worker.h"

#define SIGNAL_STACK (256u << 10)
#define GUARD_SECONDS 5
#define GUARD_ROUNDS 12 /* as long as it makes progress */
#define OVERFLOW_PART 20

static struct sigaction before_segv, before_bus;

/* ---- faults that a dump expects ---- */

/* While a dump is made its thread runs no other goroutine. */
static __thread sigjmp_buf *volatile escape_to __attribute__((tls_model("initial-exec")));

void fault_escape_begin(sigjmp_buf *escape)
{
    escape_to = escape;
    atomic_signal_fence(memory_order_seq_cst);
}

void fault_escape_end(void)
{
    atomic_signal_fence(memory_order_seq_cst);
    escape_to = NULL;
}

static void fault_escape(void)
{
    sigjmp_buf *escape = escape_to;
    if (!escape)
        return;
    escape_to = NULL;
    siglongjmp(*escape, 1);
}

/* ---- the guard ---- */

struct last_words {
    struct dump dump;
    void (*begin)(struct text *text);
};
static struct last_words last_words;

static void last_words_say(void)
{
    struct dump dump = last_words.dump;
    last_words.begin(&dump.text);
    dump_add(&dump);
    dump_last(&dump);
}

static clockid_t dumper_clock;

/* On a busy machine a dump may take long and yet be under way. */
static bool dumper_computes(void)
{
    static int64_t before;
    static int rounds;
    struct timespec time;
    if (++rounds > GUARD_ROUNDS || clock_gettime(dumper_clock, &time))
        return false;
    int64_t now = time.tv_sec * INT64_C(1000000000) + time.tv_nsec, last = before;
    before = now;
    return now - last > 1000000;
}

static void first_words_say(void)
{
    struct text text = {0};
    last_words.begin(&text);
    text_write(&text, STDERR_FILENO);
}

static void guard_struck(int signal)
{
    static _Atomic int strikes;
    (void)signal;
    if (!atomic_load(&strikes) && dumper_computes()) {
        alarm(GUARD_SECONDS);
        return;
    }
    int strike = atomic_fetch_add(&strikes, 1);
    alarm(GUARD_SECONDS);
    symbol_plain_only();
    if (strike == 0)
        last_words_say();
    else if (strike == 1)
        first_words_say();
    _exit(2);
}

static void guard_set(void)
{
    struct sigaction action = {.sa_handler = guard_struck, .sa_flags = SA_ONSTACK | SA_NODEFER};
    sigset_t set;
    pthread_getcpuclockid(pthread_self(), &dumper_clock);
    sigaction(SIGALRM, &action, NULL);
    sigemptyset(&set);
    sigaddset(&set, SIGALRM);
    sigaddset(&set, SIGSEGV);
    sigaddset(&set, SIGBUS);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
    alarm(GUARD_SECONDS);
}

/* ---- stack overflow ---- */

static void size_add(struct text *text, size_t size)
{
    static const char units[] = "KMG";
    int unit = -1;
    while (size >= 1024 && size % 1024 == 0 && unit < 2) {
        size /= 1024;
        unit++;
    }
    text_add(text, "%zu", size);
    if (unit >= 0)
        text_add(text, "%c", units[unit]);
}

static void function_add(const struct place *place, void *raw)
{
    if (!place->inlined)
        text_add(raw, "%s", place->function ? place->function : "?");
}

static void remedy_add(struct text *text, size_t size)
{
    text_add(text, "For a larger one: go_with(&(go_attr){.stack_size = %zu}, ...), or RGO_STACK=",
             4 * size);
    size_add(text, 4 * size);
    text_add(text, " for all");
}

static void overflow_words(struct text *text)
{
    const struct goroutine *g = last_words.dump.self;
    text_add(text,
             "runtime: goroutine stack exceeds %zu-byte limit\nfatal error: stack overflow\n\n",
             g->stack.size);
    text_add(text, "goroutine %" PRIu64, g->id);
    if (g->name)
        text_add(text, " \"%s\"", g->name);
    text_add(text, ", started with ");
    symbol_visit((uintptr_t)g->fn, false, function_add, text);
    text_add(text, ", has a stack of ");
    size_add(text, g->stack.size);
    text_add(text, ". ");
    remedy_add(text, g->stack.size);
    text_add(text, ".\n\n");
}

static void overflow_find(const struct goroutine *g, const void *context)
{
    struct text text = {0};
    text_add(&text, "stack overflow: its stack of ");
    size_add(&text, g->stack.size);
    text_add(&text, " is used up. ");
    remedy_add(&text, g->stack.size);
    finding_overflow(text.bytes, context);
}

static void overflow_die(struct goroutine *g, const void *context)
{
    dump_last_begin();
    last_words = (struct last_words){
        .begin = overflow_words,
        .dump = {.who = DUMP_SELF,
                 .self = g,
                 .context = context,
                 .part = OVERFLOW_PART,
                 .signal = true},
    };
    guard_set();
    overflow_find(g, context);
    last_words_say();
}

/* As if we were not there. */
static void fault_pass_on(int signal, siginfo_t *info, void *context)
{
    const struct sigaction *before = signal == SIGBUS ? &before_bus : &before_segv;
    if (before->sa_flags & SA_SIGINFO) {
        before->sa_sigaction(signal, info, context);
    } else if (before->sa_handler != SIG_DFL && before->sa_handler != SIG_IGN) {
        before->sa_handler(signal);
    } else if (before->sa_handler == SIG_DFL || info->si_code > 0) {
        struct sigaction action = {.sa_handler = SIG_DFL};
        sigaction(signal, &action, NULL);
        if (info->si_code <= 0)
            raise(signal); /* it was sent: it comes again when the handler has returned */
    }
}

static void fault_handler(int signal, siginfo_t *info, void *context)
{
    int error = errno;
    fault_escape();
    struct goroutine *g = info->si_code > 0 ? stack_overflowed(info->si_addr) : NULL;
    if (g && g == dump_self())
        overflow_die(g, context);
    fault_pass_on(signal, info, context);
    errno = error;
}

/* ---- SIGQUIT ---- */

static void quit_words(struct text *text)
{
    text_add(text, "SIGQUIT: quit\n\n");
}

static void quit_handler(int signal, siginfo_t *info, void *context)
{
    (void)signal, (void)info;
    dump_last_begin();
    struct goroutine *self = dump_self();
    last_words = (struct last_words){
        .begin = quit_words,
        .dump = {.who = DUMP_ALL,
                 .self = self,
                 .context = self ? context : NULL,
                 .signal = true,
                 .live = true},
    };
    guard_set();
    last_words_say();
}

/* ---- at the start ---- */

static void signal_take(int signal, void (*handler)(int, siginfo_t *, void *),
                        struct sigaction *before)
{
    struct sigaction action = {.sa_sigaction = handler,
                               .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART};
    sigaction(signal, &action, before);
}

static void signals_take(void)
{
    struct sigaction quit;
    signal_take(SIGSEGV, fault_handler, &before_segv);
    signal_take(SIGBUS, fault_handler, &before_bus);
    if (sigaction(SIGQUIT, NULL, &quit) == 0 && !(quit.sa_flags & SA_SIGINFO) &&
        quit.sa_handler == SIG_DFL)
        signal_take(SIGQUIT, quit_handler, NULL);
}

/* Somebody else's signal stack (AddressSanitizer has one) stays. */
static void signal_stack_give(void)
{
    stack_t present;
    if (sigaltstack(NULL, &present) == 0 && !(present.ss_flags & SS_DISABLE))
        return;
    void *memory = mmap(NULL, SIGNAL_STACK, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
    if (memory == MAP_FAILED)
        return; /* an overflow ends as a plain SIGSEGV then */
    stack_t stack = {.ss_sp = memory, .ss_size = SIGNAL_STACK};
    sigaltstack(&stack, NULL);
}

void worker_thread_started(void)
{
    static _Atomic bool taken;
    signal_stack_give();
    if (!atomic_exchange(&taken, true))
        signals_take();
}
