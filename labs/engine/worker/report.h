/*
 * report.h: what the kernels' floor knows, in the shapes that commands print and labs read.
 *
 * The shapes are described in ARCHITECTURE.md. Every json_t returned belongs to the caller.
 */
#ifndef MW_WORKER_REPORT_H
#define MW_WORKER_REPORT_H

#include <jansson.h>

#include "kernel.h"
#include "machine/calibration.h"
#include "meter/measure.h"

/* {"kernels":[…]}: the registry. */
json_t *mw_report_kernels(void);

/* Values by name, choices as words. */
json_t *mw_report_args(const mw_kernel *kernel, const mw_args *args);

/* Those among them that one execution takes otherwise than they are given; empty for most. */
json_t *mw_report_chosen(const mw_kernel *kernel, const mw_args *args);

/* One side of a measurement. */
json_t *mw_report_measurement(const mw_measurement *measurement);

/* {"median","low","high"}: the ratio of a pair. */
json_t *mw_report_ratio(const mw_ratio *ratio);

/* The machine, and back (only what a spot check compares with: levels and compute roofs). */
json_t *mw_report_machine(const mw_calibration *calibration);
mw_status mw_report_machine_read(const json_t *machine, mw_calibration *calibration,
                                 mw_error *error);

/* The machine as the system describes it, nothing measured: roofs marked nominal. */
json_t *mw_report_machine_nominal(void);

/* Adds what holds today and is not in a remembered machine: "memory_limit_bytes" and "hardware"
 * {"state","reason","short_reason"}. Members that are there stay. */
void mw_report_machine_complete(json_t *machine);

/* {"checks":[…]}: what this process sees of ISA, PAPI, OpenBLAS, OpenMP and pinning. */
json_t *mw_report_doctor(void);

/* Finds "family/variant" and sets its arguments from {"m": 8192, "dtype": "f32", …}; what is not
 * named keeps its preset. Checked against ranges, rules and memory. `args` may be NULL. */
mw_status mw_report_request(const char *name, const json_t *args, const mw_kernel **kernel,
                            mw_args *values, mw_error *error);

#endif
