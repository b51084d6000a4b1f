/*
 * A stand-in for memwall-worker that behaves badly on request. It speaks the real wire; its lab is
 * the list of the inputs it took.
 *
 *   MW_DOUBLE=kill:N        SIGKILL itself at its N-th message, sent or received (once)
 *   MW_DOUBLE=version       claims another version of the protocol
 *   MW_DOUBLE=early         ends before its hello
 *   MW_DOUBLE=stubborn      ignores cancel and SIGTERM
 *   MW_DOUBLE=deaf          ignores cancel
 *   MW_DOUBLE=crash-run     dies by SIGSEGV whenever a run begins
 *   MW_DOUBLE=malformed     says what is no message before its lab's first view
 *   MW_DOUBLE=strays        says what is no message before it takes an input
 *   MW_DOUBLE=floods        writes 300000 lines
 *   MW_DOUBLE=mute          never says hello
 *   MW_DOUBLE=silent        says hello and nothing else
 *   MW_DOUBLE=falls-in-check  SIGKILL itself when it looks whether the machine has changed
 *   MW_DOUBLE=untold        cannot tell whether the machine has changed
 *   MW_DOUBLE=changed       says that it has
 *   MW_DOUBLE=forges        answers the request before its own too, whoever was asked it
 *   MW_DOUBLE=babbles       complains without end when it is asked for its doctor
 *   MW_DOUBLE=lingers       enters a callback in answer to a request and never leaves
 *   MW_DOUBLE=fragile       dies by SIGSEGV whenever it has shown its lab
 *   MW_DOUBLE=noisy         prints escape codes and what is not UTF-8
 *   MW_DOUBLE_ONCE=FILE     made when it killed itself, so that the next one does not
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "labs/engine/wire/wire.h"
#include "model/block.h"
#include "model/reason.h"

static mw_wire *wire;
static json_t *events, *open_run;
static json_int_t seq, views, backlog, messages;
static bool recorded_runs;

static bool behaves(const char *how)
{
    const char *mode = getenv("MW_DOUBLE");
    return mode && strncmp(mode, how, strlen(how)) == 0;
}

static void count_message(void)
{
    const char *once = getenv("MW_DOUBLE_ONCE");
    messages++;
    if (!behaves("kill:") || messages != atoi(getenv("MW_DOUBLE") + 5))
        return;
    int fd = once ? open(once, O_CREAT | O_EXCL | O_WRONLY, 0600) : -1;
    if (fd >= 0)
        kill(getpid(), SIGKILL);
}

/* As without a sanitizer, which would make an exit of it. */
static void crash(void)
{
    signal(SIGSEGV, SIG_DFL);
    raise(SIGSEGV);
}

static void say(json_t *message)
{
    mw_error error;
    count_message();
    if (mw_wire_send(wire, message, &error) != MW_OK)
        exit(1);
    while (mw_wire_pending(wire)) {
        struct pollfd writable = {mw_wire_fd(wire), POLLOUT, 0};
        poll(&writable, 1, -1);
        mw_wire_flush(wire, &error);
    }
}

static void say_view(void)
{
    say(json_pack("{s:s, s:I, s:I, s:{s:O, s:{s:s}, s:{s:I, s:i}, s:b}}", "t", "view", "n", ++views,
                  "after", seq, "view", "events", events, "step", "id", "only", "score", "earned",
                  seq, "possible", 10, "finished", 0));
    if (behaves("fragile"))
        crash();
}

static void take(json_t *event, json_t *token, bool recorded);

static void run_open(void)
{
    if (!open_run)
        return;
    if (recorded_runs) {
        say(json_pack("{s:s, s:{s:O, s:s, s:{s:i}}}", "t", "need", "run", "id", open_run, "kernel",
                      "gemv/simd", "args", "m", 64));
        return;
    }
    mw_block *block =
        mmap(NULL, (size_t)mw_block_size(), PROT_READ | PROT_WRITE, MAP_SHARED, MW_BLOCK_FD, 0);
    mw_counters counters = {.run = 7, .flops = 1234, .executions = 3};
    mw_block_publish(block, &counters);
    say(json_pack("{s:s, s:O, s:i, s:s, s:s, s:s}", "t", "run", "id", open_run, "serial", 7,
                  "state", "started", "label", "a run", "kernel", "gemv/simd"));
    if (behaves("crash-run"))
        crash();
    if (strcmp(json_string_value(open_run), "stuck") == 0)
        return;
    say(json_pack("{s:s, s:O, s:i, s:s, s:s}", "t", "run", "id", open_run, "serial", 7, "state",
                  "done", "label", "a run"));
    json_t *result = json_pack("{s:s, s:O, s:s}", "e", "result", "run", open_run, "status", "ok");
    take(result, NULL, false);
    json_decref(result);
}

static void misbehave(const char *kind)
{
    if (strcmp(kind, "crash") == 0)
        crash();
    while (strcmp(kind, "hang") == 0)
        pause();
}

static void take(json_t *event, json_t *token, bool recorded)
{
    const char *kind = json_string_value(json_object_get(event, "e"));
    bool replaying = backlog > 0;
    if (replaying)
        backlog--;
    say(json_pack("{s:s, s:s}", "t", "enter", "what", kind));
    misbehave(kind);
    if (behaves("strays"))
        send(MW_WIRE_FD, "no message", 10, 0);
    say(json_pack("{s:s, s:s}", "t", "leave", "what", kind));
    if (strcmp(kind, "die-late") == 0)
        crash();
    bool new_run = false;
    if (strcmp(kind, "refuse") == 0 || (recorded && strcmp(kind, "outdated") == 0)) {
        json_t *error = json_pack("{s:s, s:s, s:s, s:O, s:O*}", "t", "error", "status", "invalid",
                                  "message", "no", "event", event, "token", token);
        if (recorded)
            json_object_set_new(error, "seq", json_integer(seq + 1));
        say(error);
        if (recorded && !backlog)
            say_view();
    } else {
        json_array_append(events, event);
        seq++;
        if (strcmp(kind, "result") == 0 && open_run &&
            json_equal(open_run, json_object_get(event, "run"))) {
            json_decref(open_run);
            open_run = NULL;
        }
        new_run = strcmp(kind, "run") == 0;
        if (new_run) {
            json_decref(open_run);
            open_run = json_incref(json_object_get(event, "step"));
        }
        if (!recorded)
            say(json_pack("{s:s, s:I, s:O, s:s, s:{s:s, s:I, s:i, s:b}, s:O*}", "t", "record",
                          "seq", seq, "event", event, "version", "1.0", "summary", "step", "only",
                          "earned", seq, "possible", 10, "finished", 0, "token", token));
        if (!backlog)
            say_view();
    }
    if (!backlog && (new_run || replaying))
        run_open();
}

static json_t *environment(void)
{
    json_t *all = json_object();
    for (char **entry = environ; *entry; entry++) {
        char name[64];
        size_t length = strcspn(*entry, "=");
        if (length < sizeof name && (*entry)[length] == '=') {
            snprintf(name, sizeof name, "%.*s", (int)length, *entry);
            json_object_set_new(all, name, json_string(*entry + length + 1));
        }
    }
    int open_files = 0, death_signal = 0;
    for (int fd = 0; fd < 1024; fd++)
        open_files += fcntl(fd, F_GETFD) >= 0;
    prctl(PR_GET_PDEATHSIG, &death_signal);
    json_object_set_new(all, "files", json_integer(open_files));
    json_object_set_new(all, "death_signal", json_integer(death_signal));
    json_object_set_new(all, "own_group", json_boolean(getpgrp() == getpid()));
    json_object_set_new(all, "grows", json_boolean(ftruncate(MW_BLOCK_FD, 1 << 20) == 0));
    return all;
}

static void open_lab(json_t *message)
{
    json_decref(events);
    json_decref(open_run);
    events = json_array();
    open_run = NULL;
    seq = views = 0;
    backlog = json_integer_value(json_object_get(message, "backlog"));
    recorded_runs = json_is_true(json_object_get(message, "recorded"));
    say(json_pack("{s:s, s:s}", "t", "enter", "what", "open"));
    say(json_pack("{s:s, s:s}", "t", "leave", "what", "open"));
    say(json_pack("{s:s, s:O, s:{s:s, s:s, s:O, s:o}}", "t", "answer", "id",
                  json_object_get(message, "id"), "body", "version", "1.0", "digest", "abc", "seed",
                  json_object_get(message, "seed"), "environment", environment()));
    if (behaves("malformed"))
        send(MW_WIRE_FD, "no message", 10, 0);
    if (backlog == 0)
        say_view();
}

static void cancel(json_t *message)
{
    json_t *id = json_object_get(message, "id");
    if (behaves("deaf") || behaves("stubborn"))
        return;
    if (id) {
        say(json_pack("{s:s, s:O, s:s, s:s}", "t", "error", "id", id, "status", "cancelled",
                      "message", "cancelled"));
    } else if (open_run) {
        say(json_pack("{s:s, s:O, s:i, s:s, s:s}", "t", "run", "id", open_run, "serial", 7, "state",
                      "cancelled", "label", "a run"));
        json_t *result =
            json_pack("{s:s, s:O, s:s}", "e", "result", "run", open_run, "status", "cancelled");
        take(result, NULL, false);
        json_decref(result);
    }
}

static bool refused(long result)
{
    return result == -1 && errno == EPERM;
}

/* What a box should keep this process from; NULL where there is none, as in a build with a
 * sanitizer: then nothing of it is tried. */
static json_t *boxed(void)
{
#ifdef MW_INSTRUMENTED
    return NULL;
#endif
    struct rlimit core, size, files;
    getrlimit(RLIMIT_CORE, &core);
    getrlimit(RLIMIT_FSIZE, &size);
    getrlimit(RLIMIT_NOFILE, &files);
    pid_t child = fork();
    if (child == 0)
        _exit(0);
    return json_pack("{s:b, s:b, s:b, s:b, s:b, s:b, s:b, s:b, s:b, s:b}", "socket",
                     refused(socket(AF_INET, SOCK_STREAM, 0)), "local_socket",
                     refused(socket(AF_UNIX, SOCK_STREAM, 0)), "fork", refused(child), "kill",
                     refused(kill(getppid(), 0)), "ptrace",
                     refused(ptrace(PTRACE_TRACEME, 0, NULL, NULL)), "unlink",
                     refused(unlink("/nonexistent")), "mount",
                     refused(mount("none", "/", "tmpfs", 0, NULL)), "no_new_privileges",
                     prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1, "no_files_grow",
                     core.rlim_cur == 0 && size.rlim_cur == 0, "few_files", files.rlim_cur <= 64);
}

static void handle(json_t *message)
{
    const char *type = json_string_value(json_object_get(message, "t"));
    if (strcmp(type, "hello") == 0) {
        if (behaves("noisy")) {
            printf("plain\n\033[2J\033]0;title\007\tred \xff\xc2\x9b\n");
            for (int i = 0; i < 5000; i++)
                putchar('x');
            puts("");
            fflush(stdout);
        }
        for (int i = 0; behaves("floods") && i < 300000; i++)
            printf("line %d\n", i);
        fflush(stdout);
        if (behaves("early"))
            exit(3);
        if (behaves("mute"))
            return;
        bool student = strcmp(json_string_value(json_object_get(message, "role")), "student") == 0;
        say(json_pack("{s:s, s:i, s:s, s:i, s:s, s:o*}", "t", "hello", "version",
                      behaves("version") ? 99 : MW_WIRE_VERSION, "role", "lab", "pid",
                      (int)getpid(), "key", "a machine", "box", student ? boxed() : NULL));
    } else if (behaves("silent")) {
        return;
    } else if (strcmp(type, "open") == 0) {
        open_lab(message);
    } else if (strcmp(type, "input") == 0) {
        json_t *recorded = json_object_get(message, "recorded");
        json_t *event = json_object_get(recorded ? recorded : message, "event");
        take(event, json_object_get(message, "token"), recorded != NULL);
    } else if (strcmp(type, "cancel") == 0) {
        cancel(message);
    } else if (strcmp(type, "kernels") == 0 && behaves("lingers")) {
        say(json_pack("{s:s, s:s}", "t", "enter", "what", "kernels"));
    } else if (strcmp(type, "kernels") == 0) {
        if (behaves("forges"))
            say(json_pack("{s:s, s:I, s:s}", "t", "answer", "id",
                          json_integer_value(json_object_get(message, "id")) - 1, "body",
                          "a forgery"));
        say(json_pack("{s:s, s:O, s:{s:[]}}", "t", "answer", "id", json_object_get(message, "id"),
                      "body", "kernels"));
    } else if (strcmp(type, "calibrate") == 0) {
        say(json_pack("{s:s, s:O, s:f, s:s}", "t", "progress", "id", json_object_get(message, "id"),
                      "fraction", 0.5, "what", "half"));
    } else if (strcmp(type, "spot-check") == 0) {
        say(json_pack("{s:s, s:O, s:i, s:s, s:s}", "t", "run", "id", json_object_get(message, "id"),
                      "serial", 7, "state", "started", "label", "spot check"));
        if (behaves("falls-in-check"))
            raise(SIGKILL);
        mw_reason what = behaves("untold")
                             ? mw_reason_of(MW_REASON_CHECK_DISTURBED, NULL)
                             : MW_BECAUSE(LEVEL_SLOWER, {.word = "L1"}, {.number = 50});
        say(json_pack("{s:s, s:O, s:{s:s, s:o}}", "t", "answer", "id",
                      json_object_get(message, "id"), "body", "state",
                      behaves("untold")    ? "untold"
                      : behaves("changed") ? "changed"
                                           : "same",
                      "what", mw_reason_to_json(&what)));
    } else if (strcmp(type, "doctor") == 0) {
        while (behaves("babbles"))
            say(json_pack("{s:s, s:s, s:s, s:s}", "t", "error", "what", "wire", "status",
                          "protocol", "message", "this message means nothing here"));
        say(json_pack("{s:s, s:O, s:{s:[]}}", "t", "answer", "id", json_object_get(message, "id"),
                      "body", "checks"));
    } else if (strcmp(type, "quit") == 0) {
        exit(0);
    }
}

int main(void)
{
    mw_error error;
    if (behaves("stubborn"))
        signal(SIGTERM, SIG_IGN);
    if (mw_wire_open(&wire, MW_WIRE_FD, &error) != MW_OK)
        return 2;
    for (;;) {
        struct pollfd readable = {mw_wire_fd(wire), POLLIN, 0};
        json_t *message;
        poll(&readable, 1, -1);
        mw_status status = mw_wire_receive(wire, &message, &error);
        if (status == MW_DEAD)
            return 0;
        if (!message)
            continue;
        count_message();
        handle(message);
        json_decref(message);
    }
}
