/* finds: assertion */
#include <string.h>

#include "threads.h"

/* Appending one buffer to another asks for its length, then for that many characters; meanwhile a
 * third party empties it. Each step is locked, the whole is not. */
struct buffer {
    pthread_mutex_t lock;
    size_t length;
    char text[16];
};
static struct buffer to = {PTHREAD_MUTEX_INITIALIZER, 0, ""};
static struct buffer from = {PTHREAD_MUTEX_INITIALIZER, 5, "abcde"};

static size_t buffer_length(struct buffer *buffer)
{
    pthread_mutex_lock(&buffer->lock);
    size_t length = buffer->length;
    pthread_mutex_unlock(&buffer->lock);
    return length;
}

static void buffer_copy(struct buffer *buffer, size_t length, char *ret_text)
{
    pthread_mutex_lock(&buffer->lock);
#ifdef FIXED
    if (length > buffer->length)
        length = buffer->length;
#endif
    assert(length <= buffer->length);
    memcpy(ret_text, buffer->text, length);
    pthread_mutex_unlock(&buffer->lock);
}

static void *append(void *unused)
{
    pthread_mutex_lock(&to.lock);
    buffer_copy(&from, buffer_length(&from), to.text);
    pthread_mutex_unlock(&to.lock);
    return unused;
}

static void *shrink(void *unused)
{
    for (int i = 0; i < 5; i++) {
        pthread_mutex_lock(&from.lock);
        from.length = from.length ? from.length - 1 : 5;
        pthread_mutex_unlock(&from.lock);
    }
    return unused;
}

int main(void)
{
    start(append);
    start(shrink);
    join_all();
    return 0;
}
