#!/bin/bash
# The no-op hooks: complete, harmless, right about atomics.
. "$(dirname "$0")/lib.sh"
hooks=$(dirname "$racerun")/../lib/racerun/libracerun-hooks.so

# Everything that the compilers' runtimes export, but for what a user defines or only tests need.
nm -D --defined-only "$hooks" | awk '{print $3}' | sort -u >ours
for runtime in "$(gcc -print-file-name=libtsan.so)" /usr/lib/llvm-*/lib/clang/*/lib/linux/libclang_rt.tsan-x86_64.so; do
    [ -f "$runtime" ] && nm -D --defined-only "$runtime"
done | awk '{print $3}' | grep -E '^(__tsan_|Annotate|WTFAnnotate)' | sort -u |
    grep -Ev '^__tsan_(java_|testonly_|test_only|default_|on_report|symbolize_external)' >theirs
[ -s theirs ] || skip "no runtime of a compiler to compare with"
comm -13 ours theirs >missing
readelf -rW "$hooks" | grep __tsan_ && fail "the hooks refer to themselves, as an instrumented module does"
[ -s missing ] && fail "the hooks lack $(tr '\n' ' ' <missing)"

for compiler in gcc clang-14 clang-19; do
    command -v $compiler >/dev/null || continue
    export RACERUN_CC=$compiler
    for flags in -O0 -O2 "-O2 -static"; do
        # clang calls libatomic for what it does not inline.
        # shellcheck disable=SC2086
        expect 0 "$racerun" cc -w $flags -mcx16 -pthread "$here/atomics.c" -o atomics
        expect 0 ./atomics
        [ "$flags" = "-O2 -static" ] || expect 0 "$racerun" ./atomics
        lacks err .
    done
done
unset RACERUN_CC

# The annotations of <sanitizer/tsan_interface.h> link and do nothing.
cat >annotated.c <<'EOF'
#include <sanitizer/tsan_interface.h>
#include <stddef.h>
void AnnotateHappensBefore(char *f, int l, unsigned long p);
void AnnotateRWLockCreate(char *f, int l, unsigned long p);
int main(void)
{
    int x;
    void *fiber = __tsan_create_fiber(0), *before = __tsan_get_current_fiber();
    __tsan_acquire(&x);
    __tsan_release(&x);
    __tsan_mutex_create(&x, 0);
    __tsan_mutex_pre_lock(&x, 0);
    __tsan_mutex_post_lock(&x, 0, 0);
    __tsan_mutex_pre_unlock(&x, 0);
    __tsan_mutex_post_unlock(&x, 0);
    __tsan_mutex_destroy(&x, 0);
    __tsan_switch_to_fiber(fiber, 0);
    __tsan_switch_to_fiber(before, 0);
    __tsan_destroy_fiber(fiber);
    AnnotateHappensBefore((char *)"", 0, (unsigned long)&x);
    return fiber && before ? 0 : 1;
}
const char *__tsan_default_options(void);
const char *__tsan_default_options(void) { return ""; }
EOF
expect 0 "$racerun" cc annotated.c -o annotated
expect 0 ./annotated
expect 0 "$racerun" ./annotated
lacks err .
# A static program may bring its own.
echo 'void AnnotateRWLockCreate(char *f, int l, unsigned long p) { (void)f; (void)l; (void)p; }' >own.c
expect 0 "$racerun" cc -static annotated.c own.c -o annotated
expect 0 ./annotated
