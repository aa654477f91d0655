/*
 * inline: what an event passes through is one function (HB_WHOLE: all that it calls becomes part of
 * it), but for what happens now and then (HB_SLOW, HB_APART). An event is a hundred instructions in
 * half of these files; calls between them were a quarter of its price.
 */
#ifndef RACERUN_HB_INLINE_H
#define RACERUN_HB_INLINE_H

#define HB_WHOLE __attribute__((flatten))
#define HB_APART __attribute__((noinline))
#define HB_SLOW __attribute__((noinline, cold))

#endif
