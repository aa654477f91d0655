# The gdb commands. Included after the programs.
add_test(NAME coro_gdb COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/gdb.sh
  ${CMAKE_SOURCE_DIR}/lib/coro/gdb/racerun-go-gdb.py $<TARGET_FILE:coro_prog_fatal_deadlock>)
set_tests_properties(coro_gdb PROPERTIES LABELS coro TIMEOUT 300 SKIP_RETURN_CODE 77)
