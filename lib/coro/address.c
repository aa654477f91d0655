/*
 * Addresses that are numbers are read here; names go to getaddrinfo, which may take seconds and
 * much stack, as a blocking call.
 */
#define RGO_NO_SHORT_NAMES
#include "address.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

#include "racerun/go/net.h"

#define HOST_MAX 256u
#define PORT_MAX 64u

/* ---- what was asked for ---- */

struct network {
    const char *name;
    int family, type;
};

static const struct network networks[] = {
    {"tcp", AF_UNSPEC, SOCK_STREAM}, {"tcp4", AF_INET, SOCK_STREAM},
    {"tcp6", AF_INET6, SOCK_STREAM}, {"udp", AF_UNSPEC, SOCK_DGRAM},
    {"udp4", AF_INET, SOCK_DGRAM},   {"udp6", AF_INET6, SOCK_DGRAM},
    {"unix", AF_UNIX, SOCK_STREAM},
};

static const struct network *network_find(const char *name)
{
    for (size_t i = 0; i < sizeof networks / sizeof *networks; i++)
        if (strcmp(networks[i].name, name) == 0)
            return &networks[i];
    return NULL;
}

/* "host:port", "[host]:port", ":port". */
static int text_split(const char *text, char host[HOST_MAX], char port[PORT_MAX])
{
    const char *colon = strrchr(text, ':');
    if (!colon)
        return EINVAL;
    const char *from = text, *to = colon;
    if (*from == '[') {
        if (to - from < 2 || to[-1] != ']')
            return EINVAL;
        from++;
        to--;
    } else if (memchr(from, ':', (size_t)(to - from))) {
        return EINVAL; /* an IPv6 address needs its brackets */
    }
    size_t host_length = (size_t)(to - from), port_length = strlen(colon + 1);
    if (!port_length)
        return EINVAL;
    if (host_length >= HOST_MAX || port_length >= PORT_MAX)
        return ENAMETOOLONG;
    memcpy(host, from, host_length);
    host[host_length] = 0;
    memcpy(port, colon + 1, port_length + 1);
    return 0;
}

/* ---- numbers ---- */

static bool port_number(const char *port, in_port_t *ret_port)
{
    if (!*port || strspn(port, "0123456789") != strlen(port) || strlen(port) > 5)
        return false;
    unsigned long number = strtoul(port, NULL, 10);
    if (number > 65535)
        return false;
    *ret_port = htons((uint16_t)number);
    return true;
}

static void add_inet(struct addresses *list, struct in_addr host, in_port_t port)
{
    struct sockaddr_in made = {.sin_family = AF_INET, .sin_addr = host, .sin_port = port};
    struct address *to = &list->list[list->count++];
    memcpy(&to->socket, &made, sizeof made);
    to->length = sizeof made;
}

static void add_inet6(struct addresses *list, struct in6_addr host, in_port_t port)
{
    struct sockaddr_in6 made = {.sin6_family = AF_INET6, .sin6_addr = host, .sin6_port = port};
    struct address *to = &list->list[list->count++];
    memcpy(&to->socket, &made, sizeof made);
    to->length = sizeof made;
}

/* Of the port's name. */
static bool port_find(const struct addresses *found, in_port_t *ret_port)
{
    struct sockaddr_in inet;
    if (!found->count || found->list[0].socket.ss_family != AF_INET)
        return false;
    memcpy(&inet, &found->list[0].socket, sizeof inet);
    *ret_port = inet.sin_port;
    return true;
}

/* No host: to listen, all of this machine's; to dial, this machine. */
static void add_nowhere(struct addresses *list, int family, bool passive, in_port_t port)
{
    if (family != AF_INET6 && !passive)
        add_inet(list, (struct in_addr){htonl(INADDR_LOOPBACK)}, port);
    if (family != AF_INET)
        add_inet6(list, passive ? in6addr_any : in6addr_loopback, port);
    if (family != AF_INET6 && passive)
        add_inet(list, (struct in_addr){htonl(INADDR_ANY)}, port);
    for (unsigned i = 0; i < list->count; i++)
        list->list[i].any = passive && family == AF_UNSPEC;
}

/* False: it is a name. */
static bool numbers_parse(const char *host, const char *port, int family, bool passive,
                          struct addresses *list)
{
    in_port_t number;
    struct in_addr inet;
    struct in6_addr inet6;
    if (!port_number(port, &number))
        return false;
    if (!*host)
        add_nowhere(list, family, passive, number);
    else if (family != AF_INET6 && inet_pton(AF_INET, host, &inet) == 1)
        add_inet(list, inet, number);
    else if (family != AF_INET && inet_pton(AF_INET6, host, &inet6) == 1)
        add_inet6(list, inet6, number);
    else
        return false;
    return true;
}

/* ---- names ---- */

struct lookup {
    const char *host, *port;
    struct addrinfo hints;
    struct addrinfo *found;
    int error;
};

static void lookup_run(void *context)
{
    struct lookup *lookup = context;
    lookup->error = getaddrinfo(*lookup->host ? lookup->host : NULL, lookup->port, &lookup->hints,
                                &lookup->found);
}

static int lookup_errno(int error)
{
    switch (error) {
    case 0:
        return 0;
    case EAI_SYSTEM:
        return errno ? errno : EIO;
    case EAI_MEMORY:
        return ENOMEM;
    case EAI_AGAIN:
        return EAGAIN;
    default:
        return ENOENT;
    }
}

static int names_parse(const char *host, const char *port, int family, bool passive,
                       struct addresses *list)
{
    struct lookup lookup = {.host = host, .port = port};
    lookup.hints.ai_family = family;
    lookup.hints.ai_socktype = list->type;
    lookup.hints.ai_flags = passive ? AI_PASSIVE : 0;
    rgo_blocking_run(lookup_run, &lookup);
    int error = lookup_errno(lookup.error);
    if (error)
        return error;
    for (struct addrinfo *at = lookup.found; at && list->count < ADDRESSES_MAX; at = at->ai_next) {
        struct address *to = &list->list[list->count];
        if (at->ai_addrlen > sizeof to->socket)
            continue;
        memcpy(&to->socket, at->ai_addr, at->ai_addrlen);
        to->length = at->ai_addrlen;
        list->count++;
    }
    freeaddrinfo(lookup.found);
    return list->count ? 0 : ENOENT;
}

/* No host, and a port that has a name. */
static int port_parse(const char *port, int family, bool passive, struct addresses *list)
{
    struct addresses found = {.type = list->type};
    in_port_t number;
    int error = names_parse("", port, AF_INET, passive, &found);
    if (!error && !port_find(&found, &number))
        error = ENOENT;
    if (!error)
        add_nowhere(list, family, passive, number);
    return error;
}

/* ---- all ---- */

/* "@name" is the abstract namespace. */
static int path_parse(const char *path, struct addresses *list)
{
    struct sockaddr_un made = {.sun_family = AF_UNIX};
    size_t length = strlen(path);
    if (!length)
        return EINVAL;
    if (length >= sizeof made.sun_path)
        return ENAMETOOLONG;
    memcpy(made.sun_path, path, length);
    bool abstract = made.sun_path[0] == '@';
    if (abstract)
        made.sun_path[0] = 0;
    struct address *to = &list->list[list->count++];
    memcpy(&to->socket, &made, sizeof made);
    to->length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length + !abstract);
    return 0;
}

int addresses_parse(const char *network_name, const char *text, bool passive,
                    struct addresses *ret_addresses)
{
    char host[HOST_MAX], port[PORT_MAX];
    const struct network *network = network_find(network_name);
    if (!network)
        return EPROTONOSUPPORT;
    memset(ret_addresses, 0, sizeof *ret_addresses);
    ret_addresses->type = network->type;
    if (network->family == AF_UNIX)
        return path_parse(text, ret_addresses);
    int error = text_split(text, host, port);
    if (error)
        return error;
    if (numbers_parse(host, port, network->family, passive, ret_addresses))
        return 0;
    if (strspn(port, "0123456789") == strlen(port) && !port_number(port, &(in_port_t){0}))
        return ENOENT; /* the resolver would take it modulo 65536 */
    return *host ? names_parse(host, port, network->family, passive, ret_addresses)
                 : port_parse(port, network->family, passive, ret_addresses);
}

void address_map(struct address *address)
{
    struct sockaddr_in inet;
    struct addresses list = {0};
    struct in6_addr mapped = {.s6_addr = {[10] = 0xff, [11] = 0xff}};
    if (address->socket.ss_family != AF_INET)
        return;
    memcpy(&inet, &address->socket, sizeof inet);
    memcpy(&mapped.s6_addr[12], &inet.sin_addr, sizeof inet.sin_addr);
    add_inet6(&list, mapped, inet.sin_port);
    *address = list.list[0];
}

static void path_print(const struct sockaddr *address, socklen_t length, char *text, size_t size)
{
    struct sockaddr_un path;
    memset(&path, 0, sizeof path);
    memcpy(&path, address, length < sizeof path ? length : sizeof path);
    size_t used = length - offsetof(struct sockaddr_un, sun_path);
    if (length <= offsetof(struct sockaddr_un, sun_path))
        text[0] = 0; /* it was never bound */
    else if (path.sun_path[0])
        snprintf(text, size, "%.*s", (int)sizeof path.sun_path, path.sun_path);
    else
        snprintf(text, size, "@%.*s", (int)used - 1, path.sun_path + 1);
}

static void inet6_print(const struct sockaddr_in6 *inet6, char *text, size_t size)
{
    char host[INET6_ADDRSTRLEN], zone[IF_NAMESIZE + 1] = "";
    unsigned port = ntohs(inet6->sin6_port);
    if (IN6_IS_ADDR_V4MAPPED(&inet6->sin6_addr)) {
        inet_ntop(AF_INET, &inet6->sin6_addr.s6_addr[12], host, sizeof host);
        snprintf(text, size, "%s:%u", host, port);
        return;
    }
    inet_ntop(AF_INET6, &inet6->sin6_addr, host, sizeof host);
    if (inet6->sin6_scope_id) {
        zone[0] = '%';
        if (!if_indextoname(inet6->sin6_scope_id, zone + 1))
            snprintf(zone + 1, IF_NAMESIZE, "%u", inet6->sin6_scope_id);
    }
    snprintf(text, size, "[%s%s]:%u", host, zone, port);
}

void address_print(const struct sockaddr *address, socklen_t length, char *text, size_t size)
{
    char host[INET_ADDRSTRLEN];
    struct sockaddr_in inet;
    struct sockaddr_in6 inet6;
    text[0] = 0;
    if (address->sa_family == AF_UNIX) {
        path_print(address, length, text, size);
    } else if (address->sa_family == AF_INET && length >= sizeof inet) {
        memcpy(&inet, address, sizeof inet);
        inet_ntop(AF_INET, &inet.sin_addr, host, sizeof host);
        snprintf(text, size, "%s:%u", host, ntohs(inet.sin_port));
    } else if (address->sa_family == AF_INET6 && length >= sizeof inet6) {
        memcpy(&inet6, address, sizeof inet6);
        inet6_print(&inet6, text, size);
    }
}
