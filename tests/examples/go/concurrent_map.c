/*
 * A map that many goroutines use at once without a lock of their own (Go's sync.Map): four
 * goroutines count the words of a text; who comes first with a word stores its counter, the others
 * use that one.
 *
 * stdout-only: the 8
 * stdout-only: cat 4
 * stdout-only: dog 4
 * stdout-only: 3 different words
 */
#include <racerun/go.h>
#include <stdatomic.h>
#include <stdio.h>

static atomic_int counters[16];
static atomic_int counters_used;

static void count_words(map *words, waitgroup *wg)
{
    static const char *const text[] = {"the", "cat", "the", "dog"};

    for (size_t i = 0; i < 4; i++) {
        void *counter = &counters[atomic_fetch_add(&counters_used, 1)];
        map_load_or_store(words, map_key(text[i]), counter, &counter);
        atomic_fetch_add((atomic_int *)counter, 1);
    }
    waitgroup_done(wg);
}

static void print(map *words, const char *word)
{
    void *counter;
    if (map_load(words, map_key(word), &counter))
        printf("%s %d\n", word, *(atomic_int *)counter);
}

int main(void)
{
    map words = {0};
    waitgroup wg = {0};

    for (int i = 0; i < 4; i++) {
        waitgroup_add(&wg, 1);
        go(count_words, &words, &wg);
    }
    waitgroup_wait(&wg);
    print(&words, "the");
    print(&words, "cat");
    print(&words, "dog");
    printf("%zu different words\n", map_count(&words));
    map_done(&words, NULL);
    return 0;
}
