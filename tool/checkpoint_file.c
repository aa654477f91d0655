/*
 * checkpoint_file: see checkpoint_file.h. A line of text; a head; identity; tables; the frontier;
 * the digest of all before it. Tables of the shared memory are written as the slots in use.
 */
#include "checkpoint_file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "tool.h"
#include "trace/digest.h"

static const char first_words[] = "racerun-checkpoint ";
enum { VERSION = 1, TABLES = 4 };

struct head {
    char build[CHECKPOINT_BUILD];
    struct checkpoint_counters counters;
    uint64_t identity_size, frontier_size, keys;
    uint64_t slots[TABLES]; /* in use */
};

struct slot {
    uint64_t index, value;
};

/* A table of the shared memory, as words. */
struct table {
    _Atomic uint64_t *words;
    uint64_t count;
};

static struct table table_of(struct explore_shared *shared, int number)
{
    switch (number) {
    case 0:
        return (struct table){shared->seen, EXPLORE_SEEN};
    case 1:
        return (struct table){shared->racy, EXPLORE_FINDINGS};
    case 2:
        return (struct table){shared->racy_next, EXPLORE_FINDINGS};
    default: /* pairs of words */
        return (struct table){&shared->findings_seen[0].key, UINT64_C(2) * EXPLORE_FINDINGS};
    }
}
static_assert(sizeof(struct explore_seen) == 2 * sizeof(uint64_t), "a table of words");

/* ---- out ---- */

static struct checkpoint_counters counters_take(const struct search *search)
{
    struct explore_shared *shared = search->campaign.shared;
    return (struct checkpoint_counters){
        .next = atomic_load(&shared->next),
        .executed = atomic_load(&shared->executed),
        .distinct = atomic_load(&shared->distinct),
        .failed = atomic_load(&shared->failed),
        .once = atomic_load(&shared->once),
        .decisions = atomic_load(&shared->decisions),
        .traces_digest = atomic_load(&shared->traces_digest),
        .first = search->first,
        .memory = shared->memory,
        .doubts = atomic_load(&shared->doubts),
        .bounded = atomic_load(&shared->bounded),
        .steps_longest = atomic_load(&shared->steps_longest),
        .racy_count = atomic_load(&shared->racy_count),
        .racy_next_count = atomic_load(&shared->racy_next_count),
        .findings = search->findings,
        .shared = search->campaign.workers[0].block->settings.shared,
        .outside = atomic_load(&shared->outside),
    };
}

struct writer {
    FILE *file;
    uint64_t digest;
};

static void put(struct writer *writer, const void *bytes, size_t size)
{
    writer->digest = digest_add(writer->digest, bytes, size);
    fwrite(bytes, 1, size, writer->file); /* errors stay with the stream */
}

static uint64_t table_used(struct table table)
{
    uint64_t used = 0;
    for (uint64_t i = 0; i < table.count; i++)
        used += atomic_load_explicit(&table.words[i], memory_order_relaxed) != 0;
    return used;
}

static void table_put(struct writer *writer, struct table table)
{
    for (uint64_t i = 0; i < table.count; i++) {
        struct slot slot = {i, atomic_load_explicit(&table.words[i], memory_order_relaxed)};
        if (slot.value)
            put(writer, &slot, sizeof slot);
    }
}

static void image_put(struct writer *writer, const struct checkpoint_image *image,
                      const struct search *search)
{
    struct explore_shared *shared = search->campaign.shared;
    struct head head;
    char line[sizeof first_words + 12];
    memset(&head, 0, sizeof head);
    memcpy(head.build, image->build, sizeof head.build);
    head.counters = counters_take(search);
    head.identity_size = strlen(image->identity) + 1;
    head.frontier_size = image->frontier_size;
    head.keys = search->keys_count;
    for (int i = 0; i < TABLES; i++)
        head.slots[i] = table_used(table_of(shared, i));
    put(writer, line, (size_t)sprintf(line, "%s%d\n", first_words, VERSION));
    put(writer, &head, sizeof head);
    put(writer, image->identity, head.identity_size);
    put(writer, search->keys, search->keys_count * sizeof *search->keys);
    for (int i = 0; i < TABLES; i++)
        table_put(writer, table_of(shared, i));
    put(writer, image->frontier, image->frontier_size);
    uint64_t digest = writer->digest;
    put(writer, &digest, sizeof digest);
}

/* A name in the same folder stays in it. */
static void folder_sync(const char *path)
{
    char *copy = text_format("%s", path);
    int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
    free(copy);
}

static int file_finish(FILE *file)
{
    int error = fflush(file) != 0 || ferror(file) ? errno ? errno : EIO : 0;
    if (!error && fsync(fileno(file)) != 0 && errno != EINVAL)
        error = errno;
    if (fclose(file) != 0 && !error)
        error = errno;
    return error;
}

int checkpoint_put(const char *path, const struct checkpoint_image *image, struct search *search)
{
    char *fresh = text_format("%s.new", path);
    struct writer writer = {fopen(fresh, "we"), DIGEST_INITIAL};
    int error = writer.file ? 0 : errno;
    if (!error) {
        errno = 0;
        image_put(&writer, image, search);
        error = file_finish(writer.file);
    }
    if (!error && rename(fresh, path) != 0)
        error = errno;
    if (error && writer.file)
        unlink(fresh);
    else if (!error)
        folder_sync(path);
    free(fresh);
    return error;
}

/* ---- in ---- */

/* NULL and errno. */
static char *file_take(const char *path, size_t *ret_size)
{
    struct stat status;
    FILE *file = fopen(path, "re");
    char *bytes = NULL;
    if (file && fstat(fileno(file), &status) == 0 && S_ISREG(status.st_mode)) {
        *ret_size = (size_t)status.st_size;
        bytes = malloc(*ret_size + 1);
        CHECK_MSG(bytes, "out of memory");
        if (fread(bytes, 1, *ret_size, file) != *ret_size) {
            free(bytes);
            bytes = NULL;
            errno = EIO;
        }
    } else if (file) {
        errno = EINVAL;
    }
    if (file)
        fclose(file);
    return bytes;
}

static char *wrong_words(const char *path, const char *words)
{
    return text_format("%s %s: remove it to begin anew", path, words);
}

/* Is all there, and as it was written? After the line. */
static bool image_parse(struct checkpoint_image *image, const char *at, const char *end)
{
    struct head head;
    uint64_t digest;
    if ((size_t)(end - at) < sizeof head + sizeof digest)
        return false;
    end -= sizeof digest;
    memcpy(&digest, end, sizeof digest);
    if (digest != digest_add(DIGEST_INITIAL, image->bytes, (size_t)(end - image->bytes)))
        return false;
    memcpy(&head, at, sizeof head);
    at += sizeof head;
    uint64_t left = (uint64_t)(end - at), slots = 0;
    for (int i = 0; i < TABLES; i++)
        slots += head.slots[i] < left ? head.slots[i] : left;
    if (head.identity_size > left || head.frontier_size > left || head.keys > left ||
        head.identity_size + head.keys * sizeof(uint64_t) + slots * sizeof(struct slot) +
                head.frontier_size !=
            left ||
        !head.identity_size || at[head.identity_size - 1] || head.build[CHECKPOINT_BUILD - 1])
        return false;
    memcpy(image->build, head.build, sizeof image->build);
    image->counters = head.counters;
    image->identity = at;
    image->tables = at + head.identity_size;
    image->frontier = end - head.frontier_size;
    image->frontier_size = head.frontier_size;
    return true;
}

static char *image_check(const char *path, struct checkpoint_image *image)
{
    char *line_end = memchr(image->bytes, '\n', image->size);
    if (!line_end || strncmp(image->bytes, first_words, strlen(first_words)) != 0)
        return text_format("%s is no checkpoint of racerun: name another file", path);
    long version = strtol(image->bytes + strlen(first_words), NULL, 10);
    if (version > VERSION)
        return wrong_words(path, "is of a newer version of racerun");
    if (version < VERSION || !image_parse(image, line_end + 1, image->bytes + image->size))
        return wrong_words(path, "is damaged or was cut short");
    return NULL;
}

bool checkpoint_read(const char *path, struct checkpoint_image *ret_image, char **ret_wrong)
{
    *ret_image = (struct checkpoint_image){0};
    *ret_wrong = NULL;
    ret_image->bytes = file_take(path, &ret_image->size);
    if (!ret_image->bytes) {
        if (errno != ENOENT)
            *ret_wrong = text_format("cannot read %s: %s", path, strerror(errno));
        return !*ret_wrong;
    }
    ret_image->bytes[ret_image->size] = 0;
    *ret_wrong = image_check(path, ret_image);
    if (*ret_wrong) {
        free(ret_image->bytes);
        ret_image->bytes = NULL;
    }
    return !*ret_wrong;
}

static bool table_restore(struct table table, const char **at, uint64_t slots)
{
    for (uint64_t i = 0; i < slots; i++, *at += sizeof(struct slot)) {
        struct slot slot;
        memcpy(&slot, *at, sizeof slot);
        if (slot.index >= table.count)
            return false;
        atomic_store_explicit(&table.words[slot.index], slot.value, memory_order_relaxed);
    }
    return true;
}

static void counters_restore(const struct checkpoint_counters *counters, struct search *search)
{
    struct explore_shared *shared = search->campaign.shared;
    atomic_store(&shared->executed, counters->executed);
    atomic_store(&shared->distinct, counters->distinct);
    atomic_store(&shared->failed, counters->failed);
    atomic_store(&shared->once, counters->once);
    atomic_store(&shared->decisions, counters->decisions);
    atomic_store(&shared->traces_digest, counters->traces_digest);
    atomic_store(&shared->doubts, counters->doubts);
    atomic_store(&shared->bounded, counters->bounded);
    atomic_store(&shared->steps_longest, counters->steps_longest);
    atomic_store(&shared->racy_count, counters->racy_count);
    atomic_store(&shared->racy_next_count, counters->racy_next_count);
    atomic_store(&shared->outside, counters->outside);
    search->first = counters->first;
    search->findings = counters->findings;
    search->begin = counters->next;
}

bool checkpoint_restore(const struct checkpoint_image *image, struct search *search)
{
    struct head head;
    const char *at = image->tables;
    memcpy(&head, image->identity - sizeof head, sizeof head);
    search->keys_count = head.keys;
    search->keys = malloc(head.keys * sizeof *search->keys + 1);
    CHECK_MSG(search->keys, "out of memory");
    memcpy(search->keys, at, head.keys * sizeof *search->keys);
    at += head.keys * sizeof *search->keys;
    for (int i = 0; i < TABLES; i++)
        if (!table_restore(table_of(search->campaign.shared, i), &at, head.slots[i]))
            return false;
    counters_restore(&image->counters, search);
    return true;
}
