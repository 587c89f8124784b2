# SPDX-License-Identifier: Apache-2.0
# What `cmake --install` puts where, and how other projects find it: find_package(volley) gives volley::lib, the program as
# volley::volley, and volley_discover_scenarios().
include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/volley)
set_target_properties(volley_lib PROPERTIES EXPORT_NAME lib OUTPUT_NAME volley)
install(TARGETS volley_lib volley EXPORT volley-targets)
install(DIRECTORY lib/include/volley DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(EXPORT volley-targets NAMESPACE volley:: DESTINATION ${package_dir})

set(package ${CMAKE_CURRENT_LIST_DIR}/package)
write_basic_package_version_file(volley-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${package}/volley-config.cmake ${package}/volley-discover-scenarios.cmake ${package}/volley-add-scenarios.cmake
              ${CMAKE_CURRENT_BINARY_DIR}/volley-config-version.cmake
        DESTINATION ${package_dir})

install(FILES README.md SECURITY.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES docs/volley.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${VOLLEY_COMPLETIONS}/volley.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME volley)
install(FILES ${VOLLEY_COMPLETIONS}/_volley DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR} FILES_MATCHING PATTERN *.md PATTERN *.schema.json)
install(DIRECTORY docs/editors scenarios DESTINATION ${CMAKE_INSTALL_DATADIR}/volley)
