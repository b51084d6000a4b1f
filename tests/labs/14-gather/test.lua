-- test.lua: rows, lines and intensities that lab 14 prints, simulated and counted.
local labs = test.include "../labs/check.lua"
local expr = require "memwall.expr"
local judge = require "memwall.judge"
local random = require "memwall.random"
local scope = require "memwall.scope"

local lab = labs.open "14-gather"

-- A quantity of the lab for one variant.
local function quantity(name, variant)
  return assert(expr.eval(lab.read.q[name].tree, scope.new(lab.read, variant, lab.machine)))
end

local BAG = "memwall measure gather/bag m=64 n={{wide}} k={{each}} rows=262144 --budget 0.01 --no-verify --model 0"
local NARROW = "memwall model gather/bag m=1024 n=%s k=32 rows=262144 --cache L1=48K,12,64"
local FAR = "memwall model spmm/csr m=4096 n=64 k=262144 density=1 --cache L2=1M,16,64"
local NEAR = "memwall model spmm/csr m=1024 n=64 k=1024 density=10 --cache L2=1M,16,64"

labs.figures(lab, {
  { command = BAG, at = "flops", is = "64*adds" },
  { command = BAG, at = "compulsory_bytes", is = "64*moved" },
  { command = NARROW:format "{{n}}", at = "levels.1.fills", is = "32768 + 2048 + 64*n", within = 0.05 },
  { command = NARROW:format "24", at = "levels.1.fills", is = 69051, shown = "69051" },
  { command = FAR, at = "levels.1.link.bytes", is = 2 * 4096 * 2621 * 64 / 0.49, within = 0.005, shown = "| 0.49 |" },
  { command = NEAR, at = "levels.1.link.bytes", is = 2 * 1024 * 102 * 64 / 8.2, within = 0.005, shown = "| 8.2 |" },
})

local function in_both(step, section, row)
  for _, locale in ipairs { "en", "zh_CN" } do
    assert(lab.prose[locale].steps[step][section].text:find(row, 1, true), ("%s.md, %s: %s"):format(locale, step, row))
  end
end

test.case("the table of narrow rows is that of the simulator", function()
  for _, n in ipairs { 1, 4, 16, 24 } do
    local fills = labs.run(NARROW:format(n)).levels[1].fills - 2048 - 64 * n -- without indices and results
    local lines = fills / 32768
    in_both("waste", "right", ("| %d | %.2f | %.3g"):format(n, lines, lines * 16 / n))
  end
end)

test.case("a simulated sparse product has the intensity of the formula where B is far, and keeps below it where B is near",
  function()
    local function intensity(command, flops) return flops / labs.run(command).levels[1].link.bytes end
    local far = intensity(FAR, 2 * 4096 * 2621 * 64)
    local wide = { wide = 64 }
    assert(math.abs(far / quantity("far", wide) - 1) < 0.02, far)
    local near = intensity(NEAR, 2 * 1024 * 102 * 64)
    assert(near > 10 * far and near < quantity("near", wide), near)
    for command, n in pairs { [FAR] = 2621, [NEAR] = 102 } do -- nonzeros of a row
      local m = command == FAR and 4096 or 1024
      local measured = command:gsub(" model ", " measure "):gsub(" %-%-cache.*", " --budget 0.01 --no-verify --model 0")
      assert(labs.run(measured).flops == 2 * m * n * 64, command)
    end
  end)

-- 1 + 1/2^s + … + 1/n^s for the numbers of a list that ascends.
local function sums(numbers, exponent)
  local result, sum, at = {}, 0, 1
  for i = 1, numbers[#numbers] do
    sum = sum + (exponent == 1 and 1 / i or i ^ -exponent)
    if i == numbers[at] then result[i], at = sum, at + 1 end
  end
  return result
end

test.case("the doublings give the share of popular rows that adding up term by term gives", function()
  local exact = sums({ 4096, 8192, 262144, 524288, 1048576 }, 1)
  for _, variant in ipairs(lab.variants) do
    local share = exact[variant.kept] / exact[variant.rows]
    local formula = quantity("popular", variant)
    assert(math.abs(formula / share - 1) < 0.001, ("%d of %d: %g, not %g"):format(variant.kept, variant.rows, formula, share))
    assert(share > 0.6 and share < 0.75, "the right guess is about two thirds")
  end
end)

test.case("the printed shares of a million rows are those of the sums", function()
  local exact = sums({ 1000, 10000, 100000, 1000000 }, 1)
  for kept, row in pairs { [1000] = "| 1000 | 0.1 % | %.0f %% |", [10000] = "| 10000 | 1 % | %.0f %% |",
    [100000] = "| 100000 | 10 % | %.0f %% |" } do
    in_both("popular", "right", (row:gsub(" %% |", " %%%% |", 1):format(100 * exact[kept] / exact[1000000])))
  end
  for exponent, printed in pairs { [0.8] = "36", [1.2] = "91" } do
    local other = sums({ 10000, 1000000 }, exponent)
    assert(("%.0f"):format(100 * other[10000] / other[1000000]) == printed, exponent)
    in_both("closing", "body", printed .. " %")
  end
  local first = sums({ 999, 2717 }, 1)
  assert(math.abs(first[2717] - first[999] - 1) < 0.001, "the first row against rows 1000 to 2717")
end)

test.case("the accepted sizes of the goal are those that the sums and the bytes allow", function()
  local step = lab.read.by_id.cache
  local names = scope.new(lab.read, lab.variants[1], lab.machine)
  local all, sum, least = sums({ 2 ^ 20 }, 1)[2 ^ 20], 0, nil
  for i = 1, 2 ^ 20 do
    sum = sum + 1 / i
    if not least and sum / all >= 2 / 3 then least = i end
    if i % 4096 == 0 or i <= 20000 and i >= 256 then
      local right = judge.judge_goal(step, { kept_rows = i }, scope.sample(names, { kept_rows = i })).verdict == "right"
      assert(right == (least ~= nil and 256 * i <= 2.5 * 2 ^ 20), i)
    end
  end
  assert(least == 8515, least)
  in_both("cache", "right", "8515")
  in_both("cache", "right", "10240")
end)

test.case("a cache of the last rows used hits 58 to 59 % where the most popular ones hit 68 %", function()
  local rows, kept, numbers = 1000000, 10000, random(14)
  local upto, sum = {}, 0
  for i = 1, rows do
    sum = sum + 1 / i
    upto[i] = sum
  end
  local function draw()
    local wanted, low, high = numbers:integer(0, 2 ^ 30 - 1) / 2 ^ 30 * sum, 1, rows
    while low < high do
      local middle = (low + high) // 2
      if upto[middle] > wanted then high = middle else low = middle + 1 end
    end
    return low
  end
  -- A ring of the kept rows, the last used behind 0 and the first to go before it.
  local behind, before, present, hits, looked = { [0] = 0 }, { [0] = 0 }, 0, 0, 0
  for i = 1, 400000 do
    local row = draw()
    local hit = behind[row] ~= nil
    if i > 100000 then
      looked = looked + 1
      if hit then hits = hits + 1 end
    end
    if not hit and present == kept then
      local last = before[0]
      before[0], behind[before[last]] = before[last], 0
      behind[last], before[last] = nil, nil
    elseif hit then
      behind[before[row]], before[behind[row]] = behind[row], before[row]
    else
      present = present + 1
    end
    behind[row], before[row] = behind[0], 0
    before[behind[0]] = row
    behind[0] = row
  end
  local share = hits / looked
  assert(share > 0.58 and share < 0.59, share)
  in_both("closing", "body", "58")
end)

test.case("the experts read on average are those of all choices of all users", function()
  local pairs_of = {}
  for one = 0, 7 do
    for other = one + 1, 7 do pairs_of[#pairs_of + 1] = 1 << one | 1 << other end
  end
  local ways = { [0] = 1 }
  for users = 1, 6 do
    local more = {}
    for set, count in pairs(ways) do
      for _, pair in ipairs(pairs_of) do more[set | pair] = (more[set | pair] or 0) + count end
    end
    ways = more
    local all, read = 0, 0
    for set, count in pairs(ways) do
      all = all + count
      for expert = 0, 7 do read = read + (set >> expert & 1) * count end
    end
    assert(math.abs(read / all - quantity("experts", { users = users })) < 1e-9, users)
  end
end)
