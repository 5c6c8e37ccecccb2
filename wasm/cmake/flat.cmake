# Copies a module out of its room, into a folder where all modules lie side by side:
#
#   cmake -D IN=notice/tabbing.mjs -D OUT=tabbing.mjs -P flat.cmake
cmake_minimum_required(VERSION 3.20)

file(READ "${IN}" text)
string(REGEX REPLACE "(from |import\\()'[^':]*/([a-z.]+)'" "\\1'./\\2'" text "${text}")
file(WRITE "${OUT}" "${text}")
