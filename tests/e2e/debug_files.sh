#!/bin/bash
# Debug information in every form in which it comes: formats, compilers, split, compressed, in files of its own, shared
# by dwz. Whole, a report has the chain of inlined calls and the member; where a part is missing, it says which.
. "$(dirname "$0")/lib.sh"
cat >prog.c <<'PROGRAM'
#include <pthread.h>
#include <stddef.h>

static struct table {
    long misses, hits;
} table;

static inline __attribute__((always_inline)) void entry_count(struct table *t)
{
    t->hits++;
}

static inline __attribute__((always_inline)) void table_touch(struct table *t)
{
    entry_count(t);
}

static void *work(void *argument)
{
    table_touch(argument);
    return NULL;
}

int main(void)
{
    pthread_t one;
    pthread_create(&one, NULL, work, &table);
    work(&table);
    return pthread_join(one, NULL);
}
PROGRAM

# `compile NAME COMPILER FLAGS...`: objects are compiled apart, so that .dwo files stay.
compile() {
    local name=$1 compiler=$2
    shift 2
    RACERUN_CC=$compiler "$racerun" cc "$@" -c prog.c -o "$name.o" &&
        RACERUN_CC=$compiler "$racerun" cc -pthread "$name.o" -o "$name"
}

# `whole [OPTION] PROGRAM`: its report has everything.
whole() {
    expect 66 "$racerun" "$@"
    has err "on .table\.hits. \(long( int)?\), a global variable declared at prog\.c:6"
    grep -Pzoq '#0 entry_count  prog\.c:10:[0-9]+ \[inlined\]\n(.*\n){2} +#1 table_touch  prog\.c:15:5 \[inlined\]\n +#2 work  prog\.c:20:5\n' \
        "$work/err" || { fail "$*: the inlined calls are not there, or in another order" && show; }
    lacks err 'hint:'
}

# `lines_only PROGRAM`: functions and lines, no inlined calls.
lines_only() {
    expect 66 "$racerun" "$1"
    has err '#0 work  prog\.c:10:[0-9]+$'
    lacks err 'inlined\]'
}

# `addresses_only [OPTION] PROGRAM`
addresses_only() {
    expect 66 "$racerun" "$@"
    has err '#0 (work|0x[0-9a-f]+)  \('
    lacks err 'prog\.c'
}

for compiler in gcc clang-19 clang-14; do
    command -v "$compiler" >/dev/null || continue
    for level in 4 5; do
        compile "$compiler-$level" "$compiler" -O2 -g "-gdwarf-$level" && whole "./$compiler-$level"
        compile "split-$compiler-$level" "$compiler" -O2 -g "-gdwarf-$level" -gsplit-dwarf &&
            whole "./split-$compiler-$level"
    done
done

# Split, and what was split off is gone; then it is in a package, which not every libdw reads.
compiler=gcc
command -v clang-14 llvm-dwp-14 >/dev/null && compiler=clang-14
compile split $compiler -O2 -g -gsplit-dwarf
[ -e split.dwo ] || fail "there is no split.dwo"
if [ $compiler = clang-14 ]; then # llvm-dwp 14 never ends with gcc's files
    timeout 60 llvm-dwp-14 -e split -o package.dwp || fail "cannot make a package"
fi
mv split.dwo away.dwo
lines_only ./split
has err '^  hint: .*/split has a part of its debug information in \.dwo files of which 1 cannot be'
if [ -e package.dwp ]; then
    mv package.dwp split.dwp
    expect 66 "$racerun" ./split
    if grep -q 'hint:' err; then
        lines_only ./split
        has err '^  hint: .*in split\.dwp, which libdw [0-9.]+ cannot'
    else
        whole ./split
    fi
fi

compile plain gcc -O2 -g
whole ./plain
for kind in zlib zlib-gnu zlib-gabi zstd; do
    objcopy --compress-debug-sections=$kind plain "$kind" 2>/dev/null || continue
    if [ $kind = zstd ] && "$racerun" ./zstd 2>&1 | grep -q hint:; then
        addresses_only ./zstd
        has err '^  hint: .*/zstd has debug information in a compression that libdw [0-9.]+ cannot read:'
        has err -gz=zlib
    else
        whole "./$kind"
    fi
done

# In a file of its own: beside the program, in .debug/, in a folder that is named, by build-id below one.
objcopy --only-keep-debug plain apart.debug
objcopy --strip-all --add-gnu-debuglink=apart.debug plain apart
whole ./apart
mkdir .debug
mv apart.debug .debug
whole ./apart
mkdir named
mv .debug/apart.debug named
addresses_only ./apart
has err '^  hint: .*/apart has its debug information in apart\.debug, which was not found'
whole --debug-path=named ./apart
whole --debug-path=/nonexistent::$work/named ./apart
id=$(readelf -n plain | sed -n 's/.*Build ID: //p')
mkdir -p "tree/.build-id/${id:0:2}"
mv named/apart.debug "tree/.build-id/${id:0:2}/${id:2}.debug"
objcopy --strip-all plain bare
addresses_only ./bare
has err '^  hint: .*/bare has no debug information'
whole --debug-path=tree ./bare
# The file of another build is not believed.
sed -i '1i\\' prog.c
compile other gcc -O2 -g
objcopy --only-keep-debug other "tree/.build-id/${id:0:2}/${id:2}.debug"
addresses_only --debug-path=tree ./bare
sed -i 1d prog.c

# What several files have in common, in one for all of them.
if command -v dwz >/dev/null; then
    cp plain one
    cp plain two
    dwz -m common one two || fail "dwz failed"
    [ -e common ] || fail "dwz found nothing in common"
    whole ./one
    mv common gone
    expect 66 "$racerun" ./one
    has err '#0 .*prog\.c:10:[0-9]+'
    has err '^  hint: .*/one has a part of its debug information in .*common, which was not found'
fi
