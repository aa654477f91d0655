/* traces: 48
 * by hand: 3! orders; who adds to k has seen some of the k values before, or none: 2^(1 + 2). */
#define THREADS 3
#include "spin_increment_2.c"
