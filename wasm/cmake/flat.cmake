# Copies a module out of its room, into a folder where all modules lie side by side. A style sheet in it loses the white space
# that esbuild leaves in texts.
#
#   cmake -D IN=notice/tabbing.mjs -D OUT=tabbing.mjs -P flat.cmake
cmake_minimum_required(VERSION 3.20)

file(READ "${IN}" text)
string(REGEX REPLACE "(from |import\\()'[^':]*/([a-z.]+)'" "\\1'./\\2'" text "${text}")
string(REGEX MATCH "(replaceSync\\(|STYLE = )`[^`]+`" sheet "${text}")
string(REGEX REPLACE "[ \n]*([{};:,])[ \n]*" "\\1" small "${sheet}")
if(sheet)
  string(REPLACE "${sheet}" "${small}" text "${text}")
endif()
file(WRITE "${OUT}" "${text}")
