/* traces: 60
 * by hand: 3! orders; while the first holds the lock nobody else tries, one of the two, or both in
 * either order: 5; while the second does, the third tries or not: 2. */
#define THREADS 3
#include "spin_lock_2.c"
