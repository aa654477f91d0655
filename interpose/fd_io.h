/*
 * fd_io: the two halves of every call that moves bytes through a descriptor: what happens before
 * a write and after a read, to the order (P11) and to the caller's buffers.
 */
#ifndef RACERUN_INTERPOSE_FD_IO_H
#define RACERUN_INTERPOSE_FD_IO_H

#include <sys/types.h>
#include <sys/uio.h>

#include "interpose/access.h"
#include "interpose/fd_table.h"

/* The caller's buffer is read, then all so far is released into the descriptor. */
RT_HIDDEN void fd_before_write(int fd, const void *buffer, size_t size, uintptr_t pc);
RT_HIDDEN void fd_before_writev(int fd, const struct iovec *vector, int count, uintptr_t pc);
/* The call returned `done`; an error may have told of the peer's end. */
RT_HIDDEN void fd_after_write(int fd, ssize_t done);
/* The call saw `done` bytes of at most `size`, or the end: acquire, then write the buffer. */
RT_HIDDEN void fd_after_read(int fd, ssize_t done, void *buffer, size_t size, uintptr_t pc);
RT_HIDDEN void fd_after_readv(int fd, ssize_t done, const struct iovec *vector, int count,
                              uintptr_t pc);
/* Without buffers. */
RT_HIDDEN void fd_before(int fd);
RT_HIDDEN void fd_after(int fd);

/* The buffers of a vector, of which `total` bytes were moved. Runtime entered. */
RT_HIDDEN void fd_vector_access(struct hb_task *task, const struct iovec *vector, size_t count,
                                size_t total, enum hb_kind kind, uintptr_t pc);

#endif
