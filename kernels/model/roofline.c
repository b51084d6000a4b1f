/* roofline.c: the ridge, and the time that the slower of two roofs allows. */
#include "model/roofline.h"

#include <math.h>

double mw_roofline_ridge(double compute_roof, double memory_roof)
{
    return compute_roof / memory_roof;
}

double mw_roofline_seconds(double compute_roof, double memory_roof, double flops, double bytes)
{
    return fmax(flops / compute_roof, bytes / memory_roof);
}
