-- lab.lua: lab 09: LU by single columns and by panels, which turn most of it into products.
local mw = require "memwall"
local predict, sweep, compare = mw.predict, mw.sweep, mw.compare
local goal, check, explain, read = mw.goal, mw.check, mw.explain, mw.read

return mw.lab {
  format = 1, id = "factor", version = "1.0", minutes = { 20, 26 }, memory = "128 MiB",

  -- n and b: the matrix and the panel of LU; m: rows of a matrix of weights; h: half-life of singular values (54).
  variant = { n = { 768, 896, 1024 }, b = { 32, 64 }, m = { 1024, 2048, 4096 }, h = { 12, 16, 18 } },

  q = {
    opening = { "FLOP",   "2*n^2" },                 -- one step of elimination changes a square
    flop    = { "FLOP",   "2*n^3/3" },
    all     = { "B",      "8*n^3/3" },               -- each step reads and writes the square that is left
    low     = { "FLOP/B", "flop/all" },
    rest    = { "B",      "8*n^3/(3*b)" },           -- each panel does so, instead of each column
    moved   = { "B",      "rest + 32*n^2" },         -- with the copy, the panels and the rows that change places
    product = { "FLOP",   "2*b*(n - b)^2" },         -- of the first panel
    inside  = { "1",      "(1 - b/n)*(1 - b/(2*n))" },
    even    = { "1",      "m*1024/(m + 1024)" },
    need    = { "1",      "ceil(h*log2(1000))" },
  },

  steps = {
    predict "count" { within = 0.02, ask = {
      opening = { "opening", wrong = { fma_as_one = "n^2", one_row = "2*n" } },
      flop    = { "flop", wrong = { gemm = "2*n^3", macs = "n^3/3", cube = "n^3" } } } },

    predict "words" { within = 0.06, ask = {
      bytes = { "all", wrong = { once = "8*n^2", read_only = "4*n^3/3", elements = "2*n^3/3", no_shrink = "8*n^3" } },
      ai    = { "low", wrong = { for_a_word = "1", inverted = "4", reads = "0.5" } } } },

    predict "panels" { within = 0.13, ask = {          -- summed panel by panel it is up to 12 % less
      bytes = { "rest", wrong = { unblocked = "8*n^3/3", squared = "8*n^3/(3*b^2)", read_only = "4*n^3/(3*b)" } } } },

    check "inside" { within = 0.02, ask = {
      product = { "product", wrong = { rank_one = "2*(n - b)^2", cube = "2*(n - b)^3", macs = "b*(n - b)^2" } },
      share   = { choices = { "b_of_n", "half", "four_fifths*" } } } },

    predict "ends" { ask = { slow = { choices = { "narrow", "wide", "both*", "none" } } } },

    sweep "blocks" { kernel = "lu/blocked", n = 1024, lda = 1040, dtype = "f32",
      block = { 1, 4, 16, 64, 256, 1024, as = "columns" },         -- 1024 columns: one panel, no product left
      flops = "2*1024^3/3", bytes = "8*1024^2", budget = 0.5,
      chart = { time = "seconds" },
      find = { narrowest = "first columns where seconds < 1.3*seconds[4]",
        widest = "last columns where seconds < 1.3*seconds[4]" } },

    compare "blocked" { with = { n = "n", lda = "n + 16", dtype = "f32" },
      a = { kernel = "lu/blocked", block = "b" }, b = { kernel = "lu/unblocked" },
      flops = "flop", bytes = "8*n^2", expect = "ratio >= 1.1" },

    check "even" { within = 0.02, ask = {
      rank = { "even", wrong = { full = "1024", quarter = "256", sum = "m + 1024" } } } },

    -- The quarter-circle law: what the smaller half of the singular values of a random matrix holds.
    check "half" { within = 0.02, ask = {
      stored = { "1", wrong = { ranks = "0.5", both_ways = "0.25", numbers = "1024^2" } },
      error  = { "0.326", wrong = { squares = "0.106", kept = "0.894", root_of_kept = "0.9455", half = "0.5" } } } },

    predict "kinds" { ask = { good = { choices = { "none", "halving*", "halving_and_power", "all" } } } },

    goal "rank" { set = { r = { 1, 1024 } },
      pass = { "2*1024*r <= 1024^2/4", "2^(-r/h) <= 0.01" },
      solution = { r = 124 }, wrong = { greedy = { r = 16 }, safe = { r = 512 } } },

    check "need" { within = 0.02, ask = {
      rank = { "need", wrong = { natural = "ceil(h*6.9078)", tenfold = "10*ceil(h*log2(100))",
        squared = "ceil(2*h*log2(1000))", linear = "1000*h" } } } },

    explain "why" { reason = { min_words = 12, credit = "hand" },
      choices = { "smaller", "approximate", "reorganised*", "less_arithmetic" } },

    read "closing" {},
  },

  points = { made = 3, inside = 2, even = 1, half = 2, rank = 3, need = 1, why = 2 },
}
