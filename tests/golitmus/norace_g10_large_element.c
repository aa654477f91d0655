/* G10: large elements, which the runtime copies by memcpy: into the buffer and out of it, from a
 * sender that waits, to a receiver that waits, by select. The copies are nobody else's accesses. */
#include "channel.h"

struct page {
    int lines[50];
};

static chan(struct page) direct;
static chan(struct page) buffered;

static struct page filled(int value)
{
    struct page page;
    for (int i = 0; i < 50; i++)
        page.lines[i] = value + i;
    return page;
}

static void check(const struct page *page, int value)
{
    must(page->lines[0] == value && page->lines[49] == value + 49);
}

static void sender(void)
{
    chan_send(direct, filled(1));
    await_receiver(direct);
    chan_send(direct, filled(2));
    chan_send(buffered, filled(3));
    chan_send(buffered, filled(4));
    reach(1);
    await_receiver(buffered);
    chan_send(buffered, filled(5));
    chan_select {
        on_send(direct, filled(6)) {}
    }
    chan_close(buffered);
}

static void receiver(void)
{
    struct page page;
    await_sender(direct);
    page = chan_get(direct);
    check(&page, 1);
    must(chan_recv(direct, &page));
    check(&page, 2);
    await(1);
    for (int i = 3; i <= 5; i++) {
        must(chan_recv(buffered, &page));
        check(&page, i);
    }
    chan_select {
        on_recv(direct, &page)
            check(&page, 6);
    }
    must(!chan_recv(buffered, &page));
    must(page.lines[49] == 0);
}

int main(void)
{
    direct = chan_make(struct page);
    buffered = chan_make(struct page, 2);
    run2(sender, receiver);
    chan_free(direct);
    chan_free(buffered);
    return 0;
}
