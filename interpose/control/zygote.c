/*
 * zygote: the explored program waits before main, forks workers (workers.c), and each of these
 * forks a child for each schedule.
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
#include <sys/mman.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "base/check.h"
#include "base/rng.h"
#include "base/sys.h"
#include "interpose/control/control.h"
#include "interpose/image.h"
#include "interpose/journal.h"
#include "sched/profile.h"
#include "trace/digest.h"

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

/* What schedules teach, in memory that all workers share. */
static struct sched_profile *profile_create(void)
{
    long profile = sys_call6(SYS_mmap, 0, sizeof(struct sched_profile), PROT_READ | PROT_WRITE,
                             MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK_MSG(profile > 0, "no memory for what schedules teach");
    return (struct sched_profile *)profile;
}

static void scheduler_create(struct sched_profile *profile)
{
    const struct explore_settings *settings = &control_block->settings;
    control_sched = sched_create(&(struct sched_config){
        .tasks_max = EXPLORE_TASKS_MAX,
        .steps_max = settings->steps_max,
        .spurious_max = settings->spurious_max,
        .time_choices = settings->time_choices,
        .shared = settings->search != SEARCH_SAMPLES,
        .ready = control_ready,
        .events = control_block->trace,
        .profile = profile,
    });
}

/* ---- one schedule ---- */

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

/* What the schedule wrote and returned; never 0. */
static uint64_t output_digest(uint32_t status)
{
    static char buffer[1 << 16];
    uint64_t digest = digest_add(DIGEST_INITIAL, &status, sizeof status);
    long got;
    for (uint64_t at = 0;; at += (uint64_t)got) {
        got = sys_call6(SYS_pread64, output_fd, (long)buffer, sizeof buffer, (long)at, 0, 0);
        if (got <= 0)
            return digest | 1;
        digest = digest_add(digest, buffer, (size_t)got);
    }
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
    body(size ? argument : NULL);
    exit(0);
}

static void child_main(int argc, char **argv, char **envp)
{
    die_with_parent();
    output_redirect();
    control_begin();
    control_stop_at_crashes();
    control_tick_begin();
    if (control_shared->body)
        body_run();
    exit(program_main(argc, argv, envp));
}

/* Which strategy schedule `number` follows, and with what randomness. */
static void schedule_plan(uint64_t number)
{
    const struct explore_command *command = &control_block->command;
    struct sched_plan plan = {.strategy = command->strategy, .parameter = command->parameter};
    if (command->strategy == TRACE_NONE)
        portfolio_plan(number, &plan);
    control_block->seed = rng_mix(command->seed + number * RNG_GOLDEN);
    control_block->strategy = plan.strategy;
    control_block->parameter = plan.parameter;
}

enum { POLL_MS = 200 };

/* Waits for the child; one that takes no step for too long is killed. */
static int child_await(pid_t pid, bool *ret_hangs)
{
    int status = 0;
    long pidfd = sys_call3(SYS_pidfd_open, pid, 0, 0);
    uint32_t steps = 0;
    uint64_t since = sys_monotonic_ns();
    *ret_hangs = false;
    while (pidfd >= 0) {
        struct pollfd poll = {.fd = (int)pidfd, .events = POLLIN};
        long ready = sys_call3(SYS_poll, (long)&poll, 1, POLL_MS);
        if (ready > 0)
            break;
        uint64_t now = sys_monotonic_ns();
        if (atomic_load(&control_block->stopped) && !atomic_load(&control_block->released))
            since = now;
        if (control_block->answer.steps != steps) {
            steps = control_block->answer.steps;
            since = now;
        } else if (now - since > control_block->settings.hang_ns && control_block->settings.stop &&
                   !atomic_load(&control_block->stopped)) {
            atomic_store(&control_block->stopped, (uint32_t)pid);
            control_bell_ring();
        } else if (now - since > control_block->settings.hang_ns) {
            *ret_hangs = true;
            sys_call3(SYS_kill, pid, SIGKILL, 0);
            break;
        }
    }
    while (sys_call6(SYS_wait4, pid, (long)&status, 0, 0, 0, 0) == -EINTR)
        ;
    if (pidfd >= 0)
        sys_call3(SYS_close, pidfd, 0, 0);
    return status;
}

/* Did it write or return something else than it should? */
static bool output_differs(struct explore_answer *answer, int status, bool hangs)
{
    if (!control_block->settings.same_output || hangs || WIFSIGNALED(status))
        return false;
    answer->output = output_digest(answer->status);
    return control_shared->expected && answer->output != control_shared->expected;
}

static void outcome_judge(struct explore_answer *answer, int status, bool hangs)
{
    uint32_t expected = control_block->settings.expect_exit;
    if (answer->outcome != OUTCOME_CLEAN)
        return;
    answer->status = (uint32_t)(WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
    if (hangs)
        answer->outcome = OUTCOME_HANG;
    else if (WIFSIGNALED(status))
        answer->outcome = OUTCOME_CRASH;
    else if (expected != TRACE_NONE && answer->status != expected)
        answer->outcome = OUTCOME_EXIT;
    else if (output_differs(answer, status, hangs))
        answer->outcome = OUTCOME_OUTPUT;
    else if (atomic_load(&control_block->findings))
        answer->outcome = OUTCOME_FOUND;
}

enum {
    SEEN_OFTEN = 2,
    SEEN_PROBES = 64
}; /* where all of these are taken a trace is taken for new */

static void trace_count(uint64_t hash)
{
    struct explore_shared *shared = control_shared;
    hash = (hash & ~(uint64_t)SEEN_OFTEN) | 1;
    for (uint32_t i = 0; i < SEEN_PROBES; i++) {
        _Atomic uint64_t *slot = &shared->seen[(rng_mix(hash) + i) % EXPLORE_SEEN];
        uint64_t found = 0;
        if (atomic_compare_exchange_strong(slot, &found, hash)) {
            atomic_fetch_add(&shared->once, 1);
            break;
        }
        if ((found & ~(uint64_t)SEEN_OFTEN) != hash)
            continue;
        if (found == hash && atomic_compare_exchange_strong(slot, &found, hash | SEEN_OFTEN))
            atomic_fetch_sub(&shared->once, 1);
        return;
    }
    atomic_fetch_add(&shared->distinct, 1);
}

static void count(const struct explore_answer *answer)
{
    struct explore_shared *shared = control_shared;
    uint32_t longest = atomic_load(&shared->steps_longest);
    while (answer->steps > longest &&
           !atomic_compare_exchange_weak(&shared->steps_longest, &longest, answer->steps))
        continue;
    atomic_fetch_add(&shared->decisions, answer->decisions);
    trace_count(answer->trace_hash);
    if (answer->outcome != OUTCOME_CLEAN)
        atomic_fetch_add(&shared->failed, 1);
    atomic_fetch_add(&shared->executed, 1);
}

/* Never returns in the child. */
static void schedule_run(uint64_t number, int argc, char **argv, char **envp)
{
    struct explore_answer *answer = &control_block->answer;
    memset(answer, 0, sizeof *answer);
    atomic_store(&control_block->findings, 0);
    sys_call3(SYS_ftruncate, output_fd, 0, 0);
    sys_call3(SYS_ftruncate, errors_fd, 0, 0);
    answer->schedule = number;
    schedule_plan(number);
    pid_t pid = LIBC(_Fork)();
    if (pid == 0)
        child_main(argc, argv, envp);
    CHECK_MSG(pid > 0, "cannot start another process for the next schedule");
    bool hangs;
    int status = child_await(pid, &hangs);
    for (uint32_t i = 0; i < answer->steps; i++) {
        answer->trace_hash += control_block->trace[i].hash;
        answer->decisions +=
            control_block->trace[i].choices > 1 || control_block->trace[i].kind == SCHED_CHOOSE;
    }
    outcome_judge(answer, status, hangs);
    control_plan_next();
    if (answer->outcome == OUTCOME_ASLEEP)
        answer->outcome = OUTCOME_CLEAN;
    else if (!control_block->command.uncounted)
        count(answer);
}

/* ---- commands ---- */

/* The next schedule of the command, its `done`th; false: there is none now. */
static bool number_next(uint64_t done, uint64_t *ret_number)
{
    const struct explore_command *command = &control_block->command;
    if (*(volatile const uint32_t *)&command->stop || atomic_load(&control_shared->exhausted) ||
        (command->deadline_ns && sys_monotonic_ns() > command->deadline_ns))
        return false;
    if (command->take)
        return control_number_take(ret_number);
    *ret_number = command->first + done;
    atomic_store(&control_block->running, *ret_number);
    return done < command->count;
}

static void command_run(int argc, char **argv, char **envp)
{
    uint64_t number;
    memset(&control_block->answer, 0, sizeof control_block->answer);
    if (control_shared->places_count)
        control_promote_all();
    control_search_begin();
    for (uint64_t done = 0; number_next(done, &number); done++) {
        schedule_run(number, argc, argv, envp);
        control_number_end(number);
        if (control_block->answer.outcome != OUTCOME_CLEAN)
            return;
    }
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
    control_tick_install();
    struct sched_profile *profile = profile_create();
    atomic_store(&control_shared->zygote, control_zygote);
    control_workers_fork();
    die_with_parent();
    scheduler_create(profile);
    output_fd = output_open(control_block->settings.output);
    errors_fd = output_open(control_block->settings.errors);
    for (uint32_t seen = 0;;) {
        atomic_fetch_add(&control_block->answer_number, 1);
        atomic_store(&control_block->running, EXPLORE_NEVER);
        control_bell_ring();
        seen = command_await(seen);
        command_run(argc, argv, envp);
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
