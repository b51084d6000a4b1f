-- lab.lua: lab 02: what a load costs in each level, and what a share of misses does to the mean.
local mw = require "memwall"
local read, predict, check, sweep = mw.read, mw.predict, mw.check, mw.sweep
local compare, goal, explain = mw.compare, mw.goal, mw.explain

return mw.lab {
  format = 1, id = "ladder", version = "1.0", minutes = { 20, 28 }, memory = "600 MiB",

  -- Drawn from the student's seed: 108 combinations. A miss takes tm cycles, a share p of the loads hits, a share m
  -- of the instructions loads; lat in nanoseconds and b in GB/s describe a main memory.
  variant = {
    p = { 0.80, 0.90, 0.95 }, tm = { 100, 200 }, m = { 0.25, 0.40 }, lat = { 80, 100, 125 }, b = { 12.5, 20, 32 },
  },

  q = {
    mean    = { "1", "4*p + (1 - p)*tm" },            -- Wulf and McKee 1995; a hit takes 4 cycles
    half    = { "1", "4/(4 + tm)" },                  -- x*tm = (1 - x)*4
    overlap = { "1", "1/(1 - p)" },                   -- one load a cycle: cycles from miss to miss
    gap     = { "1", "1/m" },                         -- cycles from load to load
    wall    = { "1", "(1/m - p)/(1 - p)" },           -- p*1 + (1 - p)*x = 1/m
    flight  = { "B", "lat*b" },                       -- ns * GB/s = B
    chain   = { "1", "64/lat" },                      -- B/ns = GB/s
  },

  steps = {
    -- Within a hundredth: a miss that pays for a hit on top is less than two away.
    predict "mean" { within = 0.01, ask = {
      cycles = { "mean", wrong = { swapped = "4*(1 - p) + p*tm", plain = "(4 + tm)/2", misses_only = "(1 - p)*tm",
        hit = "4", on_top = "4 + (1 - p)*tm" } } } },

    predict "hundred" { ask = { share = { choices = { "one", "five", "ten", "third*" } } } },

    -- The same steps, but for the one in a hundred along a chain far larger than any cache. In turns, so that what
    -- the machine does meanwhile cancels out: the share of the misses is 1 - 0.99*ratio.
    compare "hundredth" { with = { steps = 262144 },
      a = { kernel = "chase/latency", n = 4194304, p = 99 }, b = { kernel = "chase/latency", n = 64, p = 100 } },

    -- 4/tm is a fair estimate and counts as right.
    check "half" { within = 0.05, ask = {
      share = { "half", wrong = { even = "0.5", hits = "tm/(4 + tm)", one_cycle = "1/(1 + tm)",
        percent = "400/(4 + tm)" } } } },

    check "overlap" { within = 0.02, ask = {
      cycles = { "overlap", wrong = { own_cycle = "(2 - p)/(1 - p)", hits = "1/p", misses = "1 - p" } } } },

    check "between" { within = 0.02, ask = {
      gap  = { "gap", wrong = { share = "m", misses = "1/(1 - p)" } },
      wall = { "wall", wrong = { first_reading = "1/(1 - p)", gap = "1/m", no_hits = "1/(m*(1 - p))" } } } },

    predict "plateaus" { ask = { count = { choices = { "none", "one", "two", "three_or_more*" } } } },

    -- 16 KiB to 256 MiB. The first plateau begins below 32 KiB; it ends before the first size that is a tenth slower.
    sweep "bandwidth" { kernel = "stream/read", dtype = "f32", budget = 0.3,
      n = { 4096, 6144, 8192, 12288, 16384, 32768, 65536, 131072, 262144, 524288, 1048576, 2097152, 4194304, 8388608,
            16777216, 33554432, 67108864, as = "size" },
      bytes = "4*size", chart = { rate = "bandwidth" },
      find = { edge = "first size where size > 6144 and bandwidth < 0.9*max(bandwidth[1], bandwidth[2])" } },

    predict "flight" { within = 0.02, ask = {
      bytes = { "flight", wrong = { inverse = "b/lat", lines = "lat*b/64", one_line = "64" } } } },

    predict "chain" { within = 0.02, ask = {
      rate = { "chain", wrong = { stream = "b", useful = "8/lat", inverse = "1/lat" } } } },

    sweep "latency" { kernel = "chase/latency", p = 0, steps = 65536, budget = 0.3,
      n = { 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768, 65536, 262144, 1048576, 4194304, as = "lines" },
      chart = { each = "seconds/65536" } },

    -- One memory of 256 MiB, two ways: 4 MiB of lines one after the other, and all of it from front to back.
    compare "two" { a = { kernel = "chase/latency", n = 4194304, p = 0, steps = 65536 },
      b = { kernel = "stream/read", n = 67108864, dtype = "f32" } },

    -- The straight line is the formula of the first step with the student's own two ends. It starts at 30: below
    -- that the large ring drives the small one out of the nearest cache, and below 5 the axis would be logarithmic.
    sweep "mix" { kernel = "chase/latency", n = 4194304, steps = 65536, budget = 0.3,
      p = { 30, 40, 50, 60, 70, 80, 90, 95, 99, 100, as = "hits" },
      chart = { each = "seconds/65536",
        line = "(1 - hits/100)*two.seconds/65536 + hits/100*hundredth.seconds*hundredth.ratio/262144" } },

    -- Within 2 % of the least mean; all sizes that can be the best stand in the minimum.
    goal "size" { set = { doublings = { 0, 9 } },
      pass = { "floor(doublings) == doublings",
        "3 + doublings + 10/2^(doublings/2) <= 1.02*min(3 + 10, 4 + 10/2^0.5, 5 + 5, 6 + 10/2^1.5, 7 + 2.5, " ..
          "8 + 10/2^2.5, 9 + 1.25, 10 + 10/2^3.5)" },
      solution = { doublings = 4 }, wrong = { biggest = { doublings = 9 }, smallest = { doublings = 0 },
        short = { doublings = 2 }, long = { doublings = 5 } } },

    explain "why" { reason = { min_words = 12, credit = "hand" },
      choices = { "slow_memory", "waits_for_the_last*", "small_cache", "less_data" } },

    read "closing" {},
  },

  points = { made = 3, half = 1, overlap = 1, between = 2, size = 2, why = 2 },
}
