/* peers.c: asks the worker and likwid-bench what they are. */
#include "labs/bench/peers.h"

#include <fcntl.h>
#include <math.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "labs/engine/wire/member.h"
#include "labs/engine/wire/wire.h"

extern char **environ;

/* Starts a program with its output in a pipe; NULL when it is not there. */
static FILE *open_program(char *const arguments[], pid_t *pid)
{
    int ends[2];
    if (pipe(ends) != 0)
        return NULL;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addclose(&actions, ends[0]);
    int failed = posix_spawnp(pid, arguments[0], &actions, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    FILE *file = failed ? NULL : fdopen(ends[0], "r");
    if (!file)
        close(ends[0]);
    if (!file && !failed)
        waitpid(*pid, NULL, 0);
    return file;
}

static void close_program(FILE *file, pid_t pid)
{
    fclose(file);
    waitpid(pid, NULL, 0);
}

double mw_likwid_rate(const char *test, double bytes, mw_likwid_figure figure)
{
    const char *label = figure == MW_LIKWID_FLOPS ? "MFlops/s:" : "MByte/s:";
    char program[] = "likwid-bench", t[] = "-t", w[] = "-w", s[] = "-s", one[] = "1";
    char name[64], work[64], line[256];
    double rate = 0;
    pid_t pid;
    snprintf(name, sizeof name, "%s", test);
    snprintf(work, sizeof work, "S0:%.0fkB:1", fmax(1, floor(bytes / 1000)));
    FILE *file = open_program((char *[]){program, t, name, w, work, s, one, NULL}, &pid);
    if (!file)
        return 0;
    while (fgets(line, sizeof line, file)) {
        if (strncmp(line, label, strlen(label)) == 0)
            rate = 1e6 * strtod(line + strlen(label), NULL);
    }
    close_program(file, pid);
    return rate;
}

/* "likwid-bench -- Version 5.2.2" → "5.2.2" */
static bool likwid_version(char *text, size_t size)
{
    char program[] = "likwid-bench", v[] = "-v", line[256];
    pid_t pid;
    bool found = false;
    FILE *file = open_program((char *[]){program, v, NULL}, &pid);
    if (!file)
        return false;
    while (fgets(line, sizeof line, file)) {
        const char *at = strstr(line, "Version ");
        if (at && !found) {
            snprintf(text, size, "%.*s", (int)strcspn(at + 8, "\n"), at + 8);
            found = true;
        }
    }
    close_program(file, pid);
    return found;
}

static json_t *peer(const char *id, const char *label, bool found, const char *version,
                    const mw_reason *note)
{
    json_t *row = json_pack("{s:s, s:s, s:b, s:s}", "id", id, "label", label, "found", found,
                            "version", found ? version : "");
    if (row && mw_reason_is(note))
        json_object_set_new(row, "note", mw_reason_to_json(note));
    return row;
}

bool mw_likwid_installed(void)
{
    const char *path = getenv("PATH");
    char copy[4096], file[4400], *rest = NULL;
    snprintf(copy, sizeof copy, "%s", path ? path : "/usr/bin:/bin");
    for (char *dir = strtok_r(copy, ":", &rest); dir; dir = strtok_r(NULL, ":", &rest)) {
        snprintf(file, sizeof file, "%s/likwid-bench", dir);
        if (access(file, X_OK) == 0)
            return true;
    }
    return false;
}

json_t *mw_peers_find(mw_host *host, mw_error *error)
{
    json_t *doctor = NULL;
    if (mw_host_call(host, "doctor", json_object(), NULL, NULL, &doctor, error) != MW_OK) {
        mw_host_explain_death(host, error);
        return NULL;
    }
    json_t *peers = json_array();
    size_t i;
    json_t *check;
    json_array_foreach(json_object_get(doctor, "checks"), i, check)
    {
        const char *id = mw_json_text(check, "id");
        if (strcmp(id, "openblas") != 0 && strcmp(id, "blis") != 0)
            continue;
        /* A version is data: the same in every language. */
        char version[MW_REASON_TEXT];
        mw_reason value = mw_reason_from_json(json_object_get(check, "value")),
                  note = mw_reason_from_json(json_object_get(check, "note"));
        json_array_append_new(peers, peer(id, mw_json_text(check, "label"),
                                          strcmp(mw_json_text(check, "state"), "absent") != 0,
                                          mw_reason_english(&value, version), &note));
    }
    char version[64] = "";
    bool likwid = likwid_version(version, sizeof version);
    mw_reason absent = mw_reason_of(likwid ? MW_REASON_NONE : MW_REASON_NO_LIKWID, NULL);
    json_array_append_new(peers, peer("likwid-bench", "likwid-bench", likwid, version, &absent));
    json_decref(doctor);
    return peers;
}
