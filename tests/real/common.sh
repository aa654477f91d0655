# What every program of tests/real shares: source packages, builds, measured runs, comparison.
#
# A program is a file NAME.sh that defines
#   fetch      brings the source into the current folder, as its only folder
#   build      builds in the current folder, a copy of the source; CC, CXX, CFLAGS are exported
#   workload   runs the program of $BIN_DIR (the built copy) in an empty current folder and leaves in
#              out/ what must not depend on the detector; $RUN stands before every command that is
#              to be observed; $SCALE times as much work where more makes sense
# Each runs in a shell of its own with "set -euo pipefail", after this file and NAME.sh were read.

REAL=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
WORK=${RACERUN_REAL_WORK:-$REAL/work}
RACERUN=${RACERUN:-$REAL/../../build/bin/racerun}
JOBS=${JOBS:-2}
SCALE=${SCALE:-1}

# step NAME FUNCTION FOLDER: one function of NAME.sh, in FOLDER, in a shell that stops at an error.
step() {
    bash -euo pipefail -c '. "$1/common.sh"; . "$1/$2.sh"; cd "$4"; "$3"' \
        step "$REAL" "$1" "$2" "$3" </dev/null
}

# source_get NAME: $WORK/NAME/source, once.
source_get() {
    local folder=$WORK/$1
    [ -d "$folder/source" ] && return 0
    rm -rf "$folder/fetch" && mkdir -p "$folder/fetch"
    step "$1" fetch "$folder/fetch" >"$folder/fetch.log" 2>&1 &&
        basename "$(echo "$folder"/fetch/*/)" >"$folder/version" &&
        mv "$folder"/fetch/*/ "$folder/source" &&
        { basename -s .dsc "$folder"/fetch/*_*.dsc >"$folder/version" || true; }
}

# build_get NAME VARIANT: a copy of the source, built once; VARIANT.ok marks success. native,
# racerun, tsan; the same with clang- before it are clang's ($CLANG).
build_get() {
    local folder=$WORK/$1/$2
    [ -e "$folder.ok" ] && return 0
    rm -rf "$folder" && cp -a "$WORK/$1/source" "$folder" || return 1
    (
        export CFLAGS="-O1 -g" CXXFLAGS="-O1 -g"
        local cc=gcc cxx=g++
        [[ $2 != clang* ]] || cc=${CLANG:-clang} cxx=${cc/clang/clang++}
        export CC=$cc CXX=$cxx RACERUN_CC=$cc RACERUN_CXX=$cxx
        case $2 in
        *racerun) CC="$RACERUN cc" CXX="$RACERUN c++" ;;
        *tsan) CC="$cc -fsanitize=thread" CXX="$cxx -fsanitize=thread" ;;
        esac
        step "$1" build "$folder"
    ) >"$folder.log" 2>&1 && touch "$folder.ok"
}

# The machine's own Debian entries turned into source entries, in a private apt configuration, so
# that nothing outside $WORK changes and no mirror is named here.
apt_private() {
    apt=$WORK/apt
    local codename
    codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
    if [ ! -e "$apt/ready" ]; then
        mkdir -p "$apt/sources" "$apt/lists/partial"
        local file
        for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.{list,sources}; do
            [ -e "$file" ] && grep -Eq "(^| )$codename( |\$)" "$file" || continue
            sed -E 's/^deb /deb-src /; s/^Types:.*/Types: deb-src/' "$file" \
                >"$apt/sources/$(basename "$file")"
        done
    fi
    apt_get() {
        apt-get -qq -o Dir::Etc::sourcelist=- -o Dir::Etc::sourceparts="$apt/sources" \
            -o Dir::State::lists="$apt/lists" -o Dir::Cache::srcpkgcache= -o Dir::Cache::pkgcache= \
            -o APT::Sandbox::User=root -o Acquire::Retries=3 "$@"
    }
    [ -e "$apt/ready" ] || { apt_get update && touch "$apt/ready"; }
}

# fetch_source PACKAGE: the newest source package of the machine's release, unpacked and patched;
# without Debian's patches when the mirror has lost them.
fetch_source() {
    apt_private
    apt_get source "$1" && return 0
    apt_get source --tar-only "$1"
    tar -xf "$1"_*.orig.tar.*
}

# need PACKAGE...: build dependencies that are not there yet (as root).
need() {
    local package missing=()
    for package in "$@"; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
            missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] ||
        DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${missing[@]}"
}

# sample FILE MIB: deterministic text that compresses, but not to nothing.
sample() {
    awk -v bytes="$(($2 * 1048576))" 'BEGIN {
        srand(42)
        for (n = 0; n < bytes; n += length(line) + 1) {
            line = ""
            for (i = 0; i < 9; i++) line = line int(rand() * rand() * 5000) " word" int(rand() * 90) " "
            print line
        }
    }' >"$1"
}

# sums FILE...: checksums in the order of the names.
sums() { sha256sum -- "$@"; }

# serve PORT COMMAND...: starts a server under $RUN and waits until it listens; $SERVER is its pid. It
# ends at the latest with the workload, also one that hangs.
serve() {
    local port=$1 try
    shift
    $RUN "$@" &
    SERVER=$!
    trap 'pkill -KILL -P "$SERVER"; kill -KILL "$SERVER"; exit 1' TERM
    trap 'kill -KILL "$SERVER" 2>/dev/null || true' EXIT
    for try in $(seq 100); do
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && return 0
        kill -0 "$SERVER" 2>/dev/null || return 1
        sleep 0.1
    done
    return 1
}
