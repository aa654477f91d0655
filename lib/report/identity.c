/*
 * identity: what makes two findings the same.
 *
 * The *id* names a finding to people and in baselines. It must survive edits elsewhere in the
 * files, so it is made of the kind, what was accessed (a variable's path without array indexes, or
 * who allocated the block) and, for both sides, the functions and modules of the innermost frames
 * and whether it was plain, atomic or a free, and the place's line counted from its function's: no
 * line of the file, no address, no task number. It does not
 * depend on which access came first, nor on read against write: `n++` is both, and which of them
 * is met first is a matter of luck. The *key* tells duplicates: the id plus the two source lines.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "report/finding.h"

#define ID_FRAMES 3

/* FNV-1a, 64 bits. */
static uint64_t hash_text(const char *text)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (; *text; text++)
        hash = (hash ^ (uint8_t)*text) * UINT64_C(0x100000001b3);
    return hash;
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
        if (frame->function)
            buf_printf(buf, "%s@%s|", frame->function, frame->module);
        else if (frame->module)
            buf_printf(buf, "+%" PRIx64 "@%s|", frame->offset, frame->module);
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

static void add_place(struct buf *buf, const struct finding *finding)
{
    const struct place *place = &finding->place;
    static const char *const kinds[] = {"unknown", "static", "heap", "stack", "tls"};
    buf_printf(buf, "%s|%s|", finding->title, kinds[place->kind]);
    const struct variable *variable = place->variable;
    if (variable && variable->function)
        buf_printf(buf, "%s:", variable->function);
    if (variable)
        add_path_without_indexes(buf, variable->path);
    if (place->kind == PLACE_HEAP)
        add_frames(buf, &place->allocated);
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

static void side_line(struct buf *side, const struct access *access)
{
    const struct frame *frame = access->stack.count ? stack_own(&access->stack) : NULL;
    if (frame && frame->file)
        buf_printf(side, "%s:%u", frame->file, frame->line);
    else if (frame)
        buf_printf(side, "%s+%" PRIx64, frame->module_path ? frame->module_path : "",
                   frame->module ? frame->offset : frame->pc);
}

void finding_identify(struct finding *finding)
{
    struct buf text = {0};
    add_place(&text, finding);
    add_sides(&text, finding, side_functions);
    uint64_t hash = hash_text(text.bytes);
    snprintf(finding->id, sizeof(finding->id), "%08" PRIx32, (uint32_t)(hash ^ hash >> 32));
    add_sides(&text, finding, side_line);
    finding->key = hash_text(text.bytes);
    buf_done(&text);
}
