-- test.lua: the misses and sweeps that lab 02 prints, by simulator and closed form.
local labs = test.include "../labs/check.lua"
local expr = require "memwall.expr"
local judge = require "memwall.judge"
local scope = require "memwall.scope"
local typed = require "memwall.typed"
local unit = require "memwall.unit"

local lab = labs.open "02-ladder"

labs.figures(lab, {
  { command = "memwall model chase/latency n=4194304 p=50 steps=65536 --cache L1=48K,12,64",
    at = "levels.1.misses.read", is = 32832, shown = "32 832" },
  -- The run that the headline comes from: 2 622 steps of 262 144 along the large ring, and the small one once.
  { command = "memwall model chase/latency n=4194304 p=99 steps=262144 --cache L1=48K,12,64",
    at = "levels.1.misses.read", is = 2622 + 64 },
  { command = "memwall model chase/latency n=64 p=100 steps=262144 --cache L1=48K,12,64",
    at = "levels.1.misses.read", is = 64 },
  -- Both sides of "two" as the text divides them: so many lines, so many bytes.
  { command = "memwall model chase/latency n=4194304 p=0 steps=65536 --cache L1=48K,12,64",
    at = "levels.1.fills", is = 65536 },
  { command = "memwall measure stream/read n=67108864 --budget 0.01 --no-verify --model 0", at = "load_bytes", is = 268435456 },
})

local function swept(id)
  return lab.read.by_id[id].axis.values
end

test.case("the misses of every mix are the share that goes along the large ring, and the small ring once", function()
  for _, hits in ipairs(swept "mix") do
    local found = labs.run(("memwall model chase/latency n=4194304 p=%d steps=65536 --cache L1=48K,12,64"):format(hits))
    local along_small = 65536 // 100 * hits + 65536 % 100 * hits // 100
    local misses = found.levels[1].misses.read
    assert(misses == 65536 - along_small + math.min(64, along_small), ("p=%d: %d"):format(hits, misses))
  end
end)

test.case("a mix is drawn over a linear axis, where its mean is a straight line", function()
  local values = swept "mix"
  assert(values[#values] / values[1] <= 20)
end)

test.case("the sweeps reach from 16 KiB and less to 256 MiB, four times any usual cache", function()
  local size, lines = swept "bandwidth", swept "latency"
  assert(4 * size[1] == 16384 and 4 * size[#size] == 2 ^ 28)
  assert(64 * lines[1] <= 16384 and 64 * lines[#lines] == 2 ^ 28)
end)

-- What a student may choose in "size", tried one by one.
local function mean_with_one_cache(doublings)
  return 3 + doublings + 100 * 0.1 / 2 ^ (doublings / 2)
end

test.case("the goal accepts three and four doublings, within 2 % of the least mean, and nothing else", function()
  local names = scope.new(lab.read, lab.variants[1], lab.machine)
  local least = math.huge
  for doublings = 0, 9 do least = math.min(least, mean_with_one_cache(doublings)) end
  local accepted = {}
  for half_steps = 0, 18 do
    local doublings = half_steps / 2
    local values = { doublings = doublings }
    local passes = judge.judge_goal(lab.read.by_id.size, values, scope.sample(names, values)).verdict == "right"
    local near = doublings == math.floor(doublings) and mean_with_one_cache(doublings) <= 1.02 * least
    assert(passes == near, ("%g doublings"):format(doublings))
    if passes then accepted[#accepted + 1] = ("%g"):format(doublings) end
  end
  assert(table.concat(accepted, " ") == "3 4")
end)

local function printed(text)
  for _, locale in ipairs { "en", "zh_CN" } do
    local found = false
    for _, step in pairs(lab.prose[locale].steps) do
      for _, kind in ipairs { "body", "right", "done", "unmeasured", "hint" } do
        found = found or step[kind] ~= nil and step[kind].text:find(text, 1, true) ~= nil
      end
      for _, section in pairs(step.wrong) do found = found or section.text:find(text, 1, true) ~= nil end
    end
    assert(found, ("%s.md does not print '%s'"):format(locale, text))
  end
end

test.case("the means that the text of the goal prints are those of the printed rule", function()
  printed(("3 + 0.10·100 = %g"):format(mean_with_one_cache(0)))
  printed(("11 + %g = %.1f"):format(10 / 2 ^ 4, mean_with_one_cache(8)))
  printed(("%.1f"):format(mean_with_one_cache(9)))
  printed(("%g"):format(mean_with_one_cache(4)))
  local small, far = 10 / 100 * 12, 100 * 0.1 / 2 ^ (9 / 2)
  printed(("3 + %.1f + %.2f = %.1f"):format(small, far, 3 + small + far))
end)

test.case("one miss in a hundred takes a third of the time at 4 and 200 cycles", function()
  local all, one = 0.99 * 4 + 0.01 * 200, 0.01 * 200
  assert(math.abs(one / all - 1 / 3) < 0.005)
  printed(("%.2f"):format(all))
  printed(("%.1f"):format(one))
end)

test.case("both readings of 80 % hits and 20 % give the numbers that the text prints", function()
  local function value(formula) return expr.eval(assert(expr.parse(formula)), { value = function() return nil end }) end
  assert(math.abs(value "1/(1 - 0.8)" - 5) < 1e-9)
  local wall = value "(5 - 0.8)/0.2"
  assert(math.abs(wall - 21) < 1e-9)
  printed "(5 − 0.8)/0.2 = 21"
  printed(("0.8·1 + 0.2·5 = %.1f"):format(value "0.8*1 + 0.2*5"))
end)

test.case("at the share of misses that is asked for, misses and hits take the same time", function()
  for _, variant in ipairs(lab.variants) do
    local share = expr.eval(lab.read.q.half.tree, scope.new(lab.read, variant, lab.machine))
    assert(math.abs(share * variant.tm - (1 - share) * 4) < 1e-9)
  end
end)

test.case("bytes on the way are typed as a rate times a time, with units or without", function()
  for _, variant in ipairs(lab.variants) do
    local field = lab.read.by_id.flight.fields[1]
    local names = scope.new(lab.read, variant, lab.machine)
    for _, text in ipairs { "lat*b", ("%g ns * %g GB/s"):format(variant.lat, variant.b) } do
      local number, problem = typed.number(text, field.unit, typed.names(lab.read, lab.read.by_id.flight, names))
      assert(number, problem and (problem.text or problem.key))
      assert(judge.judge_number(field, number, names).verdict == "right", text .. ": " .. unit.format(number, "B"))
    end
  end
end)
