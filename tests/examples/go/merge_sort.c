/*
 * Fork and join: each half of a merge sort has a goroutine of its own, down to the single number. A
 * WaitGroup on the parent's stack tells when the other half is done; nothing is locked, as no two
 * goroutines touch one number at a time.
 *
 * stdout-only: 0 1 2 3 4 5 6 7 8 9 10 11
 */
#include <racerun/go.h>
#include <stdio.h>
#include <string.h>

enum { COUNT = 12 };

static void merge(int *numbers, size_t count, size_t middle, int *scratch)
{
    size_t left = 0, right = middle, at = 0;
    while (left < middle && right < count)
        scratch[at++] = numbers[left] <= numbers[right] ? numbers[left++] : numbers[right++];
    while (left < middle)
        scratch[at++] = numbers[left++];
    while (right < count)
        scratch[at++] = numbers[right++];
    memcpy(numbers, scratch, count * sizeof *numbers);
}

static void merge_sort(int *numbers, size_t count, int *scratch)
{
    if (count < 2)
        return;
    waitgroup half = {0};
    size_t middle = count / 2;
    waitgroup_go(&half, merge_sort, numbers, middle, scratch);
    merge_sort(numbers + middle, count - middle, scratch + middle);
    waitgroup_wait(&half);
    merge(numbers, count, middle, scratch);
}

int main(void)
{
    int numbers[COUNT], scratch[COUNT];
    for (int i = 0; i < COUNT; i++)
        numbers[i] = i * 7 % COUNT;
    merge_sort(numbers, COUNT, scratch);
    for (int i = 0; i < COUNT; i++)
        printf("%d%s", numbers[i], i < COUNT - 1 ? " " : "\n");
    return 0;
}
