/* G30: a key that a range has shown may be deleted by others right after. */
#include "golitmus.h"

static map values;

static bool visit(rgo_key key, void *value, void *context)
{
    (void)value;
    *(int *)context += ((const char *)key.bytes)[0];
    return true;
}

static void reader(void)
{
    int sum = 0;
    map_range(&values, visit, &sum);
    must(sum == 'a');
    reach(1);
}

static void deleter(void)
{
    await(1);
    map_delete(&values, map_key("a key"));
}

int main(void)
{
    map_store(&values, map_key("a key"), NULL);
    run2(reader, deleter);
    map_done(&values, NULL);
    return 0;
}
