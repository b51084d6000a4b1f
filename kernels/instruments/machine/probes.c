/* probes.c: how many chains peaks may have, and what streams load and store. */
#include "machine/probes.h"

const int mw_peak_chains[MW_PEAK_CHAINS] = {8, 12, 16};

const mw_stream_shape mw_stream_shapes[MW_STREAM_OPS] = {
    [MW_STREAM_READ] = {"read", 1, 1, 1},         [MW_STREAM_READ_MANY] = {"read", 8, 8, 8},
    [MW_STREAM_REDUCE] = {"reduce", 1, 1, 1},     [MW_STREAM_STORE] = {"store", 1, 1, 2},
    [MW_STREAM_STORE_NT] = {"store_nt", 1, 1, 1}, [MW_STREAM_COPY] = {"copy", 2, 2, 3},
    [MW_STREAM_UPDATE] = {"update", 1, 2, 2},     [MW_STREAM_TRIAD] = {"triad", 3, 3, 4},
};
