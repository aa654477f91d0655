#!/usr/bin/env bash
# lint: what libtsan exports and libc has in an old and a current version, we export too, or a
# binary linked against libtsan gets the old one (interpose/versions.c).
#   usage: versions.sh LIBRARY
set -u
# libm's lgamma differs only in whether it sets signgam.
accepted='lgamma lgammaf lgammal'
libc=$(ldd "$1" | awk '$1 == "libc.so.6" { print $3 }')
# Names whose hidden old version is another function than the current one.
old=$(nm -D --defined-only "$libc" | awk '
    { name = $3; sub(/@.*/, "", name) }
    $3 ~ /@@/ { current[name] = $1; next }
    $3 ~ /@/ { hidden[name] = hidden[name] " " $1 }
    END { for (name in hidden) { n = split(hidden[name], at, " ")
        for (i = 1; i <= n; i++) if ((name in current) && at[i] != current[name]) { print name; break } } }' |
    LC_ALL=C sort -u)
ours=$(nm -D --defined-only "$1" | awk '{ sub(/@.*/, "", $3); print $3 }' | LC_ALL=C sort -u)
failed=0 compared=0
for runtime in "$(gcc -print-file-name=libtsan.so)" /usr/lib/llvm-*/lib/clang/*/lib/linux/libclang_rt.tsan-x86_64.so; do
    [ -f "$runtime" ] || continue
    compared=1
    theirs=$(nm -D --defined-only "$runtime" | awk '{ sub(/@.*/, "", $3); print $3 }' | LC_ALL=C sort -u)
    for name in $(LC_ALL=C comm -12 <(echo "$old") <(echo "$theirs") | LC_ALL=C comm -23 - <(echo "$ours")); do
        case " $accepted " in *" $name "*) continue ;; esac
        echo "versions: $runtime exports $name, which libc has in two versions; we do not" >&2
        failed=1
    done
done
[ $compared = 1 ] || { echo "versions: no runtime of a compiler to compare with"; exit 77; }
[ $failed = 0 ] && echo "versions: clean"
exit $failed
