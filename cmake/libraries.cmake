#   Other people's libraries. llhttp and yyjson come from the system, or on Debian 12 from build/deps/root (scripts/setup put them there).
find_package (PkgConfig REQUIRED)
find_package (Threads REQUIRED)
find_package (OpenSSL REQUIRED COMPONENTS Crypto)

set (borrowed "${CMAKE_SOURCE_DIR}/build/deps/root/usr")

#   library_target (NAME HEADER LIBRARY…): a target from a header and the first library found; found in the system first, then among the borrowed.
function (library_target name header)
    find_path (${name}_header "${header}" PATHS "${borrowed}/include")
    find_library (${name}_library NAMES ${ARGN} PATHS "${borrowed}/lib/${CMAKE_LIBRARY_ARCHITECTURE}")
    if (NOT ${name}_header OR NOT ${name}_library)
        message (FATAL_ERROR "${name} is missing (${header}): run scripts/setup, or `make build`, which does.")
    endif ()
    add_library (ext::${name} INTERFACE IMPORTED)
    target_link_libraries (ext::${name} INTERFACE "${${name}_library}")
    target_include_directories (ext::${name} SYSTEM INTERFACE "${${name}_header}")
endfunction ()

#   pkg-config's libczmq drags in the include paths of Kerberos and others; the plain names are enough. msgpack has one name per Debian release.
library_target (zmq zmq.h zmq)
library_target (czmq czmq.h czmq)
library_target (msgpack msgpack.h msgpackc msgpack-c)
library_target (curl curl/curl.h curl)
library_target (expat expat.h expat)
library_target (llhttp llhttp.h libllhttp.a llhttp)
library_target (yyjson yyjson.h yyjson)
