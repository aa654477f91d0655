/* tsan: what the files of the compiler's ABI share. */
#ifndef RACERUN_INTERPOSE_TSAN_H
#define RACERUN_INTERPOSE_TSAN_H

#include "hb/fast.h"
#include "interpose/runtime.h"

/* The shadow's directory, for hb_config.shadow_dir: its address is a constant of the hot path. */
extern RT_HIDDEN _Atomic uint64_t tsan_shadow_dir[SHADOW_DIR_ENTRIES];

/* ABI value of a memory order (bits above are hints of gcc); anything unknown is the strongest. */
static inline enum hb_order tsan_order(int order)
{
    order &= 0x7fff;
    return order < 0 || order > HB_SEQ_CST ? HB_SEQ_CST : (enum hb_order)order;
}

#endif
