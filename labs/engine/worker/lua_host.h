/*
 * lua_host.h: a bare Lua 5.4 state in which labs and the authoring library live.
 *
 * Text chunks only; allow-listed globals; `require` reaches the authoring library and nothing else;
 * pairs in sorted order; no clock, no address, no unseeded randomness; memory bounded by the
 * allocator. print goes to stderr, which is the log pane of the front end. The bindings carry their
 * stack effect as [-popped, +pushed, e] (e: may raise, as in the Lua manual).
 */
#ifndef MW_WORKER_LUA_HOST_H
#define MW_WORKER_LUA_HOST_H

#include <jansson.h>
#include <lua.h>
#include <stdbool.h>
#include <stddef.h>

#include "model/status.h"

typedef struct mw_lua mw_lua;

/* `scripts` is the folder of memwall.lua; `memory_limit` bounds everything the state allocates. */
mw_status mw_lua_open(mw_lua **lua, const char *scripts, size_t memory_limit, mw_error *error);
void mw_lua_close(mw_lua *lua);

/* Runs `function` with `context` inside a protected call. Lua errors become: MW_NO_MEMORY for the
 * allocator's limit (for good: such a state refuses everything from then on), the status and
 * message of an error table {status, message}, and MW_INTERNAL for anything else, whose traceback
 * goes to the log. */
mw_status mw_lua_protect(mw_lua *lua, lua_CFunction function, void *context, mw_error *error);

/* Pushes the module of the authoring library, loading it when needed [-0, +1, e]. */
void mw_lua_require(lua_State *L, const char *module);

/* JSON to Lua [-0, +1, e]: objects drop null members; arrays remember that they are arrays. */
void mw_lua_push_json(lua_State *L, const json_t *json);

/* Lua to JSON [-0, +0, e]: strings are made harmless on the way; a member that is not finite, a
 * function or a cycle is an error that names it. The caller owns the result. */
json_t *mw_lua_to_json(lua_State *L, int index);

/* Marks the table at `index` as a JSON array [-0, +0, e]. */
void mw_lua_mark_array(lua_State *L, int index);

/* The module `memwall.native` [-0, +1, e]. */
int mw_lua_open_native(lua_State *L);

/* pairs, tostring, string.format and print as labs may have them; fills the globals [-0, +0, e]. */
void mw_lua_open_base(lua_State *L);

#endif
