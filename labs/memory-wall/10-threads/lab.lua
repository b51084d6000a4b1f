-- lab.lua: lab 10: what all cores gain where arithmetic decides and where memory does.
local mw = require "memwall"
local read, predict, check, goal, explain, compare = mw.read, mw.predict, mw.check, mw.goal, mw.explain, mw.compare

-- All cores of this machine (a) against one of them (b): the ratio is the speed-up, measured sample by
-- sample beside each other. Without `threads` these kernels take every core there is: a number would be
-- refused where there are fewer, as when a recording is played again. With one core the ratio is 1.
local function team(id, kernel, sizes, flops, bytes)
  return compare(id) {
    with = sizes, a = { kernel = kernel }, b = { kernel = kernel, threads = 1 }, flops = flops, bytes = bytes,
  }
end

return mw.lab {
  format = 1, id = "threads", version = "1.0", minutes = { 18, 22 }, memory = "640 MiB",

  -- The printed machine: a core computes 100 GFLOP/s and reads 12.5 GB/s; all p cores read `all` GB/s. 72 combinations.
  variant = { p = { 4, 8, 16 }, all = { 20, 30 }, f = { 0.90, 0.95 }, mib = { 256, 512, 768 }, n = { 7168, 8192 } },

  -- W lies outside the last cache level, and both sides of a comparison inside what a lab may take.
  fit = { n = { of = "W", above = "2*machine.llc", below = "machine.memory/2.5", step = 1024 } },

  q = {
    W      = { "B", "4*n^2" },
    one    = { "B", "W + 4*(n + n)" },                 -- W and x read, y written
    many   = { "B", "W + 4*64*(n + 2*n)" },            -- 64 of each; gemm adds to Y, so that Y is read too
    gemv   = { "1", "min(p, all/12.5)" },
    ridge  = { "FLOP/B", "100*p/all" },
    law    = { "1", "1/((1 - f) + f/p)" },
    serial = { "1", "(p/min(p, all/12.5) - 1)/(p - 1)" },     -- Amdahl's law, solved for 1 - f
    faults = { "1", "mib*2^20/4096" },
  },

  steps = {
    predict "scale" { within = 0.05, ask = {
      gemm = { "p", unit = "1", wrong = { like_gemv = "all/12.5", alone = "1" } },
      gemv = { "gemv", wrong = { cores = "p", none = "1", half = "p/2" } } } },

    predict "ridge" { within = 0.05, ask = {
      at = { "ridge", wrong = { one_core = "100/12.5", mixed = "100*p/12.5", inverse = "all/(100*p)" } } } },

    team("product", "gemm/parallel", { m = 1536, n = 1536, k = 1536, dtype = "f32" }, "2*1536^3", "16*1536^2"),
    team("vector", "gemv/parallel", { m = "n", n = "n", dtype = "f32" }, "2*n^2", "one"),

    predict "law" { within = 0.02, ask = { times = { "law", wrong = { cores = "p", limit = "1/(1 - f)" } } } },

    check "serial" { within = 0.02, ask = {
      share = { "serial", wrong = { efficiency = "gemv/p", at_limit = "1/gemv" } } } },

    predict "again" { ask = { share = { choices = { "stays", "shrinks*", "grows" } } } },

    -- The same rows, the same threads, 64 times the arithmetic for each weight. Slabs of 256 rows are packed
    -- over and over in the same place, so that W crosses to the memory once.
    team("batch", "gemm/parallel", { m = "n", k = "n", n = 64, mc = 256, dtype = "f32" }, "128*n^2", "many"),

    check "touch" { within = 0.02, ask = {
      faults = { "faults", wrong = { bytes = "mib*2^20", lines = "mib*2^20/64", large = "mib/2" } } } },

    read "price" {},

    predict "who" { ask = { rate = { choices = { "both", "sum", "one*", "link" } } } },

    goal "rent" { set = { cores = { 1, 16 } },      -- printed: 80 GB/s in all
      pass = { "min(cores, 80/12.5) >= 0.95*80/12.5", "cores - 1 < 80/12.5", "floor(cores) == cores" }, -- as the text has them
      solution = { cores = 7 }, wrong = { every = { cores = 16 }, single = { cores = 1 }, six = { cores = 6 } } },

    check "which" { ask = { scale = { many = true,
      choices = { "gemm*", "gemv", "triad", "batch64", "batch128*", "near_dot*" } } } },

    explain "why" { reason = { min_words = 12, credit = "hand" },
      choices = { "serial_part", "one_memory*", "too_small", "slower_cores" } },

    read "closing" {},
  },

  points = { made = 3, serial = 2, touch = 1, rent = 2, which = 2, why = 2 },
}
