-- test.lua: the lines each loop order fetches in lab 05, as the simulator counts them.
local labs = test.include "../labs/check.lua"

local lab = labs.open "05-loop-order"

local CACHE = "--cache L1=48K,12,64"
local ORDERS = { "jki", "kji", "jik", "ijk", "kij", "ikj" } -- those that may lose most come first

local function roomy(order)
  return ("memwall model gemm/%s m={{n}} n={{n}} k={{n}} lda={{n+16}} ldb={{n+16}} ldc={{n+16}} %s"):format(order, CACHE)
end

local function crowded(order)
  return ("memwall model gemm/%s m=256 n=256 k=256 %s"):format(order, CACHE)
end

local function at_ld(order, ld)
  return ("memwall model gemm/%s m=256 n=256 k=256 lda=%d ldb=%d ldc=%d %s"):format(order, ld, ld, ld, CACHE)
end

local function tiny(order)
  return ("memwall model gemm/%s m=64 n=64 k=64 %s"):format(order, CACHE)
end

local function counted(order)
  return ("memwall measure gemm/%s m={{n}} n={{n}} k={{n}} --budget 0.01 --no-verify --model 0"):format(order)
end

-- Lines that one order fetches with n = 256 and rows of ld floats: by the commands that the texts print where they
-- print them, else by the quicker count.
local function fetched(order, ld)
  local command = ld == 256 and crowded(order) or at_ld(order, ld)
  if ld > 272 then command = command .. " --totals" end
  return labs.run(command).levels[1].fills
end

local FETCHED = "levels.1.fills"

local figures = {
  { command = crowded "ikj", at = FETCHED, is = 1056768 },
  { command = crowded "kij", at = FETCHED, is = 1118208 },
  { command = crowded "ijk", at = FETCHED, is = 16919040 },
  { command = crowded "jik", at = FETCHED, is = 17956864 },
  { command = crowded "jki", at = FETCHED, is = 33619968 },
  { command = crowded "kji", at = FETCHED, is = 33619968 },
  { command = ("memwall model gemm/jki m={{n}} n={{n}} k={{n}} %s"):format(CACHE), at = FETCHED, is = "accident" },
  { command = at_ld("jki", 288), at = FETCHED, is = 17307864 },
  { command = crowded "jki", at = "levels.1.kinds.conflict.read", is = 32501760 },
}
for order, formula in pairs { ijk = "room_ijk", ikj = "room_ijk", kji = "room_ijk", jik = "room_jki", jki = "room_jki",
  kij = "room_jki" } do
  figures[#figures + 1] = { command = roomy(order), at = FETCHED, is = formula }
end
for _, order in ipairs(ORDERS) do
  figures[#figures + 1] = { command = tiny(order), at = FETCHED, is = 768, shown = "768" }
end
for _, order in ipairs { "ijk", "jki", "ikj" } do -- one of each innermost loop
  figures[#figures + 1] = { command = counted(order), at = "flops", is = "flop" }
end
-- What the accident is worked out from: jki loads A and C at each turn, and B before each innermost loop.
figures[#figures + 1] = { command = counted "jki", at = "load_bytes", is = "4*accident" }
labs.figures(lab, figures)

if not test.long then
  -- The goal prints its conditions for n = 256: what the simulator says of each multiple of 16.
  test.case("05-loop-order accepts just the leading dimensions at which each order fetches at most 1.2 million lines", function()
    local judge = require "memwall.judge"
    local scope = require "memwall.scope"
    local step = lab.read.by_id.leading
    local names = scope.new(lab.read, lab.variants[1], lab.machine)
    local accepted = {}
    for ld = 256, 320, 16 do
      local most = 0
      for _, order in ipairs(ORDERS) do
        most = math.max(most, fetched(order, ld))
        if most > 1.2e6 then break end -- one order settles it
      end
      local passes = judge.judge_goal(step, { ld = ld }, scope.sample(names, { ld = ld })).verdict == "right"
      assert(passes == (most <= 1.2e6 and ld <= 1.2 * 256), ("ld = %d: %d lines, accepted: %s"):format(ld, most, passes))
      if passes then accepted[#accepted + 1] = ld end
    end
    assert(table.concat(accepted, " ") == "272 304", table.concat(accepted, " "))
    for ld = 256, 320 do
      if ld % 16 ~= 0 then
        local judged = judge.judge_goal(step, { ld = ld }, scope.sample(names, { ld = ld }))
        assert(judged.failed == 1, ("ld = %d begins rows inside lines"):format(ld))
      end
    end
  end)

  test.case("05-loop-order: with room all six orders fetch the same lines to 6 %, without it jki 30 times more", function()
    local least, most = math.huge, 0
    for _, order in ipairs(ORDERS) do
      least, most = math.min(least, fetched(order, 272)), math.max(most, fetched(order, 272))
    end
    assert(most / least < 1.06, most / least)
    assert(fetched("jki", 256) / fetched("jki", 272) > 30)
  end)
end
