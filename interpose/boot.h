/*
 * boot: what the library remembers of its start.
 */
#ifndef RACERUN_INTERPOSE_BOOT_H
#define RACERUN_INTERPOSE_BOOT_H

#include "interpose/runtime.h"

/* "RACERUN_JOURNAL=...", as found in the environment; NULL while passive. */
extern RT_HIDDEN const char *boot_journal;
/* "LD_PRELOAD=...", the tool's value alone. */
enum { BOOT_PRELOAD_MAX = sizeof "LD_PRELOAD=" + PROTO_PATH_MAX };
extern RT_HIDDEN char boot_preload[BOOT_PRELOAD_MAX];

/* The process is no longer observed (a child that must not be followed). */
RT_HIDDEN void boot_become_passive(void);

/* The program has ended, its destructors included. */
RT_HIDDEN void boot_end(void);

#endif
