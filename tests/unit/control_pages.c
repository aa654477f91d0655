/*
 * control_pages: interpose/control/pages.c against a full copy. Random writes to memory of all
 * kinds, and random events of the detector, are undone; then every page that was written to is
 * compared with what it was.
 *
 * All private memory is protected, this program's too: so the rounds run in a child, on the
 * engine's stack, and what they remember lies in `notes`, which is shared.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/rseq.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#include "base/rng.h"
#include "base/sys.h"
#include "interpose/control/engine.h"

enum { PAGES = 96, ROUNDS = 400, COPIES = 4096, WRITES_MAX = 60, EVENTS_MAX = 40, TASKS = 8 };
enum verdict { RESTORED = 40, NOT_RESTORED, NOT_NOTICED, NOT_PROTECTED, FAULT };

static struct notes {
    uint64_t rng;
    uint32_t copies;
    struct copy {
        char *page, bytes[ENGINE_PAGE_SIZE];
    } copy[COPIES];
} * notes;

static char *memory;
static struct hb_task *main_task;
static struct hb_cursor cursor = HB_CURSOR_INIT;

/* ---- what pages.c knows of the rest of the library ---- */

struct engine *engine;
struct explore_shared *control_shared;
struct explore_block *control_block;
struct proto_control *rt_control;
struct room *control_room;
struct hb *rt_hb;

struct sched_profile *schedule_profile(void)
{
    return NULL;
}

void engine_alone(const char *reason)
{
    (void)reason;
    _exit(FAULT);
}

/* ---- the rounds ---- */

static void on_fault(int signal, siginfo_t *info, void *context)
{
    (void)signal, (void)context;
    char *page = (char *)((uintptr_t)info->si_addr & ~(uintptr_t)(ENGINE_PAGE_SIZE - 1));
    if (notes->copies == COPIES)
        _exit(FAULT);
    struct copy *copy = &notes->copy[notes->copies++];
    copy->page = page;
    memcpy(copy->bytes, page, sizeof copy->bytes);
    if (!pages_open((uintptr_t)info->si_addr))
        _exit(FAULT);
}

static uint32_t draw(uint32_t below)
{
    return rng_below(&notes->rng, below);
}

/* Zeroes and what was there already are written, too. */
static void memory_dirty(void)
{
    for (uint32_t writes = draw(WRITES_MAX); writes; writes--) {
        char *at = memory + draw(PAGES * ENGINE_PAGE_SIZE - 256);
        memset(at, draw(4) ? (int)draw(256) : *at, 1 + draw(draw(16) ? 32 : 256));
    }
    if (draw(8) == 0)
        memset(memory + draw(PAGES) * ENGINE_PAGE_SIZE, (int)draw(3), ENGINE_PAGE_SIZE);
}

static void detector_dirty(void)
{
    struct hb_task *tasks[TASKS] = {main_task};
    uint32_t count = 1;
    for (uint32_t events = draw(EVENTS_MAX); events; events--) {
        struct hb_task *task = tasks[draw(count)];
        uintptr_t lock = (uintptr_t)memory + 64 * draw(500), pc = 0x401000 + draw(200);
        if (count < TASKS && draw(4) == 0)
            tasks[count++] = hb_task_create(rt_hb, main_task, pc);
        hb_access(main_task, lock + draw(16), 1 + draw(8), draw(2) ? HB_WRITE : HB_READ, pc);
        hb_lock_acquire(task, lock, HB_MUTEX, 0, pc);
        hb_sem_post(task, lock + 32, pc);
        if (draw(2))
            hb_lock_release(task, lock);
    }
}

static bool all_as_before(void)
{
    for (uint32_t i = 0; i < notes->copies; i++)
        if (memcmp(notes->copy[i].page, notes->copy[i].bytes, ENGINE_PAGE_SIZE) != 0)
            return false;
    return true;
}

/* One byte that is not what it was has to show. */
static bool notices(void)
{
    char *at = notes->copy[draw(notes->copies)].page + draw(ENGINE_PAGE_SIZE), before = *at;
    *at = (char)(before + 1);
    bool noticed = !pages_restored();
    *at = before;
    return noticed;
}

static void rounds(void)
{
    if (pages_protect())
        _exit(NOT_PROTECTED);
    for (uint32_t i = 0; i < ROUNDS; i++) {
        memory_dirty();
        if (i % 2)
            detector_dirty();
        pages_restore();
        if (!all_as_before() || !pages_restored())
            _exit(NOT_RESTORED);
        if (notes->copies && !notices())
            _exit(NOT_NOTICED);
    }
    _exit(notes->copies > PAGES ? RESTORED : FAULT);
}

/* ---- the child ---- */

/* Pages of nothing, of a few words, and filled ones. */
static void memory_make(void)
{
    memory = sys_reserve(PAGES * ENGINE_PAGE_SIZE);
    for (uint32_t page = 0; page < PAGES; page++) {
        char *at = memory + page * ENGINE_PAGE_SIZE;
        uint32_t words = page % 3 == 0 ? 0 : page % 3 == 1 ? draw(40) : 4 * ENGINE_PAGE_SIZE;
        for (uint32_t i = 0; i < words; i++)
            at[draw(ENGINE_PAGE_SIZE)] = (char)draw(256);
    }
}

static void detector_make(void)
{
    rt_hb = hb_create(&(struct hb_config){.quarantine_bytes = 0}, &(struct hb_callbacks){0});
    main_task = hb_task_create(rt_hb, NULL, 0);
    hb_task_bind(main_task, &cursor);
    detector_dirty(); /* its tables are not empty at first */
}

/* The kernel writes there, and ends a process where it cannot. */
static void rseq_leave(void)
{
    enum { UNREGISTER = 1 };
    char *area = (char *)__builtin_thread_pointer() + __rseq_offset;
    if (__rseq_size)
        syscall(SYS_rseq, area, sizeof(struct rseq), UNREGISTER, RSEQ_SIG);
}

static _Noreturn void child(uint64_t seed)
{
    engine = sys_reserve(sizeof *engine);
    notes = sys_reserve_shared(sizeof *notes);
    control_room = (struct room *)notes;
    engine->desk = (struct engine_desk *)notes;
    notes->rng = seed;
    memory_make();
    detector_make();
    rseq_leave();
    stack_t stack = {.ss_sp = engine->signal_stack_memory, .ss_size = ENGINE_SIGNAL_STACK};
    sigaltstack(&stack, NULL);
    struct sigaction action = {.sa_sigaction = on_fault, /* which may write to such memory itself */
                               .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
    sigaction(SIGSEGV, &action, NULL);
    static ucontext_t context;
    getcontext(&context);
    context.uc_stack = (stack_t){.ss_sp = engine->stack, .ss_size = ENGINE_STACK};
    makecontext(&context, rounds, 0);
    setcontext(&context);
    abort();
}

START_TEST(what_was_written_is_undone)
{
    pid_t pid = fork();
    if (pid == 0)
        child((uint64_t)_i + 1);
    int status = 0;
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert(WIFEXITED(status));
    ck_assert_int_eq(WEXITSTATUS(status), RESTORED);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("control_pages");
    TCase *tcase = tcase_create("rounds");
    tcase_set_timeout(tcase, 0);
    tcase_add_loop_test(tcase, what_was_written_is_undone, 0, 8);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
