/*
 * fused: the three passes in one. x + b and its gelu never leave the registers, so of seven arrays
 * three are left: x and r are read, y is written. The FLOPs are the same.
 *
 *     loads 2·n·w    stores n·w    FLOPs (11 + 2·degree)·n
 */
static void NAME(fused)(void *y, const void *x, const void *r, double b, size_t count)
{
    const T *restrict rest = r;
    EACH_VECTOR(x, NAME(gelu_of)(LOAD(from + i) + (T)b) + LOAD(rest + i),
                NAME(gelu_of)(LOAD_PART(from + i, left) + (T)b) + LOAD_PART(rest + i, left));
}
