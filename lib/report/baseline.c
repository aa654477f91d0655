#include "report/baseline.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/reread.h"

static int id_order(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
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
        baseline->ids = memory_grow(baseline->ids, baseline->count, sizeof *baseline->ids);
        baseline->ids[baseline->count++] = id_value(reread.finding.id);
    }
    arena_done(&arena);
    return result;
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
    if (baseline->count)
        qsort(baseline->ids, baseline->count, sizeof *baseline->ids, id_order);
    return result;
}

bool baseline_has(const struct baseline *baseline, const char *id)
{
    uint32_t wanted = id_value(id);
    return baseline->count && bsearch(&wanted, baseline->ids, baseline->count,
                                      sizeof *baseline->ids, id_order) != NULL;
}

void baseline_done(struct baseline *baseline)
{
    free(baseline->ids);
}
