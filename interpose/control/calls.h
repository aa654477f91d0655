/*
 * calls: what the parts of the table of system calls share (calls.c).
 */
#ifndef RACERUN_INTERPOSE_CONTROL_CALLS_H
#define RACERUN_INTERPOSE_CONTROL_CALLS_H

#include "interpose/control/engine.h"

/* Makes the call as it is. */
RT_HIDDEN int64_t call_make(long number, const long *a);
/* The engine goes on alone; CALL_NATIVE. */
RT_HIDDEN int64_t call_refuse(const char *reason);

/* ---- calls_fd.c ---- */

typedef int64_t call_fn(long number, const long *a);
RT_HIDDEN call_fn call_open;
RT_HIDDEN call_fn call_pipe;
RT_HIDDEN call_fn call_close;
RT_HIDDEN call_fn call_dup2;
RT_HIDDEN call_fn call_fcntl;
RT_HIDDEN call_fn call_ioctl;
RT_HIDDEN call_fn call_on_new;
RT_HIDDEN call_fn call_write;
RT_HIDDEN call_fn call_connect;
RT_HIDDEN call_fn call_sendto;
RT_HIDDEN call_fn call_readv;
RT_HIDDEN call_fn call_recvmsg;
RT_HIDDEN call_fn call_sendmsg;
/* Closes what the schedule opened. */
RT_HIDDEN void calls_fds_undo(void);

#endif
