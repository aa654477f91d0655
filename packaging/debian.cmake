# `cpack -G DEB`: the packages racerun, libracerun-go0 and libracerun-go-dev, a component each.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME racerun)
set(CPACK_PACKAGE_VENDOR "The racerun authors")
set(CPACK_PACKAGE_CONTACT "The racerun authors <authors@racerun.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_STRIP_FILES ON)
# The prefix that files are installed for is /usr, wherever they are put meanwhile.
set(CPACK_SET_DESTDIR ON)
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_COMPONENTS_ALL racerun go go_dev)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_LIST_DIR}/compress.cmake)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(version ${PROJECT_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE})

set(CPACK_DEBIAN_RACERUN_PACKAGE_NAME racerun)
set(CPACK_DEBIAN_RACERUN_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_RACERUN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_RACERUN_PACKAGE_RECOMMENDS "gcc | clang")
set(CPACK_DEBIAN_RACERUN_PACKAGE_SUGGESTS "g++, gdb, libracerun-go-dev (= ${version})")
set(CPACK_COMPONENT_RACERUN_DESCRIPTION "A precise data-race detector for C and C++ programs, and a scheduler
that explores their interleavings and replays those that fail.")

set(CPACK_DEBIAN_GO_PACKAGE_NAME libracerun-go0)
set(CPACK_DEBIAN_GO_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_GO_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_GO_PACKAGE_RECOMMENDS libdw1) # opened where a report needs names
set(CPACK_COMPONENT_GO_DESCRIPTION "The library for Go's concurrency in C:
goroutines, channels, select, sync, context, timers and network for C.")
# Packages of programs that link it depend on it.
file(WRITE ${CMAKE_BINARY_DIR}/debian/shlibs
  "libracerun-go 0 libracerun-go0 (>= ${PROJECT_VERSION})\n")
file(WRITE ${CMAKE_BINARY_DIR}/debian/triggers "activate-noawait ldconfig\n")
set(CPACK_DEBIAN_GO_PACKAGE_CONTROL_EXTRA
  "${CMAKE_BINARY_DIR}/debian/shlibs;${CMAKE_BINARY_DIR}/debian/triggers")

set(CPACK_DEBIAN_GO_DEV_PACKAGE_NAME libracerun-go-dev)
set(CPACK_DEBIAN_GO_DEV_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_GO_DEV_PACKAGE_DEPENDS "libracerun-go0 (= ${version}), libc6-dev")
set(CPACK_DEBIAN_GO_DEV_PACKAGE_SUGGESTS "racerun, libunwind-dev, pkg-config")
set(CPACK_COMPONENT_GO_DEV_DESCRIPTION "Headers and manual for Go's concurrency in C:
goroutines, channels, select, sync, context, timers and network for C.")

# What each package has to have: its licence; its changes and why lintian's warnings are none, which
# only cpack installs.
file(READ ${CMAKE_SOURCE_DIR}/LICENSE licence)
file(WRITE ${CMAKE_BINARY_DIR}/debian/copyright
  "racerun is distributed under this licence:\n\n${licence}")
foreach(component racerun go go_dev)
  string(TOUPPER ${component} upper)
  set(package ${CPACK_DEBIAN_${upper}_PACKAGE_NAME})
  install(FILES ${CMAKE_BINARY_DIR}/debian/copyright COMPONENT ${component}
    DESTINATION share/doc/${package})
  install(FILES ${CMAKE_CURRENT_LIST_DIR}/changelog COMPONENT ${component}
    DESTINATION share/doc/${package} RENAME changelog.Debian EXCLUDE_FROM_ALL)
  install(FILES ${CMAKE_CURRENT_LIST_DIR}/${package}.lintian-overrides COMPONENT ${component}
    DESTINATION share/lintian/overrides RENAME ${package} EXCLUDE_FROM_ALL)
endforeach()
include(CPack)
