/* P11: a message waits in its queue while nobody has it open. */
// flags: -lrt
// tsan: does not know the function
#include "../support/litmus.h"
#include <fcntl.h>
#include <mqueue.h>
#include <stdio.h>
#include <unistd.h>

int g_x;
static char g_name[32];

static void sender(void)
{
    mqd_t queue = mq_open(g_name, O_WRONLY);
    must(queue >= 0);
    g_x = 1;
    must(mq_send(queue, "x", 1, 0) == 0);
    must(mq_close(queue) == 0);
    reach(1);
}

static void receiver(void)
{
    char bytes[8];
    await(1);
    mqd_t queue = mq_open(g_name, O_RDONLY);
    must(queue >= 0);
    must(mq_receive(queue, bytes, sizeof bytes, NULL) == 1);
    use(g_x);
    must(mq_close(queue) == 0);
}

int main(void)
{
    struct mq_attr attributes = {.mq_maxmsg = 1, .mq_msgsize = 8};
    snprintf(g_name, sizeof g_name, "/litmus-queue-%d", (int)getpid());
    mqd_t queue = mq_open(g_name, O_CREAT | O_EXCL | O_RDONLY, 0600, &attributes);
    must(queue >= 0 && mq_close(queue) == 0);
    litmus_run2(sender, receiver);
    must(mq_unlink(g_name) == 0);
    return 0;
}
