/*
 * lua_machine.h: the roofs of a machine for the authoring library, by the rule of model/machine.h.
 */
#ifndef MW_WORKER_LUA_MACHINE_H
#define MW_WORKER_LUA_MACHINE_H

#include <lua.h>

/* Adds machine, renew, level, read_roof, roofs, roof_beside and roof_moved to the table on top of
 * the stack [-0, +0, e]. */
void mw_lua_add_machine(lua_State *L);

#endif
