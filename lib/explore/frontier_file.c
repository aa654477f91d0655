/*
 * frontier_file: a frontier as bytes, and back. First a head, then each branch after its parent:
 * what it is, its sleepers, and its wakeup tree, in which each step names the one above it by its
 * number, from 1; 0 is the branch itself.
 *
 * Numbers are as this machine has them: the bytes are read where they were written. What is read is
 * believed only as far as nothing can come of it but another search: whoever keeps the bytes sees
 * to it that they are the same (tool/checkpoint.h).
 */
#include <stddef.h>
#include <string.h>

#include "tree.h"

struct head {
    uint32_t note_size, algorithm;
    uint32_t untouched, branches;
    uint32_t wide, reserved;
};

struct branch_head {
    uint32_t parent, begun, spent; /* parent: number of the branch, from 1; 0: none */
    uint32_t sleepers, steps;
    uint32_t reserved;
    uint64_t trace;
    struct trace_note step;
};

/* ---- out ---- */

struct writer {
    frontier_write_fn *write;
    void *context;
    const struct explore *trees;
    bool good;
    uint32_t steps; /* of the tree in progress */
};

static void put(struct writer *writer, const void *bytes, size_t size)
{
    writer->good = writer->good && writer->write(writer->context, bytes, size);
}

/* The step's number. */
static uint32_t step_put(struct writer *writer, uint32_t at, uint32_t above)
{
    put(writer, &above, sizeof above);
    put(writer, &wakeup_at(writer->trees, at)->note, sizeof(struct trace_note));
    return ++writer->steps;
}

static void tree_put(struct writer *writer, uint32_t at, uint32_t above)
{
    for (; at; at = wakeup_at(writer->trees, at)->next) {
        uint32_t number = step_put(writer, at, above);
        for (uint32_t child = wakeup_at(writer->trees, at)->child; child;
             child = wakeup_at(writer->trees, child)->child) {
            uint32_t below = step_put(writer, child, number);
            tree_put(writer, wakeup_at(writer->trees, child)->next, number);
            number = below;
        }
    }
}

/* As tree_put goes. */
static uint32_t tree_size(const struct explore *trees, uint32_t at)
{
    uint32_t size = 0;
    for (; at; at = wakeup_at(trees, at)->next, size++)
        for (uint32_t child = wakeup_at(trees, at)->child; child;
             child = wakeup_at(trees, child)->child)
            size += 1 + tree_size(trees, wakeup_at(trees, child)->next);
    return size;
}

static void branch_put(struct writer *writer, const struct frontier *frontier,
                       const struct branch *branch)
{
    struct branch_head head;
    memset(&head, 0, sizeof head);
    head.parent = branch->parent ? branch_at(frontier, branch->parent)->number : 0;
    head.begun = branch->begun;
    head.spent = branch->spent;
    head.trace = branch->trace;
    head.step = branch->step;
    for (uint32_t at = branch->sleepers; at; at = wakeup_at(writer->trees, at)->next)
        head.sleepers++;
    head.steps = tree_size(writer->trees, branch->first);
    put(writer, &head, sizeof head);
    for (uint32_t at = branch->sleepers; at; at = wakeup_at(writer->trees, at)->next)
        put(writer, &wakeup_at(writer->trees, at)->note, sizeof(struct trace_note));
    writer->steps = 0;
    tree_put(writer, branch->first, 0);
}

bool frontier_save(struct frontier *frontier, frontier_write_fn *write, void *context)
{
    struct writer writer = {write, context, frontier->trees, true, 0};
    struct head head = {.note_size = sizeof(struct trace_note),
                        .algorithm = frontier->trees->config.algorithm,
                        .untouched = frontier->untouched,
                        .wide = frontier->trees->wide};
    for (uint32_t at = frontier->oldest; at; at = branch_at(frontier, at)->next)
        branch_at(frontier, at)->number = ++head.branches;
    put(&writer, &head, sizeof head);
    for (uint32_t at = frontier->oldest; at; at = branch_at(frontier, at)->next)
        branch_put(&writer, frontier, branch_at(frontier, at));
    return writer.good;
}

/* ---- in ---- */

struct reader {
    struct frontier *frontier;
    const char *at;
    size_t left;
    const char *wrong; /* NULL: nothing yet */
};

static bool fail(struct reader *reader, const char *why)
{
    if (!reader->wrong)
        reader->wrong = why;
    return false;
}

static bool take(struct reader *reader, void *to, size_t size)
{
    if (size > reader->left)
        return fail(reader, "it ends too early");
    memcpy(to, reader->at, size);
    reader->at += size;
    reader->left -= size;
    return true;
}

static bool note_take(struct reader *reader, struct trace_note *note)
{
    if (!take(reader, note, sizeof *note))
        return false;
    const unsigned char *flag = (const unsigned char *)&note->ends; /* the first of them */
    for (; flag <= (const unsigned char *)&note->failed; flag++)
        if (*flag > 1)
            return fail(reader, "a step in it makes no sense");
    return note->kind <= SCHED_KINDS || fail(reader, "a step in it is of an unknown kind");
}

/* So many notes cannot be in what is left. */
static bool is_too_long(const struct reader *reader, uint32_t notes)
{
    return notes > reader->left / sizeof(struct trace_note);
}

/* Steps of one tree have consecutive indexes, as in a fresh arena. */
static bool tree_take(struct reader *reader, struct branch *branch, uint32_t steps)
{
    struct explore *trees = reader->frontier->trees;
    uint32_t base = 0;
    for (uint32_t i = 0; i < steps; i++) {
        struct trace_note note;
        uint32_t above;
        if (!take(reader, &above, sizeof above) || !note_take(reader, &note))
            return false;
        if (above > i)
            return fail(reader, "a step in it comes before itself");
        uint32_t index = wakeup_new(trees, &note);
        base = i ? base : index;
        uint32_t *place = above ? &wakeup_at(trees, base + above - 1)->child : &branch->first;
        *place_last(trees, place) = index;
    }
    return true;
}

/* Number `count`, from 0; in a fresh arena its index is one more. */
static bool branch_take(struct reader *reader, uint32_t count)
{
    struct frontier *frontier = reader->frontier;
    struct branch_head head;
    if (!take(reader, &head, offsetof(struct branch_head, step)) || !note_take(reader, &head.step))
        return false;
    if (head.parent > count || (!head.parent && count) || is_too_long(reader, head.sleepers) ||
        is_too_long(reader, head.steps))
        return fail(reader, "a state in it makes no sense");
    uint32_t parent = head.parent;
    struct branch *branch = branch_at(frontier, branch_new(frontier, parent));
    branch->depth = parent ? branch_at(frontier, parent)->depth + 1 : 0;
    branch->begun = head.begun;
    branch->spent = head.spent;
    branch->trace = head.trace;
    branch->step = head.step;
    if (parent)
        branch_at(frontier, parent)->children++;
    for (uint32_t i = 0; i < head.sleepers; i++) {
        struct trace_note note;
        if (!note_take(reader, &note))
            return false;
        *place_last(frontier->trees, &branch->sleepers) = wakeup_new(frontier->trees, &note);
    }
    return tree_take(reader, branch, head.steps);
}

/* Every state must be there for something. */
static bool branches_are_needed(struct reader *reader)
{
    const struct frontier *frontier = reader->frontier;
    for (uint32_t at = frontier->oldest; at; at = branch_at(frontier, at)->next) {
        const struct branch *branch = branch_at(frontier, at);
        if ((!branch->first && !branch->children) || branch->depth >= frontier->depth_max)
            return fail(reader, "a state in it is of no use");
    }
    return true;
}

/* What one explorer has begun several can go on with. */
static bool algorithm_fits(const struct frontier *frontier, uint32_t written)
{
    uint32_t algorithm = frontier->trees->config.algorithm;
    bool reduces = algorithm == EXPLORE_SHARED || algorithm == EXPLORE_OPTIMAL;
    return algorithm == written ||
           (reduces && (written == EXPLORE_OPTIMAL || written == EXPLORE_SHARED));
}

const char *frontier_load(struct frontier *frontier, const void *bytes, size_t size)
{
    struct reader reader = {frontier, bytes, size, NULL};
    struct head head;
    if (!take(&reader, &head, sizeof head))
        return reader.wrong;
    if (head.note_size != sizeof(struct trace_note) || !algorithm_fits(frontier, head.algorithm))
        return "another version of racerun, or another search, has written it";
    if (head.branches >= BRANCHES_MAX || head.untouched > 1 || head.wide > 1 || head.reserved ||
        (head.untouched && head.branches))
        return "its beginning makes no sense";
    frontier->untouched = head.untouched;
    frontier->trees->wide = head.wide;
    if (head.algorithm == EXPLORE_SHARED)
        frontier->trees->config.algorithm = EXPLORE_SHARED;
    for (uint32_t i = 0; i < head.branches; i++)
        if (!branch_take(&reader, i))
            return reader.wrong;
    if (reader.left)
        fail(&reader, "something follows its end");
    else
        branches_are_needed(&reader);
    return reader.wrong;
}
