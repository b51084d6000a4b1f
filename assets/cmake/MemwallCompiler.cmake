# The kernels are lessons in what one compiler makes of them. They are written in gcc's vectors, and
# its flags keep a loop a loop: with another compiler a rung would be something else, if it built.
if(NOT CMAKE_C_COMPILER_ID STREQUAL "GNU")
    message(FATAL_ERROR "memwall is built with gcc, and the C compiler here is ${CMAKE_C_COMPILER_ID} "
        "(${CMAKE_C_COMPILER}). To take gcc: CC=gcc ./memwall, or CC=gcc cmake --fresh --preset release")
endif()
