-- Predicted, counted, modelled and measured figures of a run beside each other.
local expr = require "memwall.expr"
local machines = require "memwall.machine"
local native = require "memwall.native"
local scope = require "memwall.scope"

local walks = test.include "walk.lua"
local names, row, said = walks.names, walks.row, walks.said
local fresh, answer, up_to = walks.fresh, walks.answer, walks.up_to

test.case("what a measurement says of itself to be modelled stands in that column", function()
  local walk = fresh()
  up_to(walk, "gemv")
  walk:feed { e = "run", step = "gemv" }
  local event = walks.result(walk.open)
  event.measurement.kinds = { store_bytes = "modelled" }
  walk:feed(event)
  local stores = row(walk.view, "store_bytes")
  assert(stores.modelled.value == event.measurement.store_bytes and stores.counted.absent)
end)

test.case("predicted, counted, modelled and measured figures stand side by side, absent ones with their reason", function()
  local walk = fresh()
  up_to(walk, "gemv")
  walk:feed { e = "run", step = "gemv" }
  walk:finish()
  local n = walk.session.state.variant.n
  local flops = row(walk.view, "flops")
  assert(flops.predicted.value == 2 * n * n and flops.counted.value == 2 * n * n and flops.modelled.value == 2 * n * n)
  assert(row(walk.view, "bytes").predicted.value == 4 * (n * n + 2 * n))
  local dram = row(walk.view, "dram_bytes")
  assert(dram.measured.absent and dram.measured.reason.id == "no-pmu")
  local seconds = row(walk.view, "seconds")
  assert(seconds.measured.low < seconds.measured.value and seconds.note == "clean")
  local rate = row(walk.view, "rate")
  assert(rate.note == "bound by memory")
  assert(math.abs(rate.measured.low * seconds.measured.high / (2 * n * n) - 1) < 1e-12)
  assert(math.abs(rate.measured.high * seconds.measured.low / (2 * n * n) - 1) < 1e-12)
end)

test.case("FLOPs by hardware events stand beside the counted ones, or why there are none", function()
  local function flops_after(change)
    local walk = walks.measured("gemv", function(event) change(event.measurement) end)
    return row(walk.view, "flops").measured
  end
  assert(flops_after(function(m) m.hardware_flops = 12345 end).value == 12345)
  local none = flops_after(function(m)
    m.reasons = m.reasons or {}
    m.reasons.hardware_flops = native.reason "no-pmu"
  end)
  assert(none.absent and none.reason.id == "no-pmu")
end)

test.case("a recording from before reasons had ids says what it said", function()
  local walk = walks.new(walks.open(), walks.machine { hardware = { state = "absent", short_reason = "no PMU here" } })
  up_to(walk, "gemv")
  walk:feed { e = "run", step = "gemv" }
  local event = walks.result(walk.open, "noisy")
  event.measurement.reasons = { verdict = "another program ran" }
  walk:feed(event)
  assert(row(walk.view, "dram_bytes").measured.reason == "no PMU here")
  assert(row(walk.view, "seconds").note == "noisy: another program ran" and said(walk.view, "Noisy: another program ran."))
end)

test.case("a name that stands for nothing here says why by an id", function()
  local lab = { q = { twice = { tree = expr.parse "2 * gemv.seconds" } }, reference = {} }
  local base = scope.new(lab, {}, machines.new {}, function() return nil, native.reason "not-run" end)
  local series = scope.series(base, { { seconds = 1 }, false }, { seconds = "s", rate = "FLOP/s" })
  for formula, expected in pairs {
    ["gemv.seconds"] = "not-run", ["twice + 1"] = "not-run", ["machine.llc"] = "roofs-not-measured",
    ["machine.memory"] = "memory-not-known", ["seconds[2]"] = "sample-gap", ["rate[1]"] = "sample-lacks-at",
    ["first seconds where rate > 1"] = "sample-lacks", ["first seconds where seconds > 1"] = "sweep-open",
  } do
    local value, english, reason = expr.eval(expr.parse(formula), series)
    assert(value == nil and reason.id == expected, formula .. ": " .. tostring(english))
    assert(english == native.english(reason) and english ~= "")
  end
end)

test.case("every quantity of the table that a run has is a row in its order, and a name in formulas", function()
  local walk = fresh()
  up_to(walk, "gemv")
  walk:feed { e = "run", step = "gemv" }
  local event = walks.result(walk.open)
  walk:feed(event)
  local place = {}
  for i, quantity in ipairs(native.quantities) do
    place[quantity.id] = i
    local declared = walk.session.lab.by_id.gemv:units()[quantity.id]
    assert(declared == nil or quantity.of_run and declared == quantity.unit, quantity.id)
    assert(declared or not quantity.member or not quantity.of_run, quantity.id)
    local shown = row(walk.view, quantity.id)
    local counted = quantity.kind == "counted" and quantity.of_run
    assert(not counted or shown and shown.counted.value == event.measurement[quantity.member], quantity.id)
    if shown then assert(shown.label == nil and quantity.in_counters, quantity.id) end
  end
  local last = 0
  for _, shown in ipairs(walk.view.counters) do
    assert(place[shown.id] > last, shown.id)
    last = place[shown.id]
  end
  assert(last > 0)
end)

test.case("a run that was recorded before a quantity was counted has no row for it", function()
  local walk = walks.measured("gemv", function(event) event.measurement.store_bytes = nil end)
  assert(not row(walk.view, "store_bytes") and row(walk.view, "load_bytes"))
end)

-- What the worker adds beside a measurement: bytes over each link.
local function with_links(event, measured)
  local m = event.measurement
  m.links = {
    caches = "effective", sampled = false, reasons = { measured = not measured and "no PMU here" or nil },
    levels = {
      { from = "L1", to = "L2", modelled = 3e8, measured = measured and 3.3e8 or nil },
      { from = "L2", to = "LLC", modelled = 2e8 },
      { from = "LLC", to = "memory", modelled = 1e8, measured = measured and 1.1e8 or nil },
    },
  }
  return event
end

test.case("bytes between the levels stand beside the counted ones, modelled and measured", function()
  for _, measured in ipairs { false, true } do
    local walk = walks.measured("gemv", function(event) with_links(event, measured) end)
    local first, second, memory = row(walk.view, "link:1"), row(walk.view, "link:2"), row(walk.view, "dram_bytes")
    assert(first.from == "L1" and first.to == "L2" and first.modelled.value == 3e8 and first.modelled.kind == "modelled")
    assert(second.modelled.value == 2e8 and second.measured.absent and second.measured.reason ~= "")
    assert(memory.modelled.value == 1e8, "the simulator says more than the least that must move")
    assert(first.measured.absent == (not measured or nil) and memory.measured.absent == (not measured or nil))
    assert(not measured or memory.measured.value == 1.1e8 and first.measured.value == 3.3e8)
  end
end)

test.case("a point knows its place by the bytes of every level, and which of them were only modelled", function()
  local walk = fresh()
  up_to(walk, "gemv")
  walk:feed { e = "run", step = "gemv" }
  assert(#walks.roofline(walk.view).levels == 0)
  local event = with_links(walks.result(walk.open), false)
  event.measurement.links.levels[3].measured = 2e8
  walk:feed(event)
  local roofline = walks.roofline(walk.view)
  assert(table.concat(roofline.levels, " ") == "L1 L2 LLC DRAM")
  local point = roofline.points[#roofline.points]
  local m = event.measurement
  local x = {}
  for _, place in ipairs(point.places) do x[place.level .. " " .. place.kind] = place.x end
  assert(x["L1 counted"] == m.flops / (m.load_bytes + m.store_bytes))
  assert(x["L2 modelled"] == m.flops / 3e8 and x["LLC modelled"] == m.flops / 2e8 and x["DRAM measured"] == m.flops / 2e8)
  for _, place in ipairs(point.places) do assert(roofline.x.low <= place.x and place.x <= roofline.x.high) end
  assert(roofline.memory[1].level == "L1" and roofline.memory[4].level == "DRAM")
end)

test.case("results recorded before caches were simulated replay as they were", function()
  local walk = fresh()
  up_to(walk, "gemv")
  walk:feed { e = "run", step = "gemv" }
  walk:finish()
  assert(not row(walk.view, "link:1") and #walks.roofline(walk.view).levels == 0)
  assert(row(walk.view, "dram_bytes").modelled.value == row(walk.view, "bytes").modelled.value)
  for _, point in ipairs(walks.roofline(walk.view).points) do assert(not point.places) end
end)

test.case("on a machine without levels nothing is said to cross the link to its memory", function()
  local walk = walks.new(walks.open(), { cpus = 2 })
  up_to(walk, "gemv")
  walk:feed { e = "run", step = "gemv" }
  walk:finish()
  assert(row(walk.view, "bytes").modelled and not row(walk.view, "dram_bytes").modelled)
end)

test.case("a library's absent bytes carry their reason", function()
  local walk = fresh()
  up_to(walk, "share")
  walk:feed { e = "goto", step = "library" }
  assert(row(walk.view, "ratio").measured.value > 2.5)
  assert(said(walk.view, "As expected: the ratio is"))
  local last = walks.roofline(walk.view).points[#walks.roofline(walk.view).points]
  assert(last.label == "openblas" and last.id == "library:1:b")
  -- The library reads W, writes it and reads it again: its point lies where that traffic puts it.
  local ours = walks.roofline(walk.view).points[#walks.roofline(walk.view).points - 1]
  assert(ours.id == "library:1" and math.abs(ours.x / last.x - 3) < 0.01, ours.x / last.x)
end)

test.case("a prediction for five users does not stand beside the run of two", function()
  local walk = fresh()
  up_to(walk, "library")
  walk:feed { e = "run", step = "library" }
  walk:finish()
  assert(row(walk.view, "bytes") and not row(walk.view, "bytes").predicted)
end)

test.case("the point that was placed stays beside the measured one, with the factor between them", function()
  local walk = fresh()
  answer(walk, "count")
  answer(walk, "point", { point = { x = 0.5, y = 14e9 } })
  walk:feed { e = "goto", step = "gemv" }
  walk:feed { e = "run", step = "gemv" }
  local live = walks.roofline(walk.view).points[2]
  assert(live.live and live.id == "gemv:1" and walk.view.run.state == "running")
  assert(row(walk.view, "flops").live and names(walk.view.actions).cancel)
  walk:finish()
  local link = walks.roofline(walk.view).links[1]
  assert(link.from == "point:you" and link.to == "gemv:1" and link.text == "you: ×1.8 too high", test.json(link))
  assert(not walks.roofline(walk.view).points[2].live)
end)
