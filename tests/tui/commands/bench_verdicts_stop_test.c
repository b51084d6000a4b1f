/* The real suite `verdicts`, interrupted while its load runs: it ends at once, with every process
 * that it started, and keeps the finished pieces. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first. */
#include <cmocka.h>
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/harness/program.h"

enum { PATIENCE_MS = 120000, STEP_MS = 20, CHILDREN = 2000 };

static char errors[256];

static int start_home(void **state)
{
    (void)state;
    setenv("LC_ALL", "C.UTF-8", 1);
    const char *home = program_home();
    snprintf(errors, sizeof errors, "%s/stderr", home ? home : "");
    return home ? 0 : -1;
}

static pid_t start(void)
{
    pid_t pid = fork();
    if (pid == 0) {
        int out = open("/dev/null", O_WRONLY),
            err = open(errors, O_WRONLY | O_CREAT | O_TRUNC, 0600);
        dup2(out, 1);
        dup2(err, 2);
        execl(MEMWALL, MEMWALL, "bench", "verdicts", NULL);
        _exit(127);
    }
    return pid;
}

/* The parent of a process; 0 when it is gone. */
static pid_t parent_of(const char *pid)
{
    char path[64], line[512];
    int parent = 0;
    snprintf(path, sizeof path, "/proc/%.20s/stat", pid);
    FILE *file = fopen(path, "r");
    if (!file)
        return 0;
    const char *end = fgets(line, sizeof line, file) ? strrchr(line, ')') : NULL;
    if (!end || sscanf(end + 1, " %*c %d", &parent) != 1)
        parent = 0;
    fclose(file);
    return parent;
}

static size_t children_of(pid_t pid, pid_t *children)
{
    size_t count = 0;
    DIR *dir = opendir("/proc");
    assert_non_null(dir);
    for (struct dirent *entry; (entry = readdir(dir)) && count < CHILDREN;) {
        if (isdigit((unsigned char)entry->d_name[0]) && parent_of(entry->d_name) == pid)
            children[count++] = (pid_t)atoi(entry->d_name);
    }
    closedir(dir);
    return count;
}

/* The load is one process per CPU and one more, beside the worker. */
static size_t wait_for_load(pid_t pid, pid_t *children)
{
    cpu_set_t allowed;
    assert_int_equal(sched_getaffinity(0, sizeof allowed, &allowed), 0);
    size_t count = 0, wanted = (size_t)CPU_COUNT(&allowed) + 2;
    for (int waited = 0; waited < PATIENCE_MS && count < wanted; waited += STEP_MS) {
        poll(NULL, 0, STEP_MS);
        count = children_of(pid, children);
    }
    assert_int_equal(count, wanted);
    return count;
}

static bool goes(pid_t pid)
{
    for (int waited = 0; waited < PATIENCE_MS; waited += STEP_MS) {
        if (kill(pid, 0) != 0 && errno == ESRCH)
            return true;
        poll(NULL, 0, STEP_MS);
    }
    return false;
}

static bool was_said(const char *words)
{
    char text[1024] = "";
    FILE *file = fopen(errors, "r");
    assert_non_null(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    return strstr(text, words) != NULL;
}

static void an_interrupt_under_load_ends_all_and_keeps_what_is_finished(void **state)
{
    (void)state;
    static pid_t children[CHILDREN];
    int status;
    for (int run = 0; run < 2; run++) {
        pid_t pid = start();
        size_t count = wait_for_load(pid, children);
        kill(pid, SIGINT);
        assert_int_equal(waitpid(pid, &status, 0), pid);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 130);
        for (size_t i = 0; i < count; i++)
            assert_true(goes(children[i]));
        assert_true(was_said("the same command goes on from there"));
        assert_true(was_said("taken over from an interrupted run") == (run > 0));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_interrupt_under_load_ends_all_and_keeps_what_is_finished),
    };
    return cmocka_run_group_tests(tests, start_home, program_end);
}
