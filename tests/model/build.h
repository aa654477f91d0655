/*
 * build: instructions in a line each, and the first task that spawns and joins the others.
 */
#ifndef RACERUN_TESTS_MODEL_BUILD_H
#define RACERUN_TESTS_MODEL_BUILD_H

#include "model.h"

enum {
    MUTEX = 0x1000,
    COND = 0x2000,
    RWLOCK = 0x3000,
    SEM = 0x4000,
    BARRIER = 0x5000,
    ONCE = 0x6000
};

static inline struct instruction *add(struct program *program, int code, struct instruction what)
{
    struct code *to = &program->codes[code];
    if (program->codes_count <= code)
        program->codes_count = code + 1;
    to->instructions[to->length] = what;
    return &to->instructions[to->length++];
}

/* An operation on object number `index` of its class, which is 16 apart from the next. */
#define ADD(program, code, k, base, index, ...)                                                    \
    add(program, code,                                                                             \
        (struct instruction){.kind = SCHED_##k,                                                    \
                             .address = (uint64_t)(base) + 16u * (unsigned)(index),                \
                             __VA_ARGS__})
#define ADD_ACCESS(program, code, k, c, ...)                                                       \
    add(program, code,                                                                             \
        (struct instruction){                                                                      \
            .kind = SCHED_##k, .address = CELL(c), .count = 4, .cell = c, __VA_ARGS__})
#define ADD_LOAD(program, code, c) ADD_ACCESS(program, code, READ, c, .effect = EFFECT_LOAD)
#define ADD_STORE(program, code, c, v)                                                             \
    ADD_ACCESS(program, code, WRITE, c, .effect = EFFECT_STORE, .value = v)

/* The first task: one task for each of `count` codes, which are 1 and up (or all `same`), then
 * joins them. */
static inline void add_main(struct program *program, int count, bool same)
{
    for (int i = 0; i < count; i++)
        add(program, 0,
            (struct instruction){
                .kind = SCHED_CHOOSE, .effect = EFFECT_SPAWN, .value = same ? 1 : i + 1});
    for (int i = 0; i < count; i++)
        add(program, 0, (struct instruction){.kind = SCHED_JOIN, .count = (uint32_t)i + 1});
}

#endif
