# SPDX-License-Identifier: Apache-2.0
# One INTERFACE target carries the language standard, the warnings and the sanitizers of the chosen preset.
set(VOLLEY_SANITIZE "" CACHE STRING "Sanitizers to build with, as -fsanitize= takes them: address,undefined or thread")
option(VOLLEY_WERROR "Turn warnings into errors" OFF)
option(VOLLEY_COVERAGE "Count executed lines (gcov)" OFF)
option(VOLLEY_FUZZ "Trace what fuzz targets reach, and link them with libFuzzer (clang only)" OFF)

add_library(volley_flags INTERFACE)
add_library(volley::flags ALIAS volley_flags)
target_compile_features(volley_flags INTERFACE cxx_std_23)
set(CMAKE_CXX_EXTENSIONS OFF)
target_compile_options(volley_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor
                       -Wold-style-cast -Woverloaded-virtual)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(volley_flags INTERFACE -Wno-restrict)   # wrong about "literal" + std::string: GCC PR105651
endif()
if(VOLLEY_WERROR)
  target_compile_options(volley_flags INTERFACE -Werror)
endif()
if(VOLLEY_SANITIZE)
  target_compile_options(volley_flags INTERFACE -fsanitize=${VOLLEY_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(volley_flags INTERFACE -fsanitize=${VOLLEY_SANITIZE})
endif()
if(VOLLEY_COVERAGE)
  target_compile_options(volley_flags INTERFACE --coverage)
  target_link_options(volley_flags INTERFACE --coverage)
endif()

# What fuzz targets reach: an engine sees which of it an input has run.
add_library(volley_traced INTERFACE)
add_library(volley::traced ALIAS volley_traced)
if(VOLLEY_FUZZ)
  target_compile_options(volley_traced INTERFACE -fsanitize=fuzzer-no-link)
endif()
