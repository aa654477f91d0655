/*
 * Proofs of stdio, time and the functions with results in structs (interceptors_fd.def).
 */
#define __NO_INLINE__ 1
#include "proofs.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <netdb.h>
#include <stdarg.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/time.h>
#include <sys/times.h>
#include <sys/utsname.h>
#include <termios.h>
#include <time.h>
#include <wchar.h>

static int fds[2];
static FILE *in, *out, *file;
static char buffer[256], text[64] = "12 abc\n", path[64] = "/dev/null", mode[8] = "r";
static char *line;
static size_t line_size;

static void look(const volatile void *p)
{
    use(*(const volatile char *)p);
}

static void touch(void *p)
{
    *(volatile char *)p = *(volatile char *)p;
}

#define PAIR(name, prepare, first, second)                                                         \
    static void first_##name(void)                                                                 \
    {                                                                                              \
        first;                                                                                     \
    }                                                                                              \
    static void second_##name(void)                                                                \
    {                                                                                              \
        second;                                                                                    \
    }                                                                                              \
    PROOF(name)                                                                                    \
    {                                                                                              \
        prepare;                                                                                   \
        proof_pair(first_##name, second_##name);                                                   \
    }
#define PASSES(name, prepare, release, acquire)                                                    \
    PAIR(name, prepare, (x = 1, release), (acquire, use(x)))
#define WRITES(name, prepare, where, ...) PAIR(name, prepare, (void)(__VA_ARGS__), look(where))
#define READS(name, prepare, where, ...) PAIR(name, prepare, touch(where), (void)(__VA_ARGS__))

/* ---- streams over a pipe: `in` is what the other thread's `out`, or write, feeds ---- */

static void make_streams(void)
{
    must(pipe(fds) == 0);
    in = fdopen(fds[0], "r");
    out = fdopen(fds[1], "w");
    setvbuf(out, NULL, _IONBF, 0);
    setvbuf(in, NULL, _IONBF, 0);
}

static int put(void)
{
    must(write(fds[1], "a\n", 2) == 2);
    return 0;
}

static int get(void)
{
    char c;
    must(read(fds[0], &c, 1) == 1);
    return 0;
}

static int get_end(void)
{
    char c;
    must(read(fds[0], &c, 1) == 0);
    return 0;
}

#define GETS(name, ...) PASSES(name, make_streams(), put(), __VA_ARGS__)
#define PUTS(name, ...) PASSES(name, make_streams(), __VA_ARGS__, get())

int __uflow(FILE *);
int __overflow(FILE *, int);

GETS(fgetc, fgetc(in))
GETS(getc, (getc)(in))
GETS(fgetc_unlocked, fgetc_unlocked(in))
GETS(getc_unlocked, (getc_unlocked)(in))
GETS(__uflow, __uflow(in))
PUTS(fputc, fputc('a', out))
PUTS(putc, (putc)('a', out))
PUTS(fputc_unlocked, fputc_unlocked('a', out))
PUTS(putc_unlocked, (putc_unlocked)('a', out))

/* The standard streams are made the pipe's. */
static void make_standard(void)
{
    must(pipe(fds) == 0);
    must(dup2(fds[0], 0) == 0 && dup2(fds[1], 1) == 1);
    setvbuf(stdin, NULL, _IONBF, 0);
    setvbuf(stdout, NULL, _IONBF, 0);
}

PASSES(getchar, make_standard(), put(), getchar())
PASSES(getchar_unlocked, make_standard(), put(), (getchar_unlocked)())
PASSES(putchar, make_standard(), putchar('a'), get())
PASSES(putchar_unlocked, make_standard(), (putchar_unlocked)('a'), get())

GETS(fgetwc, fgetwc(in))
GETS(getwc, (getwc)(in))
GETS(fgetwc_unlocked, fgetwc_unlocked(in))
GETS(getwc_unlocked, (getwc_unlocked)(in))
PUTS(fputwc, fputwc('a', out))
PUTS(putwc, (putwc)('a', out))
PUTS(fputwc_unlocked, fputwc_unlocked('a', out))
PUTS(putwc_unlocked, (putwc_unlocked)('a', out))
PASSES(getwchar, make_standard(), put(), (getwchar)())
PASSES(getwchar_unlocked, make_standard(), put(), (getwchar_unlocked)())
PASSES(putwchar, make_standard(), (putwchar)('a'), get())
PASSES(putwchar_unlocked, make_standard(), (putwchar_unlocked)('a'), get())

/* Bytes that another function of stdio left in a buffer. */
static void make_buffered(void)
{
    make_streams();
    setvbuf(out, buffer, _IOFBF, sizeof buffer);
}
PASSES(__overflow, make_streams(), __overflow(out, 'a'), get())
PAIR(fflush, make_buffered(), (fputc('a', out), x = 1, fflush(out)), (get(), use(x)))
PAIR(fflush_unlocked, make_buffered(), (fputc('a', out), x = 1, fflush_unlocked(out)),
     (get(), use(x)))

/* ---- the life of a stream ---- */

PASSES(fclose, make_streams(), fclose(out), get_end())
PASSES(freopen, make_streams(), freopen("/dev/null", "w", out), get_end())
PASSES(freopen64, make_streams(), freopen64("/dev/null", "w", out), get_end())
READS(fopen, , path + 9, fopen(path, "r"))
READS(fopen64, , path + 9, fopen64(path, "r"))
READS(fdopen, , mode, fdopen(0, mode))

/* The command's pipe was used; one that nobody saw made gets the number. */
static void reuse_after_pclose(void)
{
    FILE *command = popen("true", "r");
    int number = fileno(command);
    (void)!fgetc(command);
    pclose(command);
    invisible_syscall(SYS_pipe, (long)fds, 0, 0);
    must(fds[0] == number);
}
PASSES(pclose, reuse_after_pclose(), put(), get())

/* ---- blocks and lines ---- */

size_t __fread_chk(void *, size_t, size_t, size_t, FILE *);
size_t __fread_unlocked_chk(void *, size_t, size_t, size_t, FILE *);
char *__fgets_chk(char *, size_t, int, FILE *);
char *__fgets_unlocked_chk(char *, size_t, int, FILE *);
ssize_t __getdelim(char **, size_t *, int, FILE *);

static void make_file(void)
{
    file = tmpfile();
    must(fputs("12 abc\n", file) >= 0);
    rewind(file);
}

WRITES(fread, make_file(), buffer + 6, fread(buffer, 1, 7, file))
WRITES(fread_unlocked, make_file(), buffer + 6, fread_unlocked(buffer, 1, 7, file))
WRITES(__fread_chk, make_file(), buffer + 6, __fread_chk(buffer, 64, 1, 7, file))
WRITES(__fread_unlocked_chk, make_file(), buffer + 6, __fread_unlocked_chk(buffer, 64, 1, 7, file))
READS(fwrite, make_file(), text + 5, fwrite(text, 1, 6, file))
READS(fwrite_unlocked, make_file(), text + 5, fwrite_unlocked(text, 1, 6, file))
WRITES(fgets, make_file(), buffer + 7, fgets(buffer, 64, file))
WRITES(fgets_unlocked, make_file(), buffer + 7, fgets_unlocked(buffer, 64, file))
WRITES(__fgets_chk, make_file(), buffer + 7, __fgets_chk(buffer, 64, 64, file))
WRITES(__fgets_unlocked_chk, make_file(), buffer + 7, __fgets_unlocked_chk(buffer, 64, 64, file))
WRITES(getline, make_file(), &line, getline(&line, &line_size, file))
WRITES(getdelim, make_file(), &line_size, getdelim(&line, &line_size, ' ', file))
WRITES(__getdelim, make_file(), &line, __getdelim(&line, &line_size, ' ', file))
READS(fputs, make_file(), text + 7, fputs(text, file))
READS(fputs_unlocked, make_file(), text + 7, fputs_unlocked(text, file))
READS(puts, , text + 7, puts(text))
READS(perror, , text + 7, perror(text))

/* ---- lines of wide characters ---- */

wchar_t *__fgetws_chk(wchar_t *, size_t, int, FILE *);
wchar_t *__fgetws_unlocked_chk(wchar_t *, size_t, int, FILE *);
static wchar_t wide_buffer[256], wide_text[64] = L"12 abc\n";

/* A stream is for characters of one width. */
static void make_wide_file(void)
{
    file = tmpfile();
    must(fputws(L"12 abc\n", file) >= 0);
    rewind(file);
}

WRITES(fgetws, make_wide_file(), wide_buffer + 7, fgetws(wide_buffer, 64, file))
WRITES(fgetws_unlocked, make_wide_file(), wide_buffer + 7, fgetws_unlocked(wide_buffer, 64, file))
WRITES(__fgetws_chk, make_wide_file(), wide_buffer + 7, __fgetws_chk(wide_buffer, 64, 64, file))
WRITES(__fgetws_unlocked_chk, make_wide_file(), wide_buffer + 7,
       __fgetws_unlocked_chk(wide_buffer, 64, 64, file))
READS(fputws, make_wide_file(), wide_text + 7, fputws(wide_text, file))
READS(fputws_unlocked, make_wide_file(), wide_text + 7, fputws_unlocked(wide_text, file))

/* ---- printf ---- */

int __printf_chk(int, const char *, ...);
int __vprintf_chk(int, const char *, va_list);
int __fprintf_chk(FILE *, int, const char *, ...);
int __vfprintf_chk(FILE *, int, const char *, va_list);
int __dprintf_chk(int, int, const char *, ...);
int __vdprintf_chk(int, int, const char *, va_list);
int __sprintf_chk(char *, int, size_t, const char *, ...);
int __vsprintf_chk(char *, int, size_t, const char *, va_list);
int __snprintf_chk(char *, size_t, int, size_t, const char *, ...);
int __vsnprintf_chk(char *, size_t, int, size_t, const char *, va_list);
int __asprintf_chk(char **, int, const char *, ...);
int __vasprintf_chk(char **, int, const char *, va_list);

/* Calls a function that takes a list. `call` uses `list`. */
#define LISTED(name, call) LISTED_AS(char, name, call)
#define LISTED_WIDE(name, call) LISTED_AS(wchar_t, name, call)
#define LISTED_AS(character, name, call)                                                           \
    static int call_##name(const character *format, ...)                                           \
    {                                                                                              \
        va_list list;                                                                              \
        va_start(list, format);                                                                    \
        int result = call;                                                                         \
        va_end(list);                                                                              \
        return result;                                                                             \
    }

/* %5.1f and %Lf and %*d stand before the string, to be passed over. */
#define FORMAT "%-5d|%5.1f|%Lf|%*d|%.2s|%s\n"
#define ARGUMENTS 1, 2.0, 3.0L, 4, 5, "xyz", text

READS(printf, , text + 7, printf(FORMAT, ARGUMENTS))
LISTED(vprintf, vprintf(format, list))
READS(vprintf, , text + 7, call_vprintf(FORMAT, ARGUMENTS))
READS(fprintf, , text + 7, fprintf(stderr, FORMAT, ARGUMENTS))
LISTED(vfprintf, vfprintf(stderr, format, list))
READS(vfprintf, , text + 7, call_vfprintf(FORMAT, ARGUMENTS))
READS(dprintf, , text + 7, dprintf(2, FORMAT, ARGUMENTS))
LISTED(vdprintf, vdprintf(2, format, list))
READS(vdprintf, , text + 7, call_vdprintf(FORMAT, ARGUMENTS))
READS(__printf_chk, , text + 7, __printf_chk(1, FORMAT, ARGUMENTS))
LISTED(__vprintf_chk, __vprintf_chk(1, format, list))
READS(__vprintf_chk, , text + 7, call___vprintf_chk(FORMAT, ARGUMENTS))
READS(__fprintf_chk, , text + 7, __fprintf_chk(stderr, 1, FORMAT, ARGUMENTS))
LISTED(__vfprintf_chk, __vfprintf_chk(stderr, 1, format, list))
READS(__vfprintf_chk, , text + 7, call___vfprintf_chk(FORMAT, ARGUMENTS))
READS(__dprintf_chk, , text + 7, __dprintf_chk(2, 1, FORMAT, ARGUMENTS))
LISTED(__vdprintf_chk, __vdprintf_chk(2, 1, format, list))
READS(__vdprintf_chk, , text + 7, call___vdprintf_chk(FORMAT, ARGUMENTS))

WRITES(sprintf, , buffer + 3, sprintf(buffer, "%d", 123))
LISTED(vsprintf, vsprintf(buffer, format, list))
WRITES(vsprintf, , buffer + 3, call_vsprintf("%d", 123))
WRITES(snprintf, , buffer + 3, snprintf(buffer, 4, "%d", 123456))
LISTED(vsnprintf, vsnprintf(buffer, 4, format, list))
WRITES(vsnprintf, , buffer + 3, call_vsnprintf("%d", 123456))
WRITES(__sprintf_chk, , buffer + 3, __sprintf_chk(buffer, 1, 64, "%d", 123))
LISTED(__vsprintf_chk, __vsprintf_chk(buffer, 1, 64, format, list))
WRITES(__vsprintf_chk, , buffer + 3, call___vsprintf_chk("%d", 123))
WRITES(__snprintf_chk, , buffer + 3, __snprintf_chk(buffer, 4, 1, 64, "%d", 123456))
LISTED(__vsnprintf_chk, __vsnprintf_chk(buffer, 4, 1, 64, format, list))
WRITES(__vsnprintf_chk, , buffer + 3, call___vsnprintf_chk("%d", 123456))
WRITES(asprintf, , &line, asprintf(&line, "%d", 123))
LISTED(vasprintf, vasprintf(&line, format, list))
WRITES(vasprintf, , &line, call_vasprintf("%d", 123))
WRITES(__asprintf_chk, , &line, __asprintf_chk(&line, 1, "%d", 123))
LISTED(__vasprintf_chk, __vasprintf_chk(&line, 1, format, list))
WRITES(__vasprintf_chk, , &line, call___vasprintf_chk("%d", 123))

/* ---- printf of wide characters; the strings among the arguments are of either width ---- */

int __wprintf_chk(int, const wchar_t *, ...);
int __vwprintf_chk(int, const wchar_t *, va_list);
int __fwprintf_chk(FILE *, int, const wchar_t *, ...);
int __vfwprintf_chk(FILE *, int, const wchar_t *, va_list);
int __swprintf_chk(wchar_t *, size_t, int, size_t, const wchar_t *, ...);
int __vswprintf_chk(wchar_t *, size_t, int, size_t, const wchar_t *, va_list);

#define WIDE_FORMAT L"%-5d|%5.1f|%Lf|%*d|%.2s|%s|%ls\n"
#define WIDE_ARGUMENTS 1, 2.0, 3.0L, 4, 5, "xyz", text, wide_text

READS(wprintf, , wide_text + 7, wprintf(WIDE_FORMAT, WIDE_ARGUMENTS))
LISTED_WIDE(vwprintf, vwprintf(format, list))
READS(vwprintf, , text + 7, call_vwprintf(WIDE_FORMAT, WIDE_ARGUMENTS))
READS(fwprintf, , wide_text + 7, fwprintf(stdout, WIDE_FORMAT, WIDE_ARGUMENTS))
LISTED_WIDE(vfwprintf, vfwprintf(stdout, format, list))
READS(vfwprintf, , text + 7, call_vfwprintf(WIDE_FORMAT, WIDE_ARGUMENTS))
READS(__wprintf_chk, , wide_text + 7, __wprintf_chk(1, WIDE_FORMAT, WIDE_ARGUMENTS))
LISTED_WIDE(__vwprintf_chk, __vwprintf_chk(1, format, list))
READS(__vwprintf_chk, , text + 7, call___vwprintf_chk(WIDE_FORMAT, WIDE_ARGUMENTS))
READS(__fwprintf_chk, , wide_text + 7, __fwprintf_chk(stdout, 1, WIDE_FORMAT, WIDE_ARGUMENTS))
LISTED_WIDE(__vfwprintf_chk, __vfwprintf_chk(stdout, 1, format, list))
READS(__vfwprintf_chk, , text + 7, call___vfwprintf_chk(WIDE_FORMAT, WIDE_ARGUMENTS))

WRITES(swprintf, , wide_buffer + 3, swprintf(wide_buffer, 64, L"%d", 123))
LISTED_WIDE(vswprintf, vswprintf(wide_buffer, 64, format, list))
WRITES(vswprintf, , wide_buffer + 3, call_vswprintf(L"%d", 123))
/* Too long: the buffer is written all the same. */
WRITES(__swprintf_chk, , wide_buffer, __swprintf_chk(wide_buffer, 4, 1, 64, L"%d", 123456))
LISTED_WIDE(__vswprintf_chk, __vswprintf_chk(wide_buffer, 64, 1, 64, format, list))
WRITES(__vswprintf_chk, , wide_buffer + 3, call___vswprintf_chk(L"%d", 123))

/* ---- scanf ---- */

int __isoc99_scanf(const char *, ...);
int __isoc99_vscanf(const char *, va_list);
int __isoc99_fscanf(FILE *, const char *, ...);
int __isoc99_vfscanf(FILE *, const char *, va_list);
int __isoc99_sscanf(const char *, const char *, ...);
int __isoc99_vsscanf(const char *, const char *, va_list);

static int number;

static void make_input(void)
{
    make_standard();
    must(write(fds[1], "12 abc\n", 7) == 7);
}

#define SCAN_FORMAT "%*d %[a-c]%n"
WRITES(__isoc99_scanf, make_input(), &number, __isoc99_scanf("%d", &number))
LISTED(__isoc99_vscanf, __isoc99_vscanf(format, list))
WRITES(__isoc99_vscanf, make_input(), &number, call___isoc99_vscanf("%d", &number))
WRITES(__isoc99_fscanf, make_file(), buffer + 3, __isoc99_fscanf(file, "%*d %s", buffer))
LISTED(__isoc99_vfscanf, __isoc99_vfscanf(file, format, list))
WRITES(__isoc99_vfscanf, make_file(), buffer + 3, call___isoc99_vfscanf("%*d %s", buffer))
WRITES(__isoc99_sscanf, , &number, __isoc99_sscanf(text, SCAN_FORMAT, buffer, &number))
LISTED(__isoc99_vsscanf, __isoc99_vsscanf(text, format, list))
WRITES(__isoc99_vsscanf, , &number, call___isoc99_vsscanf(SCAN_FORMAT, buffer, &number))

/* The names from before C99, which headers rename. */
int old_scanf(const char *, ...) __asm__("scanf");
int old_vscanf(const char *, va_list) __asm__("vscanf");
int old_fscanf(FILE *, const char *, ...) __asm__("fscanf");
int old_vfscanf(FILE *, const char *, va_list) __asm__("vfscanf");
int old_sscanf(const char *, const char *, ...) __asm__("sscanf");
int old_vsscanf(const char *, const char *, va_list) __asm__("vsscanf");

WRITES(scanf, make_input(), &number, old_scanf("%d", &number))
LISTED(vscanf, old_vscanf(format, list))
WRITES(vscanf, make_input(), &number, call_vscanf("%d", &number))
WRITES(fscanf, make_file(), buffer + 3, old_fscanf(file, "%*d %s", buffer))
LISTED(vfscanf, old_vfscanf(file, format, list))
WRITES(vfscanf, make_file(), buffer + 3, call_vfscanf("%*d %s", buffer))
WRITES(sscanf, , &number, old_sscanf(text, "%*d %as%n", &line, &number))
LISTED(vsscanf, old_vsscanf(text, format, list))
WRITES(vsscanf, , &number, call_vsscanf(SCAN_FORMAT, buffer, &number))

/* ---- scanf of wide characters ---- */

int __isoc99_wscanf(const wchar_t *, ...);
int __isoc99_vwscanf(const wchar_t *, va_list);
int __isoc99_fwscanf(FILE *, const wchar_t *, ...);
int __isoc99_vfwscanf(FILE *, const wchar_t *, va_list);
int __isoc99_swscanf(const wchar_t *, const wchar_t *, ...);
int __isoc99_vswscanf(const wchar_t *, const wchar_t *, va_list);
int old_wscanf(const wchar_t *, ...) __asm__("wscanf");
int old_vwscanf(const wchar_t *, va_list) __asm__("vwscanf");
int old_fwscanf(FILE *, const wchar_t *, ...) __asm__("fwscanf");
int old_vfwscanf(FILE *, const wchar_t *, va_list) __asm__("vfwscanf");
int old_swscanf(const wchar_t *, const wchar_t *, ...) __asm__("swscanf");
int old_vswscanf(const wchar_t *, const wchar_t *, va_list) __asm__("vswscanf");

#define WIDE_SCAN_FORMAT L"%*d %l[a-c]%n"
#define WIDE_SCAN_PROOFS(prefix, plain)                                                            \
    WRITES(prefix##wscanf, make_input(), &number, plain##wscanf(L"%d", &number))                   \
    LISTED_WIDE(prefix##vwscanf, plain##vwscanf(format, list))                                     \
    WRITES(prefix##vwscanf, make_input(), &number, call_##prefix##vwscanf(L"%d", &number))         \
    WRITES(prefix##fwscanf, make_wide_file(), buffer + 3, plain##fwscanf(file, L"%*d %s", buffer)) \
    LISTED_WIDE(prefix##vfwscanf, plain##vfwscanf(file, format, list))                             \
    WRITES(prefix##vfwscanf, make_wide_file(), wide_buffer + 3,                                    \
           call_##prefix##vfwscanf(L"%*d %ls", wide_buffer))                                       \
    WRITES(prefix##swscanf, , &number,                                                             \
           plain##swscanf(wide_text, WIDE_SCAN_FORMAT, wide_buffer, &number))                      \
    LISTED_WIDE(prefix##vswscanf, plain##vswscanf(wide_text, format, list))                        \
    WRITES(prefix##vswscanf, , wide_buffer + 3,                                                    \
           call_##prefix##vswscanf(WIDE_SCAN_FORMAT, wide_buffer, &number))
WIDE_SCAN_PROOFS(__isoc99_, __isoc99_)
WIDE_SCAN_PROOFS(, old_)

/* ---- time ---- */

static time_t moment = 1000000;
static struct timespec spec = {0, 1};
static struct timeval value;
static struct timezone zone;
static struct itimerval timer;
static struct tms spent;
static struct tm day = {.tm_year = 100, .tm_mday = 1};

WRITES(time, , &moment, time(&moment))
WRITES(clock_gettime, , &spec, clock_gettime(CLOCK_MONOTONIC, &spec))
WRITES(clock_getres, , &spec, clock_getres(CLOCK_MONOTONIC, &spec))
WRITES(timespec_get, , &spec, timespec_get(&spec, TIME_UTC))
WRITES(times, , &spent, times(&spent))
WRITES(getitimer, , &timer, getitimer(ITIMER_REAL, &timer))
WRITES(setitimer, , &timer, setitimer(ITIMER_REAL, &(struct itimerval){{0, 0}, {0, 0}}, &timer))
WRITES(gettimeofday, , &value, gettimeofday(&value, NULL))
READS(nanosleep, , &spec, nanosleep(&spec, NULL))
READS(clock_nanosleep, , &spec, clock_nanosleep(CLOCK_MONOTONIC, 0, &spec, NULL))
READS(localtime, , &moment, localtime(&moment))
READS(gmtime, , &moment, gmtime(&moment))
WRITES(localtime_r, , &day, localtime_r(&moment, &day))
WRITES(gmtime_r, , &day, gmtime_r(&moment, &day))
WRITES(mktime, , &day, mktime(&day))
WRITES(timegm, , &day, timegm(&day))
READS(ctime, , &moment, ctime(&moment))
READS(asctime, , &day, asctime(&day))
WRITES(ctime_r, , buffer + 24, ctime_r(&moment, buffer))
WRITES(asctime_r, , buffer + 24, asctime_r(&day, buffer))
WRITES(strftime, , buffer + 4, strftime(buffer, 64, "%Y", &day))
WRITES(strptime, , &day, strptime("2001", "%Y", &day))

/* ---- files ---- */

static struct stat status;
static struct stat64 status64;
static struct statx statusx;
static struct statfs system_status;
static struct statfs64 system_status64;
static struct statvfs volume;
static struct statvfs64 volume64;
static DIR *folder;

char *__realpath_chk(const char *, char *, size_t);
char *__getcwd_chk(char *, size_t, size_t);
static char real[4097];

WRITES(stat, , &status, stat("/", &status))
WRITES(stat64, , &status64, stat64("/", &status64))
WRITES(lstat, , &status, lstat("/", &status))
WRITES(lstat64, , &status64, lstat64("/", &status64))
WRITES(fstatat, , &status, fstatat(AT_FDCWD, "/", &status, 0))
WRITES(fstatat64, , &status64, fstatat64(AT_FDCWD, "/", &status64, 0))
WRITES(statx, , &statusx, statx(AT_FDCWD, "/", 0, STATX_ALL, &statusx))
WRITES(statfs, , &system_status, statfs("/", &system_status))
WRITES(statfs64, , &system_status64, statfs64("/", &system_status64))
WRITES(statvfs, , &volume, statvfs("/", &volume))
WRITES(statvfs64, , &volume64, statvfs64("/", &volume64))
WRITES(fstat, , &status, fstat(0, &status))
WRITES(fstat64, , &status64, fstat64(0, &status64))
WRITES(fstatfs, , &system_status, fstatfs(0, &system_status))
WRITES(fstatfs64, , &system_status64, fstatfs64(0, &system_status64))
WRITES(fstatvfs, , &volume, fstatvfs(0, &volume))
WRITES(fstatvfs64, , &volume64, fstatvfs64(0, &volume64))
WRITES(readlink, , buffer, readlink("/proc/self/exe", buffer, 64))
WRITES(readlinkat, , buffer, readlinkat(AT_FDCWD, "/proc/self/exe", buffer, 64))
WRITES(realpath, , real + 1, realpath("/", real))
WRITES(__realpath_chk, , real + 1, __realpath_chk("/", real, sizeof real))
WRITES(getcwd, , buffer, getcwd(buffer, sizeof buffer))
WRITES(__getcwd_chk, , buffer, __getcwd_chk(buffer, sizeof buffer, sizeof buffer))
WRITES(strerror_r, , buffer, strerror_r(12345, buffer, sizeof buffer))

/* B gets the entry that A read, behind everybody's back. */
PAIR(readdir, folder = opendir("/"), send_box(readdir(folder)), touch(take_box(struct dirent)))
PAIR(readdir64, folder = opendir("/"), send_box(readdir64(folder)),
     touch(take_box(struct dirent64)))

/* ---- processes and the machine ---- */

static int ended;
static siginfo_t info;
static pid_t child;
static struct rlimit limit;
static struct rlimit64 limit64;
static struct rusage usage;
static struct utsname name;
static struct sysinfo machine;
static struct winsize window;

static void make_child(void)
{
    child = fork();
    if (child == 0)
        _exit(0);
}

WRITES(wait, make_child(), &ended, wait(&ended))
WRITES(waitpid, make_child(), &ended, waitpid(child, &ended, 0))
WRITES(waitid, make_child(), &info, waitid(P_PID, (id_t)child, &info, WEXITED))
WRITES(wait3, make_child(), &usage, wait3(&ended, 0, &usage))
WRITES(wait4, make_child(), &usage, wait4(child, &ended, 0, &usage))
WRITES(getrlimit, , &limit, getrlimit(RLIMIT_STACK, &limit))
WRITES(getrlimit64, , &limit64, getrlimit64(RLIMIT_STACK, &limit64))
WRITES(getrusage, , &usage, getrusage(RUSAGE_SELF, &usage))
WRITES(uname, , &name, uname(&name))
WRITES(sysinfo, , &machine, sysinfo(&machine))
WRITES(gethostname, , buffer, gethostname(buffer, sizeof buffer))
WRITES(getrandom, , buffer + 9, getrandom(buffer, 10, 0))
WRITES(getentropy, , buffer + 9, getentropy(buffer, 10))
WRITES(ioctl, must(pipe(fds) == 0), &number, ioctl(fds[0], FIONREAD, &number))

/* A terminal of our own. */
static struct termios terminal;
static int make_terminal(void)
{
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    must(grantpt(master) == 0 && unlockpt(master) == 0);
    return open(ptsname(master), O_RDWR | O_NOCTTY);
}
WRITES(tcgetattr, fds[0] = make_terminal(), &terminal, tcgetattr(fds[0], &terminal))

/* ---- the network database ---- */

static struct addrinfo *list;
static struct sockaddr_in address = {.sin_family = AF_INET};

WRITES(getaddrinfo, , &list,
       getaddrinfo("127.0.0.1", "80", &(struct addrinfo){.ai_flags = AI_NUMERICHOST}, &list))
WRITES(getnameinfo, , buffer,
       getnameinfo((void *)&address, sizeof address, buffer, 64, NULL, 0, NI_NUMERICHOST))
WRITES(inet_pton, , &address.sin_addr, inet_pton(AF_INET, "1.2.3.4", &address.sin_addr))
WRITES(inet_ntop, , buffer, inet_ntop(AF_INET, &address.sin_addr, buffer, 64))

/* ---- sorting ---- */

static long numbers[4] = {4, 3, 2, 1};

/* Its own reads would race, too: behind everybody's back. */
static int compare(const void *a, const void *b)
{
    return invisible_peek(a) - invisible_peek(b);
}
static int compare_r(const void *a, const void *b, void *argument)
{
    return compare(a, b);
}
WRITES(qsort, , numbers, (qsort(numbers, 4, sizeof *numbers, compare), 0))
WRITES(qsort_r, , numbers, (qsort_r(numbers, 4, sizeof *numbers, compare_r, NULL), 0))

/* ---- the lock of a stream ---- */

ORDERS(flockfile, (flockfile(stderr), funlockfile(stderr)),
       (flockfile(stderr), funlockfile(stderr)))
ORDERS(ftrylockfile, (flockfile(stderr), funlockfile(stderr)),
       (must(ftrylockfile(stderr) == 0), funlockfile(stderr)))
ORDERS(funlockfile, (flockfile(stderr), funlockfile(stderr)),
       (flockfile(stderr), funlockfile(stderr)))
