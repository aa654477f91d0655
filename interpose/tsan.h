/* tsan: what the files of the compiler's ABI share. */
#ifndef RACERUN_INTERPOSE_TSAN_H
#define RACERUN_INTERPOSE_TSAN_H

#include "hb/fast.h"
#include "interpose/runtime.h"
#include "proto/inline.h"

/* The shadow's directory, for hb_config.shadow_dir: its address is a constant of the hot path, and
 * known to the checks in programs. */
extern RT_HIDDEN struct inline_table tsan_inline;
#define tsan_shadow_dir tsan_inline.directory
/* Lets the checks in programs find the task. */
RT_HIDDEN void tsan_inline_begin(void);

/* Under control, by main before others begin: is control to hear of all plain accesses? */
RT_HIDDEN void tsan_accesses_tell(bool all);

/* ABI value of a memory order (bits above are hints of gcc); anything unknown is the strongest. */
static inline enum hb_order tsan_order(int order)
{
    order &= 0x7fff;
    return order < 0 || order > HB_SEQ_CST ? HB_SEQ_CST : (enum hb_order)order;
}

/* ---- functions that the program may define for its detector (tsan_program.c) ---- */

/* Of the executable alone; NULL: it has none. */
RT_HIDDEN void *tsan_program_function(const char *name);
/* Before the program's constructors and at its end. */
RT_HIDDEN void tsan_program_begin(void);
RT_HIDDEN void tsan_program_end(void);

/* ---- reports that it wants to hear of (tsan_report.c) ---- */

/* Runtime entered. True: it will be told by rt_leave, and --halt-on-error obeyed after that. */
RT_HIDDEN bool tsan_report_keep(struct proto_finding *record);
RT_HIDDEN void tsan_reports_tell(void);

#endif
