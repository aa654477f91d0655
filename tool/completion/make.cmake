# cmake -DRACERUN=... -DSHELL=... -DIN=... -DOUT=... -P make.cmake: a shell's completion, with the
# commands and options as the built racerun knows them.
execute_process(COMMAND ${RACERUN} __completion ${SHELL} OUTPUT_VARIABLE RACERUN_TABLE
  RESULT_VARIABLE result)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "${RACERUN} __completion ${SHELL}: ${result}")
endif()
configure_file(${IN} ${OUT} @ONLY)
