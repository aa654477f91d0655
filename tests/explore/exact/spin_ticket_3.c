/* traces: 48
 * by hand: 3! orders of tickets; ticket k looks at each of the k turns before its own, or not: 2^(1
 * + 2). */
#define THREADS 3
#include "spin_ticket_2.c"
