# The kernels are lessons in what gcc makes of them, and what is measured and told is of gcc. clang
# compiles the same sources, which keeps them honest C; with another compiler a rung would be something
# else, if it built.
if(CMAKE_C_COMPILER_ID STREQUAL "Clang")
    message(STATUS "clang: a loop may become another than the one its lesson tells of")
elseif(NOT CMAKE_C_COMPILER_ID STREQUAL "GNU")
    message(FATAL_ERROR "memwall is built with gcc, or with clang, and the C compiler here is "
        "${CMAKE_C_COMPILER_ID} (${CMAKE_C_COMPILER}). To take gcc: CC=gcc ./memwall, or CC=gcc cmake "
        "--fresh --preset release")
endif()
