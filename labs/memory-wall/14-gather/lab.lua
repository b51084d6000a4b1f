-- lab.lua: lab 14: rows drawn at random, from embeddings to sparse products.
local mw = require "memwall"
local predict, sweep, compare = mw.predict, mw.sweep, mw.compare
local goal, check, explain, read = mw.goal, mw.check, mw.explain, mw.read

return mw.lab {
  -- The table of a million rows, and the chain of as many bytes beside it.
  format = 1, id = "gather", version = "1.0", minutes = { 18, 24 }, memory = "600 MiB",

  -- n: floats of a narrow row; wide and each: floats of a row and rows of a bag; kept of rows are cached; slow: a far row
  -- in ns; users: of a mixture of experts (1728).
  variant = {
    n = { 1, 2, 4, 8 }, wide = { 16, 32, 64 }, each = { 8, 16, 32 },
    rows = { 262144, 524288, 1048576 }, kept = { 4096, 8192 }, slow = { 40, 60 }, users = { 2, 3, 5, 6 },
  },

  q = {
    waste   = { "1",      "16/n" },                             -- a line of 64 bytes for 4n of them
    adds    = { "FLOP",   "each*wide" },
    moved   = { "B",      "4*(each*wide + wide + each)" },      -- rows, the result, the indices
    ai      = { "FLOP/B", "adds/moved" },
    even    = { "1",      "kept/rows" },
    popular = { "1",      "(log2(kept) + 0.8327)/(log2(rows) + 0.8327)" },
    mean    = { "1",      "0.68*2 + 0.32*slow" },
    far     = { "FLOP/B", "2*wide/(8 + 4*wide)" },              -- a value, its column, and a row of B for each
    near    = { "FLOP/B", "2*wide/8" },
    experts = { "1",      "8*(1 - 0.75^users)" },
  },

  steps = {
    predict "waste" { within = 0.02, ask = {
      bytes = { "waste", wrong = { line = "64", useful = "1", inverse = "n/16" } } } },

    predict "bag" { within = 0.01, ask = {
      flop  = { "adds", wrong = { fma = "2*each*wide", one_row = "wide" } },
      bytes = { "moved", wrong = { elements = "each*wide + wide + each", only_rows = "4*each*wide" } } } },

    predict "fall" { ask = {
      where = { choices = { "nowhere", "beyond_a_cache*", "at_once" } },
      hop   = { choices = { "four_hops", "one_hop", "less*" } } } },

    -- Rows of 256 bytes, 16384 bags of 32. No modelled work is given: its line would lie in seconds of the whole run,
    -- beside curves in seconds of a row.
    sweep "tables" { kernel = "gather/bag", m = 16384, n = 64, k = 32, dtype = "f32",
      rows = { 256, 1024, 4096, 16384, 65536, 262144, 1048576, as = "table" },
      bytes = "16384*32*256", interleave = "stream/read", budget = 0.5,
      chart = { drawn = "seconds/524288", ordered = "256 B/roof" },
      find = { slower = "first table where seconds > 2*seconds[1]" } },

    compare "hops" {                                            -- as many rows as hops
      a = { kernel = "gather/bag", m = 8192, n = 64, k = 32, rows = 1048576, dtype = "f32" },
      b = { kernel = "chase/latency", n = 4194304, p = 0, steps = 262144 }, expect = "ratio >= 2" },

    predict "even" { within = 0.02, ask = {
      hits  = { "even", wrong = { all = "1", number = "kept", root = "sqrt(kept/rows)" } },
      guess = { choices = { "as_even", "a_tenth", "a_third", "two_thirds*" } } } },

    check "popular" { within = 0.03, ask = {
      hits = { "popular", wrong = { evenly = "kept/rows", all = "1", root = "sqrt(kept/rows)" } } } },

    goal "cache" { set = { kept_rows = { 256, 1048576 } },      -- of 2^20
      pass = { "(log2(kept_rows) + 0.8327)/(20 + 0.8327) >= 2/3", "256*kept_rows <= 2.5 MiB" },
      solution = { kept_rows = 9216 },
      wrong = { share = { kept_rows = 699051 }, thousand = { kept_rows = 1024 }, most = { kept_rows = 16384 } } },

    check "mean" { within = 0.02, ask = {
      ns = { "mean", wrong = { swapped = "0.32*2 + 0.68*slow", plain = "(2 + slow)/2", misses = "0.32*slow" } } } },

    check "sparse" { within = 0.02, ask = {
      far  = { "far", wrong = { cached = "wide/4", macs = "wide/(8 + 4*wide)", elements = "2*wide/(2 + wide)" } },
      near = { "near", wrong = { fetched = "2*wide/(8 + 4*wide)", value_only = "2*wide/4", macs = "wide/8" } } } },

    check "experts" { within = 0.02, ask = {
      count = { "experts", wrong = { whatever = "2", each_two = "2*users", every = "8", spared = "8*0.75^users" } } } },

    explain "why" { reason = { min_words = 12, credit = "hand" },
      choices = { "bandwidth", "popular_rows_stay*", "more_cores", "any_draw" } },

    read "closing" {},
  },

  points = { made = 3, popular = 2, cache = 2, mean = 1, sparse = 2, experts = 1, why = 2 },
}
