/*
 * lua_base.c: the globals a lab may use, with whatever would make two runs differ taken out.
 *
 * Left out: os, io, debug, package, coroutine, load, loadstring, loadfile, dofile, collectgarbage,
 * next (its order is not repeatable), string.dump, math.random.
 */
#include <lauxlib.h>
#include <lualib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lua_host.h"
#include "model/character.h"

/* One key of a table on its way to being sorted. */
typedef struct sort_key {
    int type;
    bool integer;
    lua_Integer i;
    lua_Number n;
    const char *text;
    size_t size;
    lua_Integer slot; /* where the key itself waits, in the table of keys */
} sort_key;

static int compare_numbers(const sort_key *a, const sort_key *b)
{
    if (a->integer && b->integer)
        return (a->i > b->i) - (a->i < b->i);
    lua_Number x = a->integer ? (lua_Number)a->i : a->n;
    lua_Number y = b->integer ? (lua_Number)b->i : b->n;
    return (x > y) - (x < y);
}

static int compare_keys(const void *left, const void *right)
{
    const sort_key *a = left, *b = right;
    int rank_a = a->type == LUA_TNUMBER ? 0 : a->type == LUA_TSTRING ? 1 : 2;
    int rank_b = b->type == LUA_TNUMBER ? 0 : b->type == LUA_TSTRING ? 1 : 2;
    if (rank_a != rank_b)
        return rank_a - rank_b;
    if (rank_a == 0)
        return compare_numbers(a, b);
    if (rank_a == 2) /* false before true */
        return (a->i > b->i) - (a->i < b->i);
    size_t shorter = a->size < b->size ? a->size : b->size;
    int order = memcmp(a->text, b->text, shorter);
    return order ? order : (a->size > b->size) - (a->size < b->size);
}

/* The iterator of pairs: upvalues are the table, its sorted keys and the position [-0, +2, e]. */
static int next_sorted(lua_State *L)
{
    lua_Integer position = lua_tointeger(L, lua_upvalueindex(3));
    for (;;) {
        lua_settop(L, 0);
        position++;
        lua_pushinteger(L, position);
        lua_replace(L, lua_upvalueindex(3));
        if (lua_rawgeti(L, lua_upvalueindex(2), position) == LUA_TNIL)
            return 1;
        lua_pushvalue(L, 1);
        if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL)
            return 2;
    }
}

/* Collects the keys of the table at 1 into a new table (left on the stack) and `keys`. */
static void collect_keys(lua_State *L, sort_key *keys)
{
    lua_newtable(L);
    int list = lua_gettop(L);
    lua_Integer count = 0;
    lua_pushnil(L);
    while (lua_next(L, 1)) {
        lua_pop(L, 1);
        sort_key *key = &keys[count];
        *key = (sort_key){.type = lua_type(L, -1), .slot = ++count};
        switch (key->type) {
        case LUA_TNUMBER:
            key->integer = lua_isinteger(L, -1);
            key->i = key->integer ? lua_tointeger(L, -1) : 0;
            key->n = lua_tonumber(L, -1);
            break;
        case LUA_TSTRING:
            key->text = lua_tolstring(L, -1, &key->size);
            break;
        case LUA_TBOOLEAN:
            key->i = lua_toboolean(L, -1);
            break;
        default:
            luaL_error(L, "pairs: a key of type %s has no repeatable order",
                       lua_typename(L, key->type));
        }
        lua_pushvalue(L, -1);
        lua_rawseti(L, list, count);
    }
}

/* pairs(t): numbers ascending, then strings by their bytes, then booleans; __pairs is respected. */
static int base_pairs(lua_State *L)
{
    luaL_checkany(L, 1);
    if (luaL_getmetafield(L, 1, "__pairs") != LUA_TNIL) {
        lua_pushvalue(L, 1);
        lua_call(L, 1, 3);
        return 3;
    }
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    size_t count = 0;
    lua_pushnil(L);
    while (lua_next(L, 1)) {
        lua_pop(L, 1);
        count++;
    }
    sort_key *keys = lua_newuserdatauv(L, (count + 1) * sizeof *keys, 0);
    collect_keys(L, keys);
    qsort(keys, count, sizeof *keys, compare_keys);
    lua_pushvalue(L, 1);
    lua_createtable(L, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
        lua_rawgeti(L, 3, keys[i].slot);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_pushinteger(L, 0);
    lua_pushcclosure(L, next_sorted, 3);
    lua_pushvalue(L, 1);
    return 2;
}

/* Replaces the value at `index` by its type's name when printing it would show an address. */
static void hide_address(lua_State *L, int index)
{
    int type = lua_type(L, index);
    if (type != LUA_TTABLE && type != LUA_TFUNCTION && type != LUA_TUSERDATA &&
        type != LUA_TLIGHTUSERDATA && type != LUA_TTHREAD)
        return;
    if (luaL_getmetafield(L, index, "__tostring") != LUA_TNIL) {
        lua_pop(L, 1);
        return;
    }
    lua_pushstring(L, lua_typename(L, type));
    lua_replace(L, index);
}

static int base_tostring(lua_State *L)
{
    luaL_checkany(L, 1);
    hide_address(L, 1);
    luaL_tolstring(L, 1, NULL);
    return 1;
}

/* string.format without %p and without addresses in %s; upvalue 1 is the original. */
static int base_format(lua_State *L)
{
    const char *format = luaL_checkstring(L, 1);
    for (const char *p = strchr(format, '%'); p; p = strchr(p, '%')) {
        p += 1 + strspn(p + 1, "-+ #0123456789.");
        if (*p == 'p')
            luaL_error(L, "string.format: '%%p' would show an address");
        if (*p)
            p++;
    }
    int count = lua_gettop(L);
    for (int i = 2; i <= count; i++)
        hide_address(L, i);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, count, 1);
    return 1;
}

/* print(...) writes one harmless line to the log. */
static int base_print(lua_State *L)
{
    int count = lua_gettop(L);
    luaL_Buffer line;
    luaL_buffinit(L, &line);
    for (int i = 1; i <= count; i++) {
        if (i > 1)
            luaL_addchar(&line, ' ');
        lua_pushcfunction(L, base_tostring);
        lua_pushvalue(L, i);
        lua_call(L, 1, 1);
        luaL_addvalue(&line);
    }
    luaL_pushresult(&line);
    size_t size;
    const char *text = lua_tolstring(L, -1, &size);
    char *clean = lua_newuserdatauv(L, 3 * size + 1, 0);
    mw_character_clean(text, size, MW_CHARACTER_REPLACEMENT, true, clean, 3 * size + 1);
    fprintf(stderr, "%s\n", clean);
    return 0;
}

static int no_random(lua_State *L)
{
    return luaL_error(L, "math.random is not here, because a lab must give the same numbers again: "
                         "use mw.random(seed)");
}

/* setmetatable without __gc: no code of a lab runs outside a call. Upvalue 1 is the original. */
static int base_setmetatable(lua_State *L)
{
    if (lua_type(L, 2) == LUA_TTABLE) {
        lua_pushliteral(L, "__gc");
        if (lua_rawget(L, 2) != LUA_TNIL)
            luaL_error(L, "setmetatable: __gc is not allowed");
        lua_pop(L, 1);
    }
    lua_settop(L, 2);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, 2, 1);
    return 1;
}

static void wrap(lua_State *L, int table, const char *name, lua_CFunction function)
{
    lua_getfield(L, table, name);
    lua_pushcclosure(L, function, 1);
    lua_setfield(L, table, name);
}

static void forget(lua_State *L, int table, const char *name)
{
    lua_pushnil(L);
    lua_setfield(L, table, name);
}

void mw_lua_open_base(lua_State *L)
{
    static const char *const allowed[] = {
        "_VERSION", "assert", "error",  "getmetatable", "ipairs",      "pcall", "rawequal",
        "rawget",   "rawlen", "rawset", "select",       "tonumber",    "type",  "xpcall",
        "string",   "table",  "math",   "utf8",         "setmetatable"};
    luaL_requiref(L, "_G", luaopen_base, 0);
    luaL_requiref(L, "string", luaopen_string, 1);
    luaL_requiref(L, "table", luaopen_table, 1);
    luaL_requiref(L, "math", luaopen_math, 1);
    luaL_requiref(L, "utf8", luaopen_utf8, 1);
    lua_settop(L, 0);

    lua_newtable(L);
    for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++) {
        lua_getglobal(L, allowed[i]);
        lua_setfield(L, 1, allowed[i]);
    }
    lua_pushvalue(L, 1);
    lua_setfield(L, 1, "_G");
    wrap(L, 1, "setmetatable", base_setmetatable);
    lua_pushcfunction(L, base_pairs);
    lua_setfield(L, 1, "pairs");
    lua_pushcfunction(L, base_tostring);
    lua_setfield(L, 1, "tostring");
    lua_pushcfunction(L, base_print);
    lua_setfield(L, 1, "print");

    lua_getfield(L, 1, "string");
    wrap(L, 2, "format", base_format);
    forget(L, 2, "dump");
    lua_settop(L, 1);
    lua_getfield(L, 1, "math");
    lua_pushcfunction(L, no_random);
    lua_setfield(L, 2, "random");
    forget(L, 2, "randomseed");
    lua_settop(L, 1);

    /* "".rep and its like still work; the table behind them is out of reach. */
    lua_pushliteral(L, "");
    lua_getmetatable(L, -1);
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_settop(L, 1);

    lua_rawseti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
}
