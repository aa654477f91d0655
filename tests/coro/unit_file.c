/* Files through the blocking pool. */
#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "racerun/go.h"

#include "expect.h"

static char path[64];

START_TEST(what_is_written_is_read_back)
{
    char text[16] = "";
    file *f = file_open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    ck_assert_msg(f != NULL, "open: %s", strerror(errno));
    ck_assert(fcntl(file_fd(f), F_GETFD) & FD_CLOEXEC);
    ck_assert_int_eq(file_write(f, "hello world", 11), 11);
    ck_assert_int_eq(file_read(f, text, sizeof text), 0); /* at the end */
    ck_assert_int_eq(file_pread(f, text, 5, 6), 5);
    ck_assert_str_eq(text, "world");
    ck_assert_int_eq(file_pwrite(f, "W", 1, 6), 1);
    ck_assert_int_eq(file_fsync(f), 0);
    ck_assert_int_eq(lseek(file_fd(f), 0, SEEK_SET), 0);
    ck_assert_int_eq(file_read(f, text, sizeof text), 11);
    ck_assert(memcmp(text, "hello World", 11) == 0);
    ck_assert_int_eq(file_read(f, text, 0), 0);
    ck_assert_int_eq(file_close(f), 0);
}
END_TEST

START_TEST(errors_are_those_of_the_system)
{
    char byte;
    ck_assert_ptr_null(file_open("/nonexistent/file", O_RDONLY, 0));
    ck_assert_int_eq(errno, ENOENT);
    file *f = file_open("/proc/self/exe", O_RDONLY, 0);
    ck_assert_ptr_nonnull(f);
    ck_assert_int_eq(file_write(f, "x", 1), -1);
    ck_assert_int_eq(errno, EBADF);
    ck_assert_int_eq(file_pread(f, &byte, 1, -1), -1);
    ck_assert_int_eq(errno, EINVAL);
    ck_assert_int_eq(file_pwrite(f, &byte, 1, -1), -1);
    ck_assert_int_eq(errno, EINVAL);
    ck_assert_int_eq(file_close(f), 0);
    f = file_open("/", O_RDONLY | O_DIRECTORY, 0);
    ck_assert_ptr_nonnull(f);
    ck_assert_int_eq(file_read(f, &byte, 1), -1);
    ck_assert_int_eq(errno, EISDIR);
    ck_assert_int_eq(file_close(f), 0);
}
END_TEST

START_TEST(successful_read_leaves_errno_alone)
{
    char byte;
    file *f = file_open("/proc/self/exe", O_RDONLY, 0);
    errno = ETXTBSY;
    ck_assert_int_eq(file_read(f, &byte, 1), 1);
    ck_assert_int_eq(errno, ETXTBSY);
    file_close(f);
}
END_TEST

#define BLOCKS 64
#define BLOCK 8192

static void block_write(file *f, int i, chan(int) done)
{
    char block[BLOCK];
    memset(block, i, sizeof block);
    ck_assert_int_eq(file_pwrite(f, block, sizeof block, (off_t)i * BLOCK), BLOCK);
    chan_send(done, i);
}

START_TEST(many_goroutines_write_one_file)
{
    char block[BLOCK];
    chan(int) done = chan_make(int, 0);
    file *f = file_open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    ck_assert_ptr_nonnull(f);
    for (int i = 0; i < BLOCKS; i++)
        go(block_write, f, i, done);
    for (int i = 0; i < BLOCKS; i++)
        (void)chan_get(done);
    for (int i = 0; i < BLOCKS; i++) {
        ck_assert_int_eq(file_read(f, block, sizeof block), BLOCK);
        ck_assert_int_eq(block[0], i);
        ck_assert_int_eq(block[BLOCK - 1], i);
    }
    ck_assert_int_eq(file_read(f, block, sizeof block), 0);
    file_close(f);
    chan_free(done);
}
END_TEST

static void fifo_write(const char *fifo)
{
    file *f = file_open(fifo, O_WRONLY, 0);
    ck_assert_ptr_nonnull(f);
    ck_assert_int_eq(file_write(f, "abc", 3), 3);
    ck_assert_int_eq(file_close(f), 0);
}

START_TEST(open_and_read_of_a_fifo_wait_for_another_goroutine)
{
    char text[16];
    unlink(path);
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    go(fifo_write, path);
    file *f = file_open(path, O_RDONLY, 0); /* blocks until there is a writer */
    ck_assert_ptr_nonnull(f);
    ck_assert_int_eq(file_read(f, text, sizeof text), 3); /* what there is: no waiting for more */
    ck_assert_int_eq(file_read(f, text, sizeof text), 0);
    file_close(f);
    f = file_open(path, O_RDWR, 0);
    file *writer = file_open(path, O_WRONLY, 0);
    file_close(f);
    ck_assert_int_eq(file_write(writer, "x", 1), -1); /* and no SIGPIPE */
    ck_assert_int_eq(errno, EPIPE);
    file_close(writer);
}
END_TEST

int main(void)
{
    char folder[] = "/tmp/coro-XXXXXX";
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/file", folder);
    Suite *suite = suite_create("file");
    TCase *tcase = tcase_create("file");
    suite_add_tcase(suite, tcase);
    tcase_add_test(tcase, what_is_written_is_read_back);
    tcase_add_test(tcase, errors_are_those_of_the_system);
    tcase_add_test(tcase, successful_read_leaves_errno_alone);
    tcase_add_test(tcase, many_goroutines_write_one_file);
    tcase_add_test(tcase, open_and_read_of_a_fifo_wait_for_another_goroutine);
    SRunner *runner = srunner_create(suite);
    srunner_set_fork_status(runner, CK_NOFORK);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    unlink(path);
    rmdir(folder);
    return failed != 0;
}
