/*
 * bound: iterative deepening of the depth-first search: what goes beyond the bound is kept, as the
 * way there, until all within it is explored; then the bound grows and the search goes on from
 * there. So nothing is executed twice.
 *
 * Ways share their beginnings: each is its last step and the way to the one before. Those of the
 * execution at hand are written down only as far as something is kept beside them (node.prefix).
 * Where there is no room for more, what is within the bound is still explored, and no further one
 * is begun.
 */
#include "search.h"

#include "base/check.h"

struct prefix {
    uint64_t path; /* of the task */
    uint32_t task, outcome;
    uint32_t before; /* the way to this step; 0: it is the first */
    uint32_t spent;  /* of one that is kept: with its step */
    uint32_t next;   /* likewise, in its list */
    uint32_t length;
};

enum { PREFIXES_MAX = 1 << 26 };

static struct prefix *prefix_at(const struct explore *explore, uint32_t index)
{
    return arena_at(&explore->prefixes, index);
}

void bound_init(struct explore *explore)
{
    const struct explore_config *config = &explore->config;
    explore->bound = config->bound == EXPLORE_UNBOUNDED ? UINT32_MAX : config->bound_first;
    if (explore->bound >= config->bound_last)
        return;
    void *memory = room_take(config->room, PREFIXES_MAX * sizeof(struct prefix));
    CHECK_MSG(memory, "out of address space for exhaustive search");
    if (!config->kept_max)
        explore->config.kept_max = PREFIXES_MAX;
    arena_init_at(&explore->prefixes, memory, sizeof(struct prefix), PREFIXES_MAX,
                  "out of memory for what is beyond the bound");
}

void bound_done(struct explore *explore)
{
    if (explore->prefixes.base)
        room_give(explore->config.room, explore->prefixes.base,
                  PREFIXES_MAX * sizeof(struct prefix));
}

static uint32_t prefix_new(struct explore *explore, uint32_t before, const struct trace_note *step)
{
    uint32_t index = arena_alloc(&explore->prefixes);
    *prefix_at(explore, index) = (struct prefix){
        .path = step->path,
        .task = step->task,
        .outcome = step->outcome,
        .before = before,
        .length = before ? prefix_at(explore, before)->length + 1 : 1,
    };
    return index;
}

/* The way to the node. */
static uint32_t prefix_of(struct explore *explore, uint32_t index)
{
    uint32_t known = index;
    while (known && !explore->nodes[known].prefix)
        known--;
    for (; known < index; known++)
        explore->nodes[known + 1].prefix =
            prefix_new(explore, known ? explore->nodes[known].prefix : 0, &explore->notes[known]);
    return index ? explore->nodes[index].prefix : 0;
}

/* For a way of `length` steps. */
static bool has_room(const struct explore *explore, uint32_t length)
{
    return atomic_load(&explore->prefixes.used) + length < explore->config.kept_max;
}

void bound_defer(struct explore *explore, uint32_t index, const struct trace_note *step,
                 uint32_t spent)
{
    explore->full |= !has_room(explore, index + 1);
    if (explore->full) {
        explore->stats.bounded++;
        return;
    }
    uint32_t kept = prefix_new(explore, prefix_of(explore, index), step);
    prefix_at(explore, kept)->spent = spent;
    prefix_at(explore, kept)->next = explore->later;
    explore->later = kept;
}

/* The bound grows to the next that anything was kept for, and that is due then. */
static void bound_grow(struct explore *explore)
{
    uint32_t least = UINT32_MAX, *place = &explore->later;
    for (uint32_t at = explore->later; at; at = prefix_at(explore, at)->next)
        if (prefix_at(explore, at)->spent < least)
            least = prefix_at(explore, at)->spent;
    explore->bound = least;
    while (*place) {
        struct prefix *now = prefix_at(explore, *place);
        uint32_t at = *place;
        if (now->spent > least) {
            place = &now->next;
            continue;
        }
        *place = now->next;
        now->next = explore->due;
        explore->due = at;
    }
}

bool bound_next(struct explore *explore)
{
    if (!explore->due) {
        explore->stats.bounds = explore->bound + 1;
        explore->stats.bounds_executions = explore->stats.executions;
        if (!explore->later || explore->full)
            return false;
        bound_grow(explore);
        explore->stats.bounds = explore->bound;
    }
    uint32_t at = explore->due;
    explore->due = prefix_at(explore, at)->next;
    explore->branch = 0;
    explore->planned = prefix_at(explore, at)->length;
    for (uint32_t index = explore->planned; index--; at = prefix_at(explore, at)->before) {
        const struct prefix *step = prefix_at(explore, at);
        explore->nodes[index + 1].prefix = at;
        explore->nodes[index + 1].first = 0;
        explore->plan[index] = (struct trace_event){.task = step->task,
                                                    .outcome = step->outcome,
                                                    .kind = SCHED_KINDS,
                                                    .object = step->path};
    }
    return true;
}
