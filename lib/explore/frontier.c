/*
 * frontier: see frontier.h. All that begins with `branch_` or `part_` is called with the lock held.
 */
#include "explore/frontier.h"

#include "base/check.h"
#include "tree.h"

/* ---- life ---- */

struct frontier *frontier_create(const struct explore_config *config)
{
    struct explore_config own = *config;
    size_t size = sizeof(struct branch);
    struct frontier *frontier = room_take(config->room, sizeof *frontier);
    void *branches = room_take(config->room, BRANCHES_MAX * size);
    CHECK_MSG(frontier && branches, "out of address space for exhaustive search");
    own.steps_max = own.tasks_max = 1;
    own.frontier = NULL;
    frontier->room = config->room;
    frontier->depth_max = config->steps_max;
    frontier->untouched = true;
    frontier->trees = explore_create(&own);
    arena_init_at(&frontier->branches, branches, size, BRANCHES_MAX,
                  "out of memory for what is still to be explored");
    return frontier;
}

void frontier_destroy(struct frontier *frontier)
{
    if (!frontier)
        return;
    explore_destroy(frontier->trees);
    room_give(frontier->room, frontier->branches.base, BRANCHES_MAX * sizeof(struct branch));
    room_give(frontier->room, frontier, sizeof *frontier);
}

/* ---- wakeup trees, from one owner to another ---- */

static struct wakeup *wakeup_copy(const struct explore *from, uint32_t at, struct explore *to,
                                  uint32_t *ret_index)
{
    *ret_index = wakeup_new(to, &wakeup_at(from, at)->note);
    return wakeup_at(to, *ret_index);
}

/* A list and all below it. Sequences are long, trees seldom fork: so deep only where they do. */
static uint32_t tree_copy(const struct explore *from, uint32_t at, struct explore *to)
{
    uint32_t first = 0, *place = &first;
    for (; at; at = wakeup_at(from, at)->next) {
        struct wakeup *made = wakeup_copy(from, at, to, place);
        place = &made->next;
        for (uint32_t child = wakeup_at(from, at)->child; child;
             child = wakeup_at(from, child)->child) {
            made = wakeup_copy(from, child, to, &made->child);
            made->next = tree_copy(from, wakeup_at(from, child)->next, to);
        }
    }
    return first;
}

/* ---- branches ---- */

uint32_t branch_new(struct frontier *frontier, uint32_t parent)
{
    uint32_t index = arena_alloc(&frontier->branches);
    *branch_at(frontier, index) = (struct branch){.before = frontier->newest, .parent = parent};
    if (frontier->newest)
        branch_at(frontier, frontier->newest)->next = index;
    else
        frontier->oldest = index;
    frontier->newest = index;
    return index;
}

static void branch_remove(struct frontier *frontier, uint32_t index)
{
    const struct branch *branch = branch_at(frontier, index);
    *(branch->before ? &branch_at(frontier, branch->before)->next : &frontier->oldest) =
        branch->next;
    *(branch->next ? &branch_at(frontier, branch->next)->before : &frontier->newest) =
        branch->before;
    wakeup_free(frontier->trees, branch->sleepers);
    arena_free(&frontier->branches, index);
}

/* One of the branch's children has ended: so does it, if that was all. */
static void branch_child_end(struct frontier *frontier, uint32_t index)
{
    while (index) {
        struct branch *branch = branch_at(frontier, index);
        uint32_t parent = branch->parent;
        branch->children--;
        if (branch->children || branch->first)
            return;
        branch_remove(frontier, index);
        index = parent;
    }
}

/* `chooses`: it has choices that others may not have made yet. */
static void branch_sleeper_add(struct frontier *frontier, struct branch *branch,
                               const struct trace_note *note, bool chooses)
{
    uint32_t sleeper = wakeup_new(frontier->trees, note);
    wakeup_at(frontier->trees, sleeper)->note.open |= chooses && frontier->trees->wide;
    wakeup_at(frontier->trees, sleeper)->next = branch->sleepers;
    branch->sleepers = sleeper;
}

/* Copies the sleepers into the explorer, from the first place on; how many. */
static uint32_t branch_sleepers_copy(const struct frontier *frontier, const struct branch *branch,
                                     struct explore *to)
{
    to->sleepers_count = 0;
    for (uint32_t at = branch->sleepers; at; at = wakeup_at(frontier->trees, at)->next)
        sleeper_add(to, &wakeup_at(frontier->trees, at)->note);
    return to->sleepers_count;
}

/* As node 0 of the trees' owner, so that it can be looked at and changed like any other. */
static struct node *branch_open(const struct frontier *frontier, const struct branch *branch)
{
    struct node *node = &frontier->trees->nodes[0];
    node->sleep_begin = 0;
    node->sleep_end = branch_sleepers_copy(frontier, branch, frontier->trees);
    node->first = branch->first;
    return node;
}

static void branch_pop(struct frontier *frontier, struct branch *branch)
{
    uint32_t first = branch->first;
    branch->first = wakeup_at(frontier->trees, first)->next;
    wakeup_at(frontier->trees, first)->next = 0;
    wakeup_free(frontier->trees, first);
}

/* Steps that sleep by now have been explored elsewhere. */
static void branch_drop_asleep(struct frontier *frontier, struct branch *branch)
{
    branch_open(frontier, branch);
    while (branch->first &&
           wakeup_sleeps(frontier->trees, 0, &wakeup_at(frontier->trees, branch->first)->note))
        branch_pop(frontier, branch);
}

/* The deepest that gives out a step; 0: none. */
static uint32_t branch_choose(struct frontier *frontier)
{
    for (;;) {
        uint32_t deepest = 0;
        for (uint32_t at = frontier->newest; at; at = branch_at(frontier, at)->before) {
            const struct branch *branch = branch_at(frontier, at);
            if (branch->first && !branch->unknown &&
                (!deepest || branch->depth > branch_at(frontier, deepest)->depth))
                deepest = at;
        }
        if (!deepest)
            return 0;
        struct branch *branch = branch_at(frontier, deepest);
        branch_drop_asleep(frontier, branch);
        if (branch->first)
            return deepest;
        branch->children++;
        branch_child_end(frontier, deepest);
    }
}

/* ---- from a part ---- */

void frontier_insert(struct explore *explore, uint32_t index, const struct trace_note **sequence,
                     uint32_t length)
{
    struct frontier *frontier = explore->config.frontier;
    spin_lock(&frontier->lock);
    struct branch *branch = branch_at(frontier, explore->chain[index]);
    struct node *node = branch_open(frontier, branch);
    wakeup_insert(frontier->trees, 0, sequence, length);
    branch->first = node->first;
    spin_unlock(&frontier->lock);
}

/* What was put below the part's first step since it was given out. */
static void part_plan_renew(struct explore *explore, const struct branch *branch)
{
    const struct explore *trees = explore->config.frontier->trees;
    uint32_t at = branch->first;
    for (uint32_t index = explore->branch + 1; index <= explore->planned; index++) {
        at = wakeup_at(trees, at)->child;
        uint32_t rest = index < explore->planned ? wakeup_at(trees, at)->next : at;
        wakeup_drop(explore, index);
        explore->nodes[index].first = tree_copy(trees, rest, explore);
    }
}

void frontier_tell(struct explore *explore, const struct trace_note *note)
{
    struct frontier *frontier = explore->config.frontier;
    spin_lock(&frontier->lock);
    struct branch *branch = branch_at(frontier, explore->chain[explore->shared - 1]);
    if (note)
        part_plan_renew(explore, branch);
    branch_pop(frontier, branch);
    branch->unknown = explore->unknown = false;
    if (note && explore->config.algorithm != EXPLORE_DFS)
        branch_sleeper_add(frontier, branch, note,
                           step_chooses(explore, (uint32_t)(note - explore->notes)));
    spin_unlock(&frontier->lock);
}

void frontier_cover_strictly(struct explore *explore)
{
    if (explore->config.frontier)
        explore->config.frontier->trees->config.algorithm = EXPLORE_SHARED;
}

void frontier_widen(struct explore *explore)
{
    explore->wide = true;
    if (explore->config.frontier)
        explore->config.frontier->trees->wide = true;
}

void frontier_part_end(struct explore *explore)
{
    struct frontier *frontier = explore->config.frontier;
    if (!frontier)
        return;
    if (explore->unknown) /* it was not even begun */
        frontier_tell(explore, NULL);
    spin_lock(&frontier->lock);
    if (explore->shared)
        branch_child_end(frontier, explore->chain[explore->shared - 1]);
    frontier->parts--;
    explore->has_part = false;
    spin_unlock(&frontier->lock);
}

/* ---- taking ---- */

static void part_begin(struct explore *explore, uint32_t shared)
{
    history_rewind(explore, 0);
    explore->config.frontier->parts++;
    explore->config.algorithm = explore->config.frontier->trees->config.algorithm;
    explore->wide = explore->config.frontier->trees->wide;
    explore->has_part = true;
    explore->shared = shared;
    explore->sleepers_count = 0;
    explore->branch = explore->planned = 0;
    explore->nodes[0] = (struct node){0};
    explore->left = 1;
}

static void part_take(struct explore *explore, uint32_t index)
{
    struct frontier *frontier = explore->config.frontier;
    struct branch *branch = branch_at(frontier, index);
    uint32_t depth = branch->depth, at = index;
    part_begin(explore, depth + 1);
    for (uint32_t i = depth; explore->chain[i] = at, i; at = branch_at(frontier, at)->parent)
        step_keep(explore, --i, &branch_at(frontier, at)->step);
    struct node *node = &explore->nodes[depth];
    *node = (struct node){.spent = branch->spent, .trace = branch->trace};
    node->sleep_end = branch_sleepers_copy(frontier, branch, explore);
    struct wakeup *step =
        wakeup_copy(frontier->trees, branch->first, explore, &explore->nodes[depth].first);
    step->child =
        tree_copy(frontier->trees, wakeup_at(frontier->trees, branch->first)->child, explore);
    branch->unknown = explore->unknown = true;
    branch->children++;
    branch->begun++;
    plan_branch(explore, depth);
}

enum explore_taken explore_take(struct explore *explore)
{
    struct frontier *frontier = explore->config.frontier;
    enum explore_taken taken = EXPLORE_TAKEN;
    spin_lock(&frontier->lock);
    uint32_t branch = branch_choose(frontier);
    if (branch)
        part_take(explore, branch);
    else if (frontier->untouched)
        part_begin(explore, 0);
    else
        taken = frontier->parts ? EXPLORE_WAIT : EXPLORE_DONE;
    frontier->untouched = false;
    spin_unlock(&frontier->lock);
    return taken;
}

bool explore_has_part(const struct explore *explore)
{
    return explore->has_part;
}

/* ---- giving ---- */

/* Puts the plan there as what it was made of: its steps and what is beside them. */
static void part_plan_give(struct explore *explore, uint32_t *place)
{
    struct explore *trees = explore->config.frontier->trees;
    for (uint32_t index = explore->branch; index < explore->planned; index++) {
        *place = wakeup_new(trees, &explore->notes[index]);
        struct wakeup *step = wakeup_at(trees, *place);
        step->next = tree_copy(explore, explore->nodes[index].first, trees);
        place = &step->child;
    }
}

static void part_node_give(struct explore *explore, uint32_t index)
{
    struct frontier *frontier = explore->config.frontier;
    struct node *node = &explore->nodes[index];
    bool planned = index == explore->branch; /* its next step was not executed yet */
    uint32_t at = branch_new(frontier, index ? explore->chain[index - 1] : 0);
    struct branch *branch = branch_at(frontier, at);
    branch->depth = index;
    branch->children = 1;
    branch->begun = node->done + 1;
    branch->spent = node->spent;
    branch->trace = node->trace;
    if (index)
        branch->step = explore->notes[index - 1];
    for (uint32_t i = node->sleep_begin; i < node->sleep_end; i++)
        branch_sleeper_add(frontier, branch, &explore->sleepers[i], false);
    if (!planned && explore->config.algorithm != EXPLORE_DFS)
        branch_sleeper_add(frontier, branch, &explore->notes[index], step_chooses(explore, index));
    if (planned)
        part_plan_give(explore, &branch->first);
    else
        branch->first = tree_copy(explore, node->first, frontier->trees);
    branch->unknown = explore->unknown = planned;
    wakeup_drop(explore, index);
    explore->chain[index] = at;
    explore->shared = index + 1;
}

void explore_give(struct explore *explore)
{
    struct frontier *frontier = explore->config.frontier;
    uint32_t index = explore->shared;
    if (!explore->has_part)
        return;
    while (index <= explore->branch && !explore->nodes[index].first)
        index++;
    if (index > explore->branch)
        return;
    spin_lock(&frontier->lock);
    while (explore->shared <= index)
        part_node_give(explore, explore->shared);
    spin_unlock(&frontier->lock);
}

bool frontier_gives(struct frontier *frontier)
{
    spin_lock(&frontier->lock);
    bool gives = branch_choose(frontier) != 0;
    spin_unlock(&frontier->lock);
    return gives;
}

void explore_release(struct explore *explore)
{
    struct frontier *frontier = explore->config.frontier;
    if (!explore->has_part)
        return;
    spin_lock(&frontier->lock);
    if (!explore->planned) { /* the first execution of all */
        frontier->untouched = true;
    } else {
        while (explore->shared <= explore->branch)
            part_node_give(explore, explore->shared);
        for (uint32_t index = explore->branch + 1; index <= explore->planned; index++)
            wakeup_drop(explore, index);
        struct branch *branch = branch_at(frontier, explore->chain[explore->branch]);
        branch->unknown = explore->unknown = false;
        branch->begun--;
        branch->children--; /* it stays, for the planned step's sake */
    }
    frontier->parts--;
    explore->has_part = false;
    spin_unlock(&frontier->lock);
}

/* ---- how much there is ---- */

static uint32_t branch_waiting(const struct frontier *frontier, const struct branch *branch)
{
    uint32_t waiting = 0;
    for (uint32_t at = branch->first; at; at = wakeup_at(frontier->trees, at)->next)
        waiting++;
    return waiting - branch->unknown;
}

void explore_guess(struct explore *explore)
{
    explore->left = 1 - explore_done(explore);
}

double frontier_left(struct frontier *frontier, struct explore *const *explorers, uint32_t count)
{
    double left = frontier->untouched;
    spin_lock(&frontier->lock);
    for (uint32_t at = frontier->oldest; at; at = branch_at(frontier, at)->next) {
        struct branch *branch = branch_at(frontier, at);
        uint32_t waiting = branch_waiting(frontier, branch);
        double all = branch->parent ? branch_at(frontier, branch->parent)->share : 1;
        branch->share = all / (branch->begun + waiting);
        left += branch->share * waiting;
    }
    for (uint32_t i = 0; i < count; i++) {
        const struct explore *explore = explorers[i];
        if (explore && explore->has_part)
            left +=
                explore->left *
                (explore->shared ? branch_at(frontier, explore->chain[explore->shared - 1])->share
                                 : 1);
    }
    spin_unlock(&frontier->lock);
    return left;
}
