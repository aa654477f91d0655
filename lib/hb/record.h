/*
 * record: one access to one granule (8 bytes of memory), in 16 bytes.
 *
 *   word: 63              32 31          12 11  10 9 8 7       0
 *        |       clock      |     slot     |S |F |A|R|  ~bytes |
 *
 * A zero word is the write of all bytes at the beginning of time: clock 0 of slot 0, ordered
 * before everything. So fresh, zeroed shadow needs no initialisation and no special case.
 * Bytes are kept inverted and kinds so encoded that the same-epoch question ("did this task in
 * this epoch already make an access that covers this one?") is one xor and one test:
 *   ((word ^ task's word) & (EPOCH | forbidden kind bits | wanted bytes)) == 0
 *
 * A granule is a list of records: the head lives in the shadow, further ones in an arena, linked
 * by `next`. The list is an antichain but for kinds that do not cover each other. The head's word
 * doubles as the granule's lock (RECORD_LOCKED). A sync object whose address lies in the granule
 * is an element of the list too (S; `ctx` is its index, the low bits its offset), never the head;
 * so is a crowd (S and F; see crowd.c). What a program annotates at an address is an object of its
 * own beside what it does there (S and the bit RECORD_NOTE).
 */
#ifndef RACERUN_HB_RECORD_H
#define RACERUN_HB_RECORD_H

#include <assert.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "hb/hb.h"

#define GRANULE_BYTES 8u

struct granule {
    _Atomic uint64_t word;
    uint32_t ctx;
    uint32_t next; /* arena index, 0 = end */
};
static_assert(sizeof(struct granule) == 16, "a granule's head is 16 bytes");

/* A list element outside the head: the same layout without the atomicity. */
struct record {
    uint64_t word;
    uint32_t ctx;
    uint32_t next;
};
static_assert(sizeof(struct record) == 16, "a record is 16 bytes");

#define RECORD_CLOCK_SHIFT 32
#define RECORD_CLOCK_MASK UINT64_C(0xffffffff00000000)
#define RECORD_SLOT_SHIFT 12
#define RECORD_SLOT_MASK UINT64_C(0xfffff000)
#define RECORD_EPOCH_MASK UINT64_C(0xfffffffffffff000)
#define RECORD_NOT_WRITE UINT64_C(0x100) /* R */
#define RECORD_ATOMIC UINT64_C(0x200)    /* A */
#define RECORD_FREED UINT64_C(0x400)     /* F */
#define RECORD_SYNC UINT64_C(0x800)      /* S */
/* Of a head: it is by an atomic access after which its task had learned all that the location has
 * to tell, and nobody has locked the granule since. So that task's next load there finds nothing
 * new. */
#define RECORD_SETTLED RECORD_SYNC
#define RECORD_KIND_MASK UINT64_C(0xf00)
#define RECORD_BYTES_MASK UINT64_C(0xff)
#define RECORD_NOTE UINT64_C(0x8)                 /* of a sync object's word */
#define RECORD_CROWD (RECORD_SYNC | RECORD_FREED) /* the whole word of a crowd's element */
#define RECORD_LOCKED UINT64_MAX

/* Paranoid builds (tests) make both limits tiny, so that their ends are reached. */
#ifndef SLOT_MAX
#define SLOT_MAX ((1u << 20) - 2) /* the last slot number is part of RECORD_LOCKED */
#endif
#ifndef CLOCK_MAX
#define CLOCK_MAX (UINT32_MAX - 1)
#endif

static inline uint32_t record_clock(uint64_t word)
{
    return (uint32_t)(word >> RECORD_CLOCK_SHIFT);
}

static inline uint32_t record_slot(uint64_t word)
{
    return (uint32_t)((word & RECORD_SLOT_MASK) >> RECORD_SLOT_SHIFT);
}

static inline uint32_t record_bytes(uint64_t word)
{
    return (uint32_t)(~word & RECORD_BYTES_MASK);
}

static inline uint64_t record_epoch(uint32_t slot, uint32_t clock)
{
    return (uint64_t)clock << RECORD_CLOCK_SHIFT | (uint64_t)slot << RECORD_SLOT_SHIFT;
}

/* The kind bits of a word for each enum hb_kind. */
static inline uint64_t record_kind_bits(enum hb_kind kind)
{
    return kind == HB_FREE ? RECORD_FREED : (uint64_t)kind << 8;
}
static_assert(HB_READ << 8 == 0x100 && HB_ATOMIC_WRITE << 8 == 0x200, "kinds are word bits");

static inline enum hb_kind record_kind(uint64_t word)
{
    return word & RECORD_FREED ? HB_FREE : (enum hb_kind)((word >> 8) & 3);
}

static inline uint64_t record_make(uint64_t epoch, enum hb_kind kind, uint32_t bytes)
{
    return epoch | record_kind_bits(kind) | (~bytes & RECORD_BYTES_MASK);
}

/*
 * Kinds. Two accesses conflict unless both read or both are atomic. A kind covers another when it
 * conflicts with everything the other conflicts with: then a later access that is checked against
 * the covering record needs no check against one ordered before it.
 *   W conflicts with R W AR AW    R with W AW    AW with R W    AR with W
 *   so W covers all, R covers R AR, AW covers AW AR, AR covers AR.
 */
static inline bool kind_is_read(enum hb_kind kind)
{
    return kind == HB_READ || kind == HB_ATOMIC_READ;
}

static inline bool kind_is_atomic(enum hb_kind kind)
{
    return kind == HB_ATOMIC_READ || kind == HB_ATOMIC_WRITE;
}

static inline bool kind_conflicts(enum hb_kind a, enum hb_kind b)
{
    return !(kind_is_read(a) && kind_is_read(b)) && !(kind_is_atomic(a) && kind_is_atomic(b));
}

/* The kind bits that a record of the same epoch must not have to cover an access of that kind,
 * which is not HB_FREE. */
static inline uint64_t record_forbidden(enum hb_kind kind)
{
    uint64_t atomic = kind_is_atomic(kind) ? 0 : RECORD_ATOMIC;
    return RECORD_FREED | atomic | (kind_is_read(kind) ? 0 : RECORD_NOT_WRITE);
}

static inline bool kind_covers(enum hb_kind a, enum hb_kind b)
{
    return a == HB_WRITE || a == HB_FREE || a == b || b == HB_ATOMIC_READ;
}

#endif
