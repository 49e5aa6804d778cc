#   Writes the contracts into a C file, as the table contract_files (see contract.h).
#   cmake -D OUT=FILE.c -D FOLDER=proto/tools -D NAMES=a,b -P embed.cmake
string (REPLACE "," ";" names "${NAMES}")
set (texts "")
set (rows "")
foreach (name IN LISTS names)
    #   Byte by byte: no quote, backslash or semicolon of a contract can mean something to CMake or to C.
    file (READ "${FOLDER}/${name}.json" bytes HEX)
    string (REGEX REPLACE "(................................................................)" "\\1\n" bytes "${bytes}")
    string (REGEX REPLACE "([0-9a-f][0-9a-f])" "\\\\x\\1" bytes "${bytes}")
    string (REPLACE "\n" "\"\n    \"" bytes "${bytes}")
    string (APPEND texts "static const char TEXT_${name} [] =\n    \"${bytes}\";\n\n")
    string (APPEND rows "    { \"${name}\", TEXT_${name}, sizeof TEXT_${name} - 1 },\n")
endforeach ()
set (table "const contract_file_t contract_files [] = {\n${rows}    { NULL, NULL, 0 },\n};\n")
file (WRITE "${OUT}" "//  Made from proto/tools by proto/embed.cmake.\n#include \"contract.h\"\n\n${texts}${table}")
