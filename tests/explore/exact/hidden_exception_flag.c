/* traces: 3
 * by hand: two looks; after the first the processor remembers that a division was inexact. */
#include <immintrin.h>

#include "hidden.h"

static volatile double one = 1, three = 3;

static bool had_enough(void)
{
    bool before = _mm_getcsr() & _MM_EXCEPT_INEXACT;
    one = one / three * three;
    one = 1;
    return before;
}

int main(void)
{
    wait_and_set();
}
