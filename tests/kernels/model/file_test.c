/* Files are read whole, and nothing that is no file holds us. */
#include "model/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[64], path[128];

static int fresh_folder(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/memwall-file-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/text", folder);
    alarm(20); /* what hangs fails */
    return 0;
}

static int drop_folder(void **state)
{
    (void)state;
    alarm(0);
    unlink(path);
    return rmdir(folder);
}

static void put(const char *bytes, size_t size)
{
    assert_int_equal(mw_file_save(path, bytes, size, NULL), MW_OK);
}

static void gives(mw_file_origin origin, size_t limit, const char *expected)
{
    char *text;
    size_t size;
    mw_error error = {0};
    mw_status status = mw_file_read(path, origin, limit, &text, &size, &error);
    if (status != MW_OK)
        fail_msg("%s", error.message);
    assert_string_equal(text, expected);
    assert_int_equal(size, strlen(expected));
    free(text);
}

static void refuses(const char *name, mw_file_origin origin, const char *why)
{
    char *text;
    size_t size;
    mw_error error = {0};
    mw_status status = mw_file_read(name, origin, 8192, &text, &size, &error);
    assert_true(status == MW_INVALID || (origin == MW_FILE_FOUND && status == MW_IO));
    assert_null(text);
    assert_non_null(strstr(error.message, name));
    if (!strstr(error.message, why))
        fail_msg("'%s' does not say '%s'", error.message, why);
}

static void a_text_is_read_whole_up_to_its_limit(void **state)
{
    (void)state;
    put("", 0);
    gives(MW_FILE_FOUND, 10, "");
    put("0123456789", 10);
    gives(MW_FILE_FOUND, 10, "0123456789");
    gives(MW_FILE_NAMED, 1 << 20, "0123456789");
    char *long_text = malloc(300001);
    memset(long_text, 'x', 300000);
    long_text[300000] = '\0';
    put(long_text, 300000);
    gives(MW_FILE_FOUND, 300000, long_text);
    free(long_text);
    refuses(path, MW_FILE_NAMED, "longer than 8 KiB");
}

static void a_byte_order_mark_is_no_part_of_the_text(void **state)
{
    (void)state;
    put("\xef\xbb\xbf{}", 5);
    gives(MW_FILE_NAMED, 10, "{}");
    put("\xff\xfe{\0}\0", 6);
    refuses(path, MW_FILE_NAMED, "UTF-16");
    put("\xfe\xff\0{\0}", 6);
    refuses(path, MW_FILE_FOUND, "UTF-16");
}

static void what_is_found_must_be_a_file(void **state)
{
    (void)state;
    assert_int_equal(mkfifo(path, 0600), 0);
    refuses(path, MW_FILE_FOUND, "no regular file");
    refuses("/dev/zero", MW_FILE_FOUND, "no regular file");
    refuses(folder, MW_FILE_FOUND, "directory");
    refuses("/nowhere/text", MW_FILE_FOUND, "No such file");
}

static void what_is_named_may_be_a_pipe_and_ends_somewhere(void **state)
{
    (void)state;
    assert_int_equal(mkfifo(path, 0600), 0);
    pid_t child = fork();
    if (child == 0) {
        FILE *end = fopen(path, "w");
        for (int i = 0; i < 3; i++) {
            fputs("piece ", end);
            fflush(end);
        }
        fclose(end);
        _exit(0);
    }
    gives(MW_FILE_NAMED, 100, "piece piece piece ");
    waitpid(child, NULL, 0);
    refuses("/dev/zero", MW_FILE_NAMED, "longer than 8 KiB");
    refuses(folder, MW_FILE_NAMED, "directory");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define FRESH(name) cmocka_unit_test_setup_teardown(name, fresh_folder, drop_folder)
        FRESH(a_text_is_read_whole_up_to_its_limit),
        FRESH(a_byte_order_mark_is_no_part_of_the_text),
        FRESH(what_is_found_must_be_a_file),
        FRESH(what_is_named_may_be_a_pipe_and_ends_somewhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
