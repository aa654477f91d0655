/*
 * Proofs of interceptors_fd.def: what descriptors order, and what calls with buffers access.
 */
#include "proofs.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <mqueue.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdarg.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/sendfile.h>
#include <sys/shm.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/uio.h>

/* Descriptors of the proof, made before its threads are. */
static int fds[2], more[2], fd, listener;
static char buffer[64];

static void look(const volatile void *p)
{
    use(*(const volatile char *)p);
}

static void touch(void *p)
{
    *(volatile char *)p = *(volatile char *)p;
}

/* After `prepare`: A writes x and runs `release`, B runs `acquire` and reads x. */
#define PASSES(name, prepare, release, acquire)                                                    \
    static void first_##name(void)                                                                 \
    {                                                                                              \
        x = 1;                                                                                     \
        release;                                                                                   \
    }                                                                                              \
    static void second_##name(void)                                                                \
    {                                                                                              \
        acquire;                                                                                   \
        use(x);                                                                                    \
    }                                                                                              \
    PROOF(name)                                                                                    \
    {                                                                                              \
        prepare;                                                                                   \
        proof_pair(first_##name, second_##name);                                                   \
    }
/* After `prepare`: A's call writes what B then looks at. */
#define WRITES(name, prepare, where, ...)                                                          \
    static void first_##name(void)                                                                 \
    {                                                                                              \
        (void)(__VA_ARGS__);                                                                       \
    }                                                                                              \
    static void second_##name(void)                                                                \
    {                                                                                              \
        look(where);                                                                               \
    }                                                                                              \
    PROOF(name)                                                                                    \
    {                                                                                              \
        prepare;                                                                                   \
        proof_pair(first_##name, second_##name);                                                   \
    }
/* After `prepare`: B's call reads what A has written. */
#define READS(name, prepare, where, ...)                                                           \
    static void first_##name(void)                                                                 \
    {                                                                                              \
        touch(where);                                                                              \
    }                                                                                              \
    static void second_##name(void)                                                                \
    {                                                                                              \
        (void)(__VA_ARGS__);                                                                       \
    }                                                                                              \
    PROOF(name)                                                                                    \
    {                                                                                              \
        prepare;                                                                                   \
        proof_pair(first_##name, second_##name);                                                   \
    }

/* ---- a pipe, seen by its maker alone ---- */

static void make_pipe(void)
{
    must(pipe(fds) == 0);
}

/* What one thread does to a pipe orders the other only through these; locals, so that buffers are
 * nobody's. */
static void put(int to)
{
    must(write(to, "a", 1) == 1);
}

static void get(int from)
{
    char c;
    must(read(from, &c, 1) == 1);
}

ssize_t __read(int, void *, size_t);
ssize_t __read_chk(int, void *, size_t, size_t);
ssize_t __write(int, const void *, size_t);

#define LOCAL(...)                                                                                 \
    do {                                                                                           \
        char c[64] = "a";                                                                          \
        struct iovec v = {c, 1};                                                                   \
        must((__VA_ARGS__) >= 0);                                                                  \
        use(v.iov_len);                                                                            \
    } while (0)

PASSES(read, make_pipe(), put(fds[1]), LOCAL(read(fds[0], c, 1)))
PASSES(__read, make_pipe(), put(fds[1]), LOCAL(__read(fds[0], c, 1)))
PASSES(__read_chk, make_pipe(), put(fds[1]), LOCAL(__read_chk(fds[0], c, 1, 64)))
PASSES(readv, make_pipe(), put(fds[1]), LOCAL(readv(fds[0], &v, 1)))
PASSES(preadv2, make_pipe(), put(fds[1]), LOCAL(preadv2(fds[0], &v, 1, -1, 0)))
PASSES(preadv64v2, make_pipe(), put(fds[1]), LOCAL(preadv64v2(fds[0], &v, 1, -1, 0)))
PASSES(write, make_pipe(), LOCAL(write(fds[1], c, 1)), get(fds[0]))
PASSES(__write, make_pipe(), LOCAL(__write(fds[1], c, 1)), get(fds[0]))
PASSES(writev, make_pipe(), LOCAL(writev(fds[1], &v, 1)), get(fds[0]))
PASSES(pwritev2, make_pipe(), LOCAL(pwritev2(fds[1], &v, 1, -1, 0)), get(fds[0]))
PASSES(pwritev64v2, make_pipe(), LOCAL(pwritev64v2(fds[1], &v, 1, -1, 0)), get(fds[0]))
PASSES(vmsplice, make_pipe(), LOCAL(vmsplice(fds[1], &v, 1, 0)), get(fds[0]))

static void make_two_pipes(void)
{
    must(pipe(fds) == 0 && pipe(more) == 0);
}

static int file_with_bytes(void)
{
    int file = (int)syscall(SYS_memfd_create, "proof", 0);
    must(write(file, "0123456789abcdef", 16) == 16 && lseek(file, 0, SEEK_SET) == 0);
    return file;
}

PASSES(splice, make_two_pipes(), (put(fds[1]), splice(fds[0], NULL, more[1], NULL, 1, 0)),
       get(more[0]))
PASSES(tee, make_two_pipes(), (put(fds[1]), tee(fds[0], more[1], 1, 0)), get(more[0]))
PASSES(sendfile, (make_pipe(), fd = file_with_bytes()), sendfile(fds[1], fd, NULL, 1), get(fds[0]))
PASSES(sendfile64, (make_pipe(), fd = file_with_bytes()), sendfile64(fds[1], fd, NULL, 1),
       get(fds[0]))

/* ---- with a position ---- */

ssize_t __pread_chk(int, void *, size_t, off_t, size_t);
ssize_t __pread64_chk(int, void *, size_t, off_t, size_t);
static struct iovec vector = {buffer, 16};

WRITES(pread, fd = file_with_bytes(), buffer + 15, pread(fd, buffer, 16, 0))
WRITES(pread64, fd = file_with_bytes(), buffer + 15, pread64(fd, buffer, 16, 0))
WRITES(__pread_chk, fd = file_with_bytes(), buffer + 15, __pread_chk(fd, buffer, 16, 0, 64))
WRITES(__pread64_chk, fd = file_with_bytes(), buffer + 15, __pread64_chk(fd, buffer, 16, 0, 64))
WRITES(preadv, fd = file_with_bytes(), buffer + 15, preadv(fd, &vector, 1, 0))
WRITES(preadv64, fd = file_with_bytes(), buffer + 15, preadv64(fd, &vector, 1, 0))
READS(pwrite, fd = file_with_bytes(), buffer + 15, pwrite(fd, buffer, 16, 0))
READS(pwrite64, fd = file_with_bytes(), buffer + 15, pwrite64(fd, buffer, 16, 0))
READS(pwritev, fd = file_with_bytes(), buffer + 15, pwritev(fd, &vector, 1, 0))
READS(pwritev64, fd = file_with_bytes(), buffer + 15, pwritev64(fd, &vector, 1, 0))

/* ---- the end of a descriptor ---- */

int __close(int);
int __dup2(int, int);

static void get_end(int from)
{
    char c;
    must(read(from, &c, 1) == 0);
}

PASSES(close, make_pipe(), close(fds[1]), get_end(fds[0]))
PASSES(__close, make_pipe(), __close(fds[1]), get_end(fds[0]))
PASSES(close_range, make_pipe(), close_range(fds[1], fds[1], 0), get_end(fds[0]))
PASSES(closefrom, make_pipe(), closefrom(fds[1]), get_end(fds[0]))

/* A number that orders nothing is closed; a pipe that nobody saw made gets it. */
static void pipe_unseen(void)
{
    invisible_syscall(SYS_pipe, (long)fds, 0, 0);
}

static void reuse_after_closedir(void)
{
    DIR *folder = opendir("/");
    fd = dirfd(folder);
    (void)!write(fd, "", 0); /* now it is known to order nothing */
    closedir(folder);
    pipe_unseen();
    must(fds[0] == fd);
}
PASSES(closedir, reuse_after_closedir(), put(fds[1]), get(fds[0]))

/* ---- duplicates ---- */

PASSES(dup, (make_pipe(), fd = dup(fds[1])), put(fd), get(fds[0]))
PASSES(dup2, (make_pipe(), fd = dup2(fds[1], 77)), put(fd), get(fds[0]))
PASSES(__dup2, (make_pipe(), fd = __dup2(fds[1], 77)), put(fd), get(fds[0]))
PASSES(dup3, (make_pipe(), fd = dup3(fds[1], 77, O_CLOEXEC)), put(fd), get(fds[0]))
PASSES(fcntl, (make_pipe(), fd = fcntl(fds[1], F_DUPFD, 77)), put(fd), get(fds[0]))
PASSES(fcntl64, (make_pipe(), fd = fcntl64(fds[1], F_DUPFD_CLOEXEC, 77)), put(fd), get(fds[0]))

/* ---- descriptors from nowhere ---- */

int __open_2(const char *, int);
int __open64_2(const char *, int);
int __openat_2(int, const char *, int);
int __openat64_2(int, const char *, int);

static char path[64] = "/dev/null", template[64] = "/tmp/racerun-proof-XXXXXX";

static void temporary(int made)
{
    must(made >= 0);
    invisible_syscall(SYS_unlink, (long)template, 0, 0);
}

WRITES(pipe, , &fds, pipe(fds))
WRITES(pipe2, , &fds, pipe2(fds, 0))
READS(open, , path + 9, open(path, O_RDONLY))
READS(open64, , path + 9, open64(path, O_RDONLY))
READS(openat, , path + 9, openat(AT_FDCWD, path, O_RDONLY))
READS(openat64, , path + 9, openat64(AT_FDCWD, path, O_RDONLY))
READS(creat, , path + 9, creat(path, 0600))
READS(creat64, , path + 9, creat64(path, 0600))
READS(__open_2, , path + 9, __open_2(path, O_RDONLY))
READS(__open64_2, , path + 9, __open64_2(path, O_RDONLY))
READS(__openat_2, , path + 9, __openat_2(AT_FDCWD, path, O_RDONLY))
READS(__openat64_2, , path + 9, __openat64_2(AT_FDCWD, path, O_RDONLY))
READS(memfd_create, , path + 9, memfd_create(path, 0))
WRITES(mkstemp, , template + 20, (temporary(mkstemp(template)), 0))
WRITES(mkstemp64, , template + 20, (temporary(mkstemp64(template)), 0))
WRITES(mkostemp, , template + 20, (temporary(mkostemp(template, 0)), 0))
WRITES(mkostemp64, , template + 20, (temporary(mkostemp64(template, 0)), 0))

/* ---- event sources ---- */

static void event_get(void)
{
    eventfd_t value;
    must(eventfd_read(fd, &value) == 0);
}

PASSES(eventfd, fd = eventfd(0, 0), eventfd_write(fd, 1), event_get())
PASSES(eventfd_write, fd = eventfd(0, 0), eventfd_write(fd, 1), event_get())
PASSES(eventfd_read, fd = eventfd(0, 0), eventfd_write(fd, 1), event_get())

static struct itimerspec moment = {.it_value = {.tv_nsec = 1}};

static void timer_get(void)
{
    uint64_t expirations;
    must(read(fd, &expirations, sizeof expirations) == sizeof expirations);
}

#define TIMERFD fd = timerfd_create(CLOCK_MONOTONIC, 0)
PASSES(timerfd_create, TIMERFD, timerfd_settime(fd, 0, &moment, NULL), timer_get())
PASSES(timerfd_settime, TIMERFD, timerfd_settime(fd, 0, &moment, NULL), timer_get())
WRITES(timerfd_gettime, TIMERFD, &moment, timerfd_gettime(fd, &moment))

static void make_signalfd(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    fd = signalfd(-1, &set, 0);
}

static void signal_get(void)
{
    struct signalfd_siginfo info;
    must(read(fd, &info, sizeof info) == sizeof info);
}
PASSES(signalfd, make_signalfd(), kill(getpid(), SIGUSR1), signal_get())

/* ---- sockets ---- */

static struct sockaddr_in address;
static struct sockaddr *const to = (void *)&address;

static void make_sockets(void)
{
    must(socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == 0);
}

static void name_socket(int socket)
{
    socklen_t size = sizeof address;
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = 0;
    must(bind(socket, to, size) == 0);
    must(invisible_syscall(SYS_getsockname, socket, (long)&address, (long)&size) == 0);
}

/* Two unconnected datagram sockets, of which fds[0] has an address. */
static void make_datagram(void)
{
    fds[0] = socket(AF_INET, SOCK_DGRAM, 0);
    fds[1] = socket(AF_INET, SOCK_DGRAM, 0);
    name_socket(fds[0]);
}

static void make_listener(void)
{
    listener = socket(AF_INET, SOCK_STREAM, 0);
    fd = socket(AF_INET, SOCK_STREAM, 0);
    name_socket(listener);
    must(listen(listener, 5) == 0);
}

static void connect_now(void)
{
    must(connect(fd, to, sizeof address) == 0);
}

static void accept_now(void)
{
    must(accept(listener, NULL, NULL) >= 0);
}

PASSES(socketpair, make_sockets(), put(fds[0]), get(fds[1]))
PASSES(shutdown, make_sockets(), shutdown(fds[0], SHUT_WR), get_end(fds[1]))
PASSES(bind, make_datagram(), LOCAL(sendto(fds[1], c, 1, 0, to, sizeof address)), get(fds[0]))
PASSES(listen, make_listener(), connect_now(), accept_now())
PASSES(connect, make_listener(), connect_now(), accept_now())
PASSES(accept, make_listener(), connect_now(), accept_now())
PASSES(accept4, make_listener(), connect_now(), must(accept4(listener, NULL, NULL, 0) >= 0))

/* The number was an eventfd's, closed behind our back: the socket orders nothing. */
static void reuse_for_socket(void)
{
    socklen_t size = sizeof address;
    fd = eventfd(0, 0);
    must(eventfd_write(fd, 1) == 0);
    invisible_syscall(SYS_close, fd, 0, 0);
    must(socket(AF_INET, SOCK_DGRAM, 0) == fd);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    must(invisible_syscall(SYS_bind, fd, (long)to, size) == 0);
    must(invisible_syscall(SYS_getsockname, fd, (long)to, (long)&size) == 0);
    must(invisible_syscall(SYS_connect, fd, (long)to, size) == 0);
}
PASSES(socket, reuse_for_socket(), put(fd), get(fd))

static socklen_t address_room = sizeof address;
static int option;

WRITES(getsockname, make_sockets(), &address, getsockname(fds[0], to, &address_room))
WRITES(getpeername, make_sockets(), &address, getpeername(fds[0], to, &address_room))
WRITES(getsockopt, (make_sockets(), address_room = sizeof option), &option,
       getsockopt(fds[0], SOL_SOCKET, SO_TYPE, &option, &address_room))
READS(setsockopt, make_sockets(), &option,
      setsockopt(fds[0], SOL_SOCKET, SO_KEEPALIVE, &option, sizeof option))

ssize_t __recv_chk(int, void *, size_t, size_t, int);
ssize_t __recvfrom_chk(int, void *, size_t, size_t, int, struct sockaddr *, socklen_t *);

#define MESSAGE(...)                                                                               \
    do {                                                                                           \
        char c[64] = "a";                                                                          \
        struct iovec v = {c, 1};                                                                   \
        struct mmsghdr m = {{.msg_iov = &v, .msg_iovlen = 1}, 0};                                  \
        must((__VA_ARGS__) == 1);                                                                  \
    } while (0)
PASSES(send, make_sockets(), LOCAL(send(fds[0], c, 1, 0)), get(fds[1]))
PASSES(sendto, make_sockets(), LOCAL(sendto(fds[0], c, 1, 0, NULL, 0)), get(fds[1]))
PASSES(sendmsg, make_sockets(), MESSAGE(sendmsg(fds[0], &m.msg_hdr, 0)), get(fds[1]))
PASSES(sendmmsg, make_sockets(), MESSAGE(sendmmsg(fds[0], &m, 1, 0)), get(fds[1]))
PASSES(recv, make_sockets(), put(fds[0]), LOCAL(recv(fds[1], c, 1, 0)))
PASSES(__recv_chk, make_sockets(), put(fds[0]), LOCAL(__recv_chk(fds[1], c, 1, 64, 0)))
PASSES(recvfrom, make_sockets(), put(fds[0]), LOCAL(recvfrom(fds[1], c, 1, 0, NULL, NULL)))
PASSES(__recvfrom_chk, make_sockets(), put(fds[0]),
       LOCAL(__recvfrom_chk(fds[1], c, 1, 64, 0, NULL, NULL)))
PASSES(recvmsg, make_sockets(), put(fds[0]), MESSAGE(recvmsg(fds[1], &m.msg_hdr, 0)))
PASSES(recvmmsg, make_sockets(), put(fds[0]), MESSAGE(recvmmsg(fds[1], &m, 1, 0, NULL)))

/* ---- waiting ---- */

int __poll(struct pollfd *, nfds_t, int);
int __poll_chk(struct pollfd *, nfds_t, int, size_t);
int __ppoll_chk(struct pollfd *, nfds_t, const struct timespec *, const sigset_t *, size_t);
int __select(int, fd_set *, fd_set *, fd_set *, struct timeval *);

#define POLLS(...)                                                                                 \
    do {                                                                                           \
        struct pollfd p = {fds[0], POLLIN, 0};                                                     \
        must((__VA_ARGS__) == 1);                                                                  \
    } while (0)
#define SELECTS(...)                                                                               \
    do {                                                                                           \
        fd_set s;                                                                                  \
        FD_ZERO(&s);                                                                               \
        FD_SET(fds[0], &s);                                                                        \
        must((__VA_ARGS__) == 1);                                                                  \
    } while (0)
PASSES(poll, make_pipe(), put(fds[1]), POLLS(poll(&p, 1, -1)))
PASSES(__poll, make_pipe(), put(fds[1]), POLLS(__poll(&p, 1, -1)))
PASSES(__poll_chk, make_pipe(), put(fds[1]), POLLS(__poll_chk(&p, 1, -1, sizeof p)))
PASSES(ppoll, make_pipe(), put(fds[1]), POLLS(ppoll(&p, 1, NULL, NULL)))
PASSES(__ppoll_chk, make_pipe(), put(fds[1]), POLLS(__ppoll_chk(&p, 1, NULL, NULL, sizeof p)))
PASSES(select, make_pipe(), put(fds[1]), SELECTS(select(fds[0] + 1, &s, NULL, NULL, NULL)))
PASSES(__select, make_pipe(), put(fds[1]), SELECTS(__select(fds[0] + 1, &s, NULL, NULL, NULL)))
PASSES(pselect, make_pipe(), put(fds[1]),
       SELECTS(pselect(fds[0] + 1, &s, NULL, NULL, NULL, NULL)))

static void arm(int watched)
{
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = 12345};
    must(epoll_ctl(fd, EPOLL_CTL_ADD, watched, &event) == 0);
}

#define EPOLLS(...)                                                                                \
    do {                                                                                           \
        struct epoll_event e;                                                                      \
        must((__VA_ARGS__) == 1 && e.data.u64 == 12345);                                           \
    } while (0)
#define EPOLL (make_pipe(), fd = epoll_create1(0))
PASSES(epoll_ctl, (EPOLL, put(fds[1])), arm(fds[0]), EPOLLS(epoll_wait(fd, &e, 1, -1)))
PASSES(epoll_wait, (EPOLL, arm(fds[0])), put(fds[1]), EPOLLS(epoll_wait(fd, &e, 1, -1)))
PASSES(epoll_pwait, (EPOLL, arm(fds[0])), put(fds[1]), EPOLLS(epoll_pwait(fd, &e, 1, -1, NULL)))
PASSES(epoll_pwait2, (EPOLL, arm(fds[0])), put(fds[1]), EPOLLS(epoll_pwait2(fd, &e, 1, NULL, NULL)))

/* ---- message queues ---- */

static mqd_t queue;

static void make_queue(void)
{
    struct mq_attr attributes = {.mq_maxmsg = 4, .mq_msgsize = 8};
    mq_unlink("/racerun-proof");
    queue = mq_open("/racerun-proof", O_CREAT | O_RDWR, 0600, &attributes);
    must(queue >= 0);
    mq_unlink("/racerun-proof");
}

#define QUEUE_GET LOCAL(mq_receive(queue, c, 8, NULL))
PASSES(mq_open, make_queue(), mq_send(queue, "a", 1, 0), QUEUE_GET)
PASSES(mq_send, make_queue(), mq_send(queue, "a", 1, 0), QUEUE_GET)
PASSES(mq_timedsend, make_queue(), mq_timedsend(queue, "a", 1, 0, soon(CLOCK_REALTIME)), QUEUE_GET)
PASSES(mq_receive, make_queue(), mq_send(queue, "a", 1, 0), QUEUE_GET)
PASSES(mq_timedreceive, make_queue(), mq_send(queue, "a", 1, 0),
       LOCAL(mq_timedreceive(queue, c, 8, NULL, soon(CLOCK_REALTIME))))

static void reuse_after_mq_close(void)
{
    make_queue();
    mq_close(queue);
    pipe_unseen();
    must(fds[0] == queue);
}
PASSES(mq_close, reuse_after_mq_close(), put(fds[1]), get(fds[0]))

static struct letter {
    long type;
    char text[8];
} const letter = {1, "a"};
static int mailbox;

static void letter_get(void)
{
    struct letter in;
    must(msgrcv(mailbox, &in, sizeof in.text, 0, 0) >= 0);
    msgctl(mailbox, IPC_RMID, NULL);
}
#define MAILBOX mailbox = msgget(IPC_PRIVATE, IPC_CREAT | 0600)
PASSES(msgsnd, MAILBOX, msgsnd(mailbox, &letter, 2, 0), letter_get())
PASSES(msgrcv, MAILBOX, msgsnd(mailbox, &letter, 2, 0), letter_get())

/* ---- System V semaphores ---- */

static int set;

static void sem_change(short by)
{
    struct sembuf one = {0, by, 0};
    must(semop(set, &one, 1) == 0);
}

static void sem_change_timed(short by)
{
    struct sembuf one = {0, by, 0};
    must(semtimedop(set, &one, 1, &(struct timespec){20, 0}) == 0);
}

static void sem_taken(void)
{
    sem_change(-1);
    semctl(set, 0, IPC_RMID);
}

static void sem_taken_timed(void)
{
    sem_change_timed(-1);
    semctl(set, 0, IPC_RMID);
}

#define SEMAPHORES set = semget(IPC_PRIVATE, 1, IPC_CREAT | 0600)
PASSES(semop, SEMAPHORES, sem_change(1), sem_taken())
PASSES(semtimedop, SEMAPHORES, sem_change_timed(1), sem_taken_timed())
PASSES(semctl, SEMAPHORES, must(semctl(set, 0, SETVAL, 1) == 0), sem_taken())

/* ---- mappings ---- */

enum { PAGE = 4096 };
static char *page;

static void map_page(void)
{
    page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    must(page != MAP_FAILED);
}

/* What A did to the page that was there before is none of the new one's business. */
#define MAP_AGAIN(map)                                                                             \
    map(page, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0)
#define FRESH(name, prepare, make)                                                                 \
    static void first_##name(void)                                                                 \
    {                                                                                              \
        touch(page);                                                                               \
    }                                                                                              \
    static void second_##name(void)                                                                \
    {                                                                                              \
        must(make != MAP_FAILED);                                                                  \
        touch(page);                                                                               \
    }                                                                                              \
    PROOF(name)                                                                                    \
    {                                                                                              \
        prepare;                                                                                   \
        proof_pair(first_##name, second_##name);                                                   \
    }
static int segment;
static void make_segment(void)
{
    map_page();
    segment = shmget(IPC_PRIVATE, PAGE, IPC_CREAT | 0600);
    must(segment >= 0);
}
static void *attach(void)
{
    void *at = shmat(segment, page, SHM_REMAP);
    shmctl(segment, IPC_RMID, NULL);
    return at;
}
FRESH(mmap, map_page(), MAP_AGAIN(mmap))
FRESH(mmap64, map_page(), MAP_AGAIN(mmap64))
FRESH(shmat, make_segment(), attach())
READS(munmap, map_page(), page, munmap(page, PAGE))
READS(madvise, map_page(), page, madvise(page, PAGE, MADV_DONTNEED))

/* Over another page, whose past ends. */
static char *other_page;
static void *move_page(void)
{
    return mremap(page, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, other_page);
}
static void first_mremap(void)
{
    touch(other_page);
}
static void second_mremap(void)
{
    must(move_page() == other_page);
    touch(other_page);
}
PROOF(mremap)
{
    map_page();
    other_page = page;
    map_page();
    proof_pair(first_mremap, second_mremap);
}
