/* account.c: a list of pieces that are given out again by their size, under one lock. */
#include "account.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "buffer.h"

/* A piece as the account sees it. Pieces never move: others hold pointers to them. */
typedef struct slot {
    mw_piece piece; /* first: a piece is its slot */
    mw_buffer buffer;
    bool taken;
    struct slot *next;
} slot;

struct mw_account {
    pthread_mutex_t lock;
    mw_account_place *place;
    void *context;
    slot *slots;
    mw_usage usage;
    uint64_t limit[MW_PURPOSES + 1]; /* the last one: of all together */
};

const char *mw_purpose_name(mw_purpose purpose)
{
    static const char *const names[MW_PURPOSES] = {
        [MW_PURPOSE_WEIGHTS] = "weights",     [MW_PURPOSE_ACTIVATIONS] = "activations",
        [MW_PURPOSE_GRADIENTS] = "gradients", [MW_PURPOSE_OPTIMIZER] = "optimizer",
        [MW_PURPOSE_WORKSPACE] = "workspace",
    };
    return purpose < MW_PURPOSES ? names[purpose] : "memory";
}

mw_status mw_account_open(mw_account **account, mw_account_place *place, void *context,
                          mw_error *error)
{
    *account = calloc(1, sizeof **account);
    if (!*account)
        return mw_fail(error, MW_NO_MEMORY, "out of memory");
    (*account)->place = place;
    (*account)->context = context;
    pthread_mutex_init(&(*account)->lock, NULL);
    return MW_OK;
}

void mw_account_close(mw_account *account)
{
    if (!account)
        return;
    for (slot *s = account->slots, *next; s; s = next) {
        next = s->next;
        mw_buffer_destroy(&s->buffer);
        free(s);
    }
    pthread_mutex_destroy(&account->lock);
    free(account);
}

static void lock(const mw_account *account)
{
    pthread_mutex_lock((pthread_mutex_t *)&account->lock);
}

static void unlock(const mw_account *account)
{
    pthread_mutex_unlock((pthread_mutex_t *)&account->lock);
}

void mw_account_limit(mw_account *account, mw_purpose purpose, uint64_t bytes)
{
    lock(account);
    account->limit[purpose] = bytes;
    unlock(account);
}

/* Whether `live` bytes leave room for `bytes` more under this limit. */
static mw_status fits(const mw_account *account, mw_purpose purpose, uint64_t live, uint64_t bytes,
                      mw_error *error)
{
    uint64_t limit = account->limit[purpose];
    if (live + bytes < bytes)
        return mw_fail(error, MW_NO_MEMORY, "%s: %" PRIu64 " bytes more than any machine has",
                       mw_purpose_name(purpose), bytes);
    if (limit == 0 || live + bytes <= limit)
        return MW_OK;
    return mw_fail(error, MW_NO_MEMORY,
                   "%s: %" PRIu64 " bytes more would make %" PRIu64
                   " alive, and the limit is %" PRIu64 ": raise it or keep less",
                   mw_purpose_name(purpose), bytes, live + bytes, limit);
}

static void enter(mw_usage *usage, mw_purpose purpose, uint64_t bytes)
{
    usage->live_by[purpose] += bytes;
    if (usage->live_by[purpose] > usage->peak_by[purpose])
        usage->peak_by[purpose] = usage->live_by[purpose];
}

/* A piece that was given back and has this size, else a new one. */
static mw_status find(mw_account *account, uint64_t bytes, slot **found, mw_error *error)
{
    for (slot *s = account->slots; s; s = s->next) {
        if (!s->taken && s->piece.bytes == bytes) {
            *found = s;
            return MW_OK;
        }
    }
    slot *fresh = calloc(1, sizeof *fresh);
    if (!fresh)
        return mw_fail(error, MW_NO_MEMORY, "out of memory");
    if (account->place) {
        fresh->piece.data = (void *)(uintptr_t)account->place(account->context, bytes);
    } else {
        mw_status status = mw_buffer_create(&fresh->buffer, bytes, error);
        if (status != MW_OK) {
            free(fresh);
            return status;
        }
        fresh->piece.data = fresh->buffer.data;
    }
    fresh->piece.bytes = bytes;
    fresh->next = account->slots;
    account->slots = fresh;
    account->usage.reserved += bytes;
    *found = fresh;
    return MW_OK;
}

mw_status mw_account_take(mw_account *account, mw_purpose purpose, uint64_t bytes, mw_piece **piece,
                          mw_error *error)
{
    mw_usage *usage = &account->usage;
    slot *s = NULL;
    lock(account);
    mw_status status = fits(account, purpose, usage->live_by[purpose], bytes, error);
    if (status == MW_OK)
        status = fits(account, MW_PURPOSES, usage->live, bytes, error);
    if (status == MW_OK)
        status = find(account, bytes, &s, error);
    if (status == MW_OK) {
        s->taken = true;
        s->piece.purpose = purpose;
        enter(usage, purpose, bytes);
        usage->live += bytes;
        if (usage->live > usage->peak)
            usage->peak = usage->live;
    }
    unlock(account);
    *piece = s ? &s->piece : NULL;
    return status;
}

void mw_account_give(mw_account *account, mw_piece *piece)
{
    if (!piece)
        return;
    lock(account);
    ((slot *)piece)->taken = false;
    account->usage.live_by[piece->purpose] -= piece->bytes;
    account->usage.live -= piece->bytes;
    unlock(account);
}

mw_status mw_account_move(mw_account *account, mw_piece *piece, mw_purpose purpose, mw_error *error)
{
    mw_usage *usage = &account->usage;
    lock(account);
    mw_status status = MW_OK;
    if (purpose != piece->purpose)
        status = fits(account, purpose, usage->live_by[purpose], piece->bytes, error);
    if (status == MW_OK) {
        usage->live_by[piece->purpose] -= piece->bytes;
        piece->purpose = purpose;
        enter(usage, purpose, piece->bytes);
    }
    unlock(account);
    return status;
}

mw_usage mw_account_usage(const mw_account *account)
{
    lock(account);
    mw_usage usage = account->usage;
    unlock(account);
    return usage;
}

void mw_account_restart(mw_account *account)
{
    lock(account);
    mw_usage *usage = &account->usage;
    usage->peak = usage->live;
    for (int p = 0; p < MW_PURPOSES; p++)
        usage->peak_by[p] = usage->live_by[p];
    unlock(account);
}

mw_status mw_account_touch(mw_account *account, int threads, mw_ledger *ledger)
{
    mw_status status = MW_OK;
    for (slot *s = account->slots; s && status == MW_OK; s = s->next) {
        if (!s->taken && s->buffer.data)
            status = mw_buffer_touch(&s->buffer, threads, ledger);
    }
    return status;
}
