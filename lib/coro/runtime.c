/*
 * The start. main's thread becomes worker 0 and main goroutine 1, which keeps the thread's own
 * stack; the scheduler gets a stack beside it. Other workers start when there is work for them.
 */
#include <dlfcn.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "annotate.h"
#include "controlled.h"
#include "policy.h"
#include "sync.h"
#include "worker.h"

#define IDLE_STACK (256u << 10) /* dumps unwind on it */

const struct rgo_hooks *runtime_hooks;

static struct worker worker_zero;
static _Atomic bool started;

unsigned env_number(const char *name, unsigned most)
{
    const char *text = getenv(name);
    if (!text || *text < '0' || *text > '9')
        return 0;
    char *end;
    unsigned long value = strtoul(text, &end, 10);
    return *end ? 0 : value < most ? (unsigned)value : most;
}

static unsigned procs_wanted(void)
{
    unsigned wanted = env_number("RGO_PROCS", WORKERS_MAX);
    if (wanted)
        return wanted;
    cpu_set_t set;
    int count = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
    return count < 1 ? 1 : (unsigned)count < WORKERS_MAX ? (unsigned)count : WORKERS_MAX;
}

static const struct rgo_hooks *hooks_find(void)
{
    const struct rgo_hooks *(*find)(uint32_t) =
        (const struct rgo_hooks *(*)(uint32_t))dlsym(RTLD_DEFAULT, "racerun_go_hooks");
    return find ? find(RGO_HOOKS_VERSION) : NULL;
}

/* A stack on which worker 0's scheduler begins at worker_loop. */
static bool idle_context_make(struct worker *w)
{
    char *low = mmap(NULL, IDLE_STACK, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
    if (low == MAP_FAILED)
        return false;
    w->idle.stack = (struct stack){.low = low, .size = IDLE_STACK};
    annotate_stack(&w->idle.stack);
    w->idle.fn = (void (*)(void))worker_loop;
    atomic_store(&w->idle.sp, spawn_frame(&w->idle));
    return true;
}

/* Of the static library: its code has a section of its own. */
extern const char code_low[] __asm__("__start_racerun_go_text")
    __attribute__((weak, visibility("hidden")));
extern const char code_high[] __asm__("__stop_racerun_go_text")
    __attribute__((weak, visibility("hidden")));

static void start(void)
{
    struct worker *w = &worker_zero;
    scheduler.procs = procs_wanted();
    scheduler.workers[0] = w;
    atomic_store(&scheduler.started, 1);
    goroutine_count_add(w, 1);
    worker_thread_adopt(w);
    w->random = 1;
    runtime_hooks = hooks_find();
    rgo_observed = runtime_hooks != NULL;
    if (runtime_hooks && runtime_hooks->code && code_low)
        runtime_hooks->code(code_low, code_high);
    struct goroutine *g = goroutine_take_record(NULL); /* the first: id 1 */
    if (g)
        annotate_start(g, &w->idle);
    if (!g || !idle_context_make(w))
        fatal_text("runtime: cannot allocate memory for the scheduler");
    g->pinned = w;
    g->pins = 1;
    atomic_store(&g->state, GOROUTINE_RUNNING);
    if (runtime_hooks)
        g->task = runtime_hooks->task_main();
    w->current = g;
    policy_start();
    worker_thread_started();
}

__attribute__((constructor)) void runtime_start(void)
{
    if (LIKELY(atomic_load_explicit(&started, memory_order_acquire)))
        return;
    /* Constructors run on main's thread, one after the other. A library with our constructor that
     * is opened late, by another thread, finds main's thread elsewhere: that is no worker, then. */
    if (syscall(SYS_gettid) != getpid())
        fatal_text(
            "racerun-go was loaded by a thread that is not main's: link the program with it");
    start();
    atomic_store_explicit(&started, true, memory_order_release);
}

uint32_t runtime_random(uint32_t below)
{
    struct worker *w = worker_self();
    static _Atomic uint64_t shared = 0x9e3779b97f4a7c15u;
    if (UNLIKELY(controlled != NULL) && w && w->current)
        return controlled->choose(w->current->task, below);
    uint64_t x = w ? w->random : atomic_load_explicit(&shared, memory_order_relaxed);
    /* splitmix64 */
    x += 0x9e3779b97f4a7c15u;
    if (w)
        w->random = x;
    else
        atomic_store_explicit(&shared, x, memory_order_relaxed);
    uint64_t z = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    z ^= z >> 31;
    return below ? (uint32_t)(((z & 0xffffffffu) * below) >> 32) : 0;
}
