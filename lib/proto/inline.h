/*
 * inline: the same-epoch check (hb/fast.h) as `racerun cc` puts it into the program itself. Its
 * code refers weakly to the symbol INLINE_TABLE, which is
 *   - absent without us (another detector's runtime, or none): the code makes the compiler's call;
 *   - odd in libracerun-hooks, so that the program alone makes no call;
 *   - a `struct inline_table` in libracerun.so.
 * Objects outlive the library that they were made for: whatever changes in what is said here, in
 * the shadow's shape (hb/fast.h) or in records (hb/record.h), needs a new name; code that finds
 * nothing by its old one goes on by calls.
 */
#ifndef RACERUN_PROTO_INLINE_H
#define RACERUN_PROTO_INLINE_H

#include <stdint.h>

#define INLINE_TABLE rrun_inline_1
#define INLINE_TABLE_NAME "rrun_inline_1"

#define INLINE_GRANULE_BYTES 8 /* of memory, with 16 of shadow */
#define INLINE_CHUNK_BITS 24   /* of an address, below those that choose the directory's entry */
#define INLINE_ENTRIES 0x800000
#define INLINE_READ                                                                                \
    0x100 /* a record's bit in which a read differs from the write that covers it                  \
           */

#define INLINE_SETTLED 0x800       /* a head's bit: a load found all that there was to learn */
#define INLINE_SETTLED_KINDS 0x300 /* bits that such a head may have, too */

/* Where things of the thread lie, from the thread pointer on; the words there are 0 or fit no
 * record where only the call will do. */
struct inline_table {
    int64_t cursor; /* struct hb_cursor (hb/hb.h), which begins with the task's word; 0 before the
                       start */
    int64_t loads;  /* the task's word for atomic loads */
    _Atomic uint64_t directory[INLINE_ENTRIES];
};

#define INLINE_CURSOR_TOP 8
#define INLINE_CURSOR_LIMIT 16
#define INLINE_FRAME_BYTES 16 /* of struct hb_frame: the call's place, 4 bytes of zero, */
#define INLINE_FRAME_SP 12    /* the stack pointer */

#endif
