/*
 * draw: random programs over every kind of operation.
 */
#include "base/rng.h"
#include "build.h"

static uint64_t address_of(uint32_t kind, uint32_t which)
{
    static const uint64_t bases[SCHED_KINDS] = {
        [SCHED_LOCK] = MUTEX,       [SCHED_TRYLOCK] = MUTEX,   [SCHED_UNLOCK] = MUTEX,
        [SCHED_CONSISTENT] = MUTEX, [SCHED_SIGNAL] = COND,     [SCHED_BROADCAST] = COND,
        [SCHED_SEM_WAIT] = SEM,     [SCHED_SEM_TRYWAIT] = SEM, [SCHED_SEM_POST] = SEM,
    };
    return bases[kind] ? bases[kind] + 16 * (uint64_t)which : 0;
}

static void add_plain(struct program *program, int code, uint64_t *rng)
{
    static const uint16_t kinds[] = {
        SCHED_LOCK,        SCHED_LOCK,     SCHED_TRYLOCK,    SCHED_UNLOCK,
        SCHED_UNLOCK,      SCHED_SIGNAL,   SCHED_BROADCAST,  SCHED_SEM_WAIT,
        SCHED_SEM_TRYWAIT, SCHED_SEM_POST, SCHED_CONSISTENT, SCHED_YIELD,
    };
    uint16_t kind = kinds[rng_below(rng, sizeof kinds / sizeof kinds[0])];
    struct instruction now = {.kind = kind, .address = address_of(kind, rng_below(rng, 2))};
    bool mutex = kind == SCHED_LOCK || kind == SCHED_TRYLOCK || kind == SCHED_UNLOCK;
    if (mutex && now.address == MUTEX + 16)
        now.flags = program->bare ? SCHED_RECURSIVE : SCHED_ROBUST;
    if ((kind == SCHED_LOCK || kind == SCHED_SEM_WAIT) && rng_below(rng, 4) == 0)
        now.delay = 1 + rng_below(rng, 3);
    add(program, code, now);
}

static void add_memory(struct program *program, int code, uint64_t *rng)
{
    int cell = (int)rng_below(rng, 3);
    struct instruction *now;
    switch (rng_below(rng, 4)) {
    case 0:
        now = ADD_LOAD(program, code, cell);
        break;
    case 1:
        now = ADD_STORE(program, code, cell, 1);
        break;
    case 2:
        now = ADD_ACCESS(program, code, UPDATE, cell, .effect = EFFECT_ADD, .value = 1);
        break;
    default:
        now = ADD_ACCESS(program, code, UPDATE, cell, .flags = SCHED_CONDITIONAL,
                         .effect = EFFECT_SWAP, .value = 2);
    }
    if (now->kind == SCHED_WRITE && rng_below(rng, 3) == 0)
        now->count = 8; /* the next cell too, and perhaps the next word */
}

/* A rwlock is unlocked only by who has it. */
static void add_rwlock(struct program *program, int code, uint64_t *rng)
{
    static const uint16_t kinds[] = {SCHED_RDLOCK, SCHED_TRYRDLOCK, SCHED_WRLOCK, SCHED_TRYWRLOCK};
    uint16_t kind = kinds[rng_below(rng, 4)];
    uint64_t address = RWLOCK + 16 * (uint64_t)rng_below(rng, 2);
    bool waits = kind == SCHED_RDLOCK || kind == SCHED_WRLOCK;
    uint16_t flags = address == RWLOCK ? 0 : SCHED_PREFER_WRITER;
    int at = program->codes[code].length;
    if (kind == SCHED_WRLOCK && flags) { /* it goes on where it need not queue */
        ADD(program, code, WRQUEUE, address, 0, .flags = flags, .branch = BRANCH_DONE,
            .target = at + 2);
        at++;
    }
    add(program, code,
        (struct instruction){.kind = kind,
                             .address = address,
                             .flags = flags,
                             .delay = waits && rng_below(rng, 3) == 0 ? 2 : 0,
                             .branch = BRANCH_FAILED,
                             .target = at + 2});
    ADD(program, code, RWUNLOCK, address, 0);
}

static void add_wait(struct program *program, int code, uint64_t *rng)
{
    uint64_t delay = rng_below(rng, 3) == 0 ? 2 : 0;
    ADD(program, code, LOCK, MUTEX, 0);
    ADD(program, code, WAIT, COND, 0, .mutex = MUTEX);
    int at = program->codes[code].length;
    ADD(program, code, WAKE, COND, 0, .mutex = MUTEX, .delay = delay, .branch = BRANCH_FAILED,
        .target = at); /* who gave up takes the mutex by a second one */
}

/* Who completes the phase goes by. */
static void add_barrier(struct program *program, int code)
{
    int at = program->codes[code].length;
    ADD(program, code, ARRIVE, BARRIER, 0, .count = 2, .branch = BRANCH_FAILED, .target = at + 2);
    ADD(program, code, LEAVE, BARRIER, 0);
}

/* 1: run the routine and end it; else go by. */
static void add_once(struct program *program, int code)
{
    int at = program->codes[code].length;
    ADD(program, code, ONCE_BEGIN, ONCE, 0, .branch = BRANCH_FAILED, .target = at + 2);
    add(program, code,
        (struct instruction){.kind = SCHED_YIELD, .branch = BRANCH_ALWAYS, .target = at + 3});
    ADD(program, code, ONCE_END, ONCE, 0, .count = 1);
}

static void add_several(struct program *program, int code, uint64_t *rng)
{
    switch (rng_below(rng, 5)) {
    case 0:
        add_wait(program, code, rng);
        break;
    case 1:
        add_barrier(program, code);
        break;
    case 2:
        add_once(program, code);
        break;
    default:
        add_rwlock(program, code, rng);
    }
}

static void add_rest(struct program *program, int code, uint64_t *rng)
{
    switch (rng_below(rng, 3)) {
    case 0:
        add(program, code, (struct instruction){.kind = SCHED_SLEEP, .delay = 2});
        break;
    case 1:
        add(program, code, (struct instruction){.kind = SCHED_CHOOSE, .count = 2});
        break;
    default: /* waits for a cell that others may set */
        add(program, code, (struct instruction){.kind = SCHED_EXTERNAL, .address = 9, .cell = 0});
    }
}

void program_draw(struct program *program, uint64_t *rng)
{
    *program = (struct program){.name = "random", .bare = rng_below(rng, 4) != 0};
    int tasks = 2 + (int)rng_below(rng, 2);
    int ops = program->bare ? (tasks == 2 ? 5 : 3) : 2;
    int first = program->bare ? 0 : 1;
    for (int code = first; code < first + tasks; code++)
        while (program->codes[code].length < ops) {
            uint32_t what = rng_below(rng, 10);
            if (what < 4)
                add_plain(program, code, rng);
            else if (what < 7)
                add_memory(program, code, rng);
            else if (what < 9)
                add_several(program, code, rng);
            else
                add_rest(program, code, rng);
        }
    if (!program->bare)
        for (int i = 0; i < tasks; i++)
            add(program, 0,
                (struct instruction){.kind = SCHED_YIELD, .effect = EFFECT_SPAWN, .value = i + 1});
}
