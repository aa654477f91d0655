/*
 * journal: see journal.h and proto.h.
 *
 * Appending. The writer claims the record at log_end by swapping its zero size for the real one,
 * then moves log_end past it. Whoever finds a claimed record at log_end moves log_end on the
 * owner's behalf. So log_end never passes a record whose size is not stored, whoever was killed
 * where; a reader can always step over a hole.
 */
#include "interpose/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "base/sys.h"
#include "interpose/control/control.h"
#include "interpose/finding.h"
#include "interpose/modules.h"

static char *journal_base;

static bool control_is_ours(const struct proto_control *control)
{
    return control->magic == PROTO_MAGIC && control->size == sizeof *control;
}

struct proto_control *journal_map(const char *path)
{
    long fd = sys_call6(SYS_openat, AT_FDCWD, (long)path, O_RDWR | O_CLOEXEC, 0, 0, 0);
    if (fd < 0)
        return NULL;
    long base = sys_call6(SYS_mmap, 0, (long)PROTO_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    sys_call3(SYS_close, fd, 0, 0);
    if (base < 0 && base > -4096)
        return NULL;
    struct proto_control *control = (struct proto_control *)base;
    if (!control_is_ours(control) || control->journal_size != PROTO_SIZE) {
        sys_release(control, PROTO_SIZE);
        return NULL;
    }
    if (control->version != PROTO_VERSION) {
        static const char text[] = "racerun: the tool and libracerun.so are of different versions; "
                                   "this process runs unobserved\n";
        sys_write(2, text, sizeof text - 1);
        sys_release(control, PROTO_SIZE);
        return NULL;
    }
    journal_base = (char *)control;
    return control;
}

/* ---- appending ---- */

static _Atomic uint32_t *record_size(uint64_t offset)
{
    return (_Atomic uint32_t *)&((struct proto_record *)(journal_base + offset))->size;
}

static struct proto_record *record_claim(uint32_t size)
{
    struct proto_control *control = rt_control;
    uint64_t end = atomic_load(&control->log_end);
    for (;;) {
        if (end + size + sizeof(struct proto_record) > control->journal_size) {
            atomic_fetch_add(&control->records_lost, 1);
            return NULL;
        }
        uint32_t found = 0;
        bool mine = atomic_compare_exchange_strong(record_size(end), &found, size);
        uint64_t next = end + (mine ? size : found);
        uint64_t expected = end;
        bool moved = atomic_compare_exchange_strong(&control->log_end, &expected, next);
        if (mine)
            return (struct proto_record *)(journal_base + end);
        end = moved ? next : expected;
    }
}

uint32_t journal_pid(void)
{
    return control_zygote ? control_zygote : (uint32_t)sys_getpid();
}

void *journal_begin(uint16_t type, size_t size)
{
    size = (size + 7) & ~(size_t)7;
    if (size >= PROTO_SIZE)
        return NULL;
    struct proto_record *record = record_claim((uint32_t)size);
    if (!record)
        return NULL;
    record->type = type;
    record->pid = journal_pid();
    record->order = sys_monotonic_ns();
    return record;
}

double journal_used_part(void)
{
    return (double)atomic_load(&rt_control->log_end) / (double)PROTO_SIZE;
}

void journal_end(void *record)
{
    struct proto_record *head = record;
    atomic_store_explicit(&head->state, RECORD_COMPLETE, memory_order_release);
    atomic_fetch_add(&rt_control->bell, 1);
    sys_futex_wake(&rt_control->bell, 1 << 30, true);
}

enum proto_verdict journal_verdict(const struct proto_record *record)
{
    enum { WAIT_MS = 60000 };
    static _Atomic uint32_t never;
    uint16_t verdict = VERDICT_NONE;
    for (int i = 0; record && i < WAIT_MS && verdict == VERDICT_NONE; i++) {
        verdict = atomic_load(&record->verdict);
        if (sys_call3(SYS_kill, rt_control->tool_pid, 0, 0) == -ESRCH)
            break;
        if (verdict == VERDICT_NONE)
            sys_futex_wait(&never, 0, 1000000, false);
    }
    return (enum proto_verdict)verdict;
}

bool journal_has_printed(void)
{
    uint64_t end = atomic_load(&rt_control->log_end), at = PROTO_LOG_OFFSET;
    uint32_t pid = (uint32_t)sys_getpid();
    for (; at < end; at += *record_size(at)) {
        const struct proto_record *record = (const struct proto_record *)(journal_base + at);
        if (record->pid == pid && record->type == RECORD_FINDING &&
            atomic_load_explicit(&record->state, memory_order_acquire) == RECORD_COMPLETE &&
            journal_verdict(record) == VERDICT_PRINTED)
            return true;
    }
    return false;
}

/* ---- small records ---- */

struct proto_process *journal_process_begin(uint32_t how, uint32_t parent_pid)
{
    char path[PROTO_PATH_MAX];
    long length = sys_call3(SYS_readlink, (long)"/proc/self/exe", (long)path, sizeof path - 1);
    path[length > 0 ? length : 0] = 0;
    size_t size = strlen(path) + 1;
    struct proto_process *record = journal_begin(RECORD_PROCESS, sizeof *record + size);
    if (!record)
        return NULL;
    record->parent_pid = parent_pid;
    record->how = how;
    memcpy(record->path, path, size);
    return record;
}

void journal_process_end(struct proto_process *record)
{
    if (!record)
        return;
    record->instrumented = modules_instrumented();
    journal_end(record);
}

void journal_notice(const char *text, const char *argument)
{
    size_t text_size = strlen(text), argument_size = argument ? strlen(argument) : 0;
    struct proto_notice *record =
        journal_begin(RECORD_NOTICE, sizeof *record + text_size + argument_size + 1);
    if (!record)
        return;
    memcpy(record->text, text, text_size);
    memcpy(record->text + text_size, argument, argument_size);
    record->text[text_size + argument_size] = 0;
    journal_end(record);
}

void journal_exit(void)
{
    static _Atomic uint32_t pid_done; /* not a flag: a forked child ends once too */
    if (!rt_hb || control_zygote)
        return;
    uint32_t pid = (uint32_t)sys_getpid();
    if (atomic_exchange(&pid_done, pid) == pid)
        return;
    struct proto_exit *record = journal_begin(RECORD_EXIT, sizeof *record);
    if (!record)
        return;
    struct hb_stats stats = {0};
    hb_query_stats(rt_hb, &stats);
    finding_counts(&record->findings, &record->findings_dropped);
    record->accesses_slow = stats.records;
    record->contexts = stats.contexts;
    record->shadow_bytes = stats.shadow_bytes;
    record->tasks = stats.tasks;
    journal_end(record);
}
