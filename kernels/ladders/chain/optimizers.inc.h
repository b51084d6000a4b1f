/*
 * optimizers: how weights w follow their gradients g, and what has to be remembered for it. Few
 * FLOPs for many bytes: whatever the chain before it was, this pass waits for the memory.
 *
 *     sgd        w -= rate·g                                  FLOPs 2     loads 2·w  stores 1·w
 *     momentum   v = decay·v + g;  w -= rate·v                FLOPs 4     loads 3·w  stores 2·w
 *     adam       m = decay·m + (1 - decay)·g
 *                v = square_decay·v + (1 - square_decay)·g²
 *                w -= rate·m / (sqrt(v) + tiny)               FLOPs 12    loads 4·w  stores 3·w
 *
 * for each weight, a root and a division counted as one FLOP each. Adam's correction of its first
 * steps is left out: it changes the rate only (Kingma and Ba 2015, arXiv:1412.6980).
 */
static void NAME(sgd)(const mw_chain_move *move)
{
    T *restrict w = move->w;
    const T *restrict g = move->g;
    T rate = (T)move->rate;
    for (size_t i = 0; i < move->count; i++)
        w[i] -= rate * g[i];
}

static void NAME(momentum)(const mw_chain_move *move)
{
    T *restrict w = move->w, *restrict v = move->first;
    const T *restrict g = move->g;
    T rate = (T)move->rate, decay = (T)MW_CHAIN_DECAY;
    for (size_t i = 0; i < move->count; i++) {
        v[i] = decay * v[i] + g[i];
        w[i] -= rate * v[i];
    }
}

static void NAME(adam)(const mw_chain_move *move)
{
    T *restrict w = move->w, *restrict m = move->first, *restrict v = move->second;
    const T *restrict g = move->g;
    T rate = (T)move->rate, decay = (T)MW_CHAIN_DECAY, square = (T)MW_CHAIN_SQUARE_DECAY;
    for (size_t i = 0; i < move->count; i++) {
        m[i] = decay * m[i] + (1 - decay) * g[i];
        v[i] = square * v[i] + (1 - square) * g[i] * g[i];
        w[i] -= rate * m[i] / (ROOT(v[i]) + (T)MW_CHAIN_TINY);
    }
}
