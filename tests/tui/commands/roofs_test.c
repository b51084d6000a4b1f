/*
 * What a lab says of a run and what `measure` says of it are the same: the roofs, the time that
 * they allow, and which of them decides. Nothing runs here; the machine is one that was remembered,
 * the work is that of the closed forms.
 */
#include <lauxlib.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "labs/bench/bound.h"
#include "labs/engine/worker/lua_host.h"
#include "registry.h"

static void set(const mw_kernel *kernel, mw_args *args, const char *name, int64_t value)
{
    int index = mw_param_index(kernel, name);
    if (index >= 0)
        args->value[index] = value;
}

/* { name, dtype, threads, flops, bytes } of a kernel as it is preset, or of sizes that a cache
 * holds [-0, +1, e]. */
static void push_sample(lua_State *L, const mw_kernel *kernel, bool small, mw_dtype dtype,
                        int threads)
{
    mw_args args;
    char name[128];
    mw_args_preset(kernel, &args);
    if (small)
        for (int i = 0; i < 3; i++)
            set(kernel, &args, (const char *[]){"m", "n", "k"}[i], 64);
    set(kernel, &args, "dtype", dtype);
    set(kernel, &args, "threads", threads);
    snprintf(name, sizeof name, "%s/%s", kernel->family, kernel->variant);
    lua_createtable(L, 0, 5);
    lua_pushstring(L, name);
    lua_setfield(L, -2, "kernel");
    if (mw_param_index(kernel, "dtype") >= 0) {
        lua_pushstring(L, mw_dtype_name(dtype));
        lua_setfield(L, -2, "dtype");
    }
    if (mw_param_index(kernel, "threads") >= 0) {
        lua_pushinteger(L, threads);
        lua_setfield(L, -2, "threads");
    }
    lua_pushinteger(L, (lua_Integer)kernel->work(kernel, &args).flops);
    lua_setfield(L, -2, "flops");
    lua_pushinteger(L, (lua_Integer)kernel->compulsory_bytes(kernel, &args));
    lua_setfield(L, -2, "bytes");
}

/* samples() -> every kernel of the registry, both element types, one thread and two. */
static int samples(lua_State *L)
{
    lua_Integer count = 0;
    lua_newtable(L);
    for (size_t i = 0; i < mw_registry_count(); i++)
        for (int bits = 0; bits < 8; bits++) {
            push_sample(L, mw_registry_at(i), bits & 1, bits & 2 ? MW_F64 : MW_F32,
                        bits & 4 ? 2 : 1);
            lua_rawseti(L, -2, ++count);
        }
    return 1;
}

static json_t *machine; /* as it was remembered */

/* measured(measurement, beside) -> { level, memory, compute, seconds, bound }: what the
 * command `measure` works out. */
static int measured(lua_State *L)
{
    mw_measured_run run;
    json_t *measurement = mw_lua_to_json(L, 1);
    json_t *beside = lua_istable(L, 2) ? mw_lua_to_json(L, 2) : NULL;
    mw_measured_run_read(machine, measurement, beside, &run);
    mw_bound_fill(measurement, &run);
    double seconds = mw_roofs_seconds(&run.roofs, &run.work);
    json_t *answer =
        json_pack("{s:s, s:f, s:f, s:f, s:O}", "level", run.roofs.level_name, "memory",
                  run.roofs.memory.value, "compute", run.roofs.compute.value, "seconds",
                  isnan(seconds) ? -1 : seconds, "bound", json_object_get(measurement, "bound"));
    mw_lua_push_json(L, answer);
    json_decref(answer);
    json_decref(measurement);
    json_decref(beside);
    return 1;
}

static int push_machine(lua_State *L)
{
    mw_lua_push_json(L, machine);
    return 1;
}

static int run(lua_State *L)
{
    static const luaL_Reg functions[] = {
        {"samples", samples}, {"measured", measured}, {"machine", push_machine}, {NULL, NULL}};
    static char text[1 << 16];
    FILE *file = fopen(CASES, "rb");
    size_t size = file ? fread(text, 1, sizeof text, file) : 0;
    if (file)
        fclose(file);
    luaL_newlib(L, functions);
    lua_setglobal(L, "test");
    if (luaL_loadbufferx(L, text, size, "@roofs.lua", "t") != LUA_OK)
        return lua_error(L);
    lua_call(L, 0, 1);
    printf("%d runs compared\n", (int)luaL_checkinteger(L, -1));
    return 0;
}

/* The machine was remembered before sustained roofs were measured: here a core keeps 86 % of them.
 */
static void add_sustained(void)
{
    size_t i;
    json_t *row;
    json_array_foreach(json_object_get(machine, "compute"), i, row)
    {
        double burst = json_number_value(json_object_get(row, "flops_per_second"));
        if (json_integer_value(json_object_get(row, "threads")) == 1)
            json_object_set_new(row, "sustained",
                                json_pack("{s:f}", "flops_per_second", 0.86 * burst));
    }
}

int main(void)
{
    mw_lua *lua = NULL;
    mw_error error = {0};
    json_t *file = json_load_file(MACHINE, 0, NULL);
    machine = json_object_get(file, "machine");
    if (!machine) {
        printf("FAIL %s\n", MACHINE);
        return 1;
    }
    add_sustained();
    if (mw_lua_open(&lua, SCRIPTS, 64 << 20, &error) != MW_OK ||
        mw_lua_protect(lua, run, NULL, &error) != MW_OK) {
        printf("FAIL %s\n", error.message);
        mw_lua_close(lua);
        json_decref(file);
        return 1;
    }
    mw_lua_close(lua);
    json_decref(file);
    return 0;
}
