/* stream.h: the kernels of the stream family, loops whose time is their bytes. */
#ifndef MW_STREAM_H
#define MW_STREAM_H

#include "kernel.h"

extern const mw_kernel mw_stream_read, mw_stream_copy, mw_stream_scale, mw_stream_add,
    mw_stream_triad, mw_stream_update, mw_stream_store, mw_stream_store_nt, mw_stream_copy_nt,
    mw_stream_triad_nt;

#endif
