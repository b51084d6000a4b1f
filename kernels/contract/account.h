/*
 * account.h: an allocator that keeps accounts: bytes alive now, the most that were alive at once,
 * and both again by purpose.
 *
 * The figures are exact: they count the bytes asked for. What is given back is kept for the next
 * request of the same size, so a second run of the same steps maps no page; `reserved` says how
 * much is held that way. All functions may be called from several threads.
 */
#ifndef MW_ACCOUNT_H
#define MW_ACCOUNT_H

#include <stddef.h>
#include <stdint.h>

#include "kernel.h"

typedef struct mw_account mw_account;

/* One allocation. It belongs to the account; `data` is valid until it is given back. */
typedef struct mw_piece {
    void *data;
    uint64_t bytes;
    mw_purpose purpose;
} mw_piece;

typedef struct mw_usage {
    uint64_t live, peak;
    uint64_t live_by[MW_PURPOSES], peak_by[MW_PURPOSES];
    uint64_t reserved; /* bytes of all pieces, those given back included */
} mw_usage;

/* Where pieces lie. NULL instead of a function: in memory, mapped by mw_buffer. A function only
 * names addresses (those of a trace, say), and nobody may look at what lies there. */
typedef uint64_t mw_account_place(void *context, uint64_t bytes);

mw_status mw_account_open(mw_account **account, mw_account_place *place, void *context,
                          mw_error *error);
void mw_account_close(mw_account *account); /* and every piece with it; NULL is fine */

/* At most so many bytes of this purpose, or of all (MW_PURPOSES); 0: no limit. */
void mw_account_limit(mw_account *account, mw_purpose purpose, uint64_t bytes);

/* MW_NO_MEMORY when a limit would be passed or the system has no more: the message says which. */
mw_status mw_account_take(mw_account *account, mw_purpose purpose, uint64_t bytes, mw_piece **piece,
                          mw_error *error);
void mw_account_give(mw_account *account, mw_piece *piece); /* NULL is fine */

/* A piece changes its purpose: what was workspace becomes a layer input. */
mw_status mw_account_move(mw_account *account, mw_piece *piece, mw_purpose purpose,
                          mw_error *error);

mw_usage mw_account_usage(const mw_account *account);

/* The peaks begin again at what is alive now. */
void mw_account_restart(mw_account *account);

/* First touch of the pieces that are given back. MW_CANCELLED when the ledger says so. */
mw_status mw_account_touch(mw_account *account, int threads, mw_ledger *ledger);

#endif
