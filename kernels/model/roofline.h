/*
 * roofline.h: the arithmetic of the roofline model (Williams, Waterman, Patterson, CACM 52(4)
 * 2009).
 *
 * Attainable FLOP/s at arithmetic intensity I is min(pi, beta * I) for a compute roof pi [FLOP/s]
 * and a memory roof beta [B/s]; the ridge point is pi / beta [FLOP/B].
 */
#ifndef MW_MODEL_ROOFLINE_H
#define MW_MODEL_ROOFLINE_H

double mw_roofline_ridge(double compute_roof, double memory_roof);

/* Lower bound of the run time of `flops` and `bytes`: max(F/pi, Q/beta) [s]. */
double mw_roofline_seconds(double compute_roof, double memory_roof, double flops, double bytes);

#endif
