/*
 * identity: what makes two findings the same.
 *
 * The *id* names a finding to people and in baselines. It must survive edits elsewhere in the
 * files, so it is made of the kind, what was accessed (a variable's path without array indexes and
 * its file, or who allocated the block and the offset in a small one) and, for both sides, the
 * functions and modules of the innermost frames and whether it was plain, atomic or a free, and the
 * place's line counted from its function's: no line of the file, no address, no task number. It
 * does not depend on which access came first, nor on read against write: `n++` is both, and which
 * of them is met first is a matter of luck.
 *
 * Of findings that are about goroutines which are somewhere (deadlocks, leaks, panics) it is made
 * of their states and functions, each once: how many there are is a matter of luck, too.
 *
 * Two keys tell duplicates. Equal `key`: the id and the source lines of those frames (the read and
 * the write of `n++`). Equal `key_code`: the instructions, whatever the offset in the block (a loop
 * over an array). So two fields used on one line are two findings, the elements of an array one.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/finding.h"

#define ID_FRAMES 3
#define HEAP_STRUCT_MAX 512 /* in a larger block the offset is an index rather than a field */

/* FNV-1a, 64 bits. */
static uint64_t hash_text(const char *text)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (; *text; text++)
        hash = (hash ^ (uint8_t)*text) * UINT64_C(0x100000001b3);
    return hash;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* The innermost frame and the next ones of the user's own: the same template of the C++ library
 * used at two places makes two findings. */
static void add_frames(struct buf *buf, const struct stack *stack)
{
    for (size_t i = 0, taken = 0; i < stack->count && taken < ID_FRAMES; i++) {
        const struct frame *frame = &stack->frames[i];
        if (i > 0 && frame->library)
            continue;
        taken++;
        /* The executable's name does not matter: one library, linked into many tests. */
        const char *module = frame->in_main ? "" : frame->module;
        if (frame->function)
            buf_printf(buf, "%s@%s|", frame->function, module);
        else if (frame->module)
            buf_printf(buf, "+%" PRIx64 "@%s|", frame->offset, module);
        else
            buf_put(buf, "?|");
    }
}

static void add_path_without_indexes(struct buf *buf, const char *path)
{
    for (bool inside = false; *path; path++) {
        if (*path == ']')
            inside = false;
        if (!inside)
            buf_char(buf, *path);
        if (*path == '[')
            inside = true;
    }
}

static void add_object(struct buf *buf, const struct object *object)
{
    if (object)
        buf_printf(buf, "%s|", object_noun(object->kind));
    if (object && object->variable)
        add_path_without_indexes(buf, object->variable->path);
    else if (object)
        add_frames(buf, &object->made);
}

static void add_place(struct buf *buf, const struct finding *finding)
{
    const struct place *place = &finding->place;
    static const char *const kinds[] = {"unknown", "static", "heap", "stack", "tls"};
    buf_printf(buf, "%s|%s|", finding->title, kinds[place->kind]);
    const struct variable *variable = place->variable;
    add_object(buf, finding->about);
    if (variable && variable->function)
        buf_printf(buf, "%s:", variable->function);
    if (variable)
        add_path_without_indexes(buf, variable->path);
    if (variable && variable->file)
        buf_printf(buf, "@%s|", base_name(variable->file));
    if (place->kind == PLACE_HEAP)
        add_frames(buf, &place->allocated);
}

/* In a small block the offset is a field. */
static void add_field(struct buf *buf, const struct place *place)
{
    if (place->kind == PLACE_HEAP && place->size <= HEAP_STRUCT_MAX)
        buf_printf(buf, "+%" PRIu64, place->addr - place->base);
}

/* Appends what `add` makes of both accesses, in an order that does not depend on time. */
static void add_sides(struct buf *buf, const struct finding *finding,
                      void (*add)(struct buf *side, const struct access *access))
{
    struct buf now = {0}, before = {0};
    buf_put(&now, "");
    buf_put(&before, "");
    add(&now, &finding->now);
    if (finding->has_before)
        add(&before, &finding->before);
    bool swap = strcmp(now.bytes, before.bytes) > 0;
    buf_printf(buf, "\n%s\n%s", swap ? before.bytes : now.bytes, swap ? now.bytes : before.bytes);
    buf_done(&now);
    buf_done(&before);
}

static const char *side_kind(enum proto_access_kind kind)
{
    if (kind == ACCESS_FREE)
        return "free";
    return kind == ACCESS_ATOMIC_READ || kind == ACCESS_ATOMIC_WRITE ? "atomic" : "plain";
}

static void side_functions(struct buf *side, const struct access *access)
{
    buf_printf(side, "%s|", side_kind(access->kind));
    const struct frame *frame = access->stack.count ? stack_own(&access->stack) : NULL;
    if (frame && frame->function_line && frame->line >= frame->function_line)
        buf_printf(side, "%u|", frame->line - frame->function_line);
    add_frames(side, &access->stack);
}

/* The lines of the frames that the id is made of. */
static void add_lines(struct buf *buf, const struct stack *stack)
{
    for (size_t i = 0, taken = 0; i < stack->count && taken < ID_FRAMES; i++) {
        const struct frame *frame = &stack->frames[i];
        if (frame->library)
            continue;
        taken++;
        if (frame->file)
            buf_printf(buf, "%s:%u|", frame->file, frame->line);
        else
            buf_printf(buf, "%s+%" PRIx64 "|", frame->module_path ? frame->module_path : "",
                       frame->module ? frame->offset : frame->pc);
    }
}

/* The instructions of the same frames. */
static void side_code(struct buf *side, const struct access *access)
{
    const struct stack *stack = &access->stack;
    for (size_t i = 0, taken = 0; i < stack->count && taken < ID_FRAMES; i++) {
        if (stack->frames[i].library)
            continue;
        taken++;
        buf_printf(side, "%" PRIx64 "|", stack->frames[i].offset);
    }
}

static void side_lines(struct buf *side, const struct access *access)
{
    add_lines(side, &access->stack);
}

/* ---- findings about goroutines that are somewhere ---- */

static int text_order(const void *a, const void *b)
{
    return strcmp(((const struct buf *)a)->bytes, ((const struct buf *)b)->bytes);
}

/* What `add` makes of each goroutine's place, in an order that does not depend on time; once. */
static void add_waits(struct buf *buf, const struct finding *finding,
                      void (*add)(struct buf *side, const struct access *access))
{
    struct buf *texts = memory_alloc((finding->wait_count + 1) * sizeof *texts);
    for (size_t i = 0; i < finding->wait_count; i++) {
        buf_printf(&texts[i], "%s|", finding->waits[i].state);
        add(&texts[i], &(struct access){.stack = finding->waits[i].stack});
    }
    qsort(texts, finding->wait_count, sizeof *texts, text_order);
    for (size_t i = 0; i < finding->wait_count; i++)
        if (i == 0 || text_order(&texts[i - 1], &texts[i]) != 0)
            buf_printf(buf, "\n%s", texts[i].bytes);
    for (size_t i = 0; i < finding->wait_count; i++)
        buf_done(&texts[i]);
    free(texts);
}

/* ---- the whole ---- */

static void id_set(struct finding *finding, const struct buf *text)
{
    uint64_t hash = hash_text(text->bytes);
    snprintf(finding->id, sizeof(finding->id), "%08" PRIx32, (uint32_t)(hash ^ hash >> 32));
}

/* Of findings that are nowhere. Digits are lines, statuses and counts. */
static void add_words(struct buf *buf, const char *words)
{
    for (; *words; words++)
        if (*words < '0' || *words > '9')
            buf_char(buf, *words);
}

static void identify_waits(struct finding *finding)
{
    struct buf text = {0};
    buf_printf(&text, "%s|", finding->title);
    add_object(&text, finding->about);
    add_waits(&text, finding, side_functions);
    if (!finding->wait_count && finding->words)
        add_words(&text, finding->words);
    id_set(finding, &text);
    add_waits(&text, finding, side_lines);
    finding->key = hash_text(text.bytes);
    finding->key_code = ~finding->key; /* tells nothing more */
    buf_done(&text);
}

void finding_identify(struct finding *finding)
{
    if (!finding->has_now) {
        identify_waits(finding);
        return;
    }
    struct buf text = {0};
    add_place(&text, finding);
    add_sides(&text, finding, side_functions);
    size_t common = text.size;
    add_sides(&text, finding, side_code);
    finding->key_code = hash_text(text.bytes);
    text.size = common;
    text.bytes[common] = 0;
    add_field(&text, &finding->place);
    id_set(finding, &text);
    add_sides(&text, finding, side_lines);
    add_lines(&text, &finding->place.allocated);
    finding->key = hash_text(text.bytes);
    buf_done(&text);
}
