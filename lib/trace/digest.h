/*
 * digest: FNV-1a, 64 bits: against accidents, not against intent.
 */
#ifndef RACERUN_TRACE_DIGEST_H
#define RACERUN_TRACE_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#define DIGEST_INITIAL UINT64_C(0xcbf29ce484222325)

static inline uint64_t digest_add(uint64_t digest, const void *bytes, size_t size)
{
    const unsigned char *at = bytes;
    for (size_t i = 0; i < size; i++)
        digest = (digest ^ at[i]) * UINT64_C(0x100000001b3);
    return digest;
}

#endif
