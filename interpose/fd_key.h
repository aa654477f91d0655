/*
 * fd_key: names under which two parties find the same channel.
 *
 * Internet addresses are taken as IPv6 (IPv4 mapped). To be reached *at* (listeners, datagram
 * sockets), loopback and "any" are one address: a socket bound to any is reached by loopback.
 */
#ifndef RACERUN_INTERPOSE_FD_KEY_H
#define RACERUN_INTERPOSE_FD_KEY_H

#include <sys/socket.h>
#include <sys/types.h>

#include "interpose/fd_table.h"

static inline bool fd_key_equal(const struct fd_key *a, const struct fd_key *b)
{
    for (int i = 0; i < 5; i++)
        if (a->word[i] != b->word[i])
            return false;
    return true;
}

RT_HIDDEN struct fd_key fd_key_inode(dev_t device, ino_t inode);
/* A number in a space of its own. */
enum { SPACE_SYSV_QUEUE = 1, SPACE_SYSV_SEM, SPACE_TERMINAL };
RT_HIDDEN struct fd_key fd_key_number(uint32_t space, uint64_t number);
/* Where a socket of that address is reached; false: nobody in this process can be. */
RT_HIDDEN bool fd_key_address(const struct sockaddr *address, socklen_t size, int type,
                              struct fd_key *ret_key);
/* The same, with the address replaced by loopback: whom a socket bound to "any" also answers. */
RT_HIDDEN bool fd_key_any(const struct sockaddr *address, socklen_t size, int type,
                          struct fd_key *ret_key);
/* A connection by its two ends, of an internet family. */
RT_HIDDEN bool fd_key_connection(const struct sockaddr *connector, const struct sockaddr *acceptor,
                                 struct fd_key *ret_key);
/* True if the address is this machine's loopback (or any). */
RT_HIDDEN bool fd_address_is_loopback(const struct sockaddr *address);

#endif
