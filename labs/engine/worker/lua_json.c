/* lua_json.c: JSON to Lua and back. */
#include <lauxlib.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lua_host.h"
#include "model/character.h"

enum { DEPTH_MAX = 40, PATH_MAX_BYTES = 160 };

static const char array_key[] = "memwall.array";

void mw_lua_mark_array(lua_State *L, int index)
{
    index = lua_absindex(L, index);
    if (luaL_newmetatable(L, array_key)) {
        lua_pushliteral(L, "array");
        lua_setfield(L, -2, "__metatable");
    }
    lua_setmetatable(L, index);
}

static void push_json(lua_State *L, const json_t *json, int depth)
{
    if (depth > DEPTH_MAX)
        luaL_error(L, "JSON is nested deeper than %d", DEPTH_MAX);
    luaL_checkstack(L, 6, "JSON");
    switch (json_typeof(json)) {
    case JSON_OBJECT: {
        const char *key;
        json_t *value;
        lua_createtable(L, 0, (int)json_object_size(json));
        json_object_foreach((json_t *)json, key, value)
        {
            if (json_is_null(value))
                continue;
            lua_pushstring(L, key);
            push_json(L, value, depth + 1);
            lua_rawset(L, -3);
        }
        break;
    }
    case JSON_ARRAY: {
        size_t count = json_array_size(json);
        lua_createtable(L, (int)count, 0);
        for (size_t i = 0; i < count; i++) {
            push_json(L, json_array_get(json, i), depth + 1);
            lua_rawseti(L, -2, (lua_Integer)i + 1);
        }
        mw_lua_mark_array(L, -1);
        break;
    }
    case JSON_STRING:
        lua_pushlstring(L, json_string_value(json), json_string_length(json));
        break;
    case JSON_INTEGER:
        lua_pushinteger(L, (lua_Integer)json_integer_value(json));
        break;
    case JSON_REAL:
        lua_pushnumber(L, json_real_value(json));
        break;
    case JSON_TRUE:
        lua_pushboolean(L, 1);
        break;
    case JSON_FALSE:
    case JSON_NULL: /* in an array: holes would lose their place */
        lua_pushboolean(L, 0);
        break;
    }
}

void mw_lua_push_json(lua_State *L, const json_t *json)
{
    push_json(L, json, 0);
}

/* Where a conversion is, for its error; nothing here raises, so that no JSON leaks. */
typedef struct path {
    char text[PATH_MAX_BYTES];
    char problem[64];
} path;

static json_t *to_json(lua_State *L, int index, int depth, path *at);

static json_t *fail(path *at, const char *problem)
{
    snprintf(at->problem, sizeof at->problem, "%s", problem);
    return NULL;
}

static json_t *string_to_json(lua_State *L, int index, path *at)
{
    size_t size;
    const char *text = lua_tolstring(L, index, &size);
    char *clean = malloc(3 * size + 1);
    if (!clean)
        return fail(at, "no memory");
    size_t length =
        mw_character_clean(text, size, MW_CHARACTER_REPLACEMENT, true, clean, 3 * size + 1);
    json_t *json = json_stringn(clean, length);
    free(clean);
    return json ? json : fail(at, "no memory");
}

/* True for a marked array, and for a non-empty table whose keys are exactly 1 … n. */
static bool is_array(lua_State *L, int index, size_t *count)
{
    *count = (size_t)lua_rawlen(L, index);
    if (lua_getmetatable(L, index)) {
        luaL_getmetatable(L, array_key);
        bool marked = lua_rawequal(L, -1, -2);
        lua_pop(L, 2);
        if (marked)
            return true;
    }
    if (*count == 0)
        return false;
    size_t members = 0;
    lua_pushnil(L);
    while (lua_next(L, index)) {
        lua_pop(L, 1);
        members++;
    }
    return members == *count;
}

static json_t *array_to_json(lua_State *L, int index, size_t count, int depth, path *at)
{
    json_t *json = json_array();
    size_t length = strlen(at->text);
    for (size_t i = 1; json && i <= count; i++) {
        snprintf(at->text + length, sizeof at->text - length, "[%zu]", i);
        lua_rawgeti(L, index, (lua_Integer)i);
        json_t *value = to_json(L, lua_gettop(L), depth + 1, at);
        lua_pop(L, 1);
        if (!value || json_array_append_new(json, value)) {
            json_decref(json);
            return NULL;
        }
        at->text[length] = '\0';
    }
    return json;
}

static json_t *object_to_json(lua_State *L, int index, int depth, path *at)
{
    json_t *json = json_object();
    size_t length = strlen(at->text);
    lua_pushnil(L);
    while (json && lua_next(L, index)) {
        if (lua_type(L, -2) != LUA_TSTRING) {
            fail(at, "a key is not a string");
            lua_pop(L, 2);
            json_decref(json);
            return NULL;
        }
        const char *key = lua_tostring(L, -2);
        snprintf(at->text + length, sizeof at->text - length, "%s%s", length ? "." : "", key);
        json_t *value = to_json(L, lua_gettop(L), depth + 1, at);
        if (!value || json_object_set_new(json, key, value)) {
            if (value)
                fail(at, "the key is not text");
            lua_pop(L, 2);
            json_decref(json);
            return NULL;
        }
        at->text[length] = '\0';
        lua_pop(L, 1);
    }
    return json;
}

static json_t *to_json(lua_State *L, int index, int depth, path *at)
{
    if (depth > DEPTH_MAX)
        return fail(at, "is nested too deeply");
    if (!lua_checkstack(L, 8))
        return fail(at, "no memory");
    switch (lua_type(L, index)) {
    case LUA_TNIL:
        return json_null();
    case LUA_TBOOLEAN:
        return json_boolean(lua_toboolean(L, index));
    case LUA_TNUMBER: {
        if (lua_isinteger(L, index))
            return json_integer(lua_tointeger(L, index));
        double value = lua_tonumber(L, index);
        return isfinite(value) ? json_real(value) : fail(at, "is not a finite number");
    }
    case LUA_TSTRING:
        return string_to_json(L, index, at);
    case LUA_TTABLE: {
        size_t count;
        return is_array(L, index, &count) ? array_to_json(L, index, count, depth, at)
                                          : object_to_json(L, index, depth, at);
    }
    default:
        return fail(at, "is not data");
    }
}

json_t *mw_lua_to_json(lua_State *L, int index)
{
    path at = {"", ""};
    json_t *json = to_json(L, lua_absindex(L, index), 0, &at);
    if (!json)
        luaL_error(L, "JSON: '%s': %s", at.text, at.problem);
    return json;
}
