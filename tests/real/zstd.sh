# zstd: a thread pool over jobs, a job table under one mutex, asynchronous reading and writing.
fetch() { fetch_source libzstd; }
build() { make -C programs -j"$JOBS" zstd HAVE_ZLIB=0 HAVE_LZMA=0 HAVE_LZ4=0 BACKTRACE=0 DEBUGFLAGS= CC="$CC" CFLAGS="$CFLAGS"; }
workload() {
    local options
    sample data 24
    for options in "-T2 -3" "-T4 -1 --long=24" "-T2 -B1M --rsyncable -5" "-T3 --adapt"; do
        $RUN "$BIN_DIR/programs/zstd" -q $options -c data >data.zst
        $RUN "$BIN_DIR/programs/zstd" -q -d -c data.zst | sums - >"out/$options"
        [[ $options = *adapt* ]] || sums - <data.zst >>"out/$options"
    done
    $RUN "$BIN_DIR/programs/zstd" -q -b3 -T2 -i0 data >/dev/null
}
