-- lab.lua: lab 05: six orders of three loops, and which of them walks along the rows.
local mw = require "memwall"
local read, predict, sweep, compare = mw.read, mw.predict, mw.sweep, mw.compare
local check, goal, explain = mw.check, mw.goal, mw.explain

-- Two orders of square loops in turns, all three matrices with rows of `ld` floats. Short budgets: a lab of
-- six orders has many runs, and the differences are large.
local function pair(id, a, b, with, expect)
  return compare(id) { with = { m = with.n, n = with.n, k = with.n, lda = with.ld, ldb = with.ld, ldc = with.ld, dtype = "f32" },
    a = { kernel = "gemm/" .. a }, b = { kernel = "gemm/" .. b }, expect = expect, budget = 0.8 }
end

local ROOMY = { n = "n", ld = "n + 16" }
local TINY = { n = "64", ld = "64" } -- three matrices of 16 KiB

local WALKS = { "stays", "along", "down" }
local FETCHES = { "once", "sixteen", "n_times" }

-- The same options with another one right: { "stays", "along*", "down" }.
local function with_right(options, right)
  local list = {}
  for i, id in ipairs(options) do list[i] = id == right and id .. "*" or id end
  return { choices = list }
end

local function operands(options, a, b, c)
  return { a = with_right(options, a), b = with_right(options, b), c = c and with_right(options, c) }
end

return mw.lab {
  format = 1, id = "loop-order", version = "1.0", minutes = { 20, 28 }, memory = "16 MiB",

  -- With both sizes a column of n lines, and two of them, have room in the printed cache when rows are n + 16
  -- floats apart, and none has when they are n apart.
  variant = { n = { 256, 320 } },

  -- The printed first level, and how many lines apart rows of 256 floats are in it.
  reference = { sets = 64, ways = 12, apart = 16 },

  q = {
    flop     = { "FLOP", "2*n^3" },
    room_ijk = { "1", "n^3/16 + n^2/8" },          -- A and C once, B for every turn of i
    room_jki = { "1", "n^3/16 + n^2 + n^2/16" },   -- A for every turn of j, B for each float, C once
    accident = { "1", "2*n^3 + n^2" },             -- a line for every load
    -- Only a guess: a turn of ijk waits 4 cycles for the sum before it, a turn of ikj moves 12 bytes.
    slower   = { "1", "4/machine.clock*machine.read(4*n^2)/12" },
  },

  steps = {
    predict "count" { within = 0.02, ask = {
      flop = { "flop", wrong = { fma_as_one = "n^3", one_row = "2*n^2", loads_too = "4*n^3" } },
      order = { choices = { "same*", "rows", "sum" } } } },

    read "rows" {},
    predict "walk_ijk" { ask = operands(WALKS, "along", "down", "stays") },
    predict "walk_jki" { ask = operands(WALKS, "down", "stays", "down") },

    predict "times_ijk" { ask = operands(FETCHES, "once", "n_times") },
    predict "times_jki" { ask = operands(FETCHES, "n_times", "sixteen", "once") },
    check "room" { within = 0.02, ask = {
      ijk = { "room_ijk", wrong = { a_line_each = "n^3 + n^2/8", both = "n^3/8", compulsory = "3*n^2/16",
        as_jki = "n^3/16 + n^2 + n^2/16" } },
      jki = { "room_jki", wrong = { as_ijk = "n^3/16 + n^2/8", no_room = "2*n^3 + n^2", one_stream = "n^3",
        compulsory = "3*n^2/16" } } } },

    predict "guess" { factor = 4, ask = { ratio = "slower" } }, -- this machine: guides, never marks
    pair("first", "ikj", "ijk", ROOMY, "ratio >= 1.5"),
    pair("second", "kij", "jki", ROOMY, "ratio >= 1.5"),
    pair("third", "jik", "kji", ROOMY),
    read "side" {},
    pair("in_cache", "ikj", "ijk", TINY, "ratio >= 1.5"),

    read "sets" {},
    predict "held" { within = 0.02, ask = {          -- n = 256 for everybody
      sets = { "reference.sets/reference.apart", wrong = { every = "64", apart = "16" } },
      lines = { "reference.ways*reference.sets/reference.apart",
        wrong = { all = "768", one_set = "12", column = "256" } } } },
    check "accident" { within = 0.02, ask = {
      jki = { "accident", wrong = { one_stream = "n^3", store_too = "3*n^3", used_whole = "n^3/16",
        compulsory = "3*n^2/16" } } } },
    compare "crowd" { with = { m = "n", n = "n", k = "n", dtype = "f32" },
      a = { kernel = "gemm/jki", lda = "n + 16", ldb = "n + 16", ldc = "n + 16" },
      b = { kernel = "gemm/jki", lda = "n", ldb = "n", ldc = "n" }, expect = "ratio >= 1.5" },
    read "both" {},

    -- n = 256. The orders that meet the second condition come from the cache simulator; the test of this lab
    -- works the list out again.
    goal "leading" { set = { ld = { 256, 320 } },
      pass = { "ld/16 == floor(ld/16)", "ld == 272 or ld == 304", "ld <= 1.2*256" },
      solution = { ld = 272 }, wrong = { half = { ld = 288 }, quarter = { ld = 320 }, none = { ld = 256 } } },
    sweep "spread" { kernel = "gemm/jki", m = "256", n = "256", k = "256", ldb = "ld", ldc = "ld", dtype = "f32",
      lda = { 256, 272, 288, 304, 320, as = "ld" }, chart = { time = "seconds" }, budget = 0.4 },

    explain "why" { reason = { min_words = 12, credit = "hand" },
      choices = { "more_lines", "less_arithmetic", "one_by_one*", "few_sets" } },
    check "fortran" { ask = { order = { choices = { "ikj", "ijk", "jki*", "kji" } } } },
    read "closing" {},
  },

  points = { made = 3.5, room = 2, accident = 2, leading = 2, why = 2, fortran = 1 },
}
