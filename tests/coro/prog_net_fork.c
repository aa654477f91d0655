/*
 * What was open at a fork goes on in the child, in both ways of waiting, and the parent does not
 * notice, whatever the child does with it.
 * stdout: child of main: hello, deadline, accepted, pipe
 * stdout: child of another: hello, deadline, accepted, pipe
 * stdout: parent read: news
 * stdout: parent's listener accepts
 */
#include <errno.h>
#include <racerun/go.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static conn *one, *other; /* a pair that the parent does not use meanwhile */
static conn *news, *reporter;
static listener *door;

static void expect(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "%d: not so: %s (%s)\n", (int)getpid(), what, strerror(errno));
    _exit(1);
}

static void write_text(conn *c, const char *text)
{
    expect(conn_write(c, text, strlen(text)) == (ssize_t)strlen(text), text);
}

static void dial_and_write(void)
{
    conn *c = net_dial("unix", listener_address(door), seconds(60));
    expect(c != NULL, "dial");
    write_text(c, "x");
    conn_close(c);
}

/* To wait needs two descriptors anew. */
static void waiting_without_descriptors(void)
{
    struct rlimit before, none;
    char byte;
    getrlimit(RLIMIT_NOFILE, &before);
    none = before;
    none.rlim_cur = 0;
    expect(setrlimit(RLIMIT_NOFILE, &none) == 0, "limit");
    expect(conn_read(one, &byte, 1) < 0 && errno == EMFILE, "read without descriptors");
    expect(setrlimit(RLIMIT_NOFILE, &before) == 0, "limit lifted");
}

static void child(const char *who)
{
    char text[16] = "";
    waiting_without_descriptors();
    go(write_text, other, "hello"); /* after this one waits */
    expect(conn_read_full(one, text, 5) == 5 && !strcmp(text, "hello"), "read");
    conn_read_deadline(one, rgo_now() + ms(5));
    expect(conn_read(one, text, 1) < 0 && errno == ETIMEDOUT, "deadline");
    conn_read_deadline(one, 0);
    go(dial_and_write);
    conn *accepted = listener_accept(door);
    expect(accepted && conn_read(accepted, text, 1) == 1, "accept");
    conn *read_end, *write_end;
    expect(net_pipe(&read_end, &write_end) == 0, "pipe");
    go(write_text, write_end, "p");
    expect(conn_read(read_end, text, 1) == 1 && text[0] == 'p', "pipe read");
    conn_close(news); /* the child's descriptors only */
    conn_close(one);
    listener_close(door);
    printf("child of %s: hello, deadline, accepted, pipe\n", who);
    fflush(stdout);
    _exit(0);
}

static void forks(const char *who, chan(int) done)
{
    int status = -1;
    fflush(stdout);
    pid_t pid = fork();
    if (!pid)
        child(who);
    waitpid(pid, &status, 0);
    chan_send(done, status);
}

static void read_news(chan(int) done)
{
    char text[8] = "";
    expect(conn_read_full(news, text, 4) == 4, "news");
    printf("parent read: %s\n", text);
    chan_send(done, 0);
}

static void accept_one(chan(int) done)
{
    char byte;
    conn *c = listener_accept(door);
    expect(c && conn_read(c, &byte, 1) == 1, "parent's accept");
    conn_close(c);
    chan_send(done, 0);
}

int main(void)
{
    char folder[] = "/tmp/coro-XXXXXX", path[64];
    expect(mkdtemp(folder) != NULL, "folder");
    snprintf(path, sizeof path, "%s/socket", folder);
    chan(int) done = chan_make(int, 1), reading = chan_make(int, 1);
    door = net_listen("unix", path);
    expect(door && !conn_pair(&one, &other) && !conn_pair(&news, &reporter), "opening");
    go(read_news, reading); /* waits during the forks, or begins to */
    go_yield();
    forks("main", done);
    int status = chan_get(done);
    go(forks, "another", done);
    status |= chan_get(done);
    write_text(reporter, "news");
    status |= chan_get(reading);
    go(accept_one, done);
    dial_and_write();
    status |= chan_get(done);
    puts("parent's listener accepts");
    listener_close(door);
    expect(rmdir(folder) == 0, "the path is gone");
    chan_free(done);
    chan_free(reading);
    conn_close(one);
    conn_close(other);
    conn_close(news);
    conn_close(reporter);
    return status ? 1 : 0;
}
