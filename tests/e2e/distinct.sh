#!/bin/bash
# Which findings are the same: two races through one helper are two, one race in a loop is one.
. "$(dirname "$0")/lib.sh"

cat >helper.c <<'EOF'
#include <pthread.h>
#include <stdlib.h>
int alpha, beta, array[1000];
struct item { int first, second; } *item;
__attribute__((noinline)) void increment(int *p) { (*p)++; }
void one(void) { increment(&alpha); }
void two(void) { increment(&beta); }
void three(void) { increment(&item->first), increment(&item->second); }
void four(void) { for (int i = 0; i < 1000; i++) increment(&array[i]); }
void *work(void *p) { one(), two(), three(), four(); return p; }
int main(void)
{
    pthread_t a, b;
    item = calloc(1, sizeof *item);
    pthread_create(&a, 0, work, 0);
    pthread_create(&b, 0, work, 0);
    pthread_join(a, 0);
    pthread_join(b, 0);
    return 0;
}
EOF
expect 0 "$racerun" cc -O1 -pthread helper.c -o helper
expect 66 "$racerun" ./helper
has err 'on `alpha`'
has err 'on `beta`'
has err '0 bytes into a heap block'
has err '4 bytes into a heap block'
has err 'on `array\['
has err '^racerun: 5 findings$'
[ "$(grep -o '^racerun: data race .*\[.*\]' err | sed 's/.*\[//' | sort -u | wc -l)" = 5 ] ||
    fail "the ids are not unique"

# A suppressed race does not hide the others.
echo 'race:one' >suppressed
expect 66 "$racerun" --suppressions=suppressed ./helper
lacks err 'on `alpha`'
has err '^racerun: 4 findings$'
