#   embed (OUT EXTENSION TYPE TABLE HEADER FILE…): files become a C file. Their names stand in the command too, so that it runs again when one is
#   taken away, not only when one changes. All of them are in one folder. With an EXTENSION the table has names without it, with "" whole names.
function (embed out extension type table header)
    set (names "")
    foreach (path IN LISTS ARGN)
        if (extension STREQUAL "")
            get_filename_component (name ${path} NAME)
        else ()
            get_filename_component (name ${path} NAME_WE)
        endif ()
        get_filename_component (folder ${path} DIRECTORY)
        list (APPEND names ${name})
    endforeach ()
    list (JOIN names "," names)
    set (script ${CMAKE_SOURCE_DIR}/proto/embed.cmake)
    add_custom_command (OUTPUT ${out}
        COMMAND ${CMAKE_COMMAND} -D OUT=${out} -D FOLDER=${folder} -D NAMES=${names} -D EXTENSION=${extension} -D TYPE=${type} -D TABLE=${table}
            -D HEADER=${header} -P ${script}
        DEPENDS ${script} ${ARGN} COMMENT "Embedding ${table}" VERBATIM)
endfunction ()
