# SPDX-License-Identifier: Apache-2.0
#[[
Makes each scenario of files and directories a test of CTest:

    volley_discover_scenarios(PATH...
                              [TEST_PREFIX text]          what each test's name begins with
                              [WORKING_DIRECTORY dir]     where the PATHs count from; default: CMAKE_CURRENT_SOURCE_DIR
                              [PROGRAMS target...]        executables of the project: scenarios start them by their names
                              [TIMEOUT seconds]           of each test; default: CTest's
                              [LABELS label...]           beside the scenario's tags, which are labels, too
                              [OPTIONS option...])        of `volley run`

The scenarios are looked up when ctest begins, so that new ones need no configuring. A test is named after its scenario's identity,
`PATH › NAME`; it is skipped where the scenario is. Files that have a mistake are one test, which fails and tells the mistake.

OPTIONS may have generator expressions.
#]]
function(volley_discover_scenarios)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "TEST_PREFIX;WORKING_DIRECTORY;TIMEOUT" "LABELS;OPTIONS;PROGRAMS")
  if(NOT arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "volley_discover_scenarios: a PATH is needed")
  endif()
  if(NOT arg_WORKING_DIRECTORY)
    set(arg_WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
  endif()
  list(TRANSFORM arg_PROGRAMS REPLACE ".+" "$<TARGET_FILE_DIR:\\0>")
  get_property(count DIRECTORY PROPERTY volley_discoveries)
  math(EXPR count "0${count} + 1")
  set_property(DIRECTORY PROPERTY volley_discoveries ${count})

  # The values go through a file of their own, in which generator expressions are known.
  set(script ${CMAKE_CURRENT_BINARY_DIR}/volley_scenarios_${count}.cmake)
  set(lines "set(volley [==[$<TARGET_FILE:volley::volley>]==])\n")
  foreach(name IN ITEMS UNPARSED_ARGUMENTS TEST_PREFIX WORKING_DIRECTORY TIMEOUT LABELS OPTIONS PROGRAMS)
    string(APPEND lines "set(${name} [==[${arg_${name}}]==])\n")
  endforeach()
  string(APPEND lines "include([==[${CMAKE_CURRENT_FUNCTION_LIST_DIR}/volley-add-scenarios.cmake]==])\n")
  get_property(is_multi_config GLOBAL PROPERTY GENERATOR_IS_MULTI_CONFIG)
  if(is_multi_config)
    file(GENERATE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/volley_scenarios_${count}-$<CONFIG>.cmake CONTENT "${lines}")
    file(WRITE ${script} "include([==[${CMAKE_CURRENT_BINARY_DIR}/volley_scenarios_${count}-]==]\${CTEST_CONFIGURATION_TYPE}.cmake)\n")
  else()
    file(GENERATE OUTPUT ${script} CONTENT "${lines}")
  endif()
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES ${script})
endfunction()
