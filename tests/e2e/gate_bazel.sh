#!/bin/bash
# The recipe for Bazel, as the README has it, on the sample project, by Debian's Bazel and without network:
# what Bazel would fetch for C programs comes from Debian's packages, or is made here.
. "$(dirname "$0")/lib.sh"
rules=/usr/share/bazel/rules
command -v bazel >/dev/null && [ -d $rules/java ] && [ -d $rules/proto ] || skip "no Bazel with its rules here"
PATH="$(dirname "$racerun"):$PATH"

mkdir -p rules_cc/cc coverage gate && touch rules_cc/WORKSPACE coverage/WORKSPACE gate/WORKSPACE
echo 'exports_files(["defs.bzl"])' >rules_cc/cc/BUILD
for rule in cc_{library,binary,test,import,toolchain,toolchain_suite,proto_library}; do
    echo "$rule = native.$rule"
done >rules_cc/cc/defs.bzl
for name in report output; do
    echo "filegroup(name = \"coverage_${name}_generator\", visibility = [\"//visibility:public\"])"
done >coverage/BUILD
cp "$here"/gate/*.c gate && cd gate || exit 1
cat >BUILD <<'E2'
[cc_test(name = "gate_" + name, srcs = [name + ".c"], linkopts = ["-pthread"])
 for name in ["race", "deadlock", "clean"]]
E2
bazel() {
    command bazel --nohome_rc --output_user_root="$work/bazel" "$@"
}
stop_bazel() {
    bazel shutdown >"$work/shutdown" 2>&1
    chmod -R u+w "$work"
    finish
}
trap stop_bazel EXIT

export CC="racerun-cc"
expect 3 bazel test --override_repository=rules_cc="$work/rules_cc" \
    --override_repository=remote_coverage_tools="$work/coverage" \
    --override_repository=rules_java=$rules/java --override_repository=rules_proto=$rules/proto \
    --strip=never --copt=-g --run_under='racerun test --explore --schedules=100 --strip-path-prefix=/proc/self/cwd/ --' //...
grep -q '  race\.c:10' bazel-testlogs/gate_race/test.log || fail "no lines: Bazel stripped the program"
has out '^//:gate_race +.*FAILED'
has out '^//:gate_deadlock +.*FAILED'
has out '^//:gate_clean +.*PASSED'
for name in race deadlock; do
    grep -q "^racerun: .* verdict: findings" bazel-testlogs/gate_$name/test.log || fail "no verdict on $name"
done
