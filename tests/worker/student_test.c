/* student_test.c: student code in its box: calls, mistakes, no end, no memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "labs/engine/host/process.h"

/* The next message that is neither enter nor leave; NULL when none comes in time or at all. */
static json_t *hear(mw_process *process, int patience_ms)
{
    for (;;) {
        json_t *message;
        mw_error error;
        struct pollfd readable = {mw_wire_fd(process->wire), POLLIN, 0};
        if (poll(&readable, 1, patience_ms) <= 0 ||
            mw_wire_receive(process->wire, &message, &error) != MW_OK || !message)
            return NULL;
        const char *type = json_string_value(json_object_get(message, "t"));
        if (strcmp(type, "enter") != 0 && strcmp(type, "leave") != 0)
            return message;
        json_decref(message);
    }
}

static void say(mw_process *process, json_t *message)
{
    mw_error error;
    assert_int_equal(mw_wire_send(process->wire, message, &error), MW_OK);
}

static json_t *start(mw_process *process, const char *program)
{
    mw_error error;
    assert_int_equal(mw_process_start(process, program, "student", &error), MW_OK);
    say(process,
        json_pack("{s:s, s:i, s:s}", "t", "hello", "version", MW_WIRE_VERSION, "role", "student"));
    json_t *hello = hear(process, 20000);
    assert_non_null(hello);
    assert_string_equal(json_string_value(json_object_get(hello, "t")), "hello");
    return hello;
}

static void end(mw_process *process)
{
    mw_wire_send(process->wire, json_pack("{s:s}", "t", "quit"), NULL);
    mw_process_end(process, 1000);
    mw_process_close(process);
}

static json_t *load(mw_process *process, const char *source)
{
    say(process, json_pack("{s:s, s:i, s:s, s:s}", "t", "load", "id", 1, "name", "answer.lua",
                           "source", source));
    return hear(process, 20000);
}

static void assert_answer(json_t *message)
{
    assert_non_null(message);
    assert_string_equal(json_string_value(json_object_get(message, "t")), "answer");
    json_decref(message);
}

static void assert_error(json_t *message, const char *status, const char *part)
{
    assert_non_null(message);
    assert_string_equal(json_string_value(json_object_get(message, "t")), "error");
    assert_string_equal(json_string_value(json_object_get(message, "status")), status);
    assert_non_null(strstr(json_string_value(json_object_get(message, "message")), part));
    json_decref(message);
}

/* The same box, around a program that tries to get out of it. */
static void a_student_process_is_boxed_between_fork_and_exec(void **state)
{
    (void)state;
#ifdef MW_INSTRUMENTED
    skip(); /* such builds need calls that the filter refuses, so they do without */
#endif
    mw_process process;
    json_t *hello = start(&process, DOUBLE);
    const json_t *box = json_object_get(hello, "box");
    assert_non_null(box);
    const char *what;
    json_t *kept;
    json_object_foreach((json_t *)box, what, kept)
    {
        if (!json_is_true(kept))
            fail_msg("the box does not hold: %s", what);
    }
    json_decref(hello);
    end(&process);
}

static void a_function_is_called_with_plain_data(void **state)
{
    (void)state;
    mw_process process;
    json_decref(start(&process, STUDENT));
    assert_answer(load(&process, "function add(t) local s = 0 for _, v in ipairs(t) do s = s + v "
                                 "end return s, { twice = 2 * s } end"));
    say(&process, json_pack("{s:s, s:i, s:s, s:[[i, i, i]]}", "t", "call", "id", 2, "function",
                            "add", "args", 1, 2, 3));
    json_t *answer = hear(&process, 20000);
    json_t *wanted = json_loads("[6, {\"twice\": 12}]", 0, NULL);
    assert_true(json_equal(json_object_get(answer, "body"), wanted));
    json_decref(wanted);
    json_decref(answer);
    end(&process);
}

static void mistakes_are_answers_with_file_and_line(void **state)
{
    (void)state;
    mw_process process;
    json_decref(start(&process, STUDENT));
    assert_error(load(&process, "x = = 1"), "internal", "answer.lua:1:");
    assert_error(load(&process, "\x1bLua binary"), "internal", "attempt to load a binary chunk");
    assert_error(load(&process, "local f = io.open('/etc/passwd')"), "internal", "io");
    assert_error(load(&process, "require 'memwall'"), "internal", "require");
    assert_error(load(&process, "os.exit(0)"), "internal", "os");
    assert_answer(load(&process, "function fine() return 1 end"));
    say(&process, json_pack("{s:s, s:i, s:s}", "t", "call", "id", 3, "function", "missing"));
    assert_error(hear(&process, 20000), "internal", "no function 'missing'");
    end(&process);
}

/* What is no message is said as that, and an answer that does not fit is an error of its call. */
static void errors_say_what_they_answer(void **state)
{
    (void)state;
    mw_process process;
    json_decref(start(&process, STUDENT));
    assert_int_equal(send(mw_wire_fd(process.wire), "no message", 10, 0), 10);
    json_t *stray = hear(&process, 20000);
    assert_string_equal(json_string_value(json_object_get(stray, "what")), "wire");
    assert_null(json_object_get(stray, "id"));
    json_decref(stray);
    assert_answer(load(&process, "function long() return ('x'):rep(1 << 18) end"));
    say(&process, json_pack("{s:s, s:i, s:s}", "t", "call", "id", 7, "function", "long"));
    json_t *refused = hear(&process, 20000);
    assert_int_equal(json_integer_value(json_object_get(refused, "id")), 7);
    assert_error(refused, "invalid", "too large");
    end(&process);
}

static void memory_without_end_is_an_error_not_a_crash(void **state)
{
    (void)state;
    mw_process process;
    json_decref(start(&process, STUDENT));
    assert_error(load(&process, "local t = {} while true do t[#t + 1] = ('x'):rep(1 << 20) end"),
                 "no-memory", "memory");
    end(&process);
}

static void a_loop_without_end_enters_and_never_leaves_until_it_is_killed(void **state)
{
    (void)state;
    mw_process process;
    json_decref(start(&process, STUDENT));
    say(&process, json_pack("{s:s, s:i, s:s}", "t", "load", "id", 1, "source",
                            "pcall(function() while true do end end) while true do end"));
    assert_null(hear(&process, 300));
    kill(process.pid, SIGKILL);
    int status = mw_process_end(&process, 5000);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    mw_process_close(&process);
}

static void another_version_is_refused(void **state)
{
    (void)state;
    mw_process process;
    mw_error error;
    assert_int_equal(mw_process_start(&process, STUDENT, "student", &error), MW_OK);
    say(&process, json_pack("{s:s, s:i, s:s}", "t", "hello", "version", 99, "role", "student"));
    assert_error(hear(&process, 20000), "protocol", "same release");
    int status = mw_process_end(&process, 5000);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    mw_process_close(&process);
}

static void it_ends_when_the_host_is_gone(void **state)
{
    (void)state;
    mw_process process;
    json_decref(start(&process, STUDENT));
    mw_wire_close(process.wire);
    process.wire = NULL;
    int status = mw_process_end(&process, 5000);
    assert_true(WIFEXITED(status));
    mw_process_close(&process);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_student_process_is_boxed_between_fork_and_exec),
        cmocka_unit_test(a_function_is_called_with_plain_data),
        cmocka_unit_test(mistakes_are_answers_with_file_and_line),
        cmocka_unit_test(errors_say_what_they_answer),
        cmocka_unit_test(memory_without_end_is_an_error_not_a_crash),
        cmocka_unit_test(a_loop_without_end_enters_and_never_leaves_until_it_is_killed),
        cmocka_unit_test(another_version_is_refused),
        cmocka_unit_test(it_ends_when_the_host_is_gone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
