-- test.lua: the misses and bytes that lab 08 prints, simulated and counted.
local judge = require "memwall.judge"
local scope = require "memwall.scope"

local labs = test.include "../labs/check.lua"

local lab = labs.open "08-transpose"

local L1, L2, TLB = "--cache L1=48K,12,64", "--cache L2=1M,16,64", "--cache TLB=256K,64,4096"
local FETCHED, OUTER = "levels.1.fills", "levels.2.fills"

local function naive(n, ld, caches)
  local rows = ld ~= n and (" lda=%s ldb=%s"):format(ld, ld) or ""
  return ("memwall model transpose/naive m=%s n=%s%s %s"):format(n, n, rows, caches)
end

local function run(variant, size)
  return ("memwall measure transpose/%s %s --budget 0.01 --no-verify --model 0"):format(variant, size)
end

labs.figures(lab, {
  -- bytes, lines, back: for every variant
  { command = ("memwall model transpose/oblivious m={{n}} n={{n}} %s"):format(L1), at = "levels.1.link.bytes", is = "bus" },
  { command = naive("{{n}}", "{{n}}", L1), at = FETCHED, is = "lines" },
  { command = naive("{{n}}", "{{n}}", L1), at = "levels.1.link.bytes", is = "lost" },
  { command = naive(1024, 1024, L1), at = "levels.1.link.bytes", is = 138412032 },
  { command = run("naive", "m={{n}} n={{n}}"), at = "compulsory_bytes", is = "program" },
  { command = run("naive", "m={{n}} n={{n}}"), at = "load_bytes", is = "program/2" },
  { command = run("naive", "m={{n}} n={{n}}"), at = "store_bytes", is = "program/2" },

  -- sixteen floats more
  { command = naive(256, 256, L1), at = FETCHED, is = 69632 },
  { command = naive(256, 272, L1), at = FETCHED, is = 8192 },
  { command = naive(512, 512, L1), at = FETCHED, is = 278528 },
  { command = naive(512, 528, L1), at = FETCHED, is = 32768 },
  { command = naive(1024, 1024, L1 .. " " .. L2), at = FETCHED, is = 1114112 },
  { command = naive(1024, 1024, L1 .. " " .. L2), at = OUTER, is = 1114112 },
  { command = naive(1024, 1040, L1 .. " " .. L2), at = FETCHED, is = 1114112 },
  { command = naive(1024, 1040, L1 .. " " .. L2), at = OUTER, is = 131072 },
  { command = naive(1023, 1023, L1 .. " " .. L2), at = OUTER, is = 131777 },
  { command = naive(512, 544, L1), at = FETCHED, is = 278528 },
  { command = naive(512, 528, "--cache L1=32K,8,64"), at = FETCHED, is = 159280 },

  -- pages: those of the stores, and one for every 1024 floats of A
  { command = naive("{{big}}", "{{big}}", TLB), at = FETCHED, is = "pages + big^2/1024" },
  { command = naive(2048, 2048, TLB), at = FETCHED, is = 4198400 },
  { command = naive(2048, 2064, TLB), at = FETCHED, is = 4198432 },
  { command = ("memwall model transpose/oblivious m=2048 n=2048 %s"):format(TLB), at = FETCHED, is = 196608 },
  { command = ("memwall model transpose/packed m=2048 n=2048 block=64 %s"):format(TLB), at = FETCHED, is = 131072 },
  { command = naive(2048, 2048, "--cache TLB=16M,4096,4096"), at = FETCHED, is = 8192 },
  { command = naive(4096, 4096, "--cache TLB=8M,2048,4096"), at = FETCHED, is = 16793600 },

  -- the cures
  { command = ("memwall model transpose/blocked m=2048 n=2048 %s"):format(L1), at = FETCHED, is = 262144 },
  { command = ("memwall model transpose/inplace n=2048 %s %s"):format(L1, L2), at = "levels.2.link.bytes", is = 33554432 },
  { command = ("memwall model transpose/oblivious m=2048 n=2048 %s %s"):format(L1, L2), at = "levels.2.link.bytes",
    is = 50331648 },
})

if not test.long then
  test.case("08-transpose counts the room of a column as the sets of the printed level have it", function()
    for _, variant in ipairs(lab.variants) do
      local sets, room = {}, 0
      for row = 0, variant.n - 1 do
        local set = row * variant.n // 16 % 64
        sets[set] = math.min(12, (sets[set] or 0) + 1)
      end
      for _, lines in pairs(sets) do room = room + lines end
      local held = scope.new(lab.read, variant, lab.machine):value "held"
      assert(held == room, ("n = %d: %g, not %d"):format(variant.n, held, room))
    end
  end)

  test.case("08-transpose: sixteen unused floats a row save 8.5 times the lines at n = 256 and 512, exactly", function()
    for _, n in ipairs { 256, 512 } do
      local before, after = labs.run(naive(n, n, L1)).levels[1].fills, labs.run(naive(n, n + 16, L1)).levels[1].fills
      assert(before / after == 8.5, before / after)
    end
  end)

  test.case("08-transpose: of the nine sizes only 1024 overflows its sets in the printed second level", function()
    for _, size in ipairs(lab.read.by_id.spike.axis.values) do
      local fills = labs.run(naive(size, size, L1 .. " " .. L2)).levels[2].fills
      assert((fills > 8 * 131072) == (size == 1024), ("%d: %d lines"):format(size, fills))
      assert(size == 1024 or fills < 140000, ("%d: %d lines"):format(size, fills))
    end
  end)

  -- The goal prints its conditions for n = 512: what the simulator says of each multiple of 16.
  test.case("08-transpose accepts just the rows with which at most 40 000 lines are fetched", function()
    local step = lab.read.by_id.padding
    local names = scope.new(lab.read, lab.variants[1], lab.machine)
    local function judged(ld) return judge.judge_goal(step, { ld = ld }, scope.sample(names, { ld = ld })) end
    local accepted = {}
    for ld = 512, 576 do
      if ld % 16 ~= 0 then
        assert(judged(ld).failed == 1, ("ld = %d begins rows inside lines"):format(ld))
      else
        local passes, fills = judged(ld).verdict == "right", labs.run(naive(512, ld, L1)).levels[1].fills
        assert(passes == (fills <= 40000), ("ld = %d: %d lines, accepted: %s"):format(ld, fills, passes))
        if passes then accepted[#accepted + 1] = ld end
      end
    end
    assert(table.concat(accepted, " ") == "528 560", table.concat(accepted, " "))
  end)
end
