/*
 * lua_machine.c: machines as handles, so that labs ask for roofs where everybody else does.
 *
 * A roof is a table { value, low?, high?, cores }. Levels count from 1 among the usable ones.
 */
#include "lua_machine.h"

#include <lauxlib.h>
#include <math.h>

#include "labs/engine/wire/machine.h"
#include "lua_host.h"

static const char handle[] = "memwall.machine";

static mw_machine *machine_at(lua_State *L, int index)
{
    return luaL_checkudata(L, index, handle);
}

/* The argument `index`, a level counted from 1, as an index from 0 [-0, +0, e]. */
static int level_at(lua_State *L, int index)
{
    lua_Integer level = luaL_checkinteger(L, index);
    luaL_argcheck(L, level >= 1 && level <= MW_MACHINE_LEVELS, index, "no level has this number");
    return (int)level - 1;
}

/* A roof, or nil where there is none [-0, +1, e]. */
static void push_roof(lua_State *L, const mw_roof *roof)
{
    if (!(roof->value > 0)) {
        lua_pushnil(L);
        return;
    }
    lua_createtable(L, 0, 4);
    lua_pushnumber(L, roof->value);
    lua_setfield(L, -2, "value");
    lua_pushinteger(L, roof->cores);
    lua_setfield(L, -2, "cores");
    if (roof->unsure) {
        lua_pushboolean(L, true);
        lua_setfield(L, -2, "unsure");
    }
    if (roof->low > 0 && roof->high > 0) {
        lua_pushnumber(L, roof->low);
        lua_setfield(L, -2, "low");
        lua_pushnumber(L, roof->high);
        lua_setfield(L, -2, "high");
    }
}

static void set_roof(lua_State *L, const char *name, const mw_roof *roof)
{
    push_roof(L, roof);
    lua_setfield(L, -2, name);
}

/* machine(json) -> handle, rows: the places of its usable levels in json.levels [-1, +2, e]. */
static int native_machine(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    mw_machine *machine = lua_newuserdatauv(L, sizeof *machine, 0);
    luaL_setmetatable(L, handle);
    json_t *json = mw_lua_to_json(L, 1);
    mw_machine_from_json(json, machine);
    json_decref(json);
    lua_createtable(L, (int)machine->level_count, 0);
    for (size_t i = 0; i < machine->level_count; i++) {
        lua_pushinteger(L, (lua_Integer)machine->levels[i].row + 1);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 2;
}

/* renew(handle, level, value, low): a roof of one core is another one by now [-4, +0, e]. */
static int native_renew(lua_State *L)
{
    double value = luaL_checknumber(L, 3);
    mw_roof roof = {value, luaL_checknumber(L, 4), value, 1, false};
    mw_machine_renew(machine_at(L, 1), level_at(L, 2), &roof);
    return 0;
}

/* level(handle, bytes) -> index of the level of a working set, or nil [-2, +1, e]. */
static int native_level(lua_State *L)
{
    int level = mw_machine_level_of(machine_at(L, 1), luaL_checknumber(L, 2));
    if (level < 0)
        lua_pushnil(L);
    else
        lua_pushinteger(L, level + 1);
    return 1;
}

/* read_roof(handle, level, threads) -> roof or nil [-3, +1, e]. */
static int native_read_roof(lua_State *L)
{
    mw_roof roof =
        mw_machine_read_roof(machine_at(L, 1), level_at(L, 2), (int)luaL_checkinteger(L, 3));
    push_roof(L, &roof);
    return 1;
}

/* What two tables of the shape of measurements say of a run; `beside` may be nil [-0, +0, e]. */
static void read_workload(lua_State *L, int index, int beside_index, mw_workload *run)
{
    json_t *json = mw_lua_to_json(L, index);
    mw_workload_from_json(json, run);
    json_decref(json); /* the other one may raise */
    if (!lua_istable(L, beside_index))
        return;
    json = mw_lua_to_json(L, beside_index);
    mw_workload_beside(run, json);
    json_decref(json);
}

/* roofs(handle, run, beside?) -> { dtype, threads, level?, memory?, beside, compute?, burst?,
 * sustained?, isa, plain?, plain_isa, seconds?, bound? }; `run` and `beside` have the shape of
 * measurements [-3, +1, e]. */
static int native_roofs(lua_State *L)
{
    mw_workload run;
    mw_roofs roofs;
    const mw_machine *machine = machine_at(L, 1);
    luaL_checktype(L, 2, LUA_TTABLE);
    read_workload(L, 2, 3, &run);
    mw_roofs_of_run(machine, &run, &roofs);
    lua_createtable(L, 0, 14);
    lua_pushstring(L, roofs.dtype);
    lua_setfield(L, -2, "dtype");
    lua_pushinteger(L, roofs.threads);
    lua_setfield(L, -2, "threads");
    if (roofs.level >= 0) {
        lua_pushinteger(L, roofs.level + 1);
        lua_setfield(L, -2, "level");
    }
    set_roof(L, "memory", &roofs.memory);
    set_roof(L, "compute", &roofs.compute);
    set_roof(L, "burst", &roofs.burst);
    set_roof(L, "sustained", &roofs.sustained);
    set_roof(L, "plain", &roofs.plain);
    lua_pushboolean(L, roofs.is_beside);
    lua_setfield(L, -2, "beside");
    lua_pushstring(L, roofs.isa);
    lua_setfield(L, -2, "isa");
    lua_pushstring(L, roofs.plain_isa);
    lua_setfield(L, -2, "plain_isa");
    double seconds = mw_roofs_seconds(&roofs, &run);
    if (!isnan(seconds)) {
        lua_pushnumber(L, seconds);
        lua_setfield(L, -2, "seconds");
    }
    mw_bound bound = mw_roofs_bound(&roofs, &run);
    if (bound != MW_BOUND_UNKNOWN) {
        lua_pushstring(L, mw_bound_name(bound));
        lua_setfield(L, -2, "bound");
    }
    return 1;
}

/* roof_beside(measurement) -> the roof that a measurement of reading is, or nil [-1, +1, e]. */
static int native_roof_beside(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    json_t *json = mw_lua_to_json(L, 1);
    mw_roof roof = mw_read_roof_from_json(json);
    json_decref(json);
    push_roof(L, &roof);
    return 1;
}

/* roof_moved(remembered, beside) -> whether the remembered one no longer holds [-2, +1, e]. */
static int native_roof_moved(lua_State *L)
{
    lua_pushboolean(L, mw_roof_moved(luaL_checknumber(L, 1), luaL_checknumber(L, 2)));
    return 1;
}

void mw_lua_add_machine(lua_State *L)
{
    static const luaL_Reg functions[] = {
        {"machine", native_machine},       {"renew", native_renew},
        {"level", native_level},           {"read_roof", native_read_roof},
        {"roofs", native_roofs},           {"roof_beside", native_roof_beside},
        {"roof_moved", native_roof_moved}, {NULL, NULL}};
    luaL_newmetatable(L, handle);
    lua_pop(L, 1);
    luaL_setfuncs(L, functions, 0);
}
