# SPDX-License-Identifier: Apache-2.0
# Required: fmt, RE2, CLI11, pugixml, nlohmann-json, zlib, OpenSSL. Optional, with one line when missing: Google Benchmark; Catch2 for tests.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(pugixml REQUIRED)
find_package(CLI11 REQUIRED)
find_package(ZLIB REQUIRED)   # crc32
# sha1, sha256, hmac_sha1, base64. The static library if there is one: loading the shared one costs each start a millisecond.
if(NOT DEFINED OPENSSL_USE_STATIC_LIBS)
  set(OPENSSL_USE_STATIC_LIBS TRUE)
  find_package(OpenSSL 3 QUIET COMPONENTS Crypto)
  if(NOT OPENSSL_FOUND)
    set(OPENSSL_USE_STATIC_LIBS FALSE)
  endif()
endif()
find_package(OpenSSL 3 REQUIRED COMPONENTS Crypto)
pkg_check_modules(re2 REQUIRED IMPORTED_TARGET re2)

# Catch2 2.x on Debian 12, 3.x on newer systems: tests include "catch.h" of this shim.
if(BUILD_TESTING)
  find_package(Catch2 REQUIRED)
  include(Catch)
  add_library(volley_catch STATIC ${CMAKE_CURRENT_LIST_DIR}/catch/main.cc)
  add_library(volley::catch ALIAS volley_catch)
  target_include_directories(volley_catch PUBLIC ${CMAKE_CURRENT_LIST_DIR}/catch)
  target_link_libraries(volley_catch PRIVATE volley::flags)
  # Assertions are dear to optimise under sanitizers, and tests wait for sockets: what they test keeps its optimisation.
  target_compile_options(volley_catch PUBLIC -O0)
  if(Catch2_VERSION VERSION_LESS 3)
    target_link_libraries(volley_catch PUBLIC Catch2::Catch2)
  else()
    target_compile_definitions(volley_catch PUBLIC VOLLEY_CATCH3)
    target_link_libraries(volley_catch PUBLIC Catch2::Catch2WithMain)
  endif()
endif()

find_package(benchmark QUIET)
if(NOT benchmark_FOUND)
  message(STATUS "Google Benchmark not found: bench/ is not built")
endif()
