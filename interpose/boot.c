/*
 * boot: from nothing to a running engine, once.
 *
 * Who comes first varies: usually our constructor; but libraries' constructors, ifunc resolvers or
 * the loader's own malloc may call an interceptor before, when libc's `environ` is not yet set. At
 * that time there is one thread. Everything here works before any constructor has run, needs no
 * lock, and may be entered again by its own calls (which find `inside` set and pass through).
 *
 * Without a journal the library is passive: rt_hb stays NULL and every interceptor passes through.
 */
#include "interpose/boot.h"

#include <string.h>
#include <unistd.h>

#include "base/check.h"
#include "base/sys.h"
#include "interpose/control/control.h"
#include "interpose/cycle.h"
#include "interpose/finding.h"
#include "interpose/journal.h"
#include "interpose/limits.h"
#include "interpose/memory_limit.h"
#include "interpose/misuse.h"
#include "interpose/modules.h"
#include "interpose/process.h"
#include "interpose/thread.h"
#include "interpose/thread_leak.h"
#include "interpose/tsan.h"

enum boot_state { BOOT_NOT_YET, BOOT_RUNNING, BOOT_DONE };
static _Atomic uint32_t boot_state;

const char *boot_journal;
char boot_preload[BOOT_PRELOAD_MAX] = "LD_PRELOAD=";

/* ---- the environment ---- */

extern void *__libc_stack_end; /* ld.so: where the kernel put argc */

static char **environment(void)
{
    if (environ)
        return environ;
    char **stack = __libc_stack_end;
    long argc = *(long *)stack;
    return stack + 1 + argc + 1;
}

/* The entry "NAME=value", or NULL. */
static const char *environment_find(const char *name)
{
    size_t length = strlen(name);
    for (char **entry = environment(); entry && *entry; entry++)
        if (strncmp(*entry, name, length) == 0 && (*entry)[length] == '=')
            return *entry;
    return NULL;
}

static void environment_remove(const char *name)
{
    const char *found = environment_find(name);
    char **entry = environment();
    while (found && *entry != found)
        entry++;
    for (; found && *entry; entry++)
        entry[0] = entry[1];
}

/* ---- steps ---- */

/* The entry must outlive the program's own changes of its environment. */
static const char *text_keep(const char *text)
{
    static char kept[sizeof PROTO_ENV + PROTO_PATH_MAX];
    if (strlen(text) >= sizeof kept)
        return NULL;
    memcpy(kept, text, strlen(text) + 1);
    return kept;
}

static bool attach(void)
{
    const char *entry = environment_find(PROTO_ENV);
    if (!entry)
        return false;
    boot_journal = text_keep(entry);
    if (!boot_journal)
        return false;
    rt_control = journal_map(boot_journal + sizeof PROTO_ENV);
    if (!rt_control) {
        boot_journal = NULL;
        return false;
    }
    size_t length = strlen(rt_control->library) + 1;
    memcpy(boot_preload + sizeof "LD_PRELOAD=" - 1, rt_control->library, length);
    return true;
}

static struct hb *engine_create(void)
{
    const struct proto_options *options = &rt_control->options;
    struct hb_config config = {.release_sequence_cxx20 = options->release_cxx20,
                               .lock_order = options->report_lock_order && !limits_address_space(),
                               .quarantine_bytes = options->quarantine_bytes,
                               .address_space = limits_address_space(),
                               .shadow_dir = tsan_shadow_dir,
                               .all_slow = control_sees_accesses()};
    struct hb_callbacks callbacks = {
        .finding = finding_report, .destroyed = misuse_destroyed, .lock_order = cycle_report};
    struct hb *hb = hb_create(&config, &callbacks);
    CHECK_MSG(hb, "out of memory for the engine");
    return hb;
}

static void start(void)
{
    const char *disable = environment_find("RACERUN_TEST_DISABLE");
    if (disable)
        real_disable(disable + sizeof "RACERUN_TEST_DISABLE");
    const char *explore = environment_find(EXPLORE_ENV);
    if (explore) {
        control_attach(explore + sizeof EXPLORE_ENV);
        environment_remove(EXPLORE_ENV); /* the programs that it starts are not explored */
        const char *bind = environment_find("LD_BIND_NOW");
        if (bind && strcmp(bind, EXPLORE_BIND_ENV) == 0)
            environment_remove("LD_BIND_NOW");
    }
    rt_hb = engine_create();
    tsan_inline_begin();
    rt_paused = hb_paused(rt_hb);
    memory_limit = rt_control->options.memory_limit_bytes;
    thread_key_init();
    thread_begin_main();
    process_init();
    bool first = atomic_fetch_add(&rt_control->processes, 1) == 0;
    struct proto_process *record = journal_process_begin(first ? PROCESS_START : PROCESS_EXEC, 0);
    modules_update(NULL);
    journal_process_end(record);
}

void rt_boot(void)
{
    uint32_t expected = BOOT_NOT_YET;
    if (__builtin_expect(atomic_load_explicit(&boot_state, memory_order_acquire) == BOOT_DONE, 1))
        return;
    if (!atomic_compare_exchange_strong(&boot_state, &expected, BOOT_RUNNING))
        return;
    rt_cursor.inside++;
    real_resolve_all();
    if (attach())
        start();
    rt_cursor.inside--;
    atomic_store(&boot_state, BOOT_DONE);
}

void boot_become_passive(void)
{
    rt_self.state = THREAD_ENDED;
    rt_cursor = (struct hb_cursor)HB_CURSOR_INIT;
    rt_hb = NULL; /* the journal stays known: exec takes it out of the environment */
}

static __attribute__((constructor(101))) void boot_constructor(void)
{
    rt_boot();
    if (rt_hb)
        tsan_program_begin();
}

void boot_end(void)
{
    if (!rt_control)
        return;
    thread_leaks_report();
    tsan_program_end();
    journal_exit();
}

/* Preloaded, we are among the last to be finalised. */
static __attribute__((destructor(101))) void boot_destructor(void)
{
    boot_end();
}
