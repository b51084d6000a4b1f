# Targets carry their requirements: every memwall target links mw_options and nothing is set directory-wide.

option(MEMWALL_WERROR "Treat warnings as errors" OFF)
set(MEMWALL_SANITIZE "" CACHE STRING "Sanitizers for every target, such as address,undefined or thread")
option(MEMWALL_COVERAGE "Instrument for gcov" OFF)

add_library(mw_options INTERFACE)
target_compile_options(mw_options INTERFACE
    -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-declarations
    $<$<BOOL:${MEMWALL_WERROR}>:-Werror>)
target_compile_definitions(mw_options INTERFACE _GNU_SOURCE)
if(MEMWALL_SANITIZE)
    # -O1: at -O0 the kernels under sanitizers take minutes; a report names lines, not variables.
    target_compile_options(mw_options INTERFACE -O1 -g1
        -fsanitize=${MEMWALL_SANITIZE} -fno-omit-frame-pointer)
    if(MEMWALL_SANITIZE MATCHES address) # which finds these two itself: a third of the compiler's time
        target_compile_options(mw_options INTERFACE -fno-sanitize=null,object-size)
    endif()
    target_link_options(mw_options INTERFACE -fsanitize=${MEMWALL_SANITIZE})
endif()
if(MEMWALL_SANITIZE OR MEMWALL_COVERAGE)
    # what such builds add makes system calls of its own, which a student's box would refuse
    target_compile_definitions(mw_options INTERFACE MW_INSTRUMENTED)
endif()
if(MEMWALL_COVERAGE)
    target_compile_options(mw_options INTERFACE --coverage)
    target_link_options(mw_options INTERFACE --coverage)
endif()

# mw_for_modules(target …): static libraries that also become parts of a module. Hidden names keep their
# code what it is in a program, and keep them out of the module's own names.
function(mw_for_modules)
    set_target_properties(${ARGV} PROPERTIES POSITION_INDEPENDENT_CODE ON C_VISIBILITY_PRESET hidden)
endfunction()

# mw_add_test(name LABELS … LINK … SOURCES …): one cmocka program, one CTest entry.
function(mw_add_test name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "TIMEOUT" "LABELS;LINK;SOURCES")
    pkg_check_modules(CMOCKA REQUIRED IMPORTED_TARGET GLOBAL cmocka)
    add_executable(${name} ${arg_SOURCES})
    target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}")
    target_link_libraries(${name} PRIVATE mw_options ${arg_LINK} PkgConfig::CMOCKA)
    set_target_properties(${name} PROPERTIES BUILD_RPATH "$ORIGIN/../lib") # where the drawing module is
    add_test(NAME ${name} COMMAND ${name})
    if(NOT arg_TIMEOUT)
        set(arg_TIMEOUT 300) # for what hangs: a busy machine makes ten times as long of anything
    endif()
    # The same on every machine: no locale of the developer's, no colour wish of the terminal's.
    set_tests_properties(${name} PROPERTIES LABELS "${arg_LABELS}" TIMEOUT ${arg_TIMEOUT}
        ENVIRONMENT_MODIFICATION "LC_ALL=set:C.UTF-8;LANGUAGE=unset:;NO_COLOR=unset:")
endfunction()
