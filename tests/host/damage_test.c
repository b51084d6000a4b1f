/* A progress file with bytes that somebody else wrote: what can be read is there, what is lost is
 * said, and the file is kept. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "labs/engine/host/progress.h"
#include "tests/host/kept.h"

enum { RECORDS = 37, STRIDE = 509, JUNK = 24 };

static const char lab[] = "memory-wall/04-gemv-gemm";
static char folder[300];

static int begin(void **state)
{
    if (kept_begin(state))
        return -1;
    snprintf(folder, sizeof folder, "%s", kept_file());
    *strrchr(folder, '/') = '\0';
    return 0;
}

static void fresh(void)
{
    char command[1024];
    snprintf(command, sizeof command,
             "rm -f '%s'/progress.sqlite* && cp " KEPT_FIXTURES "/progress.sqlite '%s'", folder,
             folder);
    assert_int_equal(system(command), 0);
}

static void overwrite(long offset, unsigned char filling, size_t size)
{
    unsigned char junk[8192];
    memset(junk, filling, sizeof junk);
    int fd = open(kept_file(), O_WRONLY);
    assert_int_equal(pwrite(fd, junk, size, offset), size);
    close(fd);
}

/* The records of both attempts: the newest, then the other one. Those that say why they are none
 * are counted apart. */
static int count_records(mw_progress *progress, int *unfit)
{
    mw_attempt attempt;
    mw_error error;
    int count = 0;
    assert_int_equal(mw_progress_load(progress, lab, &attempt, &error), MW_OK);
    for (size_t i = 0; i < json_array_size(attempt.records); i++) {
        bool none = json_object_get(json_array_get(attempt.records, i), "unfit");
        *unfit += none;
        count += !none;
    }
    json_decref(attempt.records);
    return count;
}

static mw_progress *open_progress(void)
{
    mw_progress *progress;
    mw_error error;
    assert_int_equal(mw_progress_open(&progress, folder, &error), MW_OK);
    return progress;
}

/* Of the attempt with 33 records. */
static int count_finished(int *unfit, char notice[512])
{
    mw_progress *progress = open_progress();
    const char *said = mw_progress_notice(progress);
    snprintf(notice, 512, "%s", said ? said : "");
    mw_progress_close(progress);
    kept_finished();
    progress = open_progress();
    if (mw_progress_notice(progress)) /* it is said once */
        fail_msg("first %s, then %s", notice, mw_progress_notice(progress));
    int count = count_records(progress, unfit);
    mw_progress_close(progress);
    return count;
}

/* All over the file. */
static void nothing_is_lost_without_a_word(void **state)
{
    (void)state;
    struct stat about;
    fresh();
    assert_int_equal(stat(kept_file(), &about), 0);
    int damaged = 0, saved = 0;
    for (long offset = 4096; offset + JUNK < about.st_size; offset += STRIDE) {
        static const unsigned char fillings[] = {0x00, 0x5a, 0xff};
        char notice[512];
        fresh();
        overwrite(offset, fillings[offset % 3], JUNK);
        mw_progress *progress = open_progress();
        int unfit = 0, count = 0;
        const char *said = mw_progress_notice(progress);
        snprintf(notice, sizeof notice, "%s", said ? said : "");
        count = count_records(progress, &unfit);
        mw_progress_close(progress);
        if (!*notice && kept_number("SELECT count(*) FROM event") != RECORDS)
            fail_msg("records are missing after damage at %ld", offset);
        if (!*notice && count + unfit != 4)
            fail_msg("%d of 4 records are left after damage at %ld", count, offset);
        damaged += *notice != '\0';
        saved += *notice && kept_number("SELECT count(*) FROM event") >= RECORDS / 2;
    }
    assert_true(damaged > 3);
    assert_true(saved * 3 > damaged * 2);
}

/* One leaf of the table of events. */
static void a_damaged_page_costs_its_own_records_only(void **state)
{
    (void)state;
    char notice[512], command[1024];
    int unfit = 0;
    long leaf = kept_number("SELECT pageno FROM dbstat WHERE name = 'event' AND pagetype = 'leaf'"
                            " ORDER BY pageno LIMIT 1");
    if (leaf <= 0)
        skip(); /* an SQLite without dbstat does not say where it is */
    fresh();
    overwrite(4096 * (leaf - 1), 0x5a, 512);
    snprintf(command, sizeof command, "cp '%s' '%s/as-it-was'", kept_file(), folder);
    assert_int_equal(system(command), 0);
    int count = count_finished(&unfit, notice);
    if (count <= 15 || count >= 33)
        fail_msg("%d records: %s", count, notice);
    const char *lost = strstr(notice, "lost: at least ");
    assert_non_null(lost);
    assert_int_equal(atoi(lost + strlen("lost: at least ")), 33 - count);
    assert_int_equal(unfit, 0);
    snprintf(command, sizeof command, "cd '%s' && cmp as-it-was $(ls | grep 'damaged-[-0-9]*$')",
             folder);
    assert_int_equal(system(command), 0);
}

/* Two at once do not take each other's name. */
static void each_damaged_file_is_kept(void **state)
{
    (void)state;
    char command[512];
    for (int i = 0; i < 3; i++) {
        overwrite(0, 0x5a, 4096);
        mw_progress_close(open_progress());
    }
    snprintf(command, sizeof command, "test $(ls '%s' | grep -c 'damaged-[-0-9]*$') = 3", folder);
    assert_int_equal(system(command), 0);
}

/* What a sound file lacks. */
static void records_that_are_gone_are_counted_and_said_once(void **state)
{
    (void)state;
    char notice[512];
    int unfit = 0;
    kept_execute("DROP TRIGGER event_stays; DELETE FROM event WHERE attempt = 1 AND seq IN (5, 33);"
                 "CREATE TRIGGER event_stays BEFORE DELETE ON event BEGIN SELECT RAISE (ABORT,"
                 " 'events are only added'); END");
    assert_int_equal(count_finished(&unfit, notice), 31);
    assert_non_null(strstr(notice, "records taken over from it: 35, lost: at least 2"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define KEPT(name) cmocka_unit_test_setup_teardown(name, begin, kept_end)
        KEPT(nothing_is_lost_without_a_word),
        KEPT(a_damaged_page_costs_its_own_records_only),
        KEPT(each_damaged_file_is_kept),
        KEPT(records_that_are_gone_are_counted_and_said_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
