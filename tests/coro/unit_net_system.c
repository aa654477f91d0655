/*
 * Connections when the system refuses or changes its mind. This program's own connect, accept4, ...
 * stand between the runtime and the system.
 */
#include <check.h>
#include <dirent.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "net_help.h"

/* ---- the system ---- */

static int connect_error, epoll_error;
static int accept_errors[4], accept_error_count;
static const struct poll_desc *watched;
static bool closing_when_unlinked;

static int failed(int error)
{
    errno = error;
    return -1;
}

int connect(int fd, const struct sockaddr *address, socklen_t length)
{
    if (connect_error)
        return failed(connect_error);
    return (int)syscall(SYS_connect, fd, address, length);
}

int accept4(int fd, struct sockaddr *address, socklen_t *length, int flags)
{
    if (accept_error_count)
        return failed(accept_errors[--accept_error_count]);
    return (int)syscall(SYS_accept4, fd, address, length, flags);
}

int epoll_ctl(int epoll, int operation, int fd, struct epoll_event *event)
{
    if (epoll_error && operation == EPOLL_CTL_ADD)
        return failed(epoll_error);
    return (int)syscall(SYS_epoll_ctl, epoll, operation, fd, event);
}

int unlink(const char *path)
{
    if (watched)
        closing_when_unlinked = watched->closing;
    return (int)syscall(SYS_unlink, path);
}

static int descriptors_open(void)
{
    DIR *all = opendir("/proc/self/fd");
    int count = 0;
    while (readdir(all))
        count++;
    closedir(all);
    return count;
}

/* ---- tests ---- */

START_TEST(dial_without_a_free_port_says_so)
{
    listener *l = net_listen("tcp", "127.0.0.1:0");
    connect_error = EADDRNOTAVAIL;
    conn *c = net_dial("tcp", listener_address(l), seconds(60));
    int error = errno;
    connect_error = 0;
    ck_assert_ptr_null(c);
    ck_assert_int_eq(error, EADDRNOTAVAIL);
    listener_close(l);
}
END_TEST

START_TEST(accept_goes_on_after_clients_that_went_away)
{
    listener *l = net_listen("tcp", "127.0.0.1:0");
    conn *c = net_dial("tcp", listener_address(l), seconds(60));
    accept_errors[0] = accept_errors[2] = ECONNABORTED;
    accept_errors[1] = EINTR;
    accept_error_count = 3;
    conn *accepted = listener_accept(l);
    ck_assert_ptr_nonnull(accepted);
    conn_close(accepted);
    conn_close(c);
    listener_close(l);
}
END_TEST

START_TEST(accept_without_a_descriptor_fails_once_for_each_call_and_loses_nothing)
{
    listener *l = net_listen("tcp", "127.0.0.1:0");
    conn *c = net_dial("tcp", listener_address(l), seconds(60));
    accept_errors[0] = accept_errors[1] = EMFILE;
    accept_error_count = 2;
    for (int left = 1; left >= 0; left--) {
        ck_assert_ptr_null(listener_accept(l));
        ck_assert_int_eq(errno, EMFILE);
        ck_assert_int_eq(accept_error_count, left);
    }
    conn *accepted = listener_accept(l); /* it does not wait for another edge */
    ck_assert_ptr_nonnull(accepted);
    conn_close(accepted);
    conn_close(c);
    listener_close(l);
}
END_TEST

START_TEST(what_cannot_be_registered_leaves_nothing_behind)
{
    struct own_path own = own_path_make();
    conn *one, *other;
    listener *l = net_listen("tcp", "127.0.0.1:0"); /* the runtime has its own descriptors by now */
    int before = descriptors_open();
    epoll_error = ENOSPC;
    ck_assert_ptr_null(net_listen("unix", own.path));
    ck_assert_int_eq(errno, ENOSPC);
    ck_assert_int_eq(access(own.path, F_OK), -1);
    ck_assert_ptr_null(net_dial("tcp", listener_address(l), seconds(60)));
    ck_assert_int_eq(errno, ENOSPC);
    ck_assert_int_eq(conn_pair(&one, &other), -1);
    ck_assert_int_eq(errno, ENOSPC);
    ck_assert_int_eq(net_pipe(&one, &other), -1);
    ck_assert_int_eq(errno, ENOSPC);
    epoll_error = 0;
    ck_assert_int_eq(descriptors_open(), before);
    listener_close(l);
    own_path_remove(&own);
}
END_TEST

START_TEST(path_of_a_listener_is_free_before_anybody_learns_of_its_close)
{
    struct own_path own = own_path_make();
    listener *l = net_listen("unix", own.path);
    ck_assert_ptr_nonnull(l);
    watched = l->conn.poll;
    closing_when_unlinked = true;
    listener_close(l);
    watched = NULL;
    ck_assert(!closing_when_unlinked);
    ck_assert_int_eq(access(own.path, F_OK), -1);
    own_path_remove(&own);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("net_system");
    TCase *tcase = tcase_create("net_system");
    suite_add_tcase(suite, tcase);
    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, dial_without_a_free_port_says_so);
    tcase_add_test(tcase, accept_goes_on_after_clients_that_went_away);
    tcase_add_test(tcase, accept_without_a_descriptor_fails_once_for_each_call_and_loses_nothing);
    tcase_add_test(tcase, what_cannot_be_registered_leaves_nothing_behind);
    tcase_add_test(tcase, path_of_a_listener_is_free_before_anybody_learns_of_its_close);
    SRunner *runner = srunner_create(suite);
    srunner_set_fork_status(runner, CK_NOFORK);
    srunner_run_all(runner, CK_NORMAL);
    int failures = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failures != 0;
}
