/* block_test.c: readers see whole publications, also after the writer was killed. */
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "model/block.h"

/* Every word is a function of the first, so one torn read shows. */
static mw_counters consistent(uint64_t n)
{
    return (mw_counters){n, n + 1, n + 2, n * 2, n * 3, n * 5, n * 7, n * 11, n * 13};
}

static bool is_consistent(const mw_counters *counters)
{
    mw_counters expected = consistent(counters->run);
    return memcmp(counters, &expected, sizeof expected) == 0;
}

static mw_block *map_shared(void)
{
    int fd = memfd_create("test-block", MFD_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(ftruncate(fd, (off_t)mw_block_size()), 0);
    void *memory = mmap(NULL, mw_block_size(), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    assert_ptr_not_equal(memory, MAP_FAILED);
    close(fd);
    mw_block_init(memory);
    return memory;
}

static void a_fresh_block_reads_as_idle(void **state)
{
    (void)state;
    mw_block *block = map_shared();
    mw_counters counters;
    memset(&counters, 0xff, sizeof counters);
    assert_true(mw_block_read(block, &counters));
    assert_int_equal(counters.phase, MW_PHASE_IDLE);
    assert_int_equal(counters.flops, 0);
    munmap(block, mw_block_size());
}

static void a_reader_sees_the_last_publication(void **state)
{
    (void)state;
    mw_block *block = map_shared();
    for (uint64_t n = 1; n < 10; n++) {
        mw_counters written = consistent(n), read;
        mw_block_publish(block, &written);
        assert_true(mw_block_read(block, &read));
        assert_memory_equal(&written, &read, sizeof read);
    }
    munmap(block, mw_block_size());
}

typedef struct writer {
    mw_block *block;
    atomic_bool stop;
    uint64_t written;
} writer;

static void *write_without_rest(void *context)
{
    writer *w = context;
    uint64_t n = 0;
    while (!atomic_load_explicit(&w->stop, memory_order_relaxed)) {
        mw_counters counters = consistent(++n);
        mw_block_publish(w->block, &counters);
    }
    w->written = n;
    return NULL;
}

static void no_read_is_torn_while_a_thread_writes_without_rest(void **state)
{
    (void)state;
    writer w = {.block = map_shared()};
    mw_counters first = consistent(0);
    mw_block_publish(w.block, &first);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, write_without_rest, &w), 0);
    int torn = 0, backwards = 0, good = 0;
    uint64_t last = 0;
    for (int i = 0; i < 300000; i++) {
        mw_counters counters;
        if (!mw_block_read(w.block, &counters))
            continue;
        good++;
        torn += !is_consistent(&counters);
        backwards += counters.run < last;
        last = counters.run;
    }
    atomic_store(&w.stop, true);
    pthread_join(thread, NULL);
    assert_int_equal(torn, 0);
    assert_int_equal(backwards, 0);
    assert_true(good > 0);
    mw_counters counters;
    assert_true(mw_block_read(w.block, &counters));
    assert_int_equal(counters.run, w.written);
    munmap(w.block, mw_block_size());
}

static void a_killed_writer_leaves_a_readable_block(void **state)
{
    (void)state;
    mw_block *block = map_shared();
    for (int round = 0; round < 20; round++) {
        mw_counters first = consistent(0);
        mw_block_publish(block, &first);
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            for (uint64_t n = 1;; n++) {
                mw_counters counters = consistent(n);
                mw_block_publish(block, &counters);
            }
        }
        mw_counters counters = first;
        while (counters.run < 1000)
            mw_block_read(block, &counters);
        kill(child, SIGKILL);
        assert_int_equal(waitpid(child, NULL, 0), child);
        assert_true(mw_block_read(block, &counters));
        assert_true(is_consistent(&counters));
        assert_true(counters.run >= 1000);
    }
    munmap(block, mw_block_size());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fresh_block_reads_as_idle),
        cmocka_unit_test(a_reader_sees_the_last_publication),
        cmocka_unit_test(no_read_is_torn_while_a_thread_writes_without_rest),
        cmocka_unit_test(a_killed_writer_leaves_a_readable_block),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
