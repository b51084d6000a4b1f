/* events.c: the table: one row for each processor and recipe. */
#include "meter/events.h"

/* clang-format off */
static const mw_event_cpu cpus[] = {
    {"Nehalem",         MW_MAKER_INTEL, 6,  26,  31, MW_MARCH_NHM, 64},
    {"Westmere",        MW_MAKER_INTEL, 6,  37,  37, MW_MARCH_NHM, 64},
    {"Sandy Bridge",    MW_MAKER_INTEL, 6,  42,  42, MW_MARCH_SNB, 64},
    {"Westmere-EP",     MW_MAKER_INTEL, 6,  44,  44, MW_MARCH_NHM, 64},
    {"Sandy Bridge-EP", MW_MAKER_INTEL, 6,  45,  45, MW_MARCH_SNB, 64},
    {"Ivy Bridge",      MW_MAKER_INTEL, 6,  58,  58, MW_MARCH_SNB, 64},
    {"Haswell",         MW_MAKER_INTEL, 6,  60,  60, MW_MARCH_HSW, 64},
    {"Broadwell",       MW_MAKER_INTEL, 6,  61,  61, MW_MARCH_BDW, 64},
    {"Ivy Bridge-EP",   MW_MAKER_INTEL, 6,  62,  62, MW_MARCH_SNB, 64},
    {"Haswell-EP",      MW_MAKER_INTEL, 6,  63,  63, MW_MARCH_HSW, 64},
    {"Haswell",         MW_MAKER_INTEL, 6,  69,  70, MW_MARCH_HSW, 64},
    {"Broadwell",       MW_MAKER_INTEL, 6,  71,  71, MW_MARCH_BDW, 64},
    {"Skylake",         MW_MAKER_INTEL, 6,  78,  78, MW_MARCH_SKL, 64},
    {"Broadwell-EP",    MW_MAKER_INTEL, 6,  79,  79, MW_MARCH_BDW, 64},
    {"Skylake-SP",      MW_MAKER_INTEL, 6,  85,  85, MW_MARCH_SKX, 64},
    {"Broadwell-DE",    MW_MAKER_INTEL, 6,  86,  86, MW_MARCH_BDW, 64},
    {"Skylake",         MW_MAKER_INTEL, 6,  94,  94, MW_MARCH_SKL, 64},
    {"Ice Lake-SP",     MW_MAKER_INTEL, 6, 106, 106, MW_MARCH_ICX, 64},
    {"Ice Lake-D",      MW_MAKER_INTEL, 6, 108, 108, MW_MARCH_ICX, 64},
    {"Ice Lake",        MW_MAKER_INTEL, 6, 125, 126, MW_MARCH_ICL, 64},
    {"Tiger Lake",      MW_MAKER_INTEL, 6, 140, 141, MW_MARCH_ICL, 64},
    {"Kaby Lake",       MW_MAKER_INTEL, 6, 142, 142, MW_MARCH_SKL, 64},
    {"Sapphire Rapids", MW_MAKER_INTEL, 6, 143, 143, MW_MARCH_SPR, 64},
    {"Alder Lake",      MW_MAKER_INTEL, 6, 151, 151, MW_MARCH_NEW, 64},
    {"Alder Lake",      MW_MAKER_INTEL, 6, 154, 154, MW_MARCH_NEW, 64},
    {"Coffee Lake",     MW_MAKER_INTEL, 6, 158, 158, MW_MARCH_SKL, 64},
    {"Comet Lake",      MW_MAKER_INTEL, 6, 165, 166, MW_MARCH_SKL, 64},
    {"Rocket Lake",     MW_MAKER_INTEL, 6, 167, 167, MW_MARCH_ICL, 64},
    {"Granite Rapids",  MW_MAKER_INTEL, 6, 173, 174, MW_MARCH_NEW, 64},
    {"Raptor Lake",     MW_MAKER_INTEL, 6, 183, 183, MW_MARCH_NEW, 64},
    {"Emerald Rapids",  MW_MAKER_INTEL, 6, 207, 207, MW_MARCH_SPR, 64},
    {"Zen 1",           MW_MAKER_AMD,  23,   1,  47, MW_MARCH_ZEN1, 64},
    {"Zen 2",           MW_MAKER_AMD,  23,  48, 175, MW_MARCH_ZEN2, 64},
    {"Zen 3",           MW_MAKER_AMD,  25,   0,  15, MW_MARCH_ZEN3, 64},
    {"Zen 4",           MW_MAKER_AMD,  25,  16,  31, MW_MARCH_ZEN4, 64},
    {"Zen 3",           MW_MAKER_AMD,  25,  32,  95, MW_MARCH_ZEN3, 64},
    {"Zen 4",           MW_MAKER_AMD,  25,  96, 175, MW_MARCH_ZEN4, 64},
    {"Zen 5",           MW_MAKER_AMD,  26,   0, 255, MW_MARCH_NEW, 64},
    {"A64FX",           MW_MAKER_FUJITSU, 8, 0x001, 0x001, MW_MARCH_A64FX, 256},
    {"Neoverse N1",     MW_MAKER_ARM,  8, 0xd0c, 0xd0c, MW_MARCH_NEW, 64},
    {"Neoverse V1",     MW_MAKER_ARM,  8, 0xd40, 0xd40, MW_MARCH_NEW, 64},
    {"Neoverse N2",     MW_MAKER_ARM,  8, 0xd49, 0xd49, MW_MARCH_NEW, 64},
    {"Neoverse V2",     MW_MAKER_ARM,  8, 0xd4f, 0xd4f, MW_MARCH_NEW, 64},
};

#define FP_ARITH  (MW_MARCH_BDW | MW_MARCH_SKL | MW_MARCH_SKX | MW_MARCH_ICL | MW_MARCH_ICX | MW_MARCH_SPR)
#define FP_512    (MW_MARCH_SKX | MW_MARCH_ICL | MW_MARCH_ICX | MW_MARCH_SPR)
#define RETIRED   (MW_MARCH_ZEN2 | MW_MARCH_ZEN3 | MW_MARCH_ZEN4)
#define L2_LINES  (MW_MARCH_SKL | MW_MARCH_SKX | MW_MARCH_ICL | MW_MARCH_ICX | MW_MARCH_SPR)

/* Reads and writes of one channel of a memory controller. */
#define CHANNEL(pmu, n) {pmu #n "::UNC_M_CAS_COUNT:RD", 1}, {pmu #n "::UNC_M_CAS_COUNT:WR", 1}

/* FMA counts two in all of these. ARM's VFP_SPEC is speculative and no count of FLOPs, PAPI's
 * PAPI_FP_OPS counts instructions on older Intel: neither is here. Before Broadwell the events
 * count what was issued, also again after a miss; Haswell has none at all. */
static const mw_event_recipe recipes[] = {
    {MW_EVENT_FLOPS_F32, MW_MARCH_NHM | MW_MARCH_SNB, 0, "PAPI_SP_OPS (issued)", false, false,
     {{"PAPI_SP_OPS", 1}}},
    {MW_EVENT_FLOPS_F32, 0, 0, "PAPI_SP_OPS", false, false, {{"PAPI_SP_OPS", 1}}},
    {MW_EVENT_FLOPS_F32, RETIRED, 0, "PAPI_FP_OPS", false, false, {{"PAPI_FP_OPS", 1}}},
    {MW_EVENT_FLOPS_F32, FP_512, 0, "FP_ARITH_INST_RETIRED", false, false,
     {{"FP_ARITH_INST_RETIRED:SCALAR_SINGLE", 1}, {"FP_ARITH_INST_RETIRED:128B_PACKED_SINGLE", 4},
      {"FP_ARITH_INST_RETIRED:256B_PACKED_SINGLE", 8},
      {"FP_ARITH_INST_RETIRED:512B_PACKED_SINGLE", 16}}},
    {MW_EVENT_FLOPS_F32, FP_ARITH, 0, "FP_ARITH", false, false,
     {{"FP_ARITH:SCALAR_SINGLE", 1}, {"FP_ARITH:128B_PACKED_SINGLE", 4},
      {"FP_ARITH:256B_PACKED_SINGLE", 8}}},
    {MW_EVENT_FLOPS_F32, RETIRED, 0, "RETIRED_SSE_AVX_FLOPS", false, false,
     {{"RETIRED_SSE_AVX_FLOPS:ANY", 1}}},

    {MW_EVENT_FLOPS_F64, MW_MARCH_NHM | MW_MARCH_SNB, 0, "PAPI_DP_OPS (issued)", false, false,
     {{"PAPI_DP_OPS", 1}}},
    {MW_EVENT_FLOPS_F64, 0, 0, "PAPI_DP_OPS", false, false, {{"PAPI_DP_OPS", 1}}},
    {MW_EVENT_FLOPS_F64, RETIRED, 0, "PAPI_FP_OPS", false, false, {{"PAPI_FP_OPS", 1}}},
    {MW_EVENT_FLOPS_F64, FP_512, 0, "FP_ARITH_INST_RETIRED", false, false,
     {{"FP_ARITH_INST_RETIRED:SCALAR_DOUBLE", 1}, {"FP_ARITH_INST_RETIRED:128B_PACKED_DOUBLE", 2},
      {"FP_ARITH_INST_RETIRED:256B_PACKED_DOUBLE", 4},
      {"FP_ARITH_INST_RETIRED:512B_PACKED_DOUBLE", 8}}},
    {MW_EVENT_FLOPS_F64, FP_ARITH, 0, "FP_ARITH", false, false,
     {{"FP_ARITH:SCALAR_DOUBLE", 1}, {"FP_ARITH:128B_PACKED_DOUBLE", 2},
      {"FP_ARITH:256B_PACKED_DOUBLE", 4}}},
    {MW_EVENT_FLOPS_F64, RETIRED, 0, "RETIRED_SSE_AVX_FLOPS", false, false,
     {{"RETIRED_SSE_AVX_FLOPS:ANY", 1}}},

    {MW_EVENT_L1_BYTES, 0, 0, "PAPI_L1_DCM (thread)", true, false, {{"PAPI_L1_DCM", 1}}},
    {MW_EVENT_L1_BYTES, FP_ARITH, 0, "L1D:REPLACEMENT (thread)", true, false,
     {{"L1D:REPLACEMENT", 1}}},

    {MW_EVENT_L2_BYTES, 0, MW_MARCH_A64FX, "PAPI_L2_TCM (thread)", true, false, {{"PAPI_L2_TCM", 1}}},
    {MW_EVENT_L2_BYTES, 0, MW_MARCH_A64FX, "PAPI_L2_DCM (thread)", true, false, {{"PAPI_L2_DCM", 1}}},
    {MW_EVENT_L2_BYTES, L2_LINES, 0, "L2_LINES_IN:ALL (thread)", true, false,
     {{"L2_LINES_IN:ALL", 1}}},

    {MW_EVENT_DRAM_BYTES, MW_MARCH_SNB, 0, "UNC_M_CAS_COUNT (socket)", true, true,
     {CHANNEL("snbep_unc_imc", 0), CHANNEL("snbep_unc_imc", 1), CHANNEL("snbep_unc_imc", 2),
      CHANNEL("snbep_unc_imc", 3)}},
    {MW_EVENT_DRAM_BYTES, MW_MARCH_SNB, 0, "UNC_M_CAS_COUNT (socket)", true, true,
     {CHANNEL("ivbep_unc_imc", 0), CHANNEL("ivbep_unc_imc", 1), CHANNEL("ivbep_unc_imc", 2),
      CHANNEL("ivbep_unc_imc", 3), CHANNEL("ivbep_unc_imc", 4), CHANNEL("ivbep_unc_imc", 5),
      CHANNEL("ivbep_unc_imc", 6), CHANNEL("ivbep_unc_imc", 7)}},
    {MW_EVENT_DRAM_BYTES, MW_MARCH_HSW, 0, "UNC_M_CAS_COUNT (socket)", true, true,
     {CHANNEL("hswep_unc_imc", 0), CHANNEL("hswep_unc_imc", 1), CHANNEL("hswep_unc_imc", 2),
      CHANNEL("hswep_unc_imc", 3), CHANNEL("hswep_unc_imc", 4), CHANNEL("hswep_unc_imc", 5),
      CHANNEL("hswep_unc_imc", 6), CHANNEL("hswep_unc_imc", 7)}},
    {MW_EVENT_DRAM_BYTES, MW_MARCH_BDW, 0, "UNC_M_CAS_COUNT (socket)", true, true,
     {CHANNEL("bdx_unc_imc", 0), CHANNEL("bdx_unc_imc", 1), CHANNEL("bdx_unc_imc", 2),
      CHANNEL("bdx_unc_imc", 3), CHANNEL("bdx_unc_imc", 4), CHANNEL("bdx_unc_imc", 5),
      CHANNEL("bdx_unc_imc", 6), CHANNEL("bdx_unc_imc", 7)}},
    {MW_EVENT_DRAM_BYTES, MW_MARCH_SKX, 0, "UNC_M_CAS_COUNT (socket)", true, true,
     {CHANNEL("skx_unc_imc", 0), CHANNEL("skx_unc_imc", 1), CHANNEL("skx_unc_imc", 2),
      CHANNEL("skx_unc_imc", 3), CHANNEL("skx_unc_imc", 4), CHANNEL("skx_unc_imc", 5)}},
    {MW_EVENT_DRAM_BYTES, MW_MARCH_A64FX, 0, "PAPI_L2_TCM (thread)", true, false,
     {{"PAPI_L2_TCM", 1}}},
    {MW_EVENT_DRAM_BYTES, 0, 0, "PAPI_L3_TCM (thread)", true, false, {{"PAPI_L3_TCM", 1}}},
    {MW_EVENT_DRAM_BYTES, MW_MARCH_ICL | MW_MARCH_SPR, 0, "LONGEST_LAT_CACHE:MISS (thread)", true,
     false, {{"LONGEST_LAT_CACHE:MISS", 1}}},
};
/* clang-format on */

const char *mw_event_quantity_name(mw_event_quantity quantity)
{
    static const char *const names[] = {"FLOP f32", "FLOP f64", "L1 bytes", "L2 bytes",
                                        "DRAM bytes"};
    return names[quantity];
}

const mw_event_cpu *mw_event_cpu_find(int maker, int family, int model)
{
    for (size_t i = 0; i < sizeof cpus / sizeof *cpus; i++) {
        const mw_event_cpu *cpu = &cpus[i];
        if (cpu->maker == maker && cpu->family == family && cpu->first_model <= model &&
            model <= cpu->last_model)
            return cpu;
    }
    return NULL;
}

const mw_event_recipe *mw_event_recipes(size_t *count)
{
    *count = sizeof recipes / sizeof *recipes;
    return recipes;
}

bool mw_event_fits(const mw_event_recipe *recipe, const mw_event_cpu *cpu)
{
    unsigned march = cpu ? (unsigned)cpu->march : 0;
    return (recipe->marches == 0 || (recipe->marches & march) != 0) &&
           (recipe->except & march) == 0;
}
