# A host project that builds Abide as part of itself.
cmake_minimum_required(VERSION 3.25)
project(host LANGUAGES C CXX)
set(ABIDE_MIDDLEWARE OFF CACHE BOOL "")
set(ABIDE_WASM OFF CACHE BOOL "")
add_subdirectory("${ABIDE}" abide)
add_executable(core core.cpp)
target_compile_options(core PRIVATE -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror)
target_link_libraries(core PRIVATE abide::abide)
