/* benign: memory whose races the program itself declared harmless (AnnotateBenignRace…). */
#ifndef RACERUN_INTERPOSE_BENIGN_H
#define RACERUN_INTERPOSE_BENIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Any thread. Beyond BENIGN_MAX ranges further ones are not remembered. */
#define BENIGN_MAX 4096u
__attribute__((visibility("hidden"))) void benign_add(uintptr_t addr, size_t size);
__attribute__((visibility("hidden"))) bool benign_overlaps(uintptr_t addr, size_t size);

#endif
