-- lab.lua: lab 07: from blocks to packing to register tiles, one rung of gemm at a time.
local mw = require "memwall"
local read, predict, check, goal, explain = mw.read, mw.predict, mw.check, mw.goal, mw.explain
local run, sweep, compare = mw.run, mw.sweep, mw.compare

-- Two rungs of the ladder on one product. Rows lie a line further apart than they are long, so that
-- sets (lab 05) play no part. The ratio is what the upper rung, a, gains over the lower one, b.
local function rung(id, upper, lower, expect)
  return compare(id) {
    with = { m = "n", n = "n", k = "n", lda = "n + 16", ldb = "n + 16", ldc = "n + 16", dtype = "f32" },
    a = upper, b = lower, flops = "flop", bytes = "operands", expect = expect,
  }
end

-- On one thread gemm/parallel is the best hand-written tile of whatever instruction set is there:
-- gemm/micro-avx2 and gemm/micro-avx512 would be refused on machines without theirs.
local BEST = { kernel = "gemm/parallel", threads = 1 }

return mw.lab {
  format = 1, id = "micro-kernel", version = "1.0", minutes = { 22, 28 }, memory = "40 MiB",

  -- 8 and 16 lanes would equal latency × ports for some draws and make two wrong answers one. n is
  -- small enough for B to lie in the second level of most machines. 288 combinations.
  variant = {
    lat = { 3, 4, 5 }, ports = { 2, 4 }, lanes = { 4, 32 }, mr = { 6, 8, 12, 14 }, n = { 384, 416, 448 },
    ways = { 8, 12 },
  },

  q = {
    chains   = { "1", "lat*ports" },
    part     = { "1", "1/(lat*ports*lanes)" },
    stretch  = { "1", "max(1, 6/chains)" },               -- six sums beside one
    walk     = { "1", "2*n^3 + n^2" },                    -- loads of ikj: B and C each step, A once a row
    flop     = { "FLOP", "2*n^3" },
    operands = { "B", "16*n^2" },                         -- A and B read, C read and written
    b_bytes  = { "B", "4*n^2" },
    loads    = { "1", "(mr + 2)/(mr*2)" },
    packed   = { "1", "4*n^2" },
    c_loads  = { "1", "n^2*ceil(n/96) + n^2 + n^3" },     -- loads of gemm/packed, blocks of 96
    a_ways   = { "1", "floor((ways - 1)*2/3)" },          -- 16 : 8 of what C leaves
    kc       = { "1", "a_ways*64*64/(4*16)" },
  },

  steps = {
    predict "chains" { within = 0.02, ask = {
      count = { "chains", wrong = { one = "1", latency = "lat", elements = "lat*ports*lanes", sum = "lat + ports" } } } },

    check "part" { within = 0.02, ask = {
      share = { "part", wrong = { vectors_only = "1/lanes", chains_only = "1/(lat*ports)" } } } },

    -- 25 KiB: in the first level of every machine.
    run "dot" { kernel = "gemv/reference", m = 24, n = 256, dtype = "f32",
      flops = "2*24*256", bytes = "4*(24*256 + 24 + 256)" },

    predict "sums" { factor = 1.4, ask = {
      stretch = { "stretch", wrong = { six = "6", by_ports = "6/ports" } } } },

    -- gemv/rows keeps one vector of sums for each row: m is the number of chains. 28 KiB at most.
    sweep "rows" { kernel = "gemv/rows", m = { 1, 2, 4, 6, as = "sums" }, n = 1024, dtype = "f32",
      flops = "2*1024*sums", bytes = "4*(1024*sums + 1024 + sums)",
      chart = { time = "seconds" }, find = { together = "last sums where seconds < 2*seconds[1]" } },

    predict "loop" { within = 0.02, ask = {
      words = { "walk", wrong = { once = "3*n^2", no_c = "n^3 + n^2", all_three = "3*n^3" } } } },

    rung("lines", { kernel = "gemm/ikj" }, { kernel = "gemm/ijk" }, "ratio >= 2"),

    predict "rung" { ask = { which = { choices = { "blocking", "packing", "registers*", "by_hand" } } } },

    rung("near", { kernel = "gemm/blocked", block = 64 }, { kernel = "gemm/ikj" }),

    -- B takes 4 MiB: beyond the second level of nearly every machine.
    compare "far" {
      with = { m = 1024, n = 1024, k = 1024, lda = 1040, ldb = 1040, ldc = 1040, dtype = "f32" },
      a = { kernel = "gemm/blocked", block = 64 }, b = { kernel = "gemm/ikj" },
      flops = "2*1024^3", bytes = "16*1024^2" },

    predict "loads" { within = 0.02, ask = {
      each = { "loads", wrong = { inverse = "mr*2/(mr + 2)", loop = "2", free_broadcast = "1/mr" } } } },

    goal "shape" { set = { height = { 1, 16 }, width = { 1, 16 } },       -- 16 registers, latency 4, 2 ports
      pass = { "floor(height) == height and floor(width) == width and height*width + width + 1 <= 16",
        "height*width >= 8", "(height + width)/(height*width) <= 0.6" },
      solution = { height = 4, width = 3 },
      wrong = { square = { height = 4, width = 4 }, tall = { height = 6, width = 2 }, thin = { height = 14, width = 1 },
        lying = { height = 3, width = 4 } } },

    predict "pack" { within = 0.02, ask = {
      words = { "packed", wrong = { read_only = "2*n^2", cube = "2*n^3", with_c = "6*n^2" } } } },

    rung("tile", { kernel = "gemm/tile" }, { kernel = "gemm/packed", block = 96 }, "ratio >= 1.5"),

    read "whom" {},

    rung("library", BEST, { kernel = "gemm/openblas" }),

    check "blocks" { within = 0.01, ask = {
      a_ways = { "a_ways", wrong = { everything = "ways - 1", no_c = "floor(ways*2/3)", half = "floor((ways - 1)/2)" } },
      kc = { "kc", wrong = { whole_cache = "ways*4096/64", floats = "a_ways*4096/16", no_c = "floor(ways*2/3)*64",
        everything = "(ways - 1)*4096/64" } } } },

    explain "why" { reason = { min_words = 12, credit = "hand" },
      choices = { "memory", "chains_lanes_loads*", "compiler", "faster_clock" } },

    read "closing" {},
  },

  points = { made = 3, part = 2, shape = 3, blocks = 2, why = 2 },
}
