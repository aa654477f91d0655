# libuv: its own tests of threads, the thread pool, async handles (inline assembly!), signals,
# processes. Each test is a program of its own: run-tests NAME NAME.
fetch() {
    need autoconf automake libtool
    fetch_source libuv1
}
build() {
    sh autogen.sh
    ./configure --disable-shared --disable-dependency-tracking
    make -j"$JOBS" check TESTS=
}
workload() {
    local test
    export UV_RUN_AS_ROOT=1
    for test in thread_create thread_local_storage thread_stack_size thread_mutex \
        thread_mutex_recursive thread_rwlock thread_rwlock_trylock condvar_1 condvar_2 condvar_3 \
        condvar_4 condvar_5 semaphore_1 semaphore_2 semaphore_3 barrier_1 barrier_2 barrier_3 \
        barrier_serial_thread_single barrier_serial_thread threadpool_queue_work_simple \
        threadpool_multiple_event_loops threadpool_cancel_getaddrinfo threadpool_cancel_work \
        threadpool_cancel_fs threadpool_cancel_single async async_null_cb embed fs_file_async \
        fs_async_dir fs_async_sendfile signal_multiple_loops spawn_exit_code kill pipe_sendmsg \
        fork_threadpool_queue_work_simple fork_signal_to_child process_title_threadsafe \
        loop_update_time ipc_heavy_traffic_deadlock_bug timer getaddrinfo_concurrent; do
        if timeout 100 $RUN "$BIN_DIR/test/run-tests" $test $test >"log.$test" 2>&1; then
            echo "$test ok"
        else
            echo "$test failed"
        fi
    done >out/tests
}
