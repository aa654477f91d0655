/*
 * stdio_stream: the descriptor behind a FILE. libc reads and writes it where we do not see it, so
 * a call that puts bytes into a stream releases into its descriptor, and one that takes bytes out
 * acquires: what is in a buffer counts as if it were in the pipe. The FILE itself orders nothing.
 */
#ifndef RACERUN_INTERPOSE_STDIO_STREAM_H
#define RACERUN_INTERPOSE_STDIO_STREAM_H

#include <stdio.h>

#include "interpose/control/control.h"
#include "interpose/fd_io.h"
#include "interpose/signal_safety.h"

/* fileno takes no lock but is a call; the field is part of libc's ABI. */
static inline int stream_fd(const FILE *stream)
{
    return stream ? stream->_fileno : -1;
}

static inline void stream_before(FILE *stream)
{
    handler_calls("stream used", RT_CALLER);
    if (__builtin_expect(control_running, 0) && stream)
        control_stream_await(stream, RT_CALLER);
    if (stream_fd(stream) >= 0)
        fd_before(stream_fd(stream));
}

static inline void stream_after(FILE *stream)
{
    handler_calls("stream used", RT_CALLER);
    if (__builtin_expect(control_running, 0))
        control_input_note(stream_fd(stream));
    if (stream_fd(stream) >= 0)
        fd_after(stream_fd(stream));
}

#endif
