/*
 * focus: random programs whose tasks get in each other's way: a few operations each, of one or two
 * families, on one object or two of each.
 */
#include "base/rng.h"
#include "build.h"

struct draw {
    struct program *program;
    uint64_t *rng;
    int code;
};

static uint32_t below(struct draw *draw, uint32_t count)
{
    return rng_below(draw->rng, count);
}

static int length(const struct draw *draw)
{
    return draw->program->codes[draw->code].length;
}

static void add_locked(struct draw *draw)
{
    uint32_t mutex = below(draw, 2);
    uint64_t delay = below(draw, 4) ? 0 : 2;
    int at = length(draw);
    if (below(draw, 3)) {
        ADD(draw->program, draw->code, LOCK, MUTEX, mutex, .delay = delay, .branch = BRANCH_FAILED,
            .target = at + 2);
    } else {
        ADD(draw->program, draw->code, TRYLOCK, MUTEX, mutex, .branch = BRANCH_FAILED,
            .target = at + 2);
    }
    ADD(draw->program, draw->code, UNLOCK, MUTEX, mutex);
}

/* Two locks that nest, in any order: others may wait for ever. */
static void add_nested(struct draw *draw)
{
    uint32_t first = below(draw, 2);
    ADD(draw->program, draw->code, LOCK, MUTEX, first);
    ADD(draw->program, draw->code, LOCK, MUTEX, 1 - first);
    ADD(draw->program, draw->code, UNLOCK, MUTEX, 1 - first);
    ADD(draw->program, draw->code, UNLOCK, MUTEX, first);
}

static void add_condition(struct draw *draw)
{
    struct program *program = draw->program;
    switch (below(draw, 4)) {
    case 0:
        ADD(program, draw->code, SIGNAL, COND, 0);
        break;
    case 1:
        ADD(program, draw->code, BROADCAST, COND, 0);
        break;
    default: {
        uint64_t delay = below(draw, 3) ? 0 : 2;
        ADD(program, draw->code, LOCK, MUTEX, 0);
        ADD(program, draw->code, WAIT, COND, 0, .mutex = MUTEX);
        int at = length(draw);
        ADD(program, draw->code, WAKE, COND, 0, .mutex = MUTEX, .delay = delay,
            .branch = BRANCH_FAILED, .target = at);
        ADD(program, draw->code, UNLOCK, MUTEX, 0);
    }
    }
}

static void add_semaphore(struct draw *draw)
{
    uint32_t what = below(draw, 7);
    uint64_t delay = what == 5 ? 2 : 0;
    if (what < 3)
        ADD(draw->program, draw->code, SEM_POST, SEM, 0);
    else if (what < 6)
        ADD(draw->program, draw->code, SEM_WAIT, SEM, 0, .delay = delay);
    else
        ADD(draw->program, draw->code, SEM_TRYWAIT, SEM, 0);
}

static void add_rwlock(struct draw *draw, uint32_t lock)
{
    static const uint16_t kinds[] = {SCHED_RDLOCK, SCHED_RDLOCK, SCHED_WRLOCK, SCHED_TRYRDLOCK,
                                     SCHED_TRYWRLOCK};
    uint16_t kind = kinds[below(draw, 5)], flags = lock ? SCHED_PREFER_WRITER : 0;
    uint64_t address = RWLOCK + 16 * (uint64_t)lock;
    bool waits = kind == SCHED_RDLOCK || kind == SCHED_WRLOCK;
    uint64_t delay = waits && !below(draw, 4) ? 2 : 0;
    if (kind == SCHED_WRLOCK && flags)
        ADD(draw->program, draw->code, WRQUEUE, address, 0, .flags = flags, .branch = BRANCH_DONE,
            .target = length(draw) + 2);
    int at = length(draw);
    add(draw->program, draw->code,
        (struct instruction){.kind = kind,
                             .address = address,
                             .flags = flags,
                             .delay = delay,
                             .branch = BRANCH_FAILED,
                             .target = at + 2});
    ADD(draw->program, draw->code, RWUNLOCK, address, 0);
}

static void add_phase(struct draw *draw)
{
    int at = length(draw);
    if (below(draw, 2)) {
        ADD(draw->program, draw->code, ARRIVE, BARRIER, 0, .count = 2, .branch = BRANCH_FAILED,
            .target = at + 2);
        ADD(draw->program, draw->code, LEAVE, BARRIER, 0);
        return;
    }
    ADD(draw->program, draw->code, ONCE_BEGIN, ONCE, 0, .branch = BRANCH_DONE, .target = at + 2);
    ADD(draw->program, draw->code, ONCE_END, ONCE, 0, .count = 1);
}

static void add_memory(struct draw *draw)
{
    int cell = (int)below(draw, 2);
    switch (below(draw, 5)) {
    case 0:
        ADD_STORE(draw->program, draw->code, cell, 1 + draw->code);
        break;
    case 1:
        ADD_ACCESS(draw->program, draw->code, UPDATE, cell, .effect = EFFECT_ADD, .value = 1);
        break;
    case 2:
        ADD_ACCESS(draw->program, draw->code, UPDATE, cell, .flags = SCHED_CONDITIONAL,
                   .effect = EFFECT_SWAP, .value = 1 + draw->code);
        break;
    case 3: /* what is found decides what comes next */
        ADD_ACCESS(draw->program, draw->code, READ, cell, .effect = EFFECT_LOAD,
                   .branch = BRANCH_NONZERO, .target = length(draw) + 2);
        ADD_STORE(draw->program, draw->code, 1 - cell, 1 + draw->code);
        break;
    default:
        ADD_LOAD(draw->program, draw->code, cell);
    }
}

static struct channel_case case_of(struct draw *draw)
{
    return (struct channel_case){
        .channel = CHANNEL(below(draw, 2)), .sends = below(draw, 2), .value = 1 + draw->code};
}

static void add_channel(struct draw *draw)
{
    uint32_t what = below(draw, 9);
    struct channel_case one = case_of(draw);
    if (what == 0) {
        ADD(draw->program, draw->code, CLOSE, one.channel, 0);
        return;
    }
    add(draw->program, draw->code,
        (struct instruction){.kind = one.sends ? SCHED_SEND : SCHED_RECEIVE,
                             .cases = {one},
                             .cases_count = 1,
                             .has_default = what == 1});
}

static void add_select(struct draw *draw)
{
    if (!below(draw, 3)) {
        add_channel(draw);
        return;
    }
    add(draw->program, draw->code,
        (struct instruction){.kind = SCHED_SELECT,
                             .cases = {case_of(draw), case_of(draw)},
                             .cases_count = 2,
                             .has_default = !below(draw, 4)});
}

static void add_group(struct draw *draw)
{
    if (!below(draw, 3))
        ADD(draw->program, draw->code, AWAIT, CHANNEL(2), 0);
    else
        ADD(draw->program, draw->code, ADD, CHANNEL(2), 0, .value = below(draw, 2) ? 1 : -1);
}

static void add_rest(struct draw *draw)
{
    switch (below(draw, 6)) {
    case 0:
        add(draw->program, draw->code, (struct instruction){.kind = SCHED_SLEEP, .delay = 2});
        break;
    case 1:
        add(draw->program, draw->code, (struct instruction){.kind = SCHED_YIELD});
        break;
    case 2:
        add(draw->program, draw->code, (struct instruction){.kind = SCHED_CHOOSE, .count = 2});
        break;
    case 3:
        if (draw->program->bare) {
            add(draw->program, draw->code,
                (struct instruction){.kind = SCHED_JOIN, .count = 0, .delay = below(draw, 2) * 2});
            break;
        }
        add(draw->program, draw->code, (struct instruction){.kind = SCHED_EXIT});
        break;
    case 4:
        ADD_ACCESS(draw->program, draw->code, READ, 0, .effect = EFFECT_ABORT);
        break;
    default:
        ADD_STORE(draw->program, draw->code, 0, 1);
    }
}

static void add_one(struct draw *draw, uint32_t family)
{
    switch (family) {
    case 0:
        add_locked(draw);
        break;
    case 1:
        add_nested(draw);
        break;
    case 2:
        add_condition(draw);
        break;
    case 3:
        add_semaphore(draw);
        break;
    case 4:
    case 5:
        add_rwlock(draw, family - 4);
        break;
    case 6:
        add_phase(draw);
        break;
    case 7:
        add_memory(draw);
        break;
    case 8:
        add_channel(draw);
        break;
    case 9:
        add_select(draw);
        break;
    default:
        add_group(draw);
    }
}

void program_focus(struct program *program, uint64_t *rng)
{
    enum { FAMILIES = 11 };
    *program = (struct program){.name = "random", .bare = rng_below(rng, 4) != 0};
    struct draw draw = {.program = program, .rng = rng};
    uint32_t families[2] = {rng_below(rng, FAMILIES), rng_below(rng, FAMILIES)};
    int tasks = 2 + (int)rng_below(rng, 2), first = program->bare ? 0 : 1;
    int ops = program->bare ? (tasks == 2 ? 5 : 3) : 2;
    for (int i = 0; i < MODEL_OBJECTS; i++)
        program->capacities[i] = (int)rng_below(rng, 3);
    for (draw.code = first; draw.code < first + tasks; draw.code++)
        while (length(&draw) < ops)
            if (rng_below(rng, 8))
                add_one(&draw, families[rng_below(rng, 2)]);
            else
                add_rest(&draw);
    for (int i = 0; !program->bare && i < tasks; i++)
        add(program, 0,
            (struct instruction){.kind = SCHED_YIELD, .effect = EFFECT_SPAWN, .value = i + 1});
}
