#include "report/baseline.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/reread.h"

static int entry_order(const void *a, const void *b)
{
    const struct baseline_entry *x = a, *y = b;
    return x->id < y->id ? -1 : x->id > y->id;
}

static uint32_t id_value(const char *id)
{
    return (uint32_t)strtoul(id, NULL, 16);
}

static int line_add(struct baseline *baseline, const char *path, unsigned number, const char *line,
                    size_t size, char **ret_error)
{
    struct arena arena = {0};
    struct reread reread;
    const char *wrong;
    int result = reread_line(&arena, line, size, &reread, &wrong);
    if (result < 0 && ret_error &&
        asprintf(ret_error, "the baseline %s:%u: %s", path, number, wrong) < 0)
        *ret_error = NULL;
    if (result == 0 && reread.kind == REREAD_FINDING) {
        baseline->entries =
            memory_grow(baseline->entries, baseline->count, sizeof *baseline->entries);
        baseline->entries[baseline->count++] =
            (struct baseline_entry){.id = id_value(reread.finding.id)};
    }
    arena_done(&arena);
    return result;
}

static void entries_sort(struct baseline *baseline)
{
    size_t kept = 0;
    if (baseline->count)
        qsort(baseline->entries, baseline->count, sizeof *baseline->entries, entry_order);
    for (size_t i = 0; i < baseline->count; i++)
        if (!kept || baseline->entries[i].id != baseline->entries[kept - 1].id)
            baseline->entries[kept++] = baseline->entries[i];
    baseline->count = kept;
}

int baseline_add_file(struct baseline *baseline, const char *path, char **ret_error)
{
    if (!path || !*path)
        return 0;
    char *line = NULL;
    size_t room = 0;
    ssize_t size = -1;
    int result = 0;
    FILE *file = fopen(path, "re");
    for (unsigned number = 1; file && result == 0 && (size = getline(&line, &room, file)) > 0;
         number++)
        result = line_add(baseline, path, number, line, (size_t)size, ret_error);
    if (!file || ferror(file)) {
        result = -EINVAL;
        if (ret_error &&
            asprintf(ret_error, "cannot read the baseline %s: %s", path, strerror(errno)) < 0)
            *ret_error = NULL;
    }
    if (file)
        fclose(file);
    free(line);
    entries_sort(baseline);
    return result;
}

bool baseline_meet(struct baseline *baseline, const char *id)
{
    struct baseline_entry wanted = {.id = id_value(id)}, *found = NULL;
    if (baseline->count)
        found = bsearch(&wanted, baseline->entries, baseline->count, sizeof wanted, entry_order);
    if (found)
        found->met = true;
    return found != NULL;
}

unsigned baseline_unseen(const struct baseline *baseline)
{
    unsigned count = 0;
    for (size_t i = 0; i < baseline->count; i++)
        count += !baseline->entries[i].met;
    return count;
}

void baseline_done(struct baseline *baseline)
{
    free(baseline->entries);
}
