/*
 * mw-lua-test SOURCE_DIR FILE: runs one Lua test file inside the host that labs run in.
 *
 * The file sees the authoring library by `require` and one global more, `test`: read(path) gives a
 * file of the source tree, case(name, function) runs a case, and the checks raise.
 */
#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "labs/engine/worker/lua_host.h"

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
    const char *path = lua_touserdata(L, 1);
    static const luaL_Reg functions[] = {{"read", test_read},   {"json", test_json},
                                         {"write", test_write}, {"parse_json", test_parse_json},
                                         {"case", test_case},   {"include", test_include},
                                         {NULL, NULL}};
    luaL_newlib(L, functions);
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
    if (argc != 3) {
        fprintf(stderr, "usage: mw-lua-test SOURCE_DIR FILE\n");
        return 2;
    }
    source_dir = argv[1];
    snprintf(scripts, sizeof scripts, "%s/scripts-lua", source_dir);
    if (mw_lua_open(&lua, scripts, 64 << 20, &error) != MW_OK ||
        mw_lua_protect(lua, run, argv[2], &error) != MW_OK) {
        printf("FAIL %s\n", error.message);
        failed++;
    }
    mw_lua_close(lua);
    printf("%d passed, %d failed\n", passed, failed);
    return failed > 0 || passed == 0;
}
