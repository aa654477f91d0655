/*
 * vary: random programs of what focus.c leaves out: mutexes of all types, exchanges, accesses of
 * different sizes that overlap, barriers of three, a once whose routine is left, selects of three
 * cases; two or three families at a time.
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

/* Locked once more by who may have it: the type says what comes of it. */
static void add_relocked(struct draw *draw)
{
    static const uint16_t types[] = {0, SCHED_RECURSIVE, SCHED_ERRORCHECK, SCHED_ROBUST};
    uint32_t mutex = below(draw, 4);
    uint16_t flags = types[mutex];
    bool again = flags & (SCHED_RECURSIVE | SCHED_ERRORCHECK) && below(draw, 2);
    ADD(draw->program, draw->code, LOCK, MUTEX, 2 + mutex, .flags = flags,
        .delay = below(draw, 4) ? 0 : 2, .branch = BRANCH_FAILED,
        .target = length(draw) + 2 + 2 * again);
    if (again) {
        ADD(draw->program, draw->code, TRYLOCK, MUTEX, 2 + mutex, .flags = flags,
            .branch = BRANCH_FAILED, .target = length(draw) + 2);
        ADD(draw->program, draw->code, UNLOCK, MUTEX, 2 + mutex, .flags = flags);
    }
    if (below(draw, 5))
        ADD(draw->program, draw->code, UNLOCK, MUTEX, 2 + mutex, .flags = flags);
}

static void add_overlapping(struct draw *draw)
{
    static const uint16_t kinds[] = {SCHED_READ, SCHED_WRITE};
    uint16_t kind = kinds[below(draw, 2)];
    int cell = (int)below(draw, 3);
    uint32_t count = 4 << below(draw, 3), value = 1 + (uint32_t)draw->code;
    switch (below(draw, 4)) {
    case 0: /* atomically: writes what may be there already */
        ADD_ACCESS(draw->program, draw->code, UPDATE, cell, .flags = SCHED_EXCHANGES,
                   .effect = EFFECT_EXCHANGE, .value = (int)value);
        break;
    case 1:
        ADD_ACCESS(draw->program, draw->code, UPDATE, cell, .flags = SCHED_CONDITIONAL,
                   .effect = EFFECT_SWAP, .value = (int)value);
        break;
    default:
        add(draw->program, draw->code,
            (struct instruction){.kind = kind,
                                 .address = CELL(cell),
                                 .count = count,
                                 .cell = cell,
                                 .effect = kind == SCHED_READ ? EFFECT_LOAD : EFFECT_STORE,
                                 .value = (int)value});
    }
}

static void add_meeting(struct draw *draw)
{
    int at = length(draw);
    ADD(draw->program, draw->code, ARRIVE, BARRIER, 1, .count = 3, .branch = BRANCH_FAILED,
        .target = at + 2);
    ADD(draw->program, draw->code, LEAVE, BARRIER, 1);
}

/* The routine may be left before its end: another task runs it then. */
static void add_once(struct draw *draw)
{
    int at = length(draw);
    ADD(draw->program, draw->code, ONCE_BEGIN, ONCE, 1, .branch = BRANCH_DONE, .target = at + 2);
    ADD(draw->program, draw->code, ONCE_END, ONCE, 1, .count = below(draw, 2));
}

static struct channel_case case_of(struct draw *draw)
{
    return (struct channel_case){
        .channel = CHANNEL(below(draw, 3)), .sends = below(draw, 2), .value = 1 + draw->code};
}

static void add_select(struct draw *draw)
{
    add(draw->program, draw->code,
        (struct instruction){.kind = SCHED_SELECT,
                             .cases = {case_of(draw), case_of(draw), case_of(draw)},
                             .cases_count = 2 + (int)below(draw, 2),
                             .has_default = !below(draw, 4)});
}

static void add_sent(struct draw *draw)
{
    struct channel_case one = case_of(draw);
    if (!below(draw, 6)) {
        ADD(draw->program, draw->code, CLOSE, one.channel, 0);
        return;
    }
    add(draw->program, draw->code,
        (struct instruction){
            .kind = one.sends ? SCHED_SEND : SCHED_RECEIVE, .cases = {one}, .cases_count = 1});
}

static void add_semaphore(struct draw *draw)
{
    static const uint16_t kinds[] = {SCHED_SEM_POST, SCHED_SEM_WAIT, SCHED_SEM_TRYWAIT};
    uint16_t kind = kinds[below(draw, 3)];
    add(draw->program, draw->code,
        (struct instruction){.kind = kind,
                             .address = SEM + 16 * (uint64_t)below(draw, 2),
                             .delay = kind == SCHED_SEM_WAIT && !below(draw, 3) ? 2 : 0});
}

static void add_waited(struct draw *draw)
{
    struct program *program = draw->program;
    int code = draw->code;
    if (below(draw, 2)) {
        uint16_t kind = below(draw, 2) ? SCHED_SIGNAL : SCHED_BROADCAST;
        add(program, code, (struct instruction){.kind = kind, .address = COND + 16});
        return;
    }
    ADD(program, code, LOCK, MUTEX, 1);
    ADD(program, code, WAIT, COND, 1, .mutex = MUTEX + 16);
    ADD(program, code, WAKE, COND, 1, .mutex = MUTEX + 16, .delay = below(draw, 2) ? 0 : 2,
        .branch = BRANCH_FAILED, .target = length(draw));
    ADD(program, code, UNLOCK, MUTEX, 1);
}

static void add_rest(struct draw *draw)
{
    static const uint16_t kinds[] = {SCHED_SLEEP, SCHED_CHOOSE, SCHED_YIELD};
    uint16_t kind = kinds[below(draw, 3)];
    add(draw->program, draw->code,
        (struct instruction){
            .kind = kind, .count = kind == SCHED_CHOOSE ? 2 : 0, .delay = kind == SCHED_SLEEP});
}

void program_vary(struct program *program, uint64_t *rng)
{
    static void (*const families[])(struct draw * draw) = {
        add_relocked, add_overlapping, add_meeting, add_once,   add_select,
        add_sent,     add_semaphore,   add_waited,  add_select, add_overlapping,
    };
    enum { FAMILIES = sizeof families / sizeof families[0] };
    *program = (struct program){.name = "random", .bare = rng_below(rng, 3) != 0};
    struct draw draw = {.program = program, .rng = rng};
    uint32_t chosen[3] = {rng_below(rng, FAMILIES), rng_below(rng, FAMILIES),
                          rng_below(rng, FAMILIES)};
    int tasks = 2 + (int)rng_below(rng, 2), first = program->bare ? 0 : 1;
    int ops = program->bare ? (tasks == 2 ? 5 : 3) : 2;
    for (int i = 0; i < MODEL_OBJECTS; i++)
        program->capacities[i] = (int)rng_below(rng, 3);
    for (draw.code = first; draw.code < first + tasks; draw.code++)
        while (length(&draw) < ops)
            if (rng_below(rng, 8))
                families[chosen[rng_below(rng, 3)]](&draw);
            else
                add_rest(&draw);
    for (int i = 0; !program->bare && i < tasks; i++)
        add(program, 0,
            (struct instruction){.kind = SCHED_YIELD, .effect = EFFECT_SPAWN, .value = i + 1});
}
