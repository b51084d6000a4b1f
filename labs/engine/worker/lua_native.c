/* lua_native.c: the module memwall.native, which only the authoring library can require. */
#include <lauxlib.h>
#include <math.h>
#include <stdint.h>

#include "labs/engine/wire/wire.h"
#include "lua_host.h"
#include "lua_machine.h"
#include "model/character.h"
#include "model/knee.h"
#include "model/nearest.h"
#include "model/quantity.h"

/* format(value, unit [, digits]) -> text: "256 MiB", "15.8 GB/s". */
static int native_format(lua_State *L)
{
    double value = luaL_checknumber(L, 1);
    const char *name = luaL_checkstring(L, 2);
    lua_Integer digits = luaL_optinteger(L, 3, 3);
    mw_unit unit;
    luaL_argcheck(L, mw_unit_parse(name, &unit), 2, "not a unit");
    luaL_argcheck(L, digits >= 1 && digits <= 15, 3, "1 to 15 digits");
    char text[96];
    mw_value_format(value, unit, (int)digits, text, sizeof text);
    lua_pushstring(L, text);
    return 1;
}

/* load(source, name, environment) -> function, or nil and the message. Text chunks only. */
static int native_load(lua_State *L)
{
    size_t size;
    const char *source = luaL_checklstring(L, 1, &size);
    const char *name = luaL_checkstring(L, 2);
    luaL_checktype(L, 3, LUA_TTABLE);
    lua_pushfstring(L, "@%s", name);
    if (luaL_loadbufferx(L, source, size, lua_tostring(L, -1), "t") != LUA_OK) {
        lua_pushnil(L);
        lua_insert(L, -2);
        return 2;
    }
    lua_pushvalue(L, 3);
    lua_setupvalue(L, -2, 1); /* _ENV is the first upvalue of a chunk */
    return 1;
}

/* where(level) -> file, line of the function `level` calls up (1: the caller), or nil. */
static int native_where(lua_State *L)
{
    lua_Debug record;
    int level = (int)luaL_checkinteger(L, 1);
    if (!lua_getstack(L, level, &record) || !lua_getinfo(L, "Sl", &record) ||
        record.currentline < 0)
        return 0;
    lua_pushstring(L, record.short_src);
    lua_pushinteger(L, record.currentline);
    return 2;
}

/* array(t) -> t, which becomes a JSON array even when it is empty. */
static int native_array(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    mw_lua_mark_array(L, 1);
    lua_settop(L, 1);
    return 1;
}

/* hash(text) -> the 64-bit FNV-1a hash as an integer: seeds and digests, the same everywhere. */
static int native_hash(lua_State *L)
{
    size_t size;
    const char *text = luaL_checklstring(L, 1, &size);
    uint64_t hash = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ (unsigned char)text[i]) * UINT64_C(1099511628211);
    lua_pushinteger(L, (lua_Integer)hash);
    return 1;
}

/* harmful(text) -> line, code of the first byte that must not reach a terminal, or nil. */
static int native_harmful(lua_State *L)
{
    size_t size;
    const char *text = luaL_checklstring(L, 1, &size);
    size_t at = mw_character_check(text, size);
    if (at == size)
        return 0;
    lua_Integer line = 1;
    for (size_t i = 0; i < at; i++)
        line += text[i] == '\n';
    lua_pushinteger(L, line);
    lua_pushinteger(L, (unsigned char)text[at]);
    return 2;
}

/* A number of the table on top of the stack; NAN where there is none [-0, +0, -]. */
static double field_of(lua_State *L, const char *name)
{
    lua_getfield(L, -1, name);
    double value = lua_isnumber(L, -1) ? lua_tonumber(L, -1) : NAN;
    lua_pop(L, 1);
    return value;
}

/* A reason as it stands on the wire [-0, +1, m]. */
static void push_reason(lua_State *L, const mw_reason *reason)
{
    int count = (int)mw_reason_figures(reason->id);
    lua_createtable(L, 0, 2);
    lua_pushstring(L, mw_reason_name(reason->id));
    lua_setfield(L, -2, "id");
    lua_createtable(L, count, 0);
    for (int i = 0; i < count; i++) {
        if (mw_reason_has_number(reason->id, (size_t)i))
            lua_pushnumber(L, reason->number[i]);
        else
            lua_pushstring(L, reason->word[i]);
        lua_seti(L, -2, i + 1);
    }
    mw_lua_mark_array(L, -1);
    lua_setfield(L, -2, "figures");
}

/* What stands at `index`: a reason, or a text [-0, +0, e]. */
static mw_reason reason_at(lua_State *L, int index)
{
    json_t *json = mw_lua_to_json(L, index);
    mw_reason reason = mw_reason_from_json(json);
    json_decref(json);
    return reason;
}

/* reason(id, …) -> a reason with those figures, as it stands on the wire; a row that reason.def
 * does not have, or other figures than its own, is an error. */
static int native_reason(lua_State *L)
{
    mw_reason_figure figures[MW_REASON_FIGURES] = {{.number = 0}};
    mw_reason_id id = mw_reason_parse(luaL_checkstring(L, 1));
    luaL_argcheck(L, id != MW_REASON_NONE && id != MW_REASON_TOLD, 1,
                  "no row of reason.def has this id");
    int count = (int)mw_reason_figures(id);
    luaL_argcheck(L, lua_gettop(L) == count + 1, count + 1, "a figure too few, or too many");
    for (int i = 0; i < count; i++) {
        if (mw_reason_has_number(id, (size_t)i))
            figures[i].number = luaL_checknumber(L, i + 2);
        else
            figures[i].word = luaL_checkstring(L, i + 2);
    }
    mw_reason reason = mw_reason_of(id, figures);
    push_reason(L, &reason);
    return 1;
}

/* english(reason) -> its sentence, for authors; a text is a sentence already. */
/* distance(a, b): mw_edit_distance. */
static int native_distance(lua_State *L)
{
    lua_pushinteger(L, mw_edit_distance(luaL_checkstring(L, 1), luaL_checkstring(L, 2)));
    return 1;
}

static int native_english(lua_State *L)
{
    char text[MW_REASON_TEXT];
    mw_reason reason = reason_at(L, 1);
    lua_pushstring(L, mw_reason_english(&reason, text));
    return 1;
}

/* place(reason) -> what stands for it inside a text of a view, until a front end says it in the
 * reader's language; a text stands for itself. */
static int native_place(lua_State *L)
{
    char text[MW_REASON_PLACE];
    mw_reason reason = reason_at(L, 1);
    lua_pushstring(L, mw_reason_place(&reason, text));
    return 1;
}

/* knee({ { x, ratio, low, high }, … }) -> value, low, high; or nil and why there is none. */
static int native_knee(lua_State *L)
{
    enum { POINTS = 64 }; /* a swept list has no more */
    mw_knee_point points[POINTS];
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_Integer count = luaL_len(L, 1);
    luaL_argcheck(L, count <= POINTS, 1, "too many samples");
    for (lua_Integer i = 0; i < count; i++) {
        lua_geti(L, 1, i + 1);
        luaL_argcheck(L, lua_istable(L, -1), 1, "a sample is no table");
        points[i] = (mw_knee_point){field_of(L, "x"), field_of(L, "ratio"), field_of(L, "low"),
                                    field_of(L, "high")};
        lua_pop(L, 1);
    }
    mw_knee knee = mw_knee_find(points, (size_t)count);
    if (mw_reason_is(&knee.absent)) {
        lua_pushnil(L);
        push_reason(L, &knee.absent);
        return 2;
    }
    lua_pushnumber(L, knee.value);
    lua_pushnumber(L, knee.low);
    lua_pushnumber(L, knee.high);
    return 3;
}

/* model/quantity.def as a list of { id, unit, kind, of_run, in_counters, live, member, power };
 * member is nil where a measurement does not have it [-0, +1, m]. */
static void push_quantities(lua_State *L)
{
    lua_createtable(L, MW_QUANTITIES, 0);
    for (int i = 0; i < MW_QUANTITIES; i++) {
        const mw_quantity_row *row = mw_quantity_of((mw_quantity)i);
        lua_createtable(L, 0, 8);
        lua_pushstring(L, row->name);
        lua_setfield(L, -2, "id");
        lua_pushstring(L, mw_unit_name(row->unit));
        lua_setfield(L, -2, "unit");
        lua_pushstring(L, mw_kind_name(row->kind));
        lua_setfield(L, -2, "kind");
        lua_pushboolean(L, row->place == MW_OF_RUN);
        lua_setfield(L, -2, "of_run");
        lua_pushboolean(L, row->place == MW_OF_RUN || row->place == MW_OF_COUNTERS);
        lua_setfield(L, -2, "in_counters");
        lua_pushboolean(L, row->live != 0);
        lua_setfield(L, -2, "live");
        lua_pushstring(L, row->member); /* NULL is nil */
        lua_setfield(L, -2, "member");
        lua_pushinteger(L, row->power);
        lua_setfield(L, -2, "power");
        lua_rawseti(L, -2, i + 1);
    }
}

/* model/units.def as a list of { name, bases = { [base] = exponent }, large, binary, small: what
 * may be typed before it, spellings } [-0, +1, m]. */
static void push_units(lua_State *L)
{
    lua_createtable(L, MW_UNITS, 0);
    for (int i = 0; i < MW_UNITS; i++) {
        const mw_unit_row *row = mw_unit_of((mw_unit)i);
        lua_createtable(L, 0, 6);
        lua_pushstring(L, row->name);
        lua_setfield(L, -2, "name");
        lua_pushstring(L, row->spellings);
        lua_setfield(L, -2, "spellings");
        lua_pushboolean(L, (row->reads & MW_PREFIX_LARGE) != 0);
        lua_setfield(L, -2, "large");
        lua_pushboolean(L, (row->reads & MW_PREFIX_BINARY) != 0);
        lua_setfield(L, -2, "binary");
        lua_pushboolean(L, (row->reads & MW_PREFIX_SMALL) != 0);
        lua_setfield(L, -2, "small");
        lua_createtable(L, 0, 2);
        for (int base = 0; base < MW_BASES; base++)
            if (row->exponents[base] != 0) {
                lua_pushinteger(L, row->exponents[base]);
                lua_setfield(L, -2, mw_base_name((mw_base)base));
            }
        lua_setfield(L, -2, "bases");
        lua_rawseti(L, -2, i + 1);
    }
}

/* The names of what units are made of, in the order in which products name them [-0, +1, m]. */
static void push_bases(lua_State *L)
{
    lua_createtable(L, MW_BASES, 0);
    for (int i = 0; i < MW_BASES; i++) {
        lua_pushstring(L, mw_base_name((mw_base)i));
        lua_rawseti(L, -2, i + 1);
    }
}

int mw_lua_open_native(lua_State *L)
{
    static const luaL_Reg functions[] = {
        {"format", native_format},   {"load", native_load},     {"where", native_where},
        {"array", native_array},     {"hash", native_hash},     {"harmful", native_harmful},
        {"knee", native_knee},       {"reason", native_reason}, {"distance", native_distance},
        {"english", native_english}, {"place", native_place},   {NULL, NULL}};
    luaL_newlib(L, functions);
    mw_lua_add_machine(L);
    push_quantities(L);
    lua_setfield(L, -2, "quantities");
    push_units(L);
    lua_setfield(L, -2, "units");
    push_bases(L);
    lua_setfield(L, -2, "bases");
    return 1;
}
