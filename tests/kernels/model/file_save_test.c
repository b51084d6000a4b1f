/* Files are written whole or not at all. */
#include "model/file.h"

#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[64], path[128];

static int fresh_folder(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/memwall-save-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/picture.svg", folder);
    return 0;
}

static int drop_folder(void **state)
{
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

static void holds(const char *name, const char *expected)
{
    char text[64] = "";
    FILE *file = fopen(name, "r");
    assert_non_null(file);
    size_t size = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    assert_int_equal(size, strlen(expected));
    assert_string_equal(text, expected);
}

static int files_there(void)
{
    int count = 0;
    DIR *entries = opendir(folder);
    for (struct dirent *entry = readdir(entries); entry; entry = readdir(entries))
        count += entry->d_name[0] != '.';
    closedir(entries);
    return count;
}

static void a_file_is_made_and_then_replaced(void **state)
{
    (void)state;
    mode_t before = umask(027);
    assert_int_equal(mw_file_save(path, "one", 3, NULL), MW_OK);
    umask(before);
    holds(path, "one");
    struct stat about;
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0640);
    chmod(path, 0600);
    assert_int_equal(mw_file_save(path, "another", 7, NULL), MW_OK);
    holds(path, "another");
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600); /* rights stay */
    assert_int_equal(files_there(), 1);
}

static void a_link_is_followed_and_stays(void **state)
{
    (void)state;
    char link[128];
    struct stat about;
    snprintf(link, sizeof link, "%s/link.svg", folder);
    assert_int_equal(mw_file_save(path, "one", 3, NULL), MW_OK);
    assert_int_equal(symlink("picture.svg", link), 0);
    assert_int_equal(mw_file_save(link, "two", 3, NULL), MW_OK);
    holds(path, "two");
    assert_int_equal(lstat(link, &about), 0);
    assert_true(S_ISLNK(about.st_mode));
}

static void a_full_disk_leaves_what_was_there(void **state)
{
    (void)state;
    assert_int_equal(mw_file_save(path, "one", 3, NULL), MW_OK);
    char *large = calloc(1, 1 << 20);
    struct rlimit limit, small = {.rlim_cur = 4096};
    getrlimit(RLIMIT_FSIZE, &limit);
    small.rlim_max = limit.rlim_max;
    setrlimit(RLIMIT_FSIZE, &small);
    mw_error error = {0};
    mw_status status = mw_file_save(path, large, 1 << 20, &error);
    setrlimit(RLIMIT_FSIZE, &limit);
    free(large);
    assert_int_equal(status, MW_IO);
    assert_non_null(strstr(error.message, path));
    holds(path, "one");
    assert_int_equal(files_there(), 1);
}

static void a_device_is_written_and_never_replaced(void **state)
{
    (void)state;
    mw_error error = {0};
    struct stat about;
    assert_int_equal(mw_file_save("/dev/null", "one", 3, NULL), MW_OK);
    assert_int_equal(mw_file_save("/dev/full", "one", 3, &error), MW_IO);
    assert_non_null(strstr(error.message, "No space left"));
    assert_int_equal(stat("/dev/full", &about), 0);
    assert_true(S_ISCHR(about.st_mode));
}

static void a_pipe_without_a_reader_is_not_waited_for(void **state)
{
    (void)state;
    mw_error error = {0};
    char got[8] = "";
    assert_int_equal(mkfifo(path, 0600), 0);
    alarm(20); /* a wait would last for ever */
    assert_int_equal(mw_file_save(path, "one", 3, &error), MW_IO);
    assert_non_null(strstr(error.message, path));
    assert_int_equal(mw_file_check(path, &error), MW_INVALID);
    int reader = open(path, O_RDONLY | O_NONBLOCK);
    assert_true(reader >= 0);
    assert_int_equal(mw_file_save(path, "two", 3, &error), MW_OK);
    assert_int_equal(read(reader, got, sizeof got), 3);
    assert_string_equal(got, "two");
    close(reader);
    alarm(0);
}

static void what_cannot_be_written_is_known_before(void **state)
{
    (void)state;
    char bad[5000];
    memset(bad, 'a', sizeof bad);
    bad[sizeof bad - 1] = '\0';
    const char *const paths[] = {"/proc/none/a.svg", folder, "", bad};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        mw_error error = {0};
        assert_int_equal(mw_file_check(paths[i], &error), MW_INVALID);
        assert_true(strlen(error.message) > 10);
        assert_true(mw_file_save(paths[i], "one", 3, &error) != MW_OK);
    }
    assert_int_equal(mw_file_check(path, NULL), MW_OK);
    assert_int_equal(files_there(), 0); /* the check leaves nothing */
}

/* A signal in the middle must not leave the neighbour behind: it waits until the file is there. */
static volatile sig_atomic_t heard;
static void hear(int number)
{
    heard = number;
}

static void signals_are_as_they_were(void **state)
{
    (void)state;
    signal(SIGINT, hear);
    assert_int_equal(mw_file_save(path, "one", 3, NULL), MW_OK);
    raise(SIGINT);
    assert_int_equal(heard, SIGINT);
    signal(SIGINT, SIG_DFL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_file_is_made_and_then_replaced, fresh_folder,
                                        drop_folder),
        cmocka_unit_test_setup_teardown(a_link_is_followed_and_stays, fresh_folder, drop_folder),
        cmocka_unit_test_setup_teardown(a_full_disk_leaves_what_was_there, fresh_folder,
                                        drop_folder),
        cmocka_unit_test_setup_teardown(a_device_is_written_and_never_replaced, fresh_folder,
                                        drop_folder),
        cmocka_unit_test_setup_teardown(a_pipe_without_a_reader_is_not_waited_for, fresh_folder,
                                        drop_folder),
        cmocka_unit_test_setup_teardown(what_cannot_be_written_is_known_before, fresh_folder,
                                        drop_folder),
        cmocka_unit_test_setup_teardown(signals_are_as_they_were, fresh_folder, drop_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
