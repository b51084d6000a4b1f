/*
 * fixed, where a processor multiplies bytes and adds the products up by fours (AVX-512 VNNI): 64
 * weights with one VPDPBUSD for each digit of x.
 *
 * X has 16 bits, two digits to the base of 256. Digits are multiplied apart, the leading ones
 * first, and their sum is moved up by 8 bits before the others come in.
 *
 * The instruction wants one side unsigned. Codes of q4_0 are, 0 … 15, and stand for q - 8; those of
 * q8_0 become so by a flip of their first bit. The 8 or 128 too much, times the sum of x, is a
 * number that x alone decides: `correction`. It costs nothing when the sums begin with it, in front
 * of the leading digits; there it counts 256-fold, so the X of a lane are rounded to a sum of which
 * 8 (128) times is a multiple of 256: another two units of error at most (one with q8_0).
 */
#define TARGET __attribute__((target("avx512vnni,gfni")))

enum { GROUP_4 = 128, GROUP_8 = 64, FIXED_COLUMNS = GROUP_4, UNITS_4 = 3, UNITS_8 = 2 };

/* Moves the X of one lane, `runs` runs of four that lie 16 apart, to a sum that `multiple` divides:
 * no X by more than 2 (q8_0: 1). Returns the sum over the multiple. */
MW_INLINE int32_t make_divisible(int32_t *whole, int32_t runs, int32_t multiple)
{
    int32_t sum = 0;
    for (int32_t r = 0; r < runs; r++)
        sum += whole[16 * r] + whole[16 * r + 1] + whole[16 * r + 2] + whole[16 * r + 3];
    int32_t wanted = (sum + (sum < 0 ? -multiple : multiple) / 2) / multiple * multiple;
    int32_t over = sum - wanted;
#pragma GCC unroll 8
    for (int32_t i = 0; i < 4 * runs; i++) {
        int32_t share = over / (4 * runs - i); /* what is left, over those who are left */
        whole[i / 4 * 16 + i % 4] -= share;
        over -= share;
    }
    return wanted / multiple;
}

/* The lowest digit of each, which leaves the rest. */
static void take_digit(int32_t *whole, size_t count, int8_t *digit)
{
    for (size_t j = 0; j < count; j++) {
        digit[j] = (int8_t)whole[j];
        whole[j] = (whole[j] - digit[j]) >> 8;
    }
}

/* q4_0: lane 4k + t of a group's vectors holds elements 4t … 4t+3 of block k, in one vector those
 * of the low nibbles, in the next those of the high ones. */
static void place_q4_0(const mw_fixed_x *fixed, size_t j, int32_t *whole, size_t count)
{
    int8_t digit[MW_FIXED_PIECE];
    for (size_t g = 0; g < count; g += GROUP_4) {
        int32_t *correction = fixed->correction + (j + g) / GROUP_4 * 16;
        for (size_t lane = 0; lane < 16; lane++) {
            int32_t *first = whole + g + lane / 4 * 32 + lane % 4 * 4;
            correction[lane] = -make_divisible(first, 2, 256 / 8);
        }
    }
    for (size_t d = DIGITS; d-- > 0;) {
        take_digit(whole, count, digit);
        for (size_t g = 0; g < count; g += GROUP_4) {
            int8_t *to = fixed->digits + (j + g) * DIGITS + d * GROUP_4;
            for (size_t lane = 0; lane < 16; lane++) {
                const int8_t *from = digit + g + lane / 4 * 32 + lane % 4 * 4;
                memcpy(to + 4 * lane, from, 4);
                memcpy(to + 64 + 4 * lane, from + 16, 4);
            }
        }
    }
}

/* q8_0: two blocks make a group, elements in order. */
static void place_q8_0(const mw_fixed_x *fixed, size_t j, int32_t *whole, size_t count)
{
    int8_t digit[MW_FIXED_PIECE];
    for (size_t i = 0; i < count; i += 4)
        fixed->correction[(j + i) / 4] = -make_divisible(whole + i, 1, 256 / 128);
    for (size_t d = DIGITS; d-- > 0;) {
        take_digit(whole, count, digit);
        for (size_t g = 0; g < count; g += GROUP_8)
            memcpy(fixed->digits + (j + g) * DIGITS + d * GROUP_8, digit + g, GROUP_8);
    }
}

/* fp16 scales that lie in the upper halves of 32-bit lanes: moved to where a float has them. Their
 * exponent stays 112 too small; the end of a piece puts that right. */
MW_INLINE TARGET __m512 scales_of(__m512i lanes)
{
    const __m512i fields = _mm512_set1_epi32((int)0x8fffe000);
    return _mm512_castsi512_ps(_mm512_and_si512(_mm512_srai_epi32(lanes, 3), fields));
}

/* Loaded once, however often it is used: a load that crosses a line costs two. */
MW_INLINE TARGET __m512i load_once(const uint8_t *from)
{
    __m512i bytes = _mm512_loadu_si512(from);
    __asm__("" : "+v"(bytes));
    return bytes;
}

/* Which 16-bit words of a group's first 64 bytes go where: the scales to the upper halves of their
 * blocks' lanes, and of q4_0 the nibbles to lane 4k + t, bytes 4t … 4t+3 of block k. */
typedef struct word_order {
    __m512i scales, codes;
} word_order;

MW_INLINE TARGET word_order order_of(mw_format format)
{
    uint16_t scales[32], codes[32];
    for (uint16_t lane = 0; lane < 16; lane++) {
        uint16_t block = format == MW_FORMAT_Q4_0 ? lane / 4 : lane / 8;
        uint16_t word = (uint16_t)(block * (format == MW_FORMAT_Q4_0 ? 9 : 17));
        scales[2 * lane] = 0;
        scales[2 * lane + 1] = word;
        codes[2 * lane] = (uint16_t)(word + 1 + lane % 4 * 2);
        codes[2 * lane + 1] = (uint16_t)(word + 2 + lane % 4 * 2);
    }
    return (word_order){_mm512_loadu_si512(scales), _mm512_loadu_si512(codes)};
}

static const __mmask32 upper_halves = 0xaaaaaaaa;

/* Four blocks, 72 bytes: the nibbles of three lie within the first 64, the last 16 are its own. */
MW_INLINE TARGET __m512 q4_0_group(const uint8_t *codes, const int8_t *digits,
                                   const int32_t *correction, word_order order, __m512 sum)
{
    const __m512i nibble = _mm512_set1_epi8(15);
    const __m512i shift = _mm512_set1_epi64(0x1020408000000000); /* each byte by 4 to the right */
    const __mmask16 last = 0xf000;
    __m512i bytes = load_once(codes);
    __m512 scale = scales_of(_mm512_maskz_permutexvar_epi16(upper_halves, order.scales, bytes));
    bytes = _mm512_permutexvar_epi16(order.codes, bytes);
    bytes = _mm512_mask_broadcast_i32x4(bytes, last, _mm_loadu_si128((const void *)(codes + 56)));
    __m512i low = _mm512_and_si512(bytes, nibble);
    __m512i high = _mm512_gf2p8affine_epi64_epi8(bytes, shift, 0);
    __m512i total = _mm512_load_si512(correction);
#pragma GCC unroll 2
    for (size_t d = 0; d < DIGITS; d++) {
        total = d ? _mm512_slli_epi32(total, 8) : total;
        total = _mm512_dpbusd_epi32(total, low, _mm512_load_si512(digits + d * GROUP_4));
        total = _mm512_dpbusd_epi32(total, high, _mm512_load_si512(digits + d * GROUP_4 + 64));
    }
    return _mm512_fmadd_ps(_mm512_cvtepi32_ps(total), scale, sum);
}

/* Two blocks, 68 bytes. */
MW_INLINE TARGET __m512 q8_0_group(const uint8_t *codes, const int8_t *digits,
                                   const int32_t *correction, word_order order, __m512 sum)
{
    const __m512i flip = _mm512_set1_epi8((char)0x80);
    __m512 scale = scales_of(
        _mm512_maskz_permutexvar_epi16(upper_halves, order.scales, _mm512_loadu_si512(codes)));
    __m256i first = _mm256_loadu_si256((const void *)(codes + 2));
    __m512i bytes = _mm512_inserti64x4(_mm512_castsi256_si512(first),
                                       _mm256_loadu_si256((const void *)(codes + 36)), 1);
    bytes = _mm512_xor_si512(bytes, flip);
    __m512i total = _mm512_load_si512(correction);
#pragma GCC unroll 2
    for (size_t d = 0; d < DIGITS; d++) {
        total = d ? _mm512_slli_epi32(total, 8) : total;
        total = _mm512_dpbusd_epi32(total, bytes, _mm512_load_si512(digits + d * GROUP_8));
    }
    return _mm512_fmadd_ps(_mm512_cvtepi32_ps(total), scale, sum);
}

#define UNIT_SCALE 0x1p112f /* scales_of left it out */

MW_INLINE TARGET void fixed_piece(mw_format format, const mw_fixed_x *x, const uint8_t *row,
                                  size_t next, size_t rows, size_t j, size_t end, VEC *part)
{
    bool q4 = format == MW_FORMAT_Q4_0;
    const size_t group = q4 ? GROUP_4 : GROUP_8, bytes = q4 ? 72 : 68;
    const word_order order = order_of(format);
    for (size_t g = j / group; g < end / group; g++) {
#pragma GCC unroll 8
        for (size_t r = 0; r < rows; r++) {
            const uint8_t *codes = row + r * next + g * bytes;
            __builtin_prefetch(codes + MW_QUANTIZED_FAR + r * MW_QUANTIZED_FURTHER);
            const int8_t *digits = x->digits + g * group * DIGITS;
            const int32_t *correction = x->correction + 16 * g;
            part[r] = q4 ? q4_0_group(codes, digits, correction, order, part[r])
                         : q8_0_group(codes, digits, correction, order, part[r]);
        }
    }
    /* A group is a little longer than a line: the lines that were left out. */
#pragma GCC unroll 8
    for (size_t r = 0; r < rows; r++)
        __builtin_prefetch(row + r * next + end / group * bytes + MW_QUANTIZED_FAR +
                           r * MW_QUANTIZED_FURTHER);
}
