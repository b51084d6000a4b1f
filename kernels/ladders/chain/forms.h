/* forms.h: the work, the bytes and the memory of a chain before it runs. */
#ifndef MW_CHAIN_FORMS_H
#define MW_CHAIN_FORMS_H

#include "chain/tape.h"

mw_work mw_chain_train_work(const mw_kernel *kernel, const mw_args *args);
uint64_t mw_chain_train_compulsory(const mw_kernel *kernel, const mw_args *args);
uint64_t mw_chain_train_footprint(const mw_kernel *kernel, const mw_args *args);

mw_work mw_chain_forward_work(const mw_kernel *kernel, const mw_args *args);
uint64_t mw_chain_forward_compulsory(const mw_kernel *kernel, const mw_args *args);
uint64_t mw_chain_forward_footprint(const mw_kernel *kernel, const mw_args *args);

#endif
