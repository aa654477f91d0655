/*
 * output: see output.h.
 */
#include "output.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "tool.h"

enum { KEPT_MAX = 1 << 20, SHOWN = 4000, LINES_SHOWN = 8, WIDTH = 160 };

/* At most `max` bytes of the file from its beginning, and a 0. Its whole size in *ret_size. */
static char *text_read(int fd, size_t max, size_t *ret_size)
{
    struct stat stat = {0};
    fstat(fd, &stat);
    *ret_size = (size_t)stat.st_size;
    size_t wanted = *ret_size < max ? *ret_size : max;
    char *text = malloc(wanted + 1);
    CHECK_MSG(text, "out of memory");
    ssize_t got = pread(fd, text, wanted, 0);
    text[got > 0 ? got : 0] = 0;
    return text;
}

void output_take(struct output *ret_output, const struct worker *worker)
{
    ret_output->text = text_read(worker->output, KEPT_MAX, &ret_output->size);
    ret_output->status = worker->block->answer.status;
}

void output_done(struct output *output)
{
    free(output->text);
    output->text = NULL;
}

static void file_show(int fd, const char *words)
{
    size_t size;
    char *text = text_read(fd, SHOWN, &size);
    if (*text)
        tool_say("%s", words);
    for (char *line = text, *end; *line; line = end) {
        end = line + strcspn(line, "\n");
        fprintf(stderr, "    %.*s\n", (int)(end - line), line);
        end += *end == '\n';
    }
    if (size > SHOWN)
        fprintf(stderr, "    ... %zu bytes in all\n", size);
    free(text);
}

void output_show(const struct worker *worker)
{
    file_show(worker->output, "its output:");
    if (worker->errors != worker->output)
        file_show(worker->errors, "its standard error:");
}

/* ---- the difference ---- */

/* The lines from `from` to `to`, or the first of them. */
static void lines_put(char mark, const char *from, const char *to)
{
    for (int i = 0; from < to; i++) {
        size_t length = strcspn(from, "\n");
        if (i == LINES_SHOWN) {
            fprintf(stderr, "    %c ...\n", mark);
            return;
        }
        const char *more = length > WIDTH ? "..." : from[length] ? "" : " (no newline at the end)";
        fprintf(stderr, "    %c %.*s%s\n", mark, (int)(length < WIDTH ? length : WIDTH), from,
                more);
        from += length + (from[length] == '\n');
    }
}

/* What both begin with, in whole lines. */
static size_t common_begin(const char *a, const char *b)
{
    size_t lines = 0;
    for (size_t i = 0; a[i] && a[i] == b[i]; i++)
        if (a[i] == '\n')
            lines = i + 1;
    return lines;
}

/* What both end with beyond that, in whole lines. */
static size_t common_end(const char *a, size_t a_size, const char *b, size_t b_size)
{
    size_t lines = 0;
    for (size_t i = 1; i <= a_size && i <= b_size && a[a_size - i] == b[b_size - i]; i++) {
        bool a_begins = i == a_size || a[a_size - i - 1] == '\n';
        bool b_begins = i == b_size || b[b_size - i - 1] == '\n';
        if (a_begins && b_begins)
            lines = i;
    }
    return lines;
}

void output_compare(const struct output *before, const struct output *after)
{
    size_t begin = common_begin(before->text, after->text);
    const char *a = before->text + begin, *b = after->text + begin;
    size_t a_size = strlen(a), b_size = strlen(b), end = common_end(a, a_size, b, b_size);
    if (begin)
        fprintf(stderr, "      (%zu bytes alike)\n", begin);
    lines_put('-', a, a + a_size - end);
    lines_put('+', b, b + b_size - end);
    if (end)
        fprintf(stderr, "      (%zu bytes alike)\n", end);
    if (before->status != after->status)
        fprintf(stderr, "    - exit status %u\n    + exit status %u\n", before->status,
                after->status);
}
