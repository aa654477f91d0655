/*
 * A crawler: a goroutine for each link, but two pages at most are being fetched at a time, by a
 * semaphore. A page's links come through a pipe, as from a server. Who has been seen is guarded by
 * a mutex; each link counts in the WaitGroup before its goroutine starts.
 *
 * stdout-only: 7 pages by 12 links
 */
#include <racerun/go.h>
#include <stdio.h>
#include <stdlib.h>

enum { PAGES = 7 };

static struct {
    semaphore fetching;
    mutex lock; /* guards the rest */
    bool seen[PAGES];
    int pages, links;
} crawl;

/* Page n links to its children 2n+1 and 2n+2, and these back to it. */
static void serve(int page, conn *to)
{
    char links[3];
    size_t count = 0;
    for (int child = 2 * page + 1; child <= 2 * page + 2 && child < PAGES; child++)
        links[count++] = (char)child;
    if (page > 0)
        links[count++] = (char)((page - 1) / 2);
    conn_write(to, links, count);
    conn_close(to);
}

static bool first_visit(int page)
{
    bool first = false;
    with_mutex(&crawl.lock)
    {
        first = !crawl.seen[page];
        crawl.seen[page] = true;
        crawl.pages += first;
    }
    return first;
}

static void visit(int page, waitgroup *visits)
{
    if (!first_visit(page))
        return;
    conn *from, *to;
    char link;
    semaphore_acquire(&crawl.fetching, 1);
    defer(semaphore_release, &crawl.fetching, 1);
    if (net_pipe(&from, &to) != 0) {
        perror("pipe");
        exit(1);
    }
    go(serve, page, to);
    while (conn_read(from, &link, 1) == 1) {
        with_mutex(&crawl.lock) crawl.links++;
        waitgroup_go(visits, visit, (int)link, visits);
    }
    conn_close(from);
}

int main(void)
{
    waitgroup visits = {0};
    semaphore_init(&crawl.fetching, 2);
    waitgroup_go(&visits, visit, 0, &visits);
    waitgroup_wait(&visits);
    printf("%d pages by %d links\n", crawl.pages, crawl.links);
    return 0;
}
