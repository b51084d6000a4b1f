/*
 * tidy.h: what clang-tidy is told before each file, because it sees one file at a time: mw_fail
 * returns the status it was given, so after a failure no variable is used that was never set.
 */
#ifndef MW_TESTS_SETUP_TIDY_H
#define MW_TESTS_SETUP_TIDY_H

#include "../../kernels/model/status.h"

static inline mw_status mw_failed(mw_status returned, mw_status code)
{
    (void)returned;
    return code;
}

#define mw_fail(error, code, ...) mw_failed(mw_fail(error, code, __VA_ARGS__), code)

#endif
