# lbzip2: a work-stealing scheduler under mutexes and conditions, and its own bzip2 code.
fetch() { fetch_source lbzip2; }
build() {
    # the old gnulib inside does not know that glibc hid these two macros
    ./configure --disable-dependency-tracking CPPFLAGS="-D_IO_ftrylockfile=1 -D_IO_IN_BACKUP=0x100"
    make -j"$JOBS" -C lib && make -j"$JOBS" -C src
}
workload() {
    local options
    sample data $((2 * SCALE))
    for options in "-n2" "-n4 -1" "-n3 -u -2"; do
        $RUN "$BIN_DIR/src/lbzip2" -z -c $options data >"out/data $options"
        $RUN "$BIN_DIR/src/lbzip2" -d -c -n4 "out/data $options" | cmp - data
        $RUN "$BIN_DIR/src/lbzip2" -d -c -n2 <"out/data $options" | cmp - data
    done
}
