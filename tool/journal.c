#include "journal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/check.h"
#include "base/sys.h"
#include "tool.h"

/* How long a torn record of a living writer may hold up those behind it. A writer needs
 * microseconds; one that takes longer is stopped, dead, or has no processor: what it completes
 * later is read then. */
#define TORN_PATIENCE_NS INT64_C(300000000)

/* ---- creating ---- */

/* A file size limit (ulimit -f) holds for a memfd, too. As far as it may be lifted it is, for this
 * one call. The library takes no smaller journal, so a hard limit below is an error. 0 or -errno.
 */
static int journal_resize(int fd)
{
    struct rlimit before = {RLIM_INFINITY, RLIM_INFINITY}, lifted = before;
    getrlimit(RLIMIT_FSIZE, &before);
    if (setrlimit(RLIMIT_FSIZE, &lifted) < 0) { /* only root may pass the hard limit */
        lifted = (struct rlimit){before.rlim_max, before.rlim_max};
        setrlimit(RLIMIT_FSIZE, &lifted);
    }
    int error = lifted.rlim_cur < PROTO_SIZE           ? EFBIG /* trying would raise SIGXFSZ */
                : ftruncate(fd, (off_t)PROTO_SIZE) < 0 ? errno
                                                       : 0;
    setrlimit(RLIMIT_FSIZE, &before);
    return -error;
}

/* Descriptors 0 to 2 are the program's, whatever we were started with. */
static int memfd_above_standard(void)
{
    int fd = memfd_create("racerun-journal", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd < 0 || fd > STDERR_FILENO)
        return fd;
    int higher = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    close(fd);
    return higher;
}

static void control_fill(struct proto_control *control, const struct proto_options *options,
                         const char *library)
{
    control->version = PROTO_VERSION;
    control->size = sizeof *control;
    control->journal_size = PROTO_SIZE;
    atomic_store_explicit(&control->log_end, PROTO_LOG_OFFSET, memory_order_relaxed);
    control->tool_pid = (uint32_t)getpid();
    control->options = *options;
    snprintf(control->library, sizeof control->library, "%s", library);
    control->magic = PROTO_MAGIC;
}

int journal_create(struct journal *ret_journal, const struct proto_options *options,
                   const char *library, const char **ret_what)
{
    *ret_what = "memfd_create";
    int fd = memfd_above_standard();
    if (fd < 0)
        return -errno;
    int error = journal_resize(fd);
    if (error < 0) {
        *ret_what = error == -EFBIG
                        ? "its 256 MiB exceed the file size limit (RLIMIT_FSIZE, see ulimit -f)"
                        : "ftruncate";
        close(fd);
        return error;
    }
    *ret_what = "mmap (is address space limited? see ulimit -v)";
    void *memory =
        mmap(NULL, PROTO_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, fd, 0);
    if (memory == MAP_FAILED) {
        error = errno;
        close(fd);
        return -error;
    }
    control_fill(memory, options, library);
    *ret_journal =
        (struct journal){.fd = fd, .control = memory, .size = PROTO_SIZE, .next = PROTO_LOG_OFFSET};
    return 0;
}

void journal_destroy(struct journal *journal)
{
    if (!journal->control)
        return;
    munmap(journal->control, journal->size);
    close(journal->fd);
    journal->control = NULL;
}

char *journal_path(const struct journal *journal)
{
    return text_format("/proc/%d/fd/%d", tool_proc_pid(), journal->fd);
}

/* ---- reading ---- */

/* The program may scribble over the journal: nothing read from it is trusted. */
static uint64_t journal_end(const struct journal *journal)
{
    uint64_t end = atomic_load_explicit(&journal->control->log_end, memory_order_acquire);
    return end < journal->size ? end & ~UINT64_C(7) : journal->size;
}

static const struct proto_record *record_at(const struct journal *journal, uint64_t offset)
{
    return (const struct proto_record *)((const char *)journal->control + offset);
}

static bool record_size_valid(uint32_t size, uint64_t room)
{
    return size >= sizeof(struct proto_record) && size % 8 == 0 && size <= room;
}

/* Could a record begin here? */
static bool record_plausible(const struct proto_record *record, uint64_t room)
{
    return room >= sizeof *record && record_size_valid(record->size, room) &&
           record->type >= RECORD_PROCESS && record->type < RECORD_TYPES &&
           atomic_load_explicit(&record->state, memory_order_acquire) == RECORD_COMPLETE;
}

/* Past a torn record: by its size, or, when that is missing, to the next plausible one. */
static void journal_skip(struct journal *journal, uint64_t end)
{
    uint32_t size = record_at(journal, journal->next)->size;
    if (record_size_valid(size, end - journal->next)) {
        journal->next += size;
        return;
    }
    do
        journal->next += 8;
    while (journal->next < end &&
           !record_plausible(record_at(journal, journal->next), end - journal->next));
}

/* Its size, read once as the program may scribble over it; 0: it is not complete. */
static uint32_t record_complete(const struct journal *journal, uint64_t at, uint64_t end)
{
    const struct proto_record *record = record_at(journal, at);
    if (at >= end || end - at < sizeof *record ||
        atomic_load_explicit(&record->state, memory_order_acquire) != RECORD_COMPLETE)
        return 0;
    uint32_t size = *(const volatile uint32_t *)&record->size;
    return record_size_valid(size, end - at) ? size : 0;
}

/* The size of one that was stepped over and is complete by now; 0: there is none. */
static uint32_t hole_filled(struct journal *journal, uint64_t end, uint64_t *ret_at)
{
    for (unsigned i = 0; i < journal->hole_count; i++) {
        uint32_t size = record_complete(journal, *ret_at = journal->holes[i], end);
        if (size) {
            journal->holes[i] = journal->holes[--journal->hole_count];
            return size;
        }
    }
    return 0;
}

enum journal_answer journal_next(struct journal *journal, bool final,
                                 const struct proto_record **ret_record, size_t *ret_size)
{
    for (;;) {
        uint64_t end = journal_end(journal), at;
        uint32_t size = hole_filled(journal, end, &at);
        if (!size && journal->next >= end)
            return JOURNAL_EMPTY;
        if (!size && (size = record_complete(journal, at = journal->next, end)) > 0) {
            journal->next += size;
            journal->torn_since = 0;
        }
        if (size) {
            *ret_record = record_at(journal, at);
            *ret_size = size;
            return JOURNAL_RECORD;
        }
        uint64_t now = sys_monotonic_ns();
        if (!journal->torn_since)
            journal->torn_since = now;
        if (!final && now - journal->torn_since < (uint64_t)TORN_PATIENCE_NS)
            return JOURNAL_TORN;
        if (journal->hole_count < JOURNAL_HOLES)
            journal->holes[journal->hole_count++] = journal->next;
        journal_skip(journal, end);
        journal->torn_since = 0;
    }
}

/* ---- the bell ---- */

void journal_judge(struct journal *journal, const struct proto_record *record,
                   enum proto_verdict verdict)
{
    if (journal->read_only)
        return;
    struct proto_record *own = (struct proto_record *)(uintptr_t)record;
    atomic_store(&own->verdict, (uint16_t)verdict);
}

uint32_t journal_bell(const struct journal *journal)
{
    return atomic_load_explicit(&journal->control->bell, memory_order_acquire);
}

void journal_wait(struct journal *journal, uint32_t heard, int64_t timeout_ns)
{
    sys_futex_wait(&journal->control->bell, heard, timeout_ns, true);
}

void journal_ring(struct journal *journal)
{
    atomic_fetch_add_explicit(&journal->control->bell, 1, memory_order_release);
    sys_futex_wake(&journal->control->bell, 1, true);
}

/* ---- the end ---- */

/* Through a descriptor that is read-only itself; a mapping that could be made writable counts. */
void journal_read_only(struct journal *journal)
{
    journal->read_only = true;
    char *path = text_format("/proc/self/fd/%d", journal->fd);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd >= 0) {
        void *mapped =
            mmap(journal->control, journal->size, PROT_READ, MAP_SHARED | MAP_FIXED, fd, 0);
        CHECK_MSG(mapped == journal->control, "the journal can no longer be mapped");
        close(fd);
    }
    free(path);
}

bool journal_deserted(const struct journal *journal)
{
    return fcntl(journal->fd, F_ADD_SEALS, F_SEAL_WRITE) == 0 || errno != EBUSY;
}
