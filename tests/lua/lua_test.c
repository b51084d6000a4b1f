/*
 * mw-lua-test SOURCE_DIR FILE [ARGUMENT …]: runs one Lua test file inside the host that labs run
 * in.
 *
 * The file sees the authoring library by `require` and one global more, `test`: read(path) gives a
 * file of the source tree, compile(source, name) what is wrong with Lua source or nil,
 * case(name, function) runs a case, memwall(argument, …) what the program prints as JSON, arguments
 * is the rest of the command line, long is true where checks may take minutes (MEMWALL_LONG), and
 * the checks raise.
 */
#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "labs/engine/worker/lua_host.h"
#include "tests/harness/program.h"

static const char *source_dir;
static int passed, failed;

/* A whole file, or NULL [-0, +1, -]. */
static int push_file(lua_State *L, const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return 0;
    char *text = malloc(1 << 20);
    size_t size = text ? fread(text, 1, 1 << 20, file) : 0;
    fclose(file);
    lua_pushlstring(L, text ? text : "", size);
    free(text);
    return 1;
}

static int test_read(lua_State *L)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", source_dir, luaL_checkstring(L, 1));
    if (!push_file(L, path))
        return luaL_error(L, "cannot read %s", path);
    return 1;
}

/* Any value as JSON text with sorted keys: what the wire would carry. */
static int test_json(lua_State *L)
{
    json_t *json = mw_lua_to_json(L, 1);
    char *text = json_dumps(json, JSON_SORT_KEYS | JSON_COMPACT | JSON_ENCODE_ANY);
    json_decref(json);
    lua_pushstring(L, text ? text : "");
    free(text);
    return 1;
}

static int test_parse_json(lua_State *L)
{
    json_error_t where;
    json_t *json = json_loads(luaL_checkstring(L, 1), JSON_DECODE_ANY, &where);
    if (!json)
        return luaL_error(L, "%s", where.text);
    mw_lua_push_json(L, json);
    json_decref(json);
    return 1;
}

/* write(path, text): dumps asked for on the command line land outside the tree. */
static int test_write(lua_State *L)
{
    const char *folder = getenv("MEMWALL_VIEWS");
    char path[4096];
    if (!folder)
        return 0;
    snprintf(path, sizeof path, "%s/%s", folder, luaL_checkstring(L, 1));
    FILE *file = fopen(path, "wb");
    if (file) {
        fputs(luaL_checkstring(L, 2), file);
        fclose(file);
    }
    return 0;
}

/* include(name): runs a file of tests/lua and gives what it returns. */
static int test_include(lua_State *L)
{
    char path[4096], chunk[256];
    const char *name = luaL_checkstring(L, 1);
    snprintf(path, sizeof path, "%s/tests/lua/%s", source_dir, name);
    snprintf(chunk, sizeof chunk, "@%s", name);
    if (!push_file(L, path))
        return luaL_error(L, "cannot read %s", path);
    size_t size;
    const char *source = lua_tolstring(L, -1, &size);
    if (luaL_loadbufferx(L, source, size, chunk, "t") != LUA_OK)
        return lua_error(L);
    lua_call(L, 0, 1);
    return 1;
}

static int test_compile(lua_State *L)
{
    size_t size;
    const char *source = luaL_checklstring(L, 1, &size);
    lua_pushfstring(L, "@%s", luaL_checkstring(L, 2));
    if (luaL_loadbufferx(L, source, size, lua_tostring(L, -1), "t") == LUA_OK)
        lua_pushnil(L);
    return 1;
}

/* memwall(argument, …): runs the program that MEMWALL names and gives its standard output parsed as
 * JSON; what it says when it fails is raised. */
static int test_memwall(lua_State *L)
{
    char *arguments[32] = {getenv("MEMWALL")};
    int count = lua_gettop(L);
    if (!arguments[0])
        return luaL_error(L, "MEMWALL does not name the program");
    if (count > (int)(sizeof arguments / sizeof *arguments) - 2)
        return luaL_error(L, "too many arguments");
    for (int i = 1; i <= count; i++)
        arguments[i] = (char *)luaL_checkstring(L, i);
    outcome result = program_run_list("", arguments);
    json_t *json = result.code == 0 ? json_loads(result.out, JSON_DECODE_ANY, NULL) : NULL;
    if (json)
        mw_lua_push_json(L, json);
    else
        lua_pushfstring(L, "%s %s: code %d, signal %d: %s", arguments[0], count ? arguments[1] : "",
                        result.code, result.signal, result.err);
    bool failed_here = !json;
    json_decref(json);
    program_free(&result);
    return failed_here ? lua_error(L) : 1;
}

static int message_of(lua_State *L)
{
    if (lua_type(L, 1) == LUA_TTABLE)
        lua_getfield(L, 1, "message");
    else
        lua_pushvalue(L, 1);
    luaL_traceback(L, L, luaL_tolstring(L, -1, NULL), 1);
    return 1;
}

static int test_case(lua_State *L)
{
    const char *name = luaL_checkstring(L, 1);
    luaL_checktype(L, 2, LUA_TFUNCTION);
    lua_settop(L, 2);
    lua_pushcfunction(L, message_of);
    lua_insert(L, 2);
    if (lua_pcall(L, 0, 0, 2) == LUA_OK) {
        passed++;
        printf("ok   %s\n", name);
    } else {
        failed++;
        printf("FAIL %s\n     %s\n", name, lua_tostring(L, -1));
    }
    return 0;
}

static int run(lua_State *L)
{
    char **arguments = lua_touserdata(L, 1);
    const char *path = *arguments++;
    static const luaL_Reg functions[] = {{"read", test_read},
                                         {"json", test_json},
                                         {"write", test_write},
                                         {"parse_json", test_parse_json},
                                         {"case", test_case},
                                         {"include", test_include},
                                         {"compile", test_compile},
                                         {"memwall", test_memwall},
                                         {NULL, NULL}};
    luaL_newlib(L, functions);
    lua_pushboolean(L, getenv("MEMWALL_LONG") != NULL);
    lua_setfield(L, -2, "long");
    lua_newtable(L);
    for (int i = 0; arguments[i]; i++) {
        lua_pushstring(L, arguments[i]);
        lua_rawseti(L, -2, i + 1);
    }
    lua_setfield(L, -2, "arguments");
    lua_setglobal(L, "test");
    if (!push_file(L, path))
        return luaL_error(L, "cannot read %s", path);
    size_t size;
    const char *source = lua_tolstring(L, -1, &size);
    const char *leaf = strrchr(path, '/');
    lua_pushfstring(L, "@%s", leaf ? leaf + 1 : path);
    if (luaL_loadbufferx(L, source, size, lua_tostring(L, -1), "t") != LUA_OK)
        return lua_error(L);
    lua_call(L, 0, 0);
    return 0;
}

int main(int argc, char **argv)
{
    char scripts[4096];
    mw_lua *lua = NULL;
    mw_error error = {0};
    if (argc < 3) {
        fprintf(stderr, "usage: mw-lua-test SOURCE_DIR FILE [ARGUMENT ...]\n");
        return 2;
    }
    source_dir = argv[1];
    snprintf(scripts, sizeof scripts, "%s/scripts-lua", source_dir);
    program_home(); /* what the program keeps and remembers stays out of the developer's home */
    if (mw_lua_open(&lua, scripts, 64 << 20, &error) != MW_OK ||
        mw_lua_protect(lua, run, argv + 2, &error) != MW_OK) {
        printf("FAIL %s\n", error.message);
        failed++;
    }
    mw_lua_close(lua);
    program_home_remove();
    printf("%d passed, %d failed\n", passed, failed);
    return failed > 0 || passed == 0;
}
