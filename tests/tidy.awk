#   tidy.awk - reads the names of a tree's files, then the files, and says what breaks a rule of the house
#
#   Plain awk (mawk will do), so that it needs no set-up and takes no time. awk wants no blank before the parameters of its own functions.
#   tests/tidy runs it and holds the exceptions.

BEGIN {
    RULES = split ("floor file function banned sleep mutex mailbox dead untested columns blanks marks machine exception", RULE, " ")
    read_exceptions()

    #   What each folder may include; cli may include everything that is shipped
    ABOVE ["runtime"] = " runtime "
    ABOVE ["net"]     = " runtime net "
    ABOVE ["trace"]   = " runtime net trace "
    ABOVE ["proto"]   = " runtime net trace proto "
    ABOVE ["index"]   = " runtime net trace proto index "
    ABOVE ["actors"]  = " runtime net trace proto index actors "
    ABOVE ["gateway"] = " runtime net trace proto index gateway "
    ABOVE ["cli"]     = " runtime net trace proto index actors gateway cli "
    ABOVE ["sim"]     = " runtime net sim "

    WORD = "(^|[^A-Za-z0-9_])"
    CALL = "[ ]*\\("
    BANNED  = WORD "(strcpy|strcat|sprintf|vsprintf|gets|strtok|atoi|atol|system|popen|rand|srand|alloca)" CALL
    SLEEP   = WORD "(sleep|usleep|nanosleep|clock_nanosleep|zclock_sleep)" CALL
    MUTEX   = WORD "(pthread_mutex|pthread_rwlock|pthread_cond|pthread_spin|mtx_|cnd_)[a-z_]*"
    MAILBOX = WORD "(zmq_send|zmq_recv|zmq_msg_send|zmq_msg_recv|zmsg_send|zmsg_recv|zstr_send|zstr_recv|zframe_send|zframe_recv" \
              "|zsock_send|zsock_recv|zsock_bsend|zsock_brecv|zsock_vsend|zsock_vrecv)[a-z_]*" CALL
    MARKS   = WORD "(T[O]DO|F[I]XME|X[X]X|H[A]CK)([^A-Za-z0-9_]|$)"
    #   Absolute ones only: build/deps/root/usr is a folder of ours
    MACHINE = "(^|[^A-Za-z0-9_.}/~-])/(work|root|home)/"

    while ((getline path < "-") > 0) {
        sub (/^\.\//, "", path)
        files [++file_count] = path
        folder [path] = path ~ /\// ? substr (path, 1, index (path, "/") - 1) : ""
        base [path] = base_of(path)
        exists [path] = 1
        if (path ~ /\.h$/) {
            header [base [path]] = folder [path]
            own_header [folder [path], base [path]] = 1
        }
    }
    for (i = 1; i <= file_count; i++)
        if (kind_of(files [i]) != "") read_file(files [i], kind_of(files [i]))
    for (i = 1; i <= file_count; i++) {
        check_alive(files [i])
        check_tested(files [i])
    }
    finish()
}

function base_of(path) {
    sub (/^.*\//, "", path)
    return path
}

#   What is text, and of what sort; "" for what these rules do not read (collected inputs of the fuzzers, data, other people's texts).
function kind_of(path) {
    if (path == "LICENSE" || path ~ /^tests\/(fuzz\/corpus|data)\//) return ""
    if (path ~ /\.[ch]$/) return "c"
    if (path ~ /\.m?js$/) return "script-js"
    if (path ~ /(^|\/)package-lock\.json$/) return "lock"
    if (path ~ /\.json$/) return "json"
    if (path ~ /\.md$/) return "prose"
    if (path ~ /(\.sh|\.awk|\.lua|\.css|\.html|\.svg|\.cmake|CMakeLists\.txt|Makefile|Dockerfile|\.supp|\.ya?ml)$/) return "script"
    if (is_bare_script(path)) return "script"
    return ""
}

#   A program without an extension
function is_bare_script(path) {
    return path ~ /^(scripts|tests|\.ci)\// && base_of(path) !~ /\./
}

function offend(rule, path, line, sentence) {
    if ((rule, path) in excepted) {
        excepted [rule, path] = "used"
        return
    }
    print path ":" line ": " sentence
    broken [rule] = 1
}

function read_exceptions(    lines, count, i, word) {
    count = split (exceptions, lines, "\n")
    for (i = 1; i <= count; i++)
        if (split (lines [i], word, " ") > 2) excepted [word [1], word [2]] = "unused"
}

function read_file(path, kind,    line, number, code) {
    comment = 0; start = 0; number = 0
    while ((getline line < path) > 0) {
        number++
        text [path] = text [path] "\n" line
        check_text(path, kind, number, line)
        if (kind == "c") {
            if (line ~ /^#[ ]*include[ ]*"/) check_include(path, number, line)
            code = code_of(line)
            check_code(path, number, code)
            measure_function(path, number, line)
        }
        if (kind == "script-js" && line ~ /(await +sleep *\(|setTimeout *\( *resolve)/)
            offend("sleep", path, number, "this waits blindly; wait for the condition with waitFor of harness.mjs.")
        if (path ~ /(^|\/)CMakeLists\.txt$/) collect_sources(path, line)
    }
    close (path)
    if (kind == "c" && number > 500)
        offend("file", path, number, number " lines; at most 500: this is likely two concepts.")
}

function check_text(path, kind, number, line,    width) {
    if (line ~ /[ \t\r]$/) offend("blanks", path, number, "a blank at the end of the line.")
    if (kind == "c" && line ~ /\t/) offend("blanks", path, number, "a tab; the house indents with four blanks.")
    if (kind == "lock") {
        if (line ~ /"reso[l]ved"/) offend("machine", path, number, "a download address in a lock file; tests/.npmrc keeps npm from writing it.")
        return
    }
    if (line ~ MARKS) offend("marks", path, number, "this is a promise; keep it, or make it an issue.")
    if (line ~ /(^|[^A-Za-z0-9_])s[h]ared\//) offend("machine", path, number, "this is not part of this project; say it in your own words.")
    if (line ~ MACHINE) offend("machine", path, number, "a path of one machine.")
    if (kind == "prose" || kind == "json" || length (line) <= 150) return
    gsub (/[\200-\277]/, "", line)      #  Bytes inside a UTF-8 character take no column
    width = length (line)
    if (width > 150) offend("columns", path, number, width " columns; at most 150.")
}

#   The line without comments and without what stands in quotes. `comment` remembers an open block comment.
function code_of(line,    out, at, token) {
    out = ""
    while (line != "") {
        if (comment) {
            at = index (line, "*/")
            if (!at) return out
            line = substr (line, at + 2)
            comment = 0
            continue
        }
        if (!match (line, /"([^"\\]|\\.)*"|'([^'\\]|\\.)*'|\/\/|\/\*/)) return out line
        token = substr (line, RSTART, 2)
        out = out substr (line, 1, RSTART - 1) " "
        if (token == "//") return out
        if (token == "/*") comment = 1
        line = substr (line, RSTART + RLENGTH)
    }
    return out
}

#   The name of the call that the pattern found
function found(code, pattern,    name) {
    match (code, pattern)
    name = substr (code, RSTART, RLENGTH)
    gsub (/[^A-Za-z0-9_]/, "", name)
    return name
}

function check_code(path, number, code) {
    if (code ~ BANNED)
        offend("banned", path, number, found(code, BANNED) " is banned: it takes no limit, tells no error, or hides its state.")
    if (code ~ SLEEP) offend("sleep", path, number, found(code, SLEEP) " waits blindly; wait for the condition, with a deadline.")
    if (code ~ MUTEX) offend("mutex", path, number, "no mutexes: between threads only a message moves, whole.")
    if (code ~ MAILBOX && path != "proto/mailbox.c" && folder [path] != "tests")
        offend("mailbox", path, number, found(code, MAILBOX) ": only proto/mailbox.c sends and receives, so that no hop escapes its limits.")
}

function check_include(path, number, line,    name, from, to) {
    from = folder [path]
    if (!(from in ABOVE)) return
    match (line, /"[^"]*"/)
    name = substr (line, RSTART + 1, RLENGTH - 2)
    if (name ~ /(^|\/)tests\//) {
        offend("floor", path, number, "tests stands apart: nothing that is shipped includes from it.")
        return
    }
    name = base_of(name)
    if (!(name in header) || (from, name) in own_header) return     #  One that is not there is generated, or the compiler will say it
    to = header [name]
    if (index (ABOVE [from], " " to " ")) return
    if (from to == "gatewayactors" || from to == "actorsgateway")
        offend("floor", path, number, from " and " to " meet only by message; neither includes the other.")
    else if (from == "sim")
        offend("floor", path, number, "sim may use runtime and net and nothing else; " name " is of " to ".")
    else if (to == "sim" || to == "tests")
        offend("floor", path, number, to " stands apart: nothing that is shipped includes from it.")
    else
        offend("floor", path, number, from " stands below " to " and must not include " name ".")
}

#   In the house's layout a function's braces stand in the first column, and so do the words before its parameters.
function measure_function(path, number, line) {
    if (line ~ /^[a-z_0-9]+ \(/) {
        name = line
        sub (/ \(.*/, "", name)
    }
    if (line ~ /^\{/) start = number
    if (line ~ /^\}/ && start) {
        if (number - start + 1 > 70) offend("function", path, start, name " is " number - start + 1 " lines; at most 70.")
        start = 0
    }
}

#   Patterns of sources in a CMakeLists.txt, as regular expressions of whole paths
function collect_sources(path, line,    words, count, i, word, prefix) {
    prefix = path
    sub (/CMakeLists\.txt$/, "", prefix)
    sub (/^[ ]*#.*/, "", line)
    gsub (/[()"]/, " ", line)
    sub (/\$\{CMAKE_CURRENT_SOURCE_DIR\}\//, "", line)
    count = split (line, words, " ")
    for (i = 1; i <= count; i++) {
        word = words [i]
        if (word !~ /\.(c|json)$/ || word ~ /\$/) continue
        gsub (/\./, "[.]", word)
        gsub (/\*/, "[^/]*", word)
        sources [++source_count] = "^" prefix word "$"
    }
}

function is_built(path,    i) {
    for (i = 1; i <= source_count; i++)
        if (path ~ sources [i]) return 1
    return 0
}

#   Is the file's name found in another file that a program reads?
function is_named(path, pattern,    other) {
    for (other in text)
        if (other != path && kind_of(other) != "prose" && index (text [other], pattern)) return 1
    return 0
}

function check_alive(path) {
    if (folder [path] == "" || path ~ /^tests\/(fuzz\/corpus|data)\// || base [path] == "CMakeLists.txt") return
    if (path ~ /\.c$/) {
        if (!is_built(path)) offend("dead", path, 1, "a dead file: no CMakeLists.txt builds it.")
    } else if (path ~ /\.h$/) {
        if (!is_named(path, "include \"" base [path] "\"") && !is_named(path, "/" base [path] "\""))
            offend("dead", path, 1, "a dead file: nothing includes it.")
    } else if (path ~ /(\.mjs|\.sh|\.json|\.lua|\.awk|\.supp)$/ || is_bare_script(path)) {
        if (path ~ /^tests\/e2e\/.*\.test\.mjs$/ || base [path] ~ /^package(-lock)?\.json$/ || path == ".ci/run") return
        if (!is_built(path) && !is_named(path, is_bare_script(path) ? path : base [path])) offend("dead", path, 1, "a dead file: nothing names it.")
    }
}

function check_tested(path,    test) {
    if (path !~ /^(runtime|net|proto|actors|gateway)\/.*\.c$/) return
    test = "tests/unit/" base [path]
    sub (/\.c$/, "_test.c", test)
    if (!(test in exists)) offend("untested", path, 1, test " is missing; or say in tests/tidy who tests this file.")
}

function finish(    key, part, failed, i) {
    for (key in excepted)
        if (excepted [key] == "unused") {
            split (key, part, SUBSEP)
            print "tests/tidy:1: the exception from \"" part [1] "\" for " part [2] ": nothing needs it any more."
            broken ["exception"] = 1
        }
    for (i = 1; i <= RULES; i++) failed += RULE [i] in broken
    print RULES - failed " passed, " failed + 0 " failed"
    exit (failed > 0)
}
