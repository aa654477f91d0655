/*
 * A buffered channel takes as many values as it has room for without anybody receiving. They come
 * out in the order in which they went in.
 *
 * stdout-only: 0 of 3
 * stdout-only: 3 of 3, a fourth would have to wait
 * stdout-only: first second third
 * stdout-only: 0 of 3
 */
#include <racerun/go.h>
#include <stdio.h>

int main(void)
{
    chan(const char *) c = chan_make(const char *, 3);

    printf("%zu of %zu\n", chan_len(c), chan_cap(c));
    chan_send(c, "first");
    chan_send(c, "second");
    chan_send(c, "third");
    if (!chan_try_send(c, "fourth"))
        printf("%zu of %zu, a fourth would have to wait\n", chan_len(c), chan_cap(c));

    const char *a = chan_get(c), *b = chan_get(c), *last = chan_get(c);
    printf("%s %s %s\n", a, b, last);
    printf("%zu of %zu\n", chan_len(c), chan_cap(c));
    chan_free(c);
    return 0;
}
