#   Writes the files of a folder into a C file, as a table of {name, text, size}, ended by a NULL name.
#   cmake -D OUT=FILE.c -D FOLDER=proto/tools -D NAMES=a,b -D EXTENSION=json -D TYPE=contract_file_t -D TABLE=contract_files -D HEADER=contract.h
#       -P embed.cmake
#   With an empty EXTENSION the names are whole.
string (REPLACE "," ";" names "${NAMES}")
if (EXTENSION)
    set (EXTENSION ".${EXTENSION}")
endif ()
set (texts "")
set (rows "")
foreach (name IN LISTS names)
    #   Byte by byte: no quote, backslash or semicolon of a file can mean something to CMake or to C.
    file (READ "${FOLDER}/${name}${EXTENSION}" bytes HEX)
    string (REGEX REPLACE "(................................................................)" "\\1\n" bytes "${bytes}")
    string (REGEX REPLACE "([0-9a-f][0-9a-f])" "\\\\x\\1" bytes "${bytes}")
    string (REPLACE "\n" "\"\n    \"" bytes "${bytes}")
    string (MAKE_C_IDENTIFIER "TEXT_${name}" text)
    string (APPEND texts "static const char ${text} [] =\n    \"${bytes}\";\n\n")
    string (APPEND rows "    { \"${name}\", ${text}, sizeof ${text} - 1 },\n")
endforeach ()
set (table "const ${TYPE} ${TABLE} [] = {\n${rows}    { NULL, NULL, 0 },\n};\n")
file (WRITE "${OUT}" "//  Made by proto/embed.cmake.\n#include \"${HEADER}\"\n\n${texts}${table}")
