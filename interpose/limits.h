/* limits: what the machine lets this process have. */
#ifndef RACERUN_INTERPOSE_LIMITS_H
#define RACERUN_INTERPOSE_LIMITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of address space that the process may still map (RLIMIT_AS); 0 = no limit. */
__attribute__((visibility("hidden"))) size_t limits_address_space(void);

/* Bytes of memory that the process has now; 0 if it cannot be told. */
__attribute__((visibility("hidden"))) size_t limits_resident(void);

/* Whether the kernel has put this thread of the process to sleep; false when it cannot be told. */
__attribute__((visibility("hidden"))) bool limits_thread_sleeps(uint32_t tid);

#endif
