# Included by CMakeLists.txt.
add_test(NAME coro_nocompile COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/nocompile.sh
  ${CMAKE_SOURCE_DIR}/lib/include $<TARGET_FILE_DIR:racerun-go-shared>)
set_tests_properties(coro_nocompile PROPERTIES LABELS coro TIMEOUT 600)
