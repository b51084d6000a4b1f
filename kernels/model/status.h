/*
 * status.h: how every library of memwall reports failure.
 *
 * A function that can fail returns an mw_status and, when the caller passed an mw_error, fills it
 * with one clear line that says what, where and how to mend it, in UTF-8 whatever was quoted.
 * Libraries never print and never exit.
 */
#ifndef MW_MODEL_STATUS_H
#define MW_MODEL_STATUS_H

typedef enum mw_status {
    MW_OK = 0,
    MW_INVALID,     /* bad input: unknown name, malformed text, value out of range (exit code 2) */
    MW_NO_MEMORY,   /* the work does not fit this machine's memory, or an allocation failed */
    MW_CANCELLED,   /* the cancel flag was seen */
    MW_UNSUPPORTED, /* this machine, build or permission cannot do it; the message says why */
    MW_IO,          /* file, pipe or socket; the message names it */
    MW_PROTOCOL,    /* the peer sent something the contract does not allow */
    MW_DEAD,        /* the worker process is gone */
    MW_TIMEOUT,
    MW_INTERNAL /* a broken promise of our own */
} mw_status;

typedef struct mw_error {
    mw_status code;
    char message[512];
} mw_error;

/* Fills `error` (which may be NULL) and returns `code`, so that callers write `return
 * mw_fail(...)`. */
mw_status mw_fail(mw_error *error, mw_status code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The word for a status, as it stands in JSON: "ok", "invalid", "no-memory", "cancelled", ... */
const char *mw_status_name(mw_status status);

#endif
