/*
 * debuginfod: servers that have debug information of distributed programs, asked by libdwfl when
 * DEBUGINFOD_URLS names some and nothing is found on this machine; without it, nothing touches the
 * network. A report must not hang for a server that is slow or does not answer: all questions of
 * this process together wait DEBUGINFOD_MAXTIME seconds at most, by default DEBUGINFOD_SECONDS;
 * after that none is asked any more.
 */
#ifndef RACERUN_REPORT_DEBUGINFOD_H
#define RACERUN_REPORT_DEBUGINFOD_H

#include <elfutils/libdwfl.h>
#include <stdbool.h>

enum { DEBUGINFOD_SECONDS = 20 };

/* How many seconds all questions may take. */
unsigned debuginfod_seconds(void);

/* Makes the questions of this session end in time. */
void debuginfod_bound(Dwfl *dwfl);

/* Around what may ask; the end says whether the time was over before an answer came. */
void debuginfod_begin(void);
bool debuginfod_end(void);

#endif
