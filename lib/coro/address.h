/* address: network addresses as text, both ways. */
#ifndef RACERUN_CORO_ADDRESS_H
#define RACERUN_CORO_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

#define ADDRESSES_MAX 8u
#define ADDRESS_TEXT_MAX 128u

struct address {
    struct sockaddr_storage socket;
    socklen_t length;
    bool any; /* no host was named: for listening, IPv6 and IPv4 */
};

struct addresses {
    int type; /* SOCK_STREAM, SOCK_DGRAM */
    unsigned count;
    struct address list[ADDRESSES_MAX];
};

/* `network`: tcp, tcp4, tcp6, udp, udp4, udp6, unix; `text`: host:port or a path. May wait, in a
 * blocking call, for names to be looked up. Returns 0, EPROTONOSUPPORT (what network?), EINVAL
 * (what address?), ENAMETOOLONG, ENOENT (no such host or service), EAGAIN (try later) or what the
 * resolver came to. */
int addresses_parse(const char *network, const char *text, bool passive,
                    struct addresses *ret_addresses);

/* An IPv4 address becomes the IPv6 one that stands for it. */
void address_map(struct address *address);

/* Writes at most size bytes, the terminating zero included. */
void address_print(const struct sockaddr *address, socklen_t length, char *text, size_t size);

#endif
