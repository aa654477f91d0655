/*
 * zygote: the explored program waits before main, forks workers (workers.c), and each of these
 * forks a child that runs many schedules (engine.h), or one for each.
 *
 * What ran before main (constructors, the loader) ran once, uncontrolled; no thread may have been
 * started there. The child goes on as the main thread of the program: the same task for the
 * detector, the zygote's pid in the journal, so that its findings belong to modules that the tool
 * knows.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include "base/check.h"
#include "base/rng.h"
#include "base/sys.h"
#include "interpose/control/control.h"
#include "interpose/control/engine.h"
#include "interpose/control/plan.h"
#include "interpose/image.h"
#include "interpose/journal.h"
#include "sched/profile.h"

struct explore_shared *control_shared;
struct explore_block *control_block;
uint32_t control_worker, control_zygote;
static char shared_path[EXPLORE_PATH_MAX];

typedef int main_fn(int argc, char **argv, char **envp);
static main_fn *program_main;

/* ---- boot ---- */

/* At the same place in every worker, however many there are: addresses tell them apart in nothing.
 */
static bool map(void *at, size_t size, uint64_t offset)
{
    long fd = sys_call6(SYS_openat, AT_FDCWD, (long)shared_path, O_RDWR | O_CLOEXEC, 0, 0, 0);
    if (fd < 0)
        return false;
    long base = sys_call6(SYS_mmap, (long)at, (long)size, PROT_READ | PROT_WRITE,
                          MAP_SHARED | (at ? MAP_FIXED : 0), fd, (long)offset);
    sys_call3(SYS_close, fd, 0, 0);
    if (base < 0 && base > -4096)
        return false;
    if (!at)
        control_shared = (struct explore_shared *)base;
    return true;
}

void control_attach(const char *path)
{
    size_t size = sizeof *control_shared + sizeof *control_block;
    if (strlen(path) >= sizeof shared_path)
        return;
    memcpy(shared_path, path, strlen(path) + 1);
    if (!map(NULL, size, 0))
        return;
    if (control_shared->magic == EXPLORE_MAGIC && control_shared->version == EXPLORE_VERSION &&
        control_shared->size == size + (control_shared->workers - 1) * sizeof *control_block)
        control_block = control_shared->blocks;
}

void control_block_map(void)
{
    CHECK_MSG(map(control_block, sizeof *control_block,
                  sizeof *control_shared + control_worker * sizeof *control_block),
              "cannot map a worker's memory");
}

/* Memory that all processes share which are forked from this one. */
static void *shared_create(size_t size)
{
    long memory = sys_call6(SYS_mmap, 0, (long)size, PROT_READ | PROT_WRITE,
                            MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK_MSG(memory > 0, "no memory to share with the processes that run schedules");
    return (void *)memory;
}

static void scheduler_create(struct sched_profile *profile)
{
    const struct explore_settings *settings = &control_block->settings;
    control_sched = sched_create(&(struct sched_config){
        .tasks_max = EXPLORE_TASKS_MAX,
        .steps_max = settings->steps_max,
        .spurious_max = settings->spurious_max,
        .time_choices = settings->time_choices,
        .room = control_search_room(),
        .ready = control_ready,
        .pass = control_pass,
        .events = control_block->trace,
        .profile = profile,
    });
}

/* ---- the program, in a child ---- */

static struct {
    int argc;
    char **argv, **envp;
} program;
/* Ours alone: the program's descriptors are as if they were not there. */
static int output_fd, errors_fd;

static int output_open(const char *path)
{
    long fd = sys_call6(SYS_openat, AT_FDCWD, (long)path, O_RDWR | O_APPEND | O_CLOEXEC, 0, 0, 0);
    CHECK_MSG(fd >= 0, "cannot open the file for what schedules write");
    return (int)fd;
}

static void output_redirect(void)
{
    sys_call3(SYS_dup2, output_fd, 1, 0);
    sys_call3(SYS_dup2, errors_fd, 2, 0);
    sys_call3(SYS_close, output_fd, 0, 0);
    sys_call3(SYS_close, errors_fd, 0, 0);
}

/* Nobody would end a schedule that hangs. */
static void die_with_parent(void)
{
    sys_call6(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0, 0);
}

/* rrun_explore(3): a function of the program with a copy of its argument. */
static void body_run(void)
{
    static _Alignas(16) char argument[EXPLORE_ARGUMENT_MAX];
    typedef void body_fn(void *argument);
    body_fn *body = (body_fn *)(uintptr_t)(control_shared->image_low + control_shared->body);
    uint32_t size = control_shared->argument_size;
    memcpy(argument, control_shared->argument, size);
    control_thread(0)->stack_base = (uintptr_t)__builtin_dwarf_cfa();
    body(size ? argument : NULL);
    exit(0);
}

static __attribute__((noinline)) void program_start(void)
{
    control_begin();
    if (control_shared->body)
        body_run();
    control_thread(0)->stack_base = (uintptr_t)__builtin_dwarf_cfa();
    exit(program_main(program.argc, program.argv, program.envp));
}

/* Main's frame lies at the same place whatever the environment's size: a search that was
 * interrupted goes on in another process, and knows objects by their addresses. */
enum { STACK_GRAIN = 128 << 10 };
static void program_run(void (*begin)(void))
{
    volatile char *frame =
        __builtin_alloca((uintptr_t)__builtin_frame_address(0) % STACK_GRAIN + 1);
    *frame = 0;
    if (begin)
        begin();
    program_start();
}

/* ---- which engine ---- */

enum { LENDERS_FIRST = 16, LENDERS_FACTOR = 4 };

static void engine_change(uint32_t kind, const char *reason)
{
    control_block->engine = kind;
    control_states_forget();
    if (reason)
        schedule_reason(reason);
}

static void lenders_more(uint32_t count)
{
    const char *reason = lenders_make(count);
    if (reason)
        engine_change(ENGINE_THREADS, reason);
    else if (lenders_count() == EXPLORE_TASKS_MAX && count > EXPLORE_TASKS_MAX)
        engine_change(ENGINE_THREADS, "it makes too many threads");
}

static void engine_choose(void)
{
    uint32_t kind = control_block->settings.engine;
    control_block->engine = kind == ENGINE_AUTO ? ENGINE_INPROCESS : kind;
    if (control_block->settings.stop) /* a debugger is to see threads */
        control_block->engine = ENGINE_THREADS;
    if (control_block->engine != ENGINE_THREADS)
        lenders_more(LENDERS_FIRST);
}

/* The schedule in progress was given up for what its engine lacks: true, and that is there now. */
static bool need_meet(void)
{
    uint32_t need = control_block->need;
    control_block->need = 0;
    if (need) {
        schedule_forget();
        control_states_forget();
    }
    if (need == ENGINE_MORE_LENDERS)
        lenders_more(LENDERS_FACTOR * lenders_count());
    else if (need && need != ENGINE_ONCE_MORE)
        engine_change(need, NULL);
    return need != 0;
}

/* ---- waiting for children ---- */

enum { POLL_MS = 200 };

struct child {
    long pid, pidfd;
};

static struct engine_desk *desk;

static void child_watch(struct child *child, long pid)
{
    CHECK_MSG(pid > 0, "cannot start another process for the next schedule");
    child->pid = pid;
    child->pidfd = sys_call3(SYS_pidfd_open, pid, 0, 0);
}

/* Of a child, since it took its latest step. */
struct patience {
    uint64_t steps, since, cpu_ns;
};

static uint64_t child_cpu_ns(long pid)
{
    enum { OF_PROCESS = 2 }; /* the kernel's names of other processes' clocks */
    struct timespec time = {0};
    sys_call3(SYS_clock_gettime, (long)((~(unsigned)pid << 3) | OF_PROCESS), (long)&time, 0);
    return (uint64_t)time.tv_sec * UINT64_C(1000000000) + (uint64_t)time.tv_nsec;
}

/* True when it has taken no step for too long. */
static bool child_hangs(long pid, struct patience *patience)
{
    uint64_t steps = desk->begun + control_block->answer.steps, now = sys_monotonic_ns();
    if (steps != patience->steps || control_plans() ||
        (atomic_load(&control_block->stopped) && !atomic_load(&control_block->released)))
        *patience = (struct patience){steps, now, child_cpu_ns(pid)};
    if (now - patience->since <= control_block->settings.hang_ns)
        return false;
    if (!control_block->settings.stop || atomic_load(&control_block->stopped))
        return true;
    atomic_store(&control_block->stopped, (uint32_t)pid);
    control_bell_ring();
    return false;
}

/* Why it takes no step. Who does nothing, and at whose latest step others could have gone, too,
 * waits for one of them in code that we do not see. They would go on, so nothing is wrong with the
 * program. */
static void hang_judge(long pid, const struct patience *patience)
{
    static const char refused[] =
        "a task waits in code that is not under control, such as a lock within a "
        "library, for another one, which is at a scheduling point";
    static const char computes[] = "it computes without a scheduling point";
    static const char waits[] = "it waits in code that is not under control";
    struct explore_answer *answer = &control_block->answer;
    bool busy = child_cpu_ns(pid) - patience->cpu_ns > control_block->settings.hang_ns / 1000;
    bool refuse = !busy && answer->steps && control_block->trace[answer->steps - 1].choices >= 2;
    strcpy(answer->text, refuse ? refused : busy ? computes : waits);
    if (refuse)
        answer->outcome = OUTCOME_REFUSED;
}

/* Lets it tell where it stands, for the report. It may be where it cannot. */
static void child_ask(const struct child *child)
{
    enum { SLICES = 200, SLICE_MS = 10 };
    struct pollfd end = {.fd = (int)child->pidfd, .events = POLLIN};
    atomic_store(&control_block->look, LOOK_ASKED);
    for (int i = 0; i < SLICES && atomic_load(&control_block->look) == LOOK_ASKED; i++) {
        sys_call3(SYS_kill, child->pid, CONTROL_TICK_SIGNAL, 0);
        if (sys_call3(SYS_poll, (long)&end, 1, SLICE_MS) > 0)
            break;
    }
    atomic_store(&control_block->look, LOOK_NONE);
}

static void child_bury(const struct child *child, struct schedule_end *ret_end)
{
    int status = 0;
    while (sys_call6(SYS_wait4, child->pid, (long)&status, 0, 0, 0, 0) == -EINTR)
        ;
    if (child->pidfd >= 0)
        sys_call3(SYS_close, child->pidfd, 0, 0);
    ret_end->signalled = WIFSIGNALED(status);
    ret_end->status = (uint32_t)(WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
}

/* Waits for the child's end; false: the bell rang before. One that hangs is killed. */
static bool child_await(const struct child *child, int bell, struct schedule_end *ret_end)
{
    struct patience patience = {0, sys_monotonic_ns(), child_cpu_ns(child->pid)};
    *ret_end = (struct schedule_end){0};
    while (child->pidfd >= 0) {
        struct pollfd polls[] = {{.fd = (int)child->pidfd, .events = POLLIN},
                                 {.fd = bell, .events = POLLIN}};
        long ready = sys_call3(SYS_poll, (long)polls, bell < 0 ? 1 : 2, POLL_MS);
        if (ready > 0 && polls[0].revents)
            break;
        if (ready > 0)
            return false;
        ret_end->hangs = child_hangs(child->pid, &patience);
        if (ret_end->hangs) {
            hang_judge(child->pid, &patience);
            child_ask(child);
            sys_call3(SYS_kill, child->pid, SIGKILL, 0);
            break;
        }
    }
    child_bury(child, ret_end);
    return true;
}

/* ---- a process for one schedule ---- */

static void child_main(void)
{
    die_with_parent();
    output_redirect();
    if (control_block->engine == ENGINE_FORK)
        control_fibers_begin();
    control_stop_at_crashes();
    control_tick_begin();
    program_run(NULL);
}

/* Where it has to be run again it stays the next. */
static void schedule_run(uint64_t number)
{
    struct child child;
    struct schedule_end end;
    schedule_output_clear();
    schedule_begin(number);
    long pid = control_block->engine == ENGINE_FORK ? fiber_fork() : LIBC(_Fork)();
    if (pid == 0)
        child_main();
    child_watch(&child, pid);
    child_await(&child, -1, &end);
    if (need_meet())
        return;
    schedule_judge(&end);
    schedule_done();
}

/* ---- a process for many ---- */

static struct child engine_child; /* pid 0: there is none */
static int engine_bell = -1;

/* Out of the way of the program's descriptors. */
static int bell_make(void)
{
    enum { FIRST = 768, LOWER = 64 };
    long fd = sys_call3(SYS_eventfd2, 0, EFD_CLOEXEC | EFD_NONBLOCK, 0);
    long high = sys_call3(SYS_fcntl, fd, F_DUPFD_CLOEXEC, FIRST);
    if (high < 0)
        high = sys_call3(SYS_fcntl, fd, F_DUPFD_CLOEXEC, LOWER);
    if (high < 0)
        return (int)fd;
    sys_call3(SYS_close, fd, 0, 0);
    return (int)high;
}

/* Below main's first frame: schedules begin where this returns, and write to no page above. */
static void engine_begin(void)
{
    engine_run(desk, engine_bell);
}

static void engine_start(void)
{
    if (engine_bell < 0)
        engine_bell = bell_make();
    schedule_output_clear();
    desk->before = atomic_load(&desk->commands);
    long pid = fiber_fork();
    if (pid == 0) {
        die_with_parent();
        output_redirect();
        control_fibers_begin();
        program_run(engine_begin);
    }
    child_watch(&engine_child, pid);
}

/* The engine has died, maybe in the middle of a schedule. */
static void engine_mourn(const struct schedule_end *end)
{
    engine_child.pid = 0;
    if (!need_meet() && desk->running) {
        schedule_judge(end);
        schedule_done();
    }
    if (desk->unfit)
        engine_change(ENGINE_FORK, NULL);
    desk->unfit = 0;
}

/* Lets it go on with the command; true: it did all of it. */
static bool engine_command(void)
{
    struct schedule_end end;
    uint64_t rings;
    if (!engine_child.pid)
        engine_start();
    atomic_fetch_add(&desk->commands, 1);
    sys_futex_wake(&desk->commands, 1, true);
    if (child_await(&engine_child, engine_bell, &end)) {
        engine_mourn(&end);
        return false;
    }
    sys_call3(SYS_read, engine_bell, (long)&rings, sizeof rings);
    return true;
}

/* ---- commands ---- */

static void command_run(void)
{
    memset(&control_block->answer, 0, sizeof control_block->answer);
    if (control_frontier_command())
        return;
    if (control_shared->places_count)
        control_promote_all();
    control_search_begin();
    desk->done = desk->running = 0;
    while (schedule_take())
        if (control_block->engine == ENGINE_INPROCESS) {
            if (engine_command())
                return;
        } else {
            schedule_run(desk->number);
        }
}

static void cpu_note(void)
{
    control_block->cpu_ns = control_cpu_ns(RUSAGE_SELF) + control_cpu_ns(RUSAGE_CHILDREN) +
                            (engine_child.pid ? desk->cpu_ns : 0);
}

static uint32_t command_await(uint32_t seen)
{
    while (atomic_load(&control_block->command_number) == seen)
        sys_futex_wait(&control_block->command_number, seen, -1, true);
    return atomic_load(&control_block->command_number);
}

/* Where the executable is. */
static void image_note(void)
{
    const struct link_map *map = image_find(""); /* the first: the executable */
    const ElfW(Phdr) *header = (const void *)getauxval(AT_PHDR);
    uint64_t end = 0, low = UINT64_MAX;
    for (unsigned long i = 0; i < getauxval(AT_PHNUM); i++) {
        if (header[i].p_type != PT_LOAD)
            continue;
        if (header[i].p_vaddr < low)
            low = header[i].p_vaddr;
        if (header[i].p_vaddr + header[i].p_memsz > end)
            end = header[i].p_vaddr + header[i].p_memsz;
    }
    control_shared->image_bias = map ? map->l_addr : 0;
    control_shared->image_low = control_shared->image_bias + low;
    control_shared->image_size = end - low;
}

/* Where objects lie that notes of an exhaustive search may name. */
static void memory_note(void)
{
    const uintptr_t places[] = {control_shared->image_low, (uintptr_t)LIBC(_Fork),
                                (uintptr_t)control_block, (uintptr_t)plan_common,
                                (uintptr_t)__builtin_frame_address(0) / STACK_GRAIN};
    uint64_t memory = 0;
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
        memory = rng_mix(memory + places[i]);
    control_shared->memory = memory;
}

/* The 16 bytes of chance that the kernel gives each process. libc has taken from them what it
 * needs. */
static void chance_fix(void)
{
    uint64_t *chance = (uint64_t *)getauxval(AT_RANDOM);
    for (int i = 0; chance && i < 2; i++) {
        uint64_t fixed = rng_mix((uint64_t)i + 1);
        memcpy(chance + i, &fixed, sizeof fixed);
    }
}

static __attribute__((noreturn)) int zygote_main(int argc, char **argv, char **envp)
{
    control_zygote = (uint32_t)sys_getpid();
    die_with_parent();
    image_note();
    chance_fix();
    control_inside_begin();
    control_install();
    control_ours_learn();
    control_tick_install();
    struct sched_profile *profile = shared_create(sizeof *profile); /* what schedules teach */
    atomic_store(&control_shared->zygote, control_zygote);
    control_search_create();
    memory_note();
    control_workers_fork();
    die_with_parent();
    scheduler_create(profile);
    control_goroutines_prepare();
    output_fd = output_open(control_block->settings.output);
    errors_fd = output_open(control_block->settings.errors);
    schedule_outputs(output_fd, errors_fd);
    desk = shared_create(sizeof *desk);
    schedule_init(desk, profile);
    program.argc = argc;
    program.argv = argv;
    program.envp = envp;
    engine_choose();
    for (uint32_t seen = 0;;) {
        atomic_fetch_add(&control_block->answer_number, 1);
        atomic_store(&control_block->running, EXPLORE_NEVER);
        control_bell_ring();
        seen = command_await(seen);
        command_run();
        cpu_note();
    }
}

/* ---- the way in ---- */

typedef int start_fn(main_fn *main, int argc, char **argv, void (*init)(void), void (*fini)(void),
                     void (*loader_fini)(void), void *stack_end);

RT_EXPORT int __libc_start_main(main_fn *main, int argc, char **argv, void (*init)(void),
                                void (*fini)(void), void (*loader_fini)(void), void *stack_end);
int __libc_start_main(main_fn *main, int argc, char **argv, void (*init)(void), void (*fini)(void),
                      void (*loader_fini)(void), void *stack_end)
{
    start_fn *real = (start_fn *)real_find("__libc_start_main");
    CHECK_MSG(real, "the C library has no __libc_start_main");
    rt_boot();
    program_main = main;
    if (control_block)
        main = zygote_main;
    return real(main, argc, argv, init, fini, loader_fini, stack_end);
}
