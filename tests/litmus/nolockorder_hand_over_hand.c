/* P15: a list that is walked hand over hand, whose nodes are freed under way and recycled elsewhere
 * in the order of the list. */
#include "../support/litmus.h"
#include <stdlib.h>

struct node {
    pthread_mutex_t lock;
    struct node *next;
    int key;
};

static struct node head = {PTHREAD_MUTEX_INITIALIZER, NULL, -1};

/* The last node with a smaller key, locked. */
static struct node *node_before(int key)
{
    struct node *at = &head;
    pthread_mutex_lock(&at->lock);
    while (at->next && at->next->key < key) {
        struct node *next = at->next;
        pthread_mutex_lock(&next->lock);
        pthread_mutex_unlock(&at->lock);
        at = next;
    }
    return at;
}

static void node_insert(int key)
{
    struct node *node = malloc(sizeof *node), *before;
    must(node && pthread_mutex_init(&node->lock, NULL) == 0);
    before = node_before(key);
    node->key = key;
    node->next = before->next;
    before->next = node;
    pthread_mutex_unlock(&before->lock);
}

static void node_remove(int key)
{
    struct node *before = node_before(key), *gone = before->next;
    if (gone && gone->key == key) {
        pthread_mutex_lock(&gone->lock);
        before->next = gone->next;
        pthread_mutex_unlock(&gone->lock);
        must(pthread_mutex_destroy(&gone->lock) == 0);
        free(gone);
    }
    pthread_mutex_unlock(&before->lock);
}

static void worker(void)
{
    for (int i = 0; i < 300; i++) {
        node_insert(i * 7 % 31);
        node_remove(i * 5 % 31);
    }
}

int main(void)
{
    litmus_run3(worker, worker, worker);
    return 0;
}
