/*
 * A request that takes longer than its time is given up, and the goroutine that makes it waits for
 * ever to send the result, as nobody receives. The fix: channels with room for it.
 *
 * source: kubernetes/kubernetes pull request 5316
 * expect: goroutine leak
 * frequency: always
 */
#include <racerun/go.h>

#ifdef FIXED
#define ROOM 1
#else
#define ROOM 0
#endif

static void request(int (*fn)(void), chan(int) result, chan(int) error)
{
    int value = fn();
    if (value < 0)
        chan_send(error, value);
    else
        chan_send(result, value);
}

static int finish_request(int64_t timeout, int (*fn)(void))
{
    int value = -1;
    chan(int) result = chan_make(int, ROOM), error = chan_make(int, ROOM);
    go(request, fn, result, error);
    chan_select {
        on_recv(result, &value) {
        }
        on_recv(error, &value) {
        }
        on_timeout(timeout) {
        }
    }
    return value;
}

static chan(bool) given_up;

static int slow(void)
{
    chan_recv(given_up, NULL);
    return 1;
}

static void test_finish_request(rgo_test *t)
{
    given_up = chan_make(bool);
    if (finish_request(ms(1), slow) != -1)
        test_errorf(t, "no timeout");
    chan_close(given_up);
}

RGO_TESTING_MAIN(test_finish_request)
