#include "as_rewrite.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "proto/inline.h"

/* A call for a plain access to `size` bytes at %rdi. */
struct site {
    bool write, unaligned;
    unsigned size;
    const char *call; /* its instruction, as it stands */
    size_t call_length;
    unsigned number; /* in the file */
};

/* ---- finding the calls ---- */

struct span {
    const char *at, *end;
};

static bool take(struct span *span, const char *text)
{
    size_t length = strlen(text);
    if ((size_t)(span->end - span->at) < length || memcmp(span->at, text, length) != 0)
        return false;
    span->at += length;
    return true;
}

static bool take_blanks(struct span *span)
{
    const char *first = span->at;
    while (span->at < span->end && (*span->at == ' ' || *span->at == '\t'))
        span->at++;
    return span->at > first;
}

/* What the function's name says, after "__tsan_" and before the size. */
static bool take_kind(struct span *name, struct site *ret_site)
{
    ret_site->unaligned = take(name, "unaligned_");
    if (!take(name, "volatile_") && take(name, "read_write")) {
        ret_site->write = true;
        return true;
    }
    ret_site->write = take(name, "write");
    return ret_site->write || take(name, "read");
}

static bool take_size(struct span *name, unsigned *ret_size)
{
    static const char *const sizes[] = {"16", "1", "2", "4", "8"};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        if (take(name, sizes[i])) {
            *ret_size = (unsigned)atoi(sizes[i]);
            return true;
        }
    return false;
}

/* The whole line is such a call: directly, through the linkage table, or by -fno-plt. */
static bool site_parse(struct span line, struct site *ret_site)
{
    if (!take_blanks(&line))
        return false;
    ret_site->call = line.at;
    if ((!take(&line, "callq") && !take(&line, "call")) || !take_blanks(&line))
        return false;
    bool indirect = take(&line, "*");
    if (!take(&line, "__tsan_") || !take_kind(&line, ret_site) ||
        !take_size(&line, &ret_site->size))
        return false;
    if (indirect ? !take(&line, "@GOTPCREL(%rip)") : take(&line, "@GOTPCREL"))
        return false;
    if (!indirect)
        take(&line, "@PLT");
    ret_site->call_length = (size_t)(line.at - ret_site->call);
    take_blanks(&line);
    return line.at == line.end || *line.at == '#';
}

/* ---- the check ---- */

/* Instructions, in which <call> and <end> are the site's two labels, and # is `number`. */
static void write_code(FILE *out, const struct site *site, const char *code, int number)
{
    struct span rest = {code, code + strlen(code)};
    while (rest.at < rest.end) {
        if (take(&rest, "<call>"))
            fprintf(out, ".Lrrun_call%u", site->number);
        else if (take(&rest, "<end>"))
            fprintf(out, ".Lrrun_end%u", site->number);
        else if (take(&rest, "#"))
            fprintf(out, "%d", number);
        else
            fputc(*rest.at++, out);
    }
}

/* To the call where the access is not one that is looked up: it must lie in one granule, or be two.
 */
static void write_place_test(FILE *out, const struct site *site)
{
    int size = (int)site->size;
    if (size > INLINE_GRANULE_BYTES) /* of one chunk */
        write_code(out, site,
                   "testb $7, %dil; jne <call>; movl %edi, %ecx; notl %ecx; testl $#, %ecx; "
                   "je <call>; ",
                   (1 << INLINE_CHUNK_BITS) - INLINE_GRANULE_BYTES);
    else if (size == INLINE_GRANULE_BYTES || (size > 1 && !site->unaligned))
        write_code(out, site, "testb $#, %dil; jne <call>; ", size - 1);
    if (size < INLINE_GRANULE_BYTES)
        write_code(out, site, "movl %edi, %ecx; andl $7, %ecx; ", 0);
    if (size < INLINE_GRANULE_BYTES && site->unaligned)
        write_code(out, site, "cmpl $#, %ecx; ja <call>; ", INLINE_GRANULE_BYTES - size);
}

/* %rax: from where on a granule's head is twice its address away; %rdx: the task's word. */
static void write_lookup(FILE *out, const struct site *site)
{
    write_code(out, site, "movq %rdi, %rax; shrq $#, %rax; ", INLINE_CHUNK_BITS);
    write_code(out, site, "cmpq $#, %rax; jae <call>; ", INLINE_ENTRIES);
    write_code(out, site,
               "movq 8(%rdx,%rax,8), %rax; testq %rax, %rax; je <call>; "
               "movq (%rdx), %rdx; movq %fs:(%rdx), %rdx; ",
               0);
}

/* To the end where the heads cover the access. Of the bits of a word only those of other bytes may
 * differ, and for a read the one that tells it from a write. */
static void write_compare(FILE *out, const struct site *site)
{
    int size = (int)site->size, others = 0;
    if (size > INLINE_GRANULE_BYTES) {
        write_code(out, site,
                   "movq 16(%rax,%rdi,2), %rcx; xorq %rdx, %rcx; xorq (%rax,%rdi,2), %rdx; "
                   "orq %rcx, %rdx; ",
                   0);
    } else if (size == INLINE_GRANULE_BYTES) {
        write_code(out, site, "xorq (%rax,%rdi,2), %rdx; ", 0);
    } else {
        write_code(out, site,
                   "movq %rdi, %rsi; andq $-8, %rsi; xorq (%rax,%rsi,2), %rdx; shrb %cl, %dl; ", 0);
        others = 0xff & ~((1 << size) - 1);
    }
    write_code(out, site, "testq $#, %rdx; je <end>; ",
               ~(others | (site->write ? 0 : INLINE_READ)));
}

static void write_site(FILE *out, const struct site *site)
{
    fputs(site->number == 0 ? "\t.weak " INLINE_TABLE_NAME "; " : "\t", out);
    write_code(out, site,
               "movq " INLINE_TABLE_NAME "@GOTPCREL(%rip), %rdx; testq %rdx, %rdx; je <call>; "
               "testb $1, %dl; jne <end>; ",
               0);
    write_place_test(out, site);
    write_lookup(out, site);
    write_compare(out, site);
    write_code(out, site, "<call>: ", 0);
    fwrite(site->call, 1, site->call_length, out);
    write_code(out, site, "; <end>:", 0);
}

char *as_rewrite(const char *text, size_t length, size_t *ret_length)
{
    if (memmem(text, length, ".intel_syntax", strlen(".intel_syntax")))
        return NULL;
    char *result = NULL;
    FILE *out = open_memstream(&result, ret_length);
    CHECK_MSG(out, "out of memory");
    unsigned sites = 0;
    for (const char *line = text, *end = text + length; line < end;) {
        const char *newline = memchr(line, '\n', (size_t)(end - line));
        const char *line_end = newline ? newline : end, *next = newline ? newline + 1 : end;
        struct site site = {.number = sites};
        if (site_parse((struct span){line, line_end}, &site)) {
            write_site(out, &site);
            sites++;
            line = line_end;
        }
        fwrite(line, 1, (size_t)(next - line), out);
        line = next;
    }
    CHECK_MSG(fclose(out) == 0, "out of memory");
    if (sites)
        return result;
    free(result);
    return NULL;
}
