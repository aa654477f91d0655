/* G1: what a pointer points to goes with it: pages are filled, handed over, changed, handed
 * back. */
#include "golitmus.h"

struct page {
    int lines[16];
};

static chan(struct page *) there;
static chan(struct page *) back;

static void writer(void)
{
    static struct page pages[4];
    for (int i = 0; i < 4; i++) {
        for (int line = 0; line < 16; line++)
            pages[i].lines[line] = i + line;
        chan_send(there, &pages[i]);
    }
    chan_close(there);
    chan_range(page, back)
        must(page->lines[0] == -1);
}

static void editor(void)
{
    chan_range(page, there) {
        must(page->lines[15] - page->lines[0] == 15);
        page->lines[0] = -1;
        chan_send(back, page);
    }
    chan_close(back);
}

int main(void)
{
    there = chan_make(struct page *);
    back = chan_make(struct page *, 4);
    run2(writer, editor);
    chan_free(there);
    chan_free(back);
    return 0;
}
