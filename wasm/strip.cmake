# cmake -D from=FILE -D to=FILE -P strip.cmake: copies a script of the page without its comments and indentation.
# Comments are taken out only where they fill their lines, so that nothing within a string can be mistaken for one.
file(READ "${from}" text)
string(REGEX REPLACE "\n *//[^\n]*" "" text "\n${text}")
string(REGEX REPLACE "\n */\\*\\*[^\n]*\\*/" "" text "${text}")
string(REGEX REPLACE "\n[ \n]+" "\n" text "${text}")
string(REGEX REPLACE "^\n" "" text "${text}")
file(WRITE "${to}" "${text}")
