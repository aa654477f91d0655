/*
 * racerun/go.h: Go's concurrency in C. Goroutines, typed channels, select, sync, context, timers,
 * network, defer and panic, over an M:N scheduler. Link with -lracerun-go (pkg-config racerun-go).
 *
 * Every function and type is rgo_*; the short names (go, chan, mutex_lock, ...) are there too unless
 * RGO_NO_SHORT_NAMES is defined before this header. C11 with GNU extensions (gcc, clang) and C++17.
 *
 * Any of these may be called from a goroutine, from main (goroutine 1) and from threads of the
 * program's own; never from a signal handler.
 */
#ifndef RACERUN_GO_H
#define RACERUN_GO_H

#include "racerun/go/base.h"
#include "racerun/go/chan.h"
#include "racerun/go/context.h"
#include "racerun/go/defer.h"
#include "racerun/go/errgroup.h"
#include "racerun/go/net.h"
#include "racerun/go/sched.h"
#include "racerun/go/sync.h"
#include "racerun/go/testing.h"
#include "racerun/go/time.h"

#endif
