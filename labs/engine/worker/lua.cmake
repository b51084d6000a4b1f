# mw_lab: a lab inside the worker, without kernels, so that tests can hold one too.
pkg_check_modules(LUA REQUIRED IMPORTED_TARGET GLOBAL lua5.4)
pkg_check_modules(JANSSON REQUIRED IMPORTED_TARGET GLOBAL jansson)

add_library(mw_lab STATIC
    worker/lab.c
    worker/lua_base.c
    worker/lua_host.c
    worker/lua_json.c
    worker/lua_machine.c
    worker/lua_native.c)
target_include_directories(mw_lab PUBLIC "${PROJECT_SOURCE_DIR}")
target_link_libraries(mw_lab PUBLIC mw_model mw_wire PkgConfig::LUA PkgConfig::JANSSON PRIVATE mw_options)
