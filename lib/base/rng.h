/*
 * rng: reproducible pseudo-random numbers (splitmix64: Steele, Lea, Flood: Fast Splittable
 * Pseudorandom Number Generators, OOPSLA 2014). Not for secrets. A state belongs to one thread.
 */
#ifndef RACERUN_BASE_RNG_H
#define RACERUN_BASE_RNG_H

#include <stdint.h>

#define RNG_GOLDEN UINT64_C(0x9e3779b97f4a7c15)

/* A good mixer of 64 bits: every input bit changes every output bit with chance one half. */
static inline uint64_t rng_mix(uint64_t value)
{
    value = (value ^ value >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    value = (value ^ value >> 27) * UINT64_C(0x94d049bb133111eb);
    return value ^ value >> 31;
}

static inline uint64_t rng_next(uint64_t *state)
{
    *state += RNG_GOLDEN;
    return rng_mix(*state);
}

/* Uniform in 0 .. bound - 1 without modulo bias (Lemire, ACM TOMACS 2019); bound >= 1. */
static inline uint32_t rng_below(uint64_t *state, uint32_t bound)
{
    uint64_t product = (uint64_t)(uint32_t)rng_next(state) * bound;
    if (__builtin_expect((uint32_t)product < bound, 0)) {
        uint32_t threshold = -bound % bound;
        while ((uint32_t)product < threshold)
            product = (uint64_t)(uint32_t)rng_next(state) * bound;
    }
    return (uint32_t)(product >> 32);
}

#endif
