/* What connections are made of: addresses, datagrams, descriptors; and the errors of all that. */
#include <arpa/inet.h>
#include <check.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "net_help.h"

#include "../../lib/coro/address.h"

START_TEST(names_are_looked_up)
{
    listener *l = net_listen("tcp4", "localhost:0");
    ck_assert_ptr_nonnull(l);
    listener_close(l);
    l = net_listen("tcp", ":0");
    ck_assert_ptr_nonnull(l);
    char address[64];
    snprintf(address, sizeof address, "localhost%s", strrchr(listener_address(l), ':'));
    conn *c = net_dial("tcp", address, 0);
    ck_assert_msg(c != NULL, "dial %s: %s", address, strerror(errno));
    conn *d = listener_accept(l);
    ck_assert_ptr_nonnull(d);
    ck_assert_str_eq(conn_local(c), conn_remote(d));
    ck_assert_str_eq(conn_remote(c), conn_local(d));
    conn_close(c);
    conn_close(d);
    listener_close(l);
}
END_TEST

/* ---- addresses as text ---- */

START_TEST(ports_with_names_are_those_with_numbers)
{
    struct addresses named, numbered;
    if (addresses_parse("tcp", ":http", true, &named) == ENOENT)
        return; /* no list of services here */
    ck_assert_int_eq(addresses_parse("tcp", ":80", true, &numbered), 0);
    ck_assert_uint_eq(named.count, numbered.count);
    ck_assert(memcmp(named.list, numbered.list, sizeof named.list) == 0);
    ck_assert_int_eq(addresses_parse("udp6", ":domain", false, &named), 0);
    ck_assert_int_eq(addresses_parse("udp6", ":53", false, &numbered), 0);
    ck_assert(memcmp(named.list, numbered.list, sizeof named.list) == 0);
    ck_assert_int_eq(addresses_parse("tcp", ":no-such-service", true, &named), ENOENT);
}
END_TEST

START_TEST(address_of_a_link_names_the_link)
{
    char text[ADDRESS_TEXT_MAX];
    struct sockaddr_in6 link = {
        .sin6_family = AF_INET6, .sin6_port = htons(80), .sin6_scope_id = if_nametoindex("lo")};
    struct addresses parsed;
    inet_pton(AF_INET6, "fe80::1", &link.sin6_addr);
    address_print((struct sockaddr *)&link, sizeof link, text, sizeof text);
    ck_assert_str_eq(text, link.sin6_scope_id ? "[fe80::1%lo]:80" : "[fe80::1]:80");
    if (link.sin6_scope_id) {
        ck_assert_int_eq(addresses_parse("udp", text, false, &parsed), 0);
        ck_assert(memcmp(&parsed.list[0].socket, &link, sizeof link) == 0);
    }
    link.sin6_scope_id = 4000000000;
    address_print((struct sockaddr *)&link, sizeof link, text, sizeof text);
    ck_assert_str_eq(text, "[fe80::1%4000000000]:80");
}
END_TEST

/* ---- errors ---- */

static void dial_error(const char *network, const char *address, int want)
{
    errno = 0;
    conn *c = net_dial(network, address, seconds(30));
    ck_assert_msg(c == NULL && errno == want, "%s %s: %s", network, address, strerror(errno));
}

START_TEST(bad_addresses_are_errors_in_words)
{
    dial_error("carrier-pigeon", "127.0.0.1:1", EPROTONOSUPPORT);
    dial_error("tcp", "127.0.0.1", EINVAL);
    dial_error("tcp", "::1:80", EINVAL);
    dial_error("tcp", "[::1:80", EINVAL);
    dial_error("tcp", "127.0.0.1:", EINVAL);
    dial_error("tcp", "127.0.0.1:no-such-service", ENOENT);
    dial_error("tcp", "127.0.0.1:65536", ENOENT);
    dial_error("unix", "", EINVAL);
    dial_error("unix", "/nonexistent/socket", ENOENT);
    char path[300];
    memset(path, 'x', sizeof path);
    path[sizeof path - 1] = 0;
    dial_error("unix", path, ENAMETOOLONG);
    ck_assert_ptr_null(net_listen("udp", "127.0.0.1:0"));
    ck_assert_int_eq(errno, EPROTONOSUPPORT);
    ck_assert_ptr_null(net_listen("unix", "/nonexistent/socket"));
    ck_assert_int_eq(errno, ENOENT);
    ck_assert_ptr_null(conn_of(-1));
    ck_assert_int_eq(errno, EBADF);
}
END_TEST

START_TEST(port_that_is_taken_or_where_nobody_listens_is_an_error)
{
    listener *l = net_listen("tcp", "127.0.0.1:0");
    ck_assert_ptr_null(net_listen("tcp", listener_address(l)));
    ck_assert_int_eq(errno, EADDRINUSE);
    listener_close(l);
    struct sockaddr_in bound = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t length = sizeof bound;
    int fd = socket(AF_INET, SOCK_STREAM, 0); /* nobody else gets the port meanwhile */
    ck_assert_int_eq(bind(fd, (struct sockaddr *)&bound, length), 0);
    ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&bound, &length), 0);
    char address[64];
    address_print((struct sockaddr *)&bound, length, address, sizeof address);
    dial_error("tcp", address, ECONNREFUSED);
    close(fd);
}
END_TEST

START_TEST(running_out_of_descriptors_is_an_error_and_passes)
{
    struct rlimit before, tight;
    listener *l = net_listen("tcp", "127.0.0.1:0");
    conn *waiting = net_dial("tcp", listener_address(l), 0);
    ck_assert_ptr_nonnull(waiting);
    getrlimit(RLIMIT_NOFILE, &before);
    tight = before;
    tight.rlim_cur = 0; /* also when somebody closes one meanwhile */
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &tight), 0);
    ck_assert_ptr_null(listener_accept(l));
    ck_assert_int_eq(errno, EMFILE);
    dial_error("tcp", listener_address(l), EMFILE);
    ck_assert_ptr_null(net_listen("tcp", "127.0.0.1:0"));
    ck_assert_int_eq(errno, EMFILE);
    conn *one, *other;
    ck_assert_int_eq(net_pipe(&one, &other), -1);
    ck_assert_int_eq(errno, EMFILE);
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &before), 0);
    conn *accepted = listener_accept(l); /* it was not lost */
    ck_assert_ptr_nonnull(accepted);
    conn_close(accepted);
    conn_close(waiting);
    listener_close(l);
}
END_TEST

/* ---- datagrams ---- */

START_TEST(datagrams_keep_their_bounds_and_tell_their_sender)
{
    conn *server = rgo_listen_packet("udp", "127.0.0.1:0");
    ck_assert_ptr_nonnull(server);
    conn *client = net_dial("udp", conn_local(server), 0);
    ck_assert_ptr_nonnull(client);
    char text[64], from[64];
    ck_assert_int_eq(conn_write(client, "one", 3), 3);
    ck_assert_int_eq(conn_write(client, "three", 5), 5);
    ck_assert_int_eq(conn_read_from(server, text, sizeof text, from, sizeof from), 3);
    ck_assert_str_eq(from, conn_local(client));
    ck_assert_int_eq(conn_read_from(server, text, sizeof text, NULL, 0), 5);
    ck_assert_int_eq(conn_write_to(server, "back", 4, from), 4);
    ck_assert_int_eq(conn_read(client, text, sizeof text), 4);
    ck_assert_int_eq(conn_write_to(server, "back", 4, "nowhere"), -1);
    ck_assert_int_eq(errno, EINVAL);
    conn_close(client);
    conn_close(server);
}
END_TEST

/* A socket for both families tells IPv4 addresses as such, and takes them back. */
START_TEST(datagram_socket_of_both_families_answers_whoever_wrote)
{
    conn *server = rgo_listen_packet("udp", ":0");
    ck_assert_ptr_nonnull(server);
    static const char *const hosts[] = {"127.0.0.1", "[::1]", "localhost", ""};
    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
        char text[8], from[64], to[64];
        snprintf(to, sizeof to, "%s%s", hosts[i], strrchr(conn_local(server), ':'));
        conn *client = net_dial("udp", to, 0);
        if (!client && strchr(hosts[i], '['))
            continue; /* no IPv6 here */
        ck_assert_msg(client != NULL, "%s: %s", to, strerror(errno));
        ck_assert_int_eq(conn_write(client, "ask", 3), 3);
        ck_assert_int_eq(conn_read_from(server, text, sizeof text, from, sizeof from), 3);
        ck_assert_str_eq(from, conn_local(client));
        ck_assert_msg(conn_write_to(server, "answer", 6, from) == 6, "to %s", from);
        ck_assert_int_eq(conn_read(client, text, sizeof text), 6);
        conn_close(client);
    }
    conn_close(server);
}
END_TEST

START_TEST(datagram_that_is_longer_than_the_buffer_is_cut)
{
    conn *c = rgo_listen_packet("udp", "127.0.0.1:0");
    char text[4] = "";
    ck_assert_int_eq(conn_write_to(c, "long one", 8, conn_local(c)), 8);
    ck_assert_int_eq(conn_write_to(c, "", 0, conn_local(c)), 0);
    ck_assert_int_eq(conn_write_to(c, "new", 3, conn_local(c)), 3);
    ck_assert_int_eq(conn_read_from(c, text, 2, NULL, 0), 2);
    ck_assert_int_eq(conn_read(c, text, sizeof text), 0); /* the empty one */
    ck_assert_int_eq(conn_read(c, text, sizeof text), 3);
    ck_assert_str_eq(text, "new");
    conn_close(c);
}
END_TEST

/* ---- descriptors ---- */

START_TEST(regular_file_is_no_connection)
{
    int fd = open("/proc/self/exe", O_RDONLY);
    ck_assert_ptr_null(conn_of(fd));
    ck_assert_int_eq(errno, EPERM);
    ck_assert(!(fcntl(fd, F_GETFL) & O_NONBLOCK));
    ck_assert_int_eq(close(fd), 0);
}
END_TEST

START_TEST(connection_of_a_given_descriptor_reads_and_closes_it)
{
    int fds[2];
    char text[8];
    ck_assert_int_eq(pipe(fds), 0);
    conn *reader = conn_of(fds[0]);
    conn *writer = conn_of(fds[1]);
    ck_assert_str_eq(conn_local(reader), "");
    ck_assert_int_eq(conn_write(writer, "abc", 3), 3);
    ck_assert_int_eq(conn_close_write(writer), -1);
    ck_assert_int_eq(errno, ENOTSOCK);
    ck_assert_int_eq(conn_close(writer), 0);
    ck_assert_int_eq(conn_read_full(reader, text, 8), 3);
    ck_assert_int_eq(conn_close(reader), 0);
    ck_assert_int_eq(fcntl(fds[0], F_GETFD), -1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("net_address");
    TCase *tcase = tcase_create("net_address");
    suite_add_tcase(suite, tcase);
    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, names_are_looked_up);
    tcase_add_test(tcase, ports_with_names_are_those_with_numbers);
    tcase_add_test(tcase, address_of_a_link_names_the_link);
    tcase_add_test(tcase, bad_addresses_are_errors_in_words);
    tcase_add_test(tcase, port_that_is_taken_or_where_nobody_listens_is_an_error);
    tcase_add_test(tcase, running_out_of_descriptors_is_an_error_and_passes);
    tcase_add_test(tcase, datagrams_keep_their_bounds_and_tell_their_sender);
    tcase_add_test(tcase, datagram_socket_of_both_families_answers_whoever_wrote);
    tcase_add_test(tcase, datagram_that_is_longer_than_the_buffer_is_cut);
    tcase_add_test(tcase, regular_file_is_no_connection);
    tcase_add_test(tcase, connection_of_a_given_descriptor_reads_and_closes_it);
    SRunner *runner = srunner_create(suite);
    srunner_set_fork_status(runner, CK_NOFORK);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
