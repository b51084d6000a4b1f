-- lab.lua: lab 01, from published data: how much faster arithmetic grew than memory.
local mw = require "memwall"
local read, predict, check, goal, explain = mw.read, mw.predict, mw.check, mw.goal, mw.explain

-- No kernel runs here: the dots lie in assets/data, and tests/labs/01-trends computes every figure below and in
-- the texts from them.
return mw.lab {
  format = 1, id = "trends", version = "1.0", minutes = { 15, 22 }, memory = "16 MiB",

  -- Drawn from the student's seed (108): two of the three rates, spans of years, a doubling time.
  variant = {
    g = { 3.0, 1.6, 1.4 }, h = { 1.6, 1.4 }, span = { 10, 14, 20 }, years = { 10, 15, 20 }, D = { 2.46, 2.95 },
  },

  q = {
    grown  = { "1", "g^(span/2)" },
    gap    = { "1", "(3.0/h)^(span/2)" },

    -- Slopes of the three fits in powers of ten a year.
    flops_slope = { "1", "0.240415" },
    dram_slope  = { "1", "0.1009047" },
    link_slope  = { "1", "0.0753886" },
    flops20 = { "1", "floor(10^(20*flops_slope))" },  -- whole, so that all five digits are printed
    dram20  = { "1", "10^(20*dram_slope)" },
    link20  = { "1", "10^(20*link_slope)" },

    -- The two sums of a fit, over the nine Transformers that are left without Megatron-Turing.
    nine_ty = { "1", "13.3477" },
    nine_tt = { "1", "8.7840" },
    refit   = { "1", "10^(2*nine_ty/nine_tt)" },
    apart   = { "1", "3.76454" },                     -- years from the first model to the last
    ends    = { "1", "(530/0.065)^(2/apart)" },

    double  = { "1", "2/log2(g)" },
    dollar  = { "1", "2^(years/D)" },
    halve   = { "1", "2^(1/0.076)" },
  },

  steps = {
    read "words" {},

    predict "compound" { within = 0.02, ask = {
      times = { "grown", wrong = { linear = "g*span/2", yearly = "g^span", simple = "1 + (g-1)*span/2" } } } },

    predict "gap" { within = 0.02, ask = {
      times = { "gap", wrong = { difference = "(3.0-h)^(span/2)", flops_only = "3.0^(span/2)",
        yearly = "(3.0/h)^span", inverse = "(h/3.0)^(span/2)" } } } },

    read "fit" {},

    check "twenty" { within = 0.01, ask = {           -- 3.0^10 lies beside the printed 60 000: one thought for both
      flops = { "flops20", wrong = { printed = "60000", endpoints = "110428",
        ten = "10^(10*flops_slope)", exponent = "20*flops_slope" } },
      dram  = { "dram20", wrong = { published = "100", rounded = "1.6^10", endpoints = "201.15",
        ten = "10^(10*dram_slope)", exponent = "20*dram_slope" } },
      link  = { "link20", wrong = { published = "30", rounded = "1.4^10", endpoints = "42.167",
        ten = "10^(10*link_slope)", exponent = "20*link_slope" } } } },

    predict "one_dot" { ask = {
      dot = { choices = { "transformer", "gpt3", "switch", "megatron_turing*", "none" } } } },

    check "dropped" { within = 0.02, ask = {
      refit = { "refit", wrong = { unchanged = "413.13", ends = "119.7", dense = "213.7",
        one_year = "10^(nine_ty/nine_tt)", exponent = "2*nine_ty/nine_tt" } },
      ends  = { "ends", within = 0.03, wrong = { fitted = "413.13", refitted = "1094.2", total = "530/0.065",
        one_year = "(530/0.065)^(1/apart)", linear = "2*530/0.065/apart" } } } },

    predict "left_out" { ask = { rate = { choices = { "falls", "hardly", "by_half*" } } } },

    predict "matrix_units" { ask = { rate = { choices = { "as_memory", "a_little*", "not_at_all" } } } },

    -- Years are counted from 2000, so that one year more or less is another answer. The first condition holds where
    -- both series have six dots (102 windows); the second is the list of those whose gap is 4 or more.
    goal "window" { set = { from = { -3, 17 }, to = { 2, 22 } },
      pass = { "floor(from) == from and floor(to) == to and (from <= 3 and to >= 16 or from <= 6 and to >= 17 or " ..
                 "from <= 8 and to >= 18 or from <= 16 and to >= 20 or to >= 22)",
               "(from == 15 or from == 16) and (to == 20 or to == 21)" },
      solution = { from = 16, to = 20 },
      wrong = { whole = { from = -3, to = 22 }, recent = { from = 17, to = 22 }, few = { from = 17, to = 20 },
                newest = { from = 15, to = 22 } } },

    predict "double" { within = 0.05, ask = {
      years = { "double", wrong = { two = "2", linear = "2/(g-1)", inverse = "log2(g)/2", steps = "1/log2(g)" } } } },

    check "dollar" { within = 0.02, ask = {
      times = { "dollar", wrong = { per_two = "2^(years/2)", linear = "2*years/D", peak = "3.0^(years/2)" } } } },

    predict "halve" { within = 0.02, ask = {
      times = { "halve", wrong = { two = "2", linear = "2/0.076", inverse = "1/0.076", upward = "2^0.076" } } } },

    explain "why" { reason = { min_words = 12, credit = "hand" },
      choices = { "measured", "fitted*", "mistake", "useless" } },

    read "closing" {},
  },

  points = { made = 2, twenty = 2, dropped = 2, window = 3, dollar = 2, why = 2 },
}
