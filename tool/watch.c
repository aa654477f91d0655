#include "watch.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/check.h"
#include "base/sys.h"
#include "launch.h"
#include "tool.h"

#define MILLISECOND INT64_C(1000000)
#define TORN_RETRY_NS (5 * MILLISECOND)
#define LINGER_RETRY_NS (20 * MILLISECOND)
#define WARNING_AFTER_NS (3000 * MILLISECOND)

/* ---- processes ---- */

static void process_note(struct watch *watch, pid_t pid)
{
    watch->loaded = true;
    for (unsigned i = 0; i < watch->process_count; i++)
        if (watch->processes[i] == pid)
            return;
    if (watch->process_count == watch->process_capacity) {
        watch->process_capacity = watch->process_capacity ? 2 * watch->process_capacity : 64;
        watch->processes =
            realloc(watch->processes, watch->process_capacity * sizeof *watch->processes);
        CHECK_MSG(watch->processes, "out of memory");
    }
    watch->processes[watch->process_count++] = pid;
}

/* Neither gone nor a zombie that nobody has reaped. The state follows the name in parentheses. */
static bool process_alive(pid_t pid)
{
    char path[32], text[512];
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t size = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
    if (fd >= 0)
        close(fd);
    if (size <= 0)
        return false;
    text[size] = 0;
    const char *name_end = strrchr(text, ')');
    return name_end && name_end[1] && !strchr("ZX", name_end[2]);
}

/* Forgets the dead; how many live on? */
static unsigned processes_alive(struct watch *watch)
{
    unsigned kept = 0;
    for (unsigned i = 0; i < watch->process_count; i++)
        if (watch->processes[i] != watch->program && process_alive(watch->processes[i]))
            watch->processes[kept++] = watch->processes[i];
    watch->process_count = kept;
    return kept;
}

/* ---- records ---- */

/* The program may scribble over its record: a copy is read. */
static void defaults_take(const struct watch *watch, const struct proto_defaults *defaults,
                          size_t size)
{
    if (size <= sizeof *defaults || defaults->what != DEFAULTS_OPTIONS || !watch->defaults)
        return;
    char *text = strndup(defaults->text, size - sizeof *defaults);
    CHECK_MSG(text, "out of memory");
    watch->defaults(watch->context, text);
    free(text);
}

static void record_note(struct watch *watch, const struct proto_record *record, size_t size)
{
    if (record->type == RECORD_PROCESS && size >= sizeof(struct proto_process)) {
        process_note(watch, (pid_t)record->pid);
        watch->instrumented |= ((const struct proto_process *)record)->instrumented != 0;
    }
    if (record->type == RECORD_DEFAULTS && watch->process_count <= 1)
        defaults_take(watch, (const struct proto_defaults *)record, size);
    if (record->type == RECORD_MODULE && size >= sizeof(struct proto_module))
        watch->instrumented |= ((const struct proto_module *)record)->instrumented != 0;
}

/* Everything that is there. False when a torn record is in the way. */
static bool records_drain(struct watch *watch, bool final)
{
    for (;;) {
        const struct proto_record *record;
        size_t size;
        enum journal_answer answer = journal_next(watch->journal, final, &record, &size);
        if (answer != JOURNAL_RECORD)
            return answer == JOURNAL_EMPTY;
        record_note(watch, record, size);
        if (watch->quiet && record->type == RECORD_NOTICE)
            continue;
        int printed = report_add(watch->report, record, size);
        if (record->type == RECORD_FINDING || record->type == RECORD_DEFAULTS)
            journal_judge(watch->journal, record, printed > 0 ? VERDICT_PRINTED : VERDICT_QUIET);
    }
}

/* ---- the loop ---- */

/* A program that runs for long is told early that nothing of it can be seen; a launcher, which
 * starts others, is not. */
static void warning_consider(struct watch *watch, uint64_t started)
{
    if (!watch->warning || sys_monotonic_ns() - started < (uint64_t)WARNING_AFTER_NS)
        return;
    if (!watch->instrumented && watch->process_count <= 1) {
        tool_say("%s", watch->warning);
        watch->warned = true;
    }
    watch->warning = NULL;
}

static int watch_program(struct watch *watch)
{
    uint64_t started = sys_monotonic_ns();
    for (;;) {
        int status;
        uint32_t heard = journal_bell(watch->journal);
        bool clear = records_drain(watch, false);
        if (launch_reap(watch->program, &status))
            return status;
        warning_consider(watch, started);
        journal_wait(watch->journal, heard,
                     !clear           ? TORN_RETRY_NS
                     : watch->warning ? WARNING_AFTER_NS
                                      : -1);
    }
}

/* Drains until nobody is left who could write, or the grace is over. */
static void watch_linger(struct watch *watch)
{
    uint64_t started = sys_monotonic_ns();
    launch_done();
    journal_read_only(watch->journal);
    for (;;) {
        uint32_t heard = journal_bell(watch->journal);
        unsigned alive = processes_alive(watch);
        bool deserted = !alive && journal_deserted(watch->journal);
        bool clear = records_drain(watch, deserted);
        bool over = sys_monotonic_ns() - started >= watch->linger_ns || launch_interrupted();
        if (deserted || (clear && over)) {
            watch->left_running = deserted || alive ? alive : 1;
            return;
        }
        journal_wait(watch->journal, heard, clear ? LINGER_RETRY_NS : TORN_RETRY_NS);
    }
}

int watch_run(struct watch *watch)
{
    int status = watch_program(watch);
    watch_linger(watch);
    return status;
}

void watch_done(struct watch *watch)
{
    free(watch->processes);
    watch->processes = NULL;
    watch->process_count = watch->process_capacity = 0;
}
