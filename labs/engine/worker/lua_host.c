/* lua_host.c: opens the state, loads scripts and modules, turns errors into ours. */
#include "lua_host.h"

#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/character.h"
#include "model/file.h"

enum { MODULE_MAX = 64, SCRIPT_MAX_BYTES = 1 << 20 };

struct mw_lua {
    lua_State *L;
    size_t used, limit;
    bool exhausted;
    char scripts[4096];
};

/* Counts every byte; refuses growth beyond the limit, and remembers that it did. */
static void *allocate(void *context, void *block, size_t old_size, size_t new_size)
{
    mw_lua *lua = context;
    size_t before = block ? old_size : 0; /* without a block, old_size tells a type */
    if (new_size == 0) {
        free(block);
        lua->used -= before;
        return NULL;
    }
    if (new_size > before && new_size - before > lua->limit - lua->used) {
        lua->exhausted = true;
        return NULL;
    }
    void *grown = realloc(block, new_size);
    if (grown)
        lua->used = lua->used - before + new_size;
    return grown;
}

static mw_lua *host_of(lua_State *L)
{
    void *context;
    lua_getallocf(L, &context);
    return context;
}

/* A module is memwall, memwall.<word> or memwall.<folder>.<word>: nothing that could leave the
 * folder. */
static bool module_known(const char *name)
{
    const char *letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
    if (strncmp(name, "memwall", 7) != 0 || strlen(name) >= MODULE_MAX)
        return false;
    const char *rest = name + 7;
    for (int depth = 0; *rest; depth++) {
        size_t length = *rest == '.' ? strspn(rest + 1, letters) : 0;
        if (length == 0 || depth == 2)
            return false;
        rest += 1 + length;
    }
    return true;
}

/* Reads a script into a Lua string [-0, +1, e]. */
static void push_script(lua_State *L, const char *path)
{
    luaL_Buffer text;
    char *block;
    size_t total;
    mw_error error;
    if (mw_file_read(path, MW_FILE_FOUND, SCRIPT_MAX_BYTES, &block, &total, &error) != MW_OK) {
        luaL_error(L, "cannot read %s", path);
        return;
    }
    /* A buffer of Lua may raise; the block is bounded, so it is copied into Lua memory first. */
    char *room = lua_newuserdatauv(L, total + 1, 0);
    memcpy(room, block, total);
    free(block);
    luaL_buffinit(L, &text);
    luaL_addlstring(&text, room, total);
    luaL_pushresult(&text);
    lua_remove(L, -2);
}

static void load_module(lua_State *L, const char *name)
{
    char path[sizeof host_of(L)->scripts + MODULE_MAX + 16];
    char file[MODULE_MAX], chunk[MODULE_MAX + 16];
    snprintf(file, sizeof file, "%s", name);
    for (char *dot = strchr(file, '.'); dot; dot = strchr(dot, '.'))
        *dot = '/';
    snprintf(path, sizeof path, "%s/%s.lua", host_of(L)->scripts, file);
    snprintf(chunk, sizeof chunk, "@%s.lua", file);
    push_script(L, path);
    size_t size;
    const char *source = lua_tolstring(L, -1, &size);
    if (luaL_loadbufferx(L, source, size, chunk, "t") != LUA_OK)
        lua_error(L);
    lua_pushstring(L, name);
    lua_call(L, 1, 1);
    lua_remove(L, -2);
}

/* require(name): each module once; a module that requires itself in a circle is an error. */
static int host_require(lua_State *L)
{
    const char *name = luaL_checkstring(L, 1);
    lua_settop(L, 1);
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    if (lua_getfield(L, 2, name) != LUA_TNIL) {
        if (lua_isboolean(L, -1))
            luaL_error(L, "module '%s' requires itself", name);
        return 1;
    }
    lua_pop(L, 1);
    if (!module_known(name))
        luaL_error(L, "there is no module '%s': only \"memwall\" can be required", name);
    lua_pushboolean(L, 1);
    lua_setfield(L, 2, name);
    if (strcmp(name, "memwall.native") == 0)
        mw_lua_open_native(L);
    else
        load_module(L, name);
    lua_pushvalue(L, -1);
    lua_setfield(L, 2, name);
    return 1;
}

void mw_lua_require(lua_State *L, const char *module)
{
    lua_pushcfunction(L, host_require);
    lua_pushstring(L, module);
    lua_call(L, 1, 1);
}

static int open_state(lua_State *L)
{
    mw_lua_open_base(L);
    lua_newtable(L); /* forget what the standard openers registered: a lab cannot require them */
    lua_setfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_pushcfunction(L, host_require);
    lua_setglobal(L, "require");
    return 0;
}

/* Outside any protected call: cannot happen by way of this interface. */
static int panic(lua_State *L)
{
    (void)L;
    fputs("memwall-worker: a Lua error outside a protected call\n", stderr);
    return 0;
}

mw_status mw_lua_open(mw_lua **lua, const char *scripts, size_t memory_limit, mw_error *error)
{
    mw_lua *host = calloc(1, sizeof *host);
    if (!host)
        return mw_fail(error, MW_NO_MEMORY, "no memory for a Lua state");
    host->limit = memory_limit;
    snprintf(host->scripts, sizeof host->scripts, "%s", scripts);
#if LUA_VERSION_NUM >= 505
    host->L = lua_newstate(allocate, host, 0); /* a fixed seed: one lab, one way through it */
#else
    host->L = lua_newstate(allocate, host);
#endif
    if (!host->L) {
        free(host);
        return mw_fail(error, MW_NO_MEMORY, "no memory for a Lua state");
    }
    lua_atpanic(host->L, panic);
    mw_status status = mw_lua_protect(host, open_state, NULL, error);
    if (status != MW_OK) {
        mw_lua_close(host);
        return status;
    }
    *lua = host;
    return MW_OK;
}

void mw_lua_close(mw_lua *lua)
{
    if (!lua)
        return;
    lua_close(lua->L);
    free(lua);
}

/* The message handler: an error table passes, anything else gets its traceback logged. */
static int handle(lua_State *L)
{
    if (lua_type(L, 1) == LUA_TTABLE)
        return 1;
    const char *message = lua_tostring(L, 1);
    if (!message)
        message = lua_pushfstring(L, "an error of type %s", luaL_typename(L, 1));
    luaL_traceback(L, L, message, 1);
    size_t size;
    const char *text = lua_tolstring(L, -1, &size);
    char *clean = lua_newuserdatauv(L, 3 * size + 1, 0);
    mw_character_clean(text, size, MW_CHARACTER_REPLACEMENT, true, clean, 3 * size + 1);
    fprintf(stderr, "%s\n", clean);
    lua_pushstring(L, message);
    return 1;
}

static mw_status status_named(const char *name)
{
    for (mw_status status = MW_INVALID; status <= MW_INTERNAL; status++)
        if (name && strcmp(name, mw_status_name(status)) == 0)
            return status;
    return MW_INTERNAL;
}

/* Turns the error value on top of the stack into an mw_error and pops it. */
static mw_status explain(mw_lua *lua, int outcome, mw_error *error)
{
    lua_State *L = lua->L;
    mw_status status = MW_INTERNAL;
    char message[sizeof error->message];
    char clean[3 * sizeof message + 1];
    snprintf(message, sizeof message, "an error without a message");
    if (outcome == LUA_ERRMEM || lua->exhausted) {
        status = MW_NO_MEMORY;
        snprintf(message, sizeof message,
                 "lab.lua: the lab needs more than its %zu MiB of Lua memory (an endless table, "
                 "string or recursion?)",
                 lua->limit >> 20);
    } else if (lua_type(L, -1) == LUA_TTABLE) {
        lua_pushliteral(L, "status");
        lua_rawget(L, -2);
        status = status_named(lua_tostring(L, -1));
        lua_pop(L, 1);
        lua_pushliteral(L, "message");
        if (lua_rawget(L, -2) == LUA_TSTRING)
            snprintf(message, sizeof message, "%s", lua_tostring(L, -1));
        lua_pop(L, 1);
    } else if (lua_type(L, -1) == LUA_TSTRING) {
        snprintf(message, sizeof message, "%s", lua_tostring(L, -1));
    }
    lua_pop(L, 1);
    mw_character_clean(message, strlen(message), MW_CHARACTER_REPLACEMENT, true, clean,
                       sizeof clean);
    return mw_fail(error, status, "%s", clean);
}

mw_status mw_lua_protect(mw_lua *lua, lua_CFunction function, void *context, mw_error *error)
{
    lua_State *L = lua->L;
    int top = lua_gettop(L);
    if (!lua->exhausted) {
        lua_pushcfunction(L, handle);
        lua_pushcfunction(L, function);
        lua_pushlightuserdata(L, context);
        int outcome = lua_pcall(L, 1, 0, top + 1);
        if (outcome == LUA_OK && !lua->exhausted) {
            lua_settop(L, top);
            return MW_OK;
        }
        if (outcome == LUA_OK)
            lua_pushnil(L);
        mw_status status = explain(lua, outcome, error);
        lua_settop(L, top);
        return status;
    }
    lua_pushnil(L);
    return explain(lua, LUA_ERRMEM, error);
}
