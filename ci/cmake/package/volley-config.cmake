# SPDX-License-Identifier: Apache-2.0
include(${CMAKE_CURRENT_LIST_DIR}/volley-targets.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/volley-discover-scenarios.cmake)
