/*
 * real: the functions behind our interceptors.
 *
 * REAL(name)(arguments) calls the libc function of a line of interceptors.def. The address is
 * looked up in libc's own symbol table (see real.c for why not by dlsym or RTLD_NEXT), all at boot
 * or one by one when a call comes earlier. No lock, no allocation: safe at any moment after libc
 * is relocated.
 */
#ifndef RACERUN_INTERPOSE_REAL_H
#define RACERUN_INTERPOSE_REAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the parameter types of interceptors*.def need. */
#include <arpa/inet.h>
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <locale.h>
#include <mqueue.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <setjmp.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/sendfile.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/sysinfo.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/times.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <termios.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

#define INTERCEPTOR(name, ret, params, rule, proof) typedef ret real_##name##_fn params;
#include "interpose/interceptors.def"
#undef INTERCEPTOR

enum real_id {
#define INTERCEPTOR(name, ret, params, rule, proof) REAL_ID_##name,
#include "interpose/interceptors.def"
#undef INTERCEPTOR
    REAL_COUNT
};

extern __attribute__((visibility("hidden"))) void *real_table[];

/* Looks one function up and remembers it; ends the process when there is none. */
__attribute__((visibility("hidden"))) void *real_resolve(enum real_id id);
/* Looks all of them up; what the C library lacks stays unresolved. */
__attribute__((visibility("hidden"))) void real_resolve_all(void);
/* An exported symbol of libc, or of libstdc++; NULL if there is none. */
__attribute__((visibility("hidden"))) void *real_find(const char *name);
/* RACERUN_TEST_DISABLE: the interceptor called `name` becomes a jump to its real function. */
__attribute__((visibility("hidden"))) void real_disable(const char *name);
__attribute__((visibility("hidden"))) bool real_disabled(enum real_id id);

static inline void *real_get(enum real_id id)
{
    void *function = __atomic_load_n(&real_table[id], __ATOMIC_RELAXED);
    return __builtin_expect(function != NULL, 1) ? function : real_resolve(id);
}

#define REAL(name) ((real_##name##_fn *)real_get(REAL_ID_##name))

#endif
