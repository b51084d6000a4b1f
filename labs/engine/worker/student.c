/*
 * memwall-worker-student: where a student's Lua runs, alone.
 *
 * It links no kernel, no OpenBLAS, no OpenMP and no PAPI. The host puts a filter of system calls on
 * it between fork and exec; once its descriptors and its Lua state exist it puts on a narrower one
 * itself, under which nothing can be opened any more. It answers three messages: `hello`,
 * `load` {id, name, source} and `call` {id, function, args}, with plain data, one after another:
 * who wants to wait no longer ends it.
 */
#include <errno.h>
#include <getopt.h>
#include <lauxlib.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef MW_HAVE_SECCOMP
#include <seccomp.h>
#endif

#include "labs/engine/wire/wire.h"
#include "labs/engine/worker/lua_host.h"

enum { MEMORY_LIMIT = 256 * 1024 * 1024 };

typedef struct student_worker {
    mw_wire *wire;
    mw_lua *lua;
    bool greeted, quit;
} student_worker;

/* What is done inside a protected call. */
typedef struct lua_errand {
    const json_t *message;
    json_t *answer;
} lua_errand;

static int complain(const char *message)
{
    fprintf(stderr, "memwall-worker-student: %s\n", message);
    return 2;
}

/* ---- the narrower box ---- */

/* Sanitizers and coverage need calls and files of their own, so their builds do without. */
#if defined(MW_HAVE_SECCOMP) && !defined(MW_INSTRUMENTED)
static const int allowed[] = {
    SCMP_SYS(read),          SCMP_SYS(write),        SCMP_SYS(recvfrom), SCMP_SYS(sendto),
    SCMP_SYS(poll),          SCMP_SYS(ppoll),        SCMP_SYS(brk),      SCMP_SYS(mmap),
    SCMP_SYS(munmap),        SCMP_SYS(mremap),       SCMP_SYS(madvise),  SCMP_SYS(futex),
    SCMP_SYS(clock_gettime), SCMP_SYS(rt_sigreturn), SCMP_SYS(close),    SCMP_SYS(getpid),
    SCMP_SYS(exit_group),    SCMP_SYS(newfstatat),   SCMP_SYS(fstat),    SCMP_SYS(restart_syscall),
};

static bool close_the_box(void)
{
    scmp_filter_ctx context = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    int code = context ? 0 : -1;
    for (size_t i = 0; i < sizeof allowed / sizeof *allowed && !code; i++)
        code = seccomp_rule_add(context, SCMP_ACT_ALLOW, allowed[i], 0);
    code = code ? code : seccomp_load(context);
    seccomp_release(context);
    return code == 0;
}
#else
static bool close_the_box(void)
{
    return true;
}
#endif

/* ---- Lua ---- */

/* What a student's chunk sees: no require, no getmetatable of strings, nothing that loads code. */
static const char *const globals[] = {
    "assert",       "error",  "ipairs", "math",     "pairs",    "pcall", "print", "select",
    "setmetatable", "string", "table",  "tonumber", "tostring", "type",  "utf8",  "xpcall",
};

static const char environment[] = "student";

/* Loads the chunk into a fresh environment and runs it once [-0, +0, e]. */
static int load_chunk(lua_State *L)
{
    lua_errand *errand = lua_touserdata(L, 1);
    const json_t *source = json_object_get(errand->message, "source");
    const char *name = json_string_value(json_object_get(errand->message, "name"));
    if (!json_is_string(source))
        return luaL_error(L, "\"source\" is not a string");
    lua_newtable(L);
    for (size_t i = 0; i < sizeof globals / sizeof *globals; i++) {
        lua_getglobal(L, globals[i]);
        lua_setfield(L, -2, globals[i]);
    }
    lua_pushvalue(L, -1);
    lua_setfield(L, LUA_REGISTRYINDEX, environment);
    lua_pushfstring(L, "=%s", name ? name : "answer.lua");
    if (luaL_loadbufferx(L, json_string_value(source), json_string_length(source),
                         lua_tostring(L, -1), "t"))
        return lua_error(L);
    lua_pushvalue(L, 2);
    lua_setupvalue(L, -2, 1);
    lua_call(L, 0, 0);
    errand->answer = json_object();
    return 0;
}

/* Calls a function of the student's by name with plain data [-0, +0, e]. */
static int call_function(lua_State *L)
{
    lua_errand *errand = lua_touserdata(L, 1);
    const char *name = json_string_value(json_object_get(errand->message, "function"));
    const json_t *args = json_object_get(errand->message, "args");
    if (!name || lua_getfield(L, LUA_REGISTRYINDEX, environment) != LUA_TTABLE)
        return luaL_error(L, "nothing was loaded");
    lua_pushstring(L, name);
    lua_rawget(L, -2);
    if (!lua_isfunction(L, -1))
        return luaL_error(L, "there is no function '%s'", name);
    int base = lua_gettop(L);
    luaL_checkstack(L, (int)json_array_size(args) + 8, "too many arguments");
    for (size_t i = 0; i < json_array_size(args); i++)
        mw_lua_push_json(L, json_array_get(args, i));
    lua_call(L, (int)json_array_size(args), LUA_MULTRET);
    errand->answer = json_array();
    for (int i = base; i <= lua_gettop(L); i++)
        json_array_append_new(errand->answer, mw_lua_to_json(L, i));
    return 0;
}

/* ---- messages ---- */

static void say(student_worker *student, json_t *message)
{
    mw_wire_send(student->wire, message, NULL);
}

static void say_error(student_worker *student, const json_t *id, mw_status status, const char *text)
{
    mw_error error;
    mw_fail(&error, status, "%s", text);
    mw_wire_send_error(student->wire, "id", json_incref((json_t *)id), &error);
}

/* An answer that is too large is an error, of the same request. */
static void say_answer(student_worker *student, const json_t *id, json_t *body)
{
    mw_error error;
    mw_status status = mw_wire_send(
        student->wire,
        json_pack("{s:s, s:O*, s:O}", "t", "answer", "id", (json_t *)id, "body", body), &error);
    if (status == MW_INVALID)
        say_error(student, id, status, error.message);
}

static void hello(student_worker *student, const json_t *message)
{
    json_int_t version = json_integer_value(json_object_get(message, "version"));
    const char *role = json_string_value(json_object_get(message, "role"));
    if (version != MW_WIRE_VERSION || !role || strcmp(role, "student") != 0) {
        say_error(student, NULL, MW_PROTOCOL,
                  "memwall and memwall-worker-student are not of the same release");
        student->quit = true;
        return;
    }
    student->greeted = true;
    say(student, json_pack("{s:s, s:i, s:s, s:i}", "t", "hello", "version", MW_WIRE_VERSION, "role",
                           "student", "pid", (int)getpid()));
}

/* Between enter and leave the host's deadline runs. */
static void run_errand(student_worker *student, const json_t *message, const char *type,
                       lua_CFunction function)
{
    const json_t *id = json_object_get(message, "id");
    lua_errand errand = {message, NULL};
    mw_error error = {MW_OK, ""};
    say(student, json_pack("{s:s, s:s}", "t", "enter", "what", type));
    mw_status status = mw_lua_protect(student->lua, function, &errand, &error);
    say(student, json_pack("{s:s, s:s}", "t", "leave", "what", type));
    if (status != MW_OK)
        say_error(student, id, status, error.message);
    else
        say_answer(student, id, errand.answer);
    json_decref(errand.answer);
}

static void dispatch(student_worker *student, const json_t *message)
{
    const char *type = json_string_value(json_object_get(message, "t"));
    if (strcmp(type, "hello") == 0)
        hello(student, message);
    else if (strcmp(type, "quit") == 0)
        student->quit = true;
    else if (strcmp(type, "cancel") == 0) /* comes when what it is about was answered */
        return;
    else if (strcmp(type, "load") == 0 && student->greeted)
        run_errand(student, message, type, load_chunk);
    else if (strcmp(type, "call") == 0 && student->greeted)
        run_errand(student, message, type, call_function);
    else
        say_error(student, json_object_get(message, "id"), MW_PROTOCOL,
                  "this message means nothing here");
}

static void serve(student_worker *student)
{
    mw_error error;
    while (!student->quit) {
        struct pollfd ready = {mw_wire_fd(student->wire), POLLIN, 0};
        if (mw_wire_pending(student->wire))
            ready.events |= POLLOUT;
        poll(&ready, 1, -1);
        mw_wire_flush(student->wire, &error);
        json_t *message;
        mw_status status = mw_wire_receive(student->wire, &message, &error);
        if (status == MW_DEAD || status == MW_IO)
            return;
        if (status != MW_OK)
            mw_wire_send_error(student->wire, "what", json_string("wire"), &error);
        if (message)
            dispatch(student, message);
        json_decref(message);
    }
    mw_wire_flush(student->wire, &error);
}

int main(int argc, char **argv)
{
    static const struct option options[] = {{"role", required_argument, NULL, 'r'},
                                            {NULL, 0, NULL, 0}};
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;)
        if (option != 'r' || strcmp(optarg, "student") != 0)
            return complain("--role is student");
    student_worker student = {0};
    mw_error error;
    if (mw_wire_open(&student.wire, MW_WIRE_FD, &error) != MW_OK)
        return complain("this program is started by memwall, not by hand");
    if (mw_lua_open(&student.lua, "", MEMORY_LIMIT, &error) != MW_OK)
        return complain(error.message);
    if (!close_the_box())
        return complain("the box could not be closed");
    serve(&student);
    mw_lua_close(student.lua);
    mw_wire_close(student.wire);
    return 0;
}
