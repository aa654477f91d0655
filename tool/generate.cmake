# cmake -DRACERUN=... -DTABLE="WORD..." -DPROJECT_VERSION=... -DIN=... -DOUT=... -P generate.cmake: manual
# pages and completions, with what the built racerun prints for the words of TABLE as @RACERUN_TABLE@.
separate_arguments(TABLE)
execute_process(COMMAND ${RACERUN} ${TABLE} OUTPUT_VARIABLE RACERUN_TABLE
  RESULT_VARIABLE result OUTPUT_STRIP_TRAILING_WHITESPACE)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "${RACERUN} ${TABLE}: ${result}")
endif()
configure_file(${IN} ${OUT} @ONLY)
