# Included by CMakeLists.txt.
add_test(NAME coro_blocks COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/blocks.sh
  ${CMAKE_SOURCE_DIR}/lib/include $<TARGET_FILE_DIR:racerun-go-shared>)
set_tests_properties(coro_blocks PROPERTIES LABELS coro TIMEOUT 300 SKIP_RETURN_CODE 77)
