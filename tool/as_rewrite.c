#include "as_rewrite.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "proto/inline.h"

enum site_kind { SITE_ACCESS, SITE_LOAD, SITE_ENTRY, SITE_EXIT };

struct site {
    enum site_kind kind;
    unsigned size;         /* of the plain access, or atomic load, at %rdi */
    bool write, unaligned; /* the plain access */
    bool tail;             /* a jump to the function: its return is the site's own */
    const char *call;      /* its instruction, as it stands */
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

static bool take_size(struct span *name, const char *const *sizes, unsigned *ret_size)
{
    for (; *sizes; sizes++)
        if (take(name, *sizes)) {
            *ret_size = (unsigned)atoi(*sizes);
            return true;
        }
    return false;
}

static bool take_access(struct span *name, struct site *ret_site)
{
    static const char *const bytes[] = {"16", "1", "2", "4", "8", NULL};
    ret_site->kind = SITE_ACCESS;
    ret_site->unaligned = take(name, "unaligned_");
    if (!take(name, "volatile_") && take(name, "read_write"))
        ret_site->write = true;
    else if (!(ret_site->write = take(name, "write")) && !take(name, "read"))
        return false;
    return take_size(name, bytes, &ret_site->size);
}

static bool take_load(struct span *name, struct site *ret_site)
{
    static const char *const bits[] = {"8", "16", "32", "64", NULL};
    if (!take_size(name, bits, &ret_site->size))
        return false;
    ret_site->kind = SITE_LOAD;
    ret_site->size /= 8;
    return take(name, "_load");
}

/* The function's name, after "__tsan_". */
static bool take_name(struct span *name, struct site *ret_site)
{
    if (take(name, "atomic"))
        return take_load(name, ret_site);
    if (!take(name, "func_"))
        return take_access(name, ret_site);
    ret_site->kind = take(name, "entry") ? SITE_ENTRY : SITE_EXIT;
    return ret_site->kind == SITE_ENTRY || take(name, "exit");
}

/* The whole line is such a call: directly, through the linkage table, or by -fno-plt. Of the jumps,
 * by which functions without a result end, only those to the exit. */
static bool site_parse(struct span line, struct site *ret_site)
{
    if (!take_blanks(&line))
        return false;
    ret_site->call = line.at;
    ret_site->tail = take(&line, "jmp");
    if ((!ret_site->tail && !take(&line, "callq") && !take(&line, "call")) || !take_blanks(&line))
        return false;
    bool indirect = take(&line, "*");
    if (!take(&line, "__tsan_") || !take_name(&line, ret_site))
        return false;
    if (indirect ? !take(&line, "@GOTPCREL(%rip)") : take(&line, "@GOTPCREL"))
        return false;
    if (!indirect)
        take(&line, "@PLT");
    ret_site->call_length = (size_t)(line.at - ret_site->call);
    take_blanks(&line);
    return (line.at == line.end || *line.at == '#') &&
           (!ret_site->tail || ret_site->kind == SITE_EXIT);
}

/* ---- the check ---- */

/* Instructions, in which <call>, <look> and <end> are the site's labels, and # is `number`. */
static void write_code(FILE *out, const struct site *site, const char *code, int number)
{
    struct span rest = {code, code + strlen(code)};
    while (rest.at < rest.end) {
        if (take(&rest, "<call>"))
            fprintf(out, ".Lrrun_call%u", site->number);
        else if (take(&rest, "<look>"))
            fprintf(out, ".Lrrun_look%u", site->number);
        else if (take(&rest, "<end>"))
            fprintf(out, ".Lrrun_end%u", site->number);
        else if (take(&rest, "#"))
            fprintf(out, "%d", number);
        else
            fputc(*rest.at++, out);
    }
}

/* ---- plain accesses ---- */

/* To the call where the access is not one that is looked up: it must lie in one granule, or be two.
 * For one granule %ecx becomes where in it. */
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

/* %rax: from where on a granule's head is twice its address away. */
static void write_lookup(FILE *out, const struct site *site)
{
    write_code(out, site, "movq %rdi, %rax; shrq $#, %rax; ", INLINE_CHUNK_BITS);
    write_code(out, site, "cmpq $#, %rax; jae <call>; ", INLINE_ENTRIES);
    write_code(out, site, "movq 16(%rdx,%rax,8), %rax; testq %rax, %rax; je <call>; ", 0);
}

/* The low bits of a word, of whose bytes those of the access were shifted to the end, in which it
 * may differ: other bytes, and `kinds`. */
static int bits_ignored(const struct site *site, int kinds)
{
    return kinds | (0xff & ~((1 << site->size) - 1));
}

/* To the end where the heads cover the access. */
static void write_access(FILE *out, const struct site *site)
{
    write_place_test(out, site);
    write_lookup(out, site);
    write_code(out, site, "movq (%rdx), %rdx; movq %fs:(%rdx), %rdx; ", 0);
    if (site->size > INLINE_GRANULE_BYTES)
        write_code(out, site,
                   "movq 16(%rax,%rdi,2), %rcx; xorq %rdx, %rcx; xorq (%rax,%rdi,2), %rdx; "
                   "orq %rcx, %rdx; ",
                   0);
    else if (site->size == INLINE_GRANULE_BYTES)
        write_code(out, site, "xorq (%rax,%rdi,2), %rdx; ", 0);
    else
        write_code(out, site,
                   "movq %rdi, %rsi; andq $-8, %rsi; xorq (%rax,%rsi,2), %rdx; shrb %cl, %dl; ", 0);
    write_code(out, site, "testq $#, %rdx; je <end>; ",
               ~bits_ignored(site, site->write ? 0 : INLINE_READ));
}

/* ---- atomic loads: the value in %rax, the order in %esi for the call ---- */

static const char *load_instruction(const struct site *site)
{
    switch (site->size) {
    case 1:
        return "movzbl (%rdi), %eax; ";
    case 2:
        return "movzwl (%rdi), %eax; ";
    case 4:
        return "movl (%rdi), %eax; ";
    default:
        return "movq (%rdi), %rax; ";
    }
}

/* As if nobody watched, if the head says so before the load and after it (fast_settled). The task's
 * word has no bytes, so that one which fits nothing does not fit a head that is locked. */
static void write_load(FILE *out, const struct site *site)
{
    write_place_test(out, site);
    if (site->size == INLINE_GRANULE_BYTES)
        write_code(out, site, "xorl %ecx, %ecx; ", 0);
    write_lookup(out, site);
    write_code(out, site,
               "movq 8(%rdx), %rdx; movq %fs:(%rdx), %rdx; orq $#, %rdx; "
               "movb $0, %dl; movq %rdi, %r8; andq $-8, %r8; leaq (%rax,%r8,2), %r8; ",
               INLINE_SETTLED);
    int looked_at = ~bits_ignored(site, INLINE_SETTLED_KINDS);
    const char settled[] = "movq (%r8), %r9; xorq %rdx, %r9; shrb %cl, %r9b; testq $#, %r9; ";
    write_code(out, site, settled, looked_at);
    write_code(out, site, "jne <call>; ", 0);
    write_code(out, site, load_instruction(site), 0);
    write_code(out, site, settled, looked_at);
    write_code(out, site, "je <end>; ", 0);
}

/* ---- calls: the place of the call in %rdi ---- */

/* As fast_call_enter: there is room, and the stack pointer has fallen. */
static void write_entry(FILE *out, const struct site *site)
{
    write_code(out, site, "movq (%rdx), %rdx; movq %fs:#(%rdx), %rax; ", INLINE_CURSOR_TOP);
    write_code(out, site, "cmpq %fs:#(%rdx), %rax; jae <call>; ", INLINE_CURSOR_LIMIT);
    write_code(out, site, "movl #(%rax), %ecx; subl %esp, %ecx; testl %ecx, %ecx; jle <call>; ",
               INLINE_FRAME_SP);
    write_code(out, site, "addq $#, %rax; movq %rdi, (%rax); movl $0, 8(%rax); ",
               INLINE_FRAME_BYTES);
    write_code(out, site, "movl %esp, #(%rax); ", INLINE_FRAME_SP);
    write_code(out, site, "movq %rax, %fs:#(%rdx); jmp <end>; ", INLINE_CURSOR_TOP);
}

/* As __tsan_func_exit: unless there is no frame, or only a border. */
static void write_exit(FILE *out, const struct site *site)
{
    write_code(out, site, "movq (%rdx), %rdx; movq %fs:#(%rdx), %rax; ", INLINE_CURSOR_TOP);
    write_code(out, site,
               "testq %rax, %rax; je <call>; cmpq $0, (%rax); je <call>; subq $#, %rax; ",
               INLINE_FRAME_BYTES);
    write_code(out, site, "movq %rax, %fs:#(%rdx); ", INLINE_CURSOR_TOP);
    write_code(out, site, site->tail ? "ret; " : "jmp <end>; ", 0);
}

/* ---- all of a site ---- */

/* In the three worlds of proto/inline.h. */
static void write_site(FILE *out, const struct site *site)
{
    fputs(site->number == 0 ? "\t.weak " INLINE_TABLE_NAME "; " : "\t", out);
    write_code(out, site,
               "movq " INLINE_TABLE_NAME "@GOTPCREL(%rip), %rdx; testq %rdx, %rdx; je <call>; "
               "testb $1, %dl; ",
               0);
    if (site->kind == SITE_LOAD) {
        write_code(out, site, "je <look>; ", 0);
        write_code(out, site, load_instruction(site), 0);
        write_code(out, site, "jmp <end>; <look>: ", 0);
    } else if (site->tail) {
        write_code(out, site, "je <look>; ret; <look>: ", 0);
    } else {
        write_code(out, site, "jne <end>; ", 0);
    }
    static void (*const write_kind[])(FILE *, const struct site *) = {
        [SITE_ACCESS] = write_access,
        [SITE_LOAD] = write_load,
        [SITE_ENTRY] = write_entry,
        [SITE_EXIT] = write_exit,
    };
    write_kind[site->kind](out, site);
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
