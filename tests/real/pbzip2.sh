# pbzip2: C++; producer, consumers and a writer around queues with mutexes and condition variables.
fetch() {
    need libbz2-dev
    fetch_source pbzip2
}
build() {
    # clang takes a format that ends at PRIuMAX without a space, C++03, for an error
    make -j"$JOBS" CXX="$CXX" \
        CXXFLAGS="$CXXFLAGS -Wno-reserved-user-defined-literal -D_LARGEFILE64_SOURCE=1 -D_FILE_OFFSET_BITS=64 -pthread"
}
workload() {
    local options
    sample data $((6 * SCALE))
    for options in "-p2 -b20 -9" "-p4 -b1 -1" "-p3 -r -b2"; do
        $RUN "$BIN_DIR/pbzip2" -q $options -c data >"out/data $options"
        $RUN "$BIN_DIR/pbzip2" -q -d -p4 -c "out/data $options" | cmp - data
        $RUN "$BIN_DIR/pbzip2" -q -d -p3 -c <"out/data $options" | cmp - data
    done
    $RUN "$BIN_DIR/pbzip2" -q -t -p2 "out/data -p2 -b20 -9"
}
