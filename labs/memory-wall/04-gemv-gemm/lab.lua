-- lab.lua: lab 04: the same matrix times one vector and times several, on the roofline.
local mw = require "memwall"
local predict, place, run, sweep = mw.predict, mw.place, mw.run, mw.sweep
local compare, goal, check, explain = mw.compare, mw.goal, mw.check, mw.explain

return mw.lab {
  format = 1, id = "gemv-gemm", version = "1.1", minutes = { 15, 25 }, memory = "700 MiB",

  -- Drawn from the student's seed. Finite lists, so that every combination can be tried (36).
  variant = { n = { 6144, 7168, 8192 }, b = { 3, 5, 6, 7 }, w = { 0.5625, 1.0625, 2 } },

  -- W has to lie outside the last cache level, and two of it inside what a lab may take.
  fit = { n = { of = "W", above = "2*machine.llc", below = "machine.memory/2", step = 1024 } },

  -- Whatever is marked for being right uses this printed machine; `machine` only guides.
  reference = { flops = 150e9, read = 12.5e9 },

  q = {
    W      = { "B",      "4*n*n" },
    f1     = { "FLOP",   "2*n*n" },
    m1     = { "B",      "W + 4*(n + n)" },           -- W and x read, y written
    ai1    = { "FLOP/B", "f1/m1" },
    mb     = { "B",      "W + 4*b*(n + n)" },
    roof   = { "B/s",    "machine.read(W)" },         -- roof of the level W really lives in
    ridge  = { "FLOP/B", "machine.sustained/roof" }, -- a step outlasts the processor's burst
    knee   = { "1",      "2*ridge/(1 - 4*ridge/n)" }, -- AI(batch) = ridge, solved for batch
    kneew  = { "1",      "w*reference.flops/(2*reference.read)" },
    step1  = { "s",      "max(f1/reference.flops, m1/reference.read)" },
  },

  steps = {
    predict "count" { within = 0.02, ask = {
      flop  = { "f1", wrong = { fma_as_one = "n*n", vector_only = "2*n" } },
      bytes = { "m1", wrong = { elements = "n*n + 2*n", f64 = "8*n*n", vectors_only = "8*n" } } } },

    place "point" { intensity = "ai1", factor = 1.6, on = "roof",
      wrong = { grows_with_n = "n/2", reuse_counted = "b*ai1" } },

    run "gemv" { kernel = "gemv/prefetch", m = "n", n = "n", dtype = "f32",
      flops = "f1", bytes = "m1", interleave = "stream/read" },

    predict "batch" { within = 0.02, ask = {
      bytes = { "mb", wrong = { weights_per_vector = "b*m1", elements = "mb/4" } } } },

    predict "knee" { factor = 1.9, ask = {            -- this machine: guides, never marks
      batch = { "knee", wrong = { at_one = "1", forgot_half = "knee/2" } } } },

    sweep "serve" { kernel = "gemm/skinny", m = "n", k = "n", dtype = "f32",
      n = { 1, 2, 4, 8, 12, 16, 24, 32, 48, 64, as = "batch" },
      flops = "2*n*n*batch", bytes = "W + 4*batch*(n + n)",
      interleave = "first",                           -- in turns with batch 1: the drift cancels out
      chart = { step = "seconds", vector = "seconds/batch" }, trail = true,
      find = { knee = "crossing" } },                 -- of the flat line and the rising one, with its interval

    compare "library" { with = { m = "n", k = "n", n = 2, dtype = "f32" },  -- packing moves W again
      a = { kernel = "gemm/skinny" },
      b = { kernel = "gemm/openblas", bytes = "3*W + 16*n" }, -- W read, written in another order, and read again
      flops = "4*n*n", bytes = "W + 16*n", expect = "ratio >= 1.2" },

    goal "share" { set = { users = { 1, 64 } },       -- counted and reference-modelled: markable
      pass = { "(W + 8*n*users)/users <= W/16",
               "max(users*f1/reference.flops, (W + 8*n*users)/reference.read) <= 1.1*step1" },
      solution = { users = 20 }, wrong = { greedy = { users = 64 }, timid = { users = 4 } } },

    explain "why" { reason = { min_words = 12, credit = "hand" },
      choices = { "less_arithmetic", "weights_shared*", "cache_holds_W", "more_threads" } },

    check "transfer" { factor = 1.15, ask = {         -- w bytes per weight: where is the knee now?
      batch = { "kneew", wrong = { as_f32 = "2*reference.flops/reference.read",
        inverted = "8*reference.flops/(w*reference.read)" } } } },
  },

  points = { made = 4, share = 2, transfer = 2, why = 2 },
}
