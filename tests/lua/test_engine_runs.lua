-- The state machine and its runs: figures beside each other, sweeps, noise, failures.
local expr = require "memwall.expr"
local machines = require "memwall.machine"
local native = require "memwall.native"
local scope = require "memwall.scope"

local walks = test.include "walk.lua"
local names, row, said = walks.names, walks.row, walks.said
local fresh, answer, up_to = walks.fresh, walks.answer, walks.up_to
local NOISE = native.place(walks.NOISE)

test.case("the roof measured beside a sample takes the place of the remembered one", function()
  local walk = fresh()
  up_to(walk, "gemv")
  local function active()
    for _, roof in ipairs(walk.view.roofline.memory) do
      if roof.active then return roof end
    end
  end
  walk:feed { e = "run", step = "gemv" }
  assert(walk.open.beside.kernel == "stream/read")
  assert(walk.open.beside.args.n * 4 >= 0.99 * walk.session.state.variant.n ^ 2 * 4)
  walk:finish()
  -- Both axes are the best that was reached; the median stands at the lower end of the band.
  assert(active().label == "DRAM (now)" and math.abs(active().number.value - 15.2e9 / 0.985) < 1e6)
  assert(math.abs(active().number.low - 15.2e9) < 1e6)
  assert(#walk.view.roofline.memory == 4, "a roof that hardly moved is drawn once")
end)

test.case("the part of a roof is one of pairs, while the roof is the best of its tries", function()
  local walk = fresh()
  up_to(walk, "gemv")
  walk:feed { e = "run", step = "gemv" }
  local event = walks.result(walk.open)
  event.beside.seconds.min = event.beside.seconds.median / 2 -- one try of the roof was twice as fast
  walk:feed(event)
  local roof, part, rate = row(walk.view, "roof"), row(walk.view, "reached"), row(walk.view, "bandwidth")
  assert(part.measured.value == event.ratio.median)
  assert(part.measured.value > 1.5 * rate.measured.value / roof.measured.value, "no quotient of the rows above it")
end)

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
    local walk = fresh()
    up_to(walk, "gemv")
    walk:feed { e = "run", step = "gemv" }
    local event = walks.result(walk.open)
    change(event.measurement)
    walk:feed(event)
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
  local series = scope.series(base, { { seconds = 1 }, false })
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
    assert(scope.OBSERVED[quantity.id] == (quantity.of_run and quantity.unit or nil), quantity.id)
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
  local walk = fresh()
  up_to(walk, "gemv")
  walk:feed { e = "run", step = "gemv" }
  local event = walks.result(walk.open)
  event.measurement.store_bytes = nil
  walk:feed(event)
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
    local walk = fresh()
    up_to(walk, "gemv")
    walk:feed { e = "run", step = "gemv" }
    walk:feed(with_links(walks.result(walk.open), measured))
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
  assert(#walk.view.roofline.levels == 0)
  local event = with_links(walks.result(walk.open), false)
  event.measurement.links.levels[3].measured = 2e8
  walk:feed(event)
  local roofline = walk.view.roofline
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
  assert(not row(walk.view, "link:1") and #walk.view.roofline.levels == 0)
  assert(row(walk.view, "dram_bytes").modelled.value == row(walk.view, "bytes").modelled.value)
  for _, point in ipairs(walk.view.roofline.points) do assert(not point.places) end
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
  local last = walk.view.roofline.points[#walk.view.roofline.points]
  assert(last.label == "openblas" and last.id == "library:1:b")
  -- The library reads W, writes it and reads it again: its point lies where that traffic puts it.
  local ours = walk.view.roofline.points[#walk.view.roofline.points - 1]
  assert(ours.id == "library:1" and math.abs(ours.x / last.x - 3) < 0.01, ours.x / last.x)
end)

test.case("a sweep runs one sample after the other and finds the knee", function()
  local walk = fresh()
  up_to(walk, "serve")
  walk:feed { e = "run", step = "serve" }
  local seen = {}
  while walk.open do
    seen[#seen + 1] = walk.open.args.n
    assert(walk.view.run.total == 10 and walk.view.run.done == #seen - 1)
    walk:feed(walks.result(walk.open))
  end
  assert(table.concat(seen, " ") == "1 2 4 8 12 16 24 32 48 64")
  assert(walk.view.step.state == "done" and #walk.view.roofline.trail == 10)
  assert(said(walk.view, "You predicted 21; measured"))
  assert(walk.view.text:find("the rising one meet: 21.1 (", 1, true), walk.view.text)
  assert(#walk.view.chart.series == 3 and #walk.view.chart.marks == 2)
  local mark = walk.view.chart.marks[2]
  assert(mark.low < mark.x and mark.x < mark.high and mark.high / mark.low < 2)
  assert(row(walk.view, "rise").measured.value > 2.9 and row(walk.view, "rise").measured.low < 3.1)
end)

test.case("each sample of the sweep runs in turns with its first", function()
  local walk = fresh()
  up_to(walk, "serve")
  walk:feed { e = "run", step = "serve" }
  while walk.open do
    assert(walk.open.beside.kernel == "gemm/skinny" and walk.open.beside.args.n == 1)
    assert(walk.open.beside.args.m == walk.open.args.m)
    walk:feed(walks.result(walk.open))
  end
end)

test.case("the roofline model of a sweep has one roof, and what is wide is drawn on log axes", function()
  local beside_read = test.read(walks.DIR .. "lab.lua"):gsub('interleave = "first"', 'interleave = "stream/read"')
  local walk = fresh { source = beside_read }
  up_to(walk, "serve")
  assert(walk.view.chart.x.scale == "log" and walk.view.chart.y.scale == "linear", "nothing is wide before it runs")
  walk:feed { e = "run", step = "serve" }
  local count = 0
  while walk.open do
    count = count + 1
    local event = walks.result(walk.open)
    assert(event.beside.kernel == "stream/read")
    if count % 2 == 0 then
      for name, seconds in pairs(event.beside.seconds) do event.beside.seconds[name] = 1.8 * seconds end
    end
    walk:feed(event)
  end
  local model = walk.view.chart.series[3]
  assert(model.id == "model" and #model.points == 10)
  assert(walk.view.chart.x.scale == "log" and walk.view.chart.y.scale == "log")
  for i = 1, 3 do
    local here, after = model.points[i], model.points[i + 1] -- below the ridge only the vectors grow
    assert(after[2] >= here[2] and after[2] < 1.01 * here[2], here[2] .. " " .. after[2])
  end
end)

test.case("the knee does not move when the machine drifts under the sweep", function()
  local walk = fresh()
  up_to(walk, "serve")
  walk:feed { e = "run", step = "serve" }
  local count = 0
  while walk.open do
    count = count + 1
    local event = walks.result(walk.open, count % 3 == 0 and "noisy" or nil)
    for _, side in ipairs { event.measurement, event.beside } do -- every other sample meets a slower machine
      if count % 2 == 0 then side.seconds.median = side.seconds.median * 1.6 end
    end
    walk:feed(event)
  end
  assert(walk.view.text:find("the rising one meet: 21.1 (", 1, true), walk.view.text)
  assert(said(walk.view, "3 of 10 samples are noisy (" .. NOISE .. ")."))
end)

-- The sweep with ratios that are known to so much only.
local function swept(change)
  local walk = fresh()
  up_to(walk, "serve")
  walk:feed { e = "run", step = "serve" }
  while walk.open do
    local event = walks.result(walk.open)
    change(event, walk.open.args.n)
    walk:feed(event)
  end
  return walk.view
end

test.case("where the samples scatter there is neither a number nor a tick, and why", function()
  local view = swept(function(event)
    event.ratio.low, event.ratio.high = event.ratio.median * 0.6, event.ratio.median * 1.5
  end)
  assert(#view.chart.marks == 1 and view.chart.marks[1].kind == "predicted")
  assert(said(view, "nothing was found to compare: "), test.json(view.feedback))
  assert(said(view, '"knee-level"') or said(view, '"knee-wide"'))
  assert(view.text:find("not known here: {{{", 1, true), view.text)
  for _, one in ipairs(view.feedback) do assert(one.tone ~= "good", "no praise for a noisy finding") end
end)

test.case("results without an interval or a time give no knee and break nothing", function()
  for _, change in ipairs {
    function(event) event.ratio = { median = event.ratio.median } end,
    function(event) event.ratio = {} end,
    function(event) event.ratio, event.beside = nil, nil end,
    function(event) event.ratio, event.beside, event.measurement.seconds = nil, nil, { median = "soon" } end,
  } do
    local view = swept(change)
    assert(view.step.state == "done")
  end
end)

test.case("a sweep recorded beside the read roof is read by its times", function()
  local view = swept(function(event, n)
    event.beside = walks.measurement("stream/read", { n = 7168 * 7168 })
    event.ratio = { median = 0.9, low = 0.88, high = 0.92 }
    assert(n)
  end)
  assert(view.text:find("the rising one meet: 21.1 (", 1, true), view.text)
end)

-- A machine whose main memory was remembered as a cache: 96.7 GB/s where there are 15.2.
local function mistaught()
  local machine = walks.machine()
  machine.levels[4].bytes_per_second, machine.levels[4].low, machine.levels[4].high = 96.7e9, 51e9, 99e9
  return walks.new(walks.open(), machine)
end

test.case("a roof that a run shows to be another one is told and replaced, and marks stay", function()
  local walk = mistaught()
  up_to(walk, "point")
  answer(walk, "point", { point = { x = "0.5", y = "48 GFLOP/s" } })
  assert(walk.verdicts[1].verdict == "right" and walk.verdicts[1].claimed)
  local earned = walk.view.score.earned
  walk:feed { e = "goto", step = "gemv" }
  walk:feed { e = "run", step = "gemv" }
  walk:finish()
  assert(said(walk.view, "The read roof of DRAM, measured beside the run, is 15.4 GB/s; 96.7 GB/s was remembered."),
    test.json(walk.view.feedback))
  assert(said(walk.view, "Where does it lie?: The new roof allows 7.71 GFLOP/s there (you: ×6.2 too high)."),
    test.json(walk.view.feedback))
  assert(walk.view.score.earned == earned)
  local labels = {}
  for _, roof in ipairs(walk.view.roofline.memory) do labels[roof.label] = roof.number.value end
  assert(labels["DRAM (remembered)"] == 96.7e9 and labels["DRAM (now)"] < 16e9, "both roofs are drawn")
  walk:feed { e = "goto", step = "point" }
  assert(said(walk.view, "The new roof allows 7.71 GFLOP/s there"), "the second sentence stands with the answer")
  assert(walk.view.step.state == "right")
end)

test.case("from the changed roof on, texts, truths and models use the new one", function()
  local walk = mistaught()
  up_to(walk, "knee")
  assert(walk.view.text:find("reads DRAM at 15.4 GB/s", 1, true), walk.view.text)
  answer(walk, "knee", { batch = "25" })
  assert(walk.verdicts[1].verdict == "right", "judged by the new roof")
  assert(not said(walk.view, "By the new roof"), "it was judged by it already")
  walk:feed { e = "machine", machine = walks.machine() }
  assert(walk.view.text:find("reads DRAM at 15.8 GB/s", 1, true), "a new calibration ends it")
end)

test.case("a roof that is as remembered again is remembered again", function()
  local walk = mistaught()
  up_to(walk, "batch")
  assert(#walk.view.notices == 1)
  walk:feed { e = "goto", step = "gemv" }
  walk:feed { e = "run", step = "gemv" }
  local event = walks.result(walk.open)
  event.beside.seconds = { median = event.beside.seconds.median / 6, min = event.beside.seconds.median / 6.2, samples = 9 }
  walk:feed(event)
  assert(#walk.view.notices == 0 and not said(walk.view, "was remembered"))
end)

test.case("a row of the machine that others contradict is not used", function()
  local machine = walks.machine()
  table.insert(machine.levels, 4, { name = "L4", bytes_per_second = 5e9, low = 5e9, high = 5e9, effective_bytes = 1e12,
    verdict = "impossible", reason = "below the roof of the level behind it" })
  machine.compute[3].verdict = "impossible"
  local walk = walks.new(walks.open(), machine)
  up_to(walk, "knee")
  assert(walk.view.text:find("keeps up 112 GFLOP/s on one core and reads DRAM", 1, true), walk.view.text)
end)

test.case("the ridge of a step that outlasts a burst is that of the sustained roof", function()
  local machine = walks.machine()
  machine.compute[3].sustained = { flops_per_second = 160e9, low = 155e9, high = 160e9 }
  local walk = walks.new(walks.open(), machine)
  up_to(walk, "knee")
  assert(walk.view.text:find("keeps up 160 GFLOP/s", 1, true), walk.view.text)
  assert(walk.view.text:find("ridge is at 10.4", 1, true) or walk.view.text:find("ridge is at 10.1", 1, true), walk.view.text)
end)

test.case("a cancelled sweep goes on where it stopped", function()
  local walk = fresh()
  up_to(walk, "serve")
  walk:feed { e = "run", step = "serve" }
  for _ = 1, 3 do walk:feed(walks.result(walk.open)) end
  walk:feed { e = "result", run = walk.open.id, status = "cancelled" }
  assert(not walk.open and walk.view.run.state == "idle" and said(walk.view, "Stopped."))
  assert(walk.view.step.state == "open" and names(walk.view.actions).sweep)
  walk:feed { e = "run", step = "serve" }
  assert(walk.open.id == "serve:8")
  walk:finish()
  assert(walk.view.step.state == "done")
end)

test.case("the slider measures one batch, and the sweep fills in the others", function()
  local walk = fresh()
  up_to(walk, "serve")
  walk:feed { e = "set", step = "serve", param = "n", value = 16 }
  assert(walk.open.id == "serve:16" and walk.open.label == "batch 16")
  walk:feed { e = "set", step = "serve", param = "n", value = 32 }
  assert(walk.open.id == "serve:32", "a new value replaces the run")
  walk:finish()
  assert(walk.view.controls[1].value == 32 and walk.view.step.state == "open")
  walk:refused { e = "set", step = "serve", param = "n", value = 17 }
  walk:refused { e = "set", step = "serve", param = "k", value = 16 }
  local count = 0
  walk:feed { e = "run", step = "serve" }
  walk:finish(nil, function() count = count + 1 end)
  assert(count == 9 and walk.view.step.state == "done")
end)

test.case("a noisy run is tried twice and then blocks nothing", function()
  local walk = fresh()
  up_to(walk, "gemv")
  walk:feed { e = "run", step = "gemv" }
  local runs = 0
  walk:finish("noisy", function(view)
    runs = runs + 1
    if runs == 1 then
      assert(view.run.state == "running" and view.run.label:find(", second try", 1, true), view.run.label)
      assert(said(view, "It is run once more"))
    end
  end)
  assert(runs == 2)
  assert(said(walk.view, "Two tries gave no clean measurement (" .. NOISE .. ")"))
  assert(walk.view.step.state == "done" and names(walk.view.actions).next)
  assert(row(walk.view, "seconds").note == "noisy: " .. NOISE)
end)

test.case("a comparison is as good as its ratio, whatever its times are", function()
  local function compared(ratio_verdict)
    local walk = fresh()
    up_to(walk, "library")
    walk:feed { e = "run", step = "library" }
    local runs = 0
    while walk.open do
      local event = walks.result(walk.open, "noisy")
      event.ratio.verdict = ratio_verdict
      event.ratio.reason = ratio_verdict == "noisy" and "only 3 of 40 pairs ran undisturbed" or nil
      walk:feed(event)
      runs = runs + 1
    end
    return walk, runs
  end
  local walk, runs = compared "clean"
  assert(runs == 1 and not said(walk.view, "no clean measurement") and not names(walk.view.actions).wait)
  walk, runs = compared "noisy"
  assert(runs == 2 and said(walk.view, "no clean measurement (only 3 of 40 pairs ran undisturbed)"))
  assert(names(walk.view.actions).wait)
  walk, runs = compared(nil) -- recorded before a ratio had a verdict
  assert(runs == 2 and said(walk.view, "no clean measurement (" .. NOISE .. ")"))
end)

test.case("what was noisy can be measured again in a quiet moment", function()
  local walk = fresh()
  up_to(walk, "gemv")
  assert(not names(walk.view.actions).wait)
  walk:feed { e = "run", step = "gemv" }
  assert(walk.open.wait == nil and not names(walk.view.actions).wait)
  walk:finish "noisy"
  assert(names(walk.view.actions).wait and said(walk.view, "Wait for a quiet moment"))
  walk:feed { e = "run", step = "gemv", wait = true }
  assert(walk.open.wait > 0 and walk.open.wait <= 60)
  walk:finish()
  assert(not names(walk.view.actions).wait and not said(walk.view, "Wait for a quiet moment"))
  walk:feed { e = "run", step = "gemv" }
  assert(walk.open.wait == nil, "the next run does not wait")
end)

test.case("of a sweep only the noisy samples are measured again", function()
  local walk = fresh()
  up_to(walk, "serve")
  walk:feed { e = "run", step = "serve" }
  while walk.open do
    local noisy = walk.open.args.n == 8 or walk.open.args.n == 32
    walk:feed(walks.result(walk.open, noisy and "noisy" or nil))
  end
  walk:feed { e = "run", step = "serve", wait = true }
  local seen = {}
  while walk.open do
    assert(walk.open.wait)
    seen[#seen + 1] = walk.open.args.n
    walk:feed(walks.result(walk.open))
  end
  assert(table.concat(seen, " ") == "8 32", table.concat(seen, " "))
  assert(not said(walk.view, "noisy"))
end)

-- A recording of a quiet machine, as `memwall run --record` writes it.
local function recording(change)
  local walk = walks.new(walks.open { request = { seed = "5" } })
  local results = {}
  up_to(walk, "share")
  for _, record in ipairs(walk.records) do
    if record.event.e == "result" then results[#results + 1] = record.event end
  end
  local made = { format = 1, lab = "gemv-gemm", seed = "5", machine = walks.machine { brand = "Quiet CPU  " }, results = results }
  for key, value in pairs(change or {}) do made[key] = value end
  return test.parse_json(test.json(made))
end

test.case("where every sample is noisy the lab goes on with a recorded run, named and marked published", function()
  local walk = walks.new(walks.open { published = recording() })
  up_to(walk, "serve")
  walk:feed { e = "run", step = "serve" }
  while walk.open do
    local event = walks.result(walk.open, "noisy")
    event.ratio.low, event.ratio.high = event.ratio.median * 0.5, event.ratio.median * 1.6
    walk:feed(event)
  end
  assert(said(walk.view, "Recorded on a quiet machine (Quiet CPU, published): knee 21.1 ("), test.json(walk.view.feedback))
  local kinds = {}
  for _, series in ipairs(walk.view.chart.series) do kinds[series.kind] = series end
  assert(kinds.published.label == "recorded: Quiet CPU" and #kinds.published.points == 10)
  assert(#walk.view.chart.marks == 1, "and no tick of ours")
  walk:feed { e = "goto", step = "gemv" }
  walk:feed { e = "run", step = "gemv" }
  walk:finish "noisy"
  assert(said(walk.view, "Recorded on a quiet machine (Quiet CPU, published): 7."), test.json(walk.view.feedback))
end)

test.case("a quiet machine needs no other's run", function()
  local walk = walks.new(walks.open { published = recording() })
  up_to(walk, "library")
  walk:feed { e = "goto", step = "serve" }
  assert(not said(walk.view, "Recorded on a quiet machine"))
  for _, series in ipairs(walk.view.chart.series) do assert(series.kind ~= "published") end
end)

test.case("what is no recording of the lab is refused by name", function()
  for _, change in ipairs { { lab = "other" }, { format = 2 }, { results = 3 } } do
    local ok, message = pcall(walks.open, { published = recording(change) })
    assert(not ok and tostring(message.message):find("published.json", 1, true))
  end
end)

test.case("a run that fails twice leaves counted and modelled figures and blocks nothing", function()
  local walk = fresh()
  up_to(walk, "gemv")
  walk:feed { e = "run", step = "gemv" }
  walk:feed { e = "result", run = "gemv:1", status = "dead", reason = "the worker was killed" }
  assert(walk.open and said(walk.view, "tried once more"))
  walk:feed { e = "result", run = "gemv:1", status = "dead", reason = "the worker was killed" }
  assert(not walk.open and said(walk.view, "The run failed twice (the worker was killed)"))
  assert(walk.view.text:find("The run gave no time here", 1, true) and not walk.view.text:find("–", 1, true))
  assert(walk.view.step.state == "done")
  assert(row(walk.view, "flops").modelled.value and row(walk.view, "flops").counted.reason == "the worker was killed")
  walk:feed { e = "goto", step = "batch" }
end)

test.case("a result whose status or reason is no text is a run that failed", function()
  for _, odd in ipairs { {}, { 1 }, 5, true } do
    local walk = fresh()
    up_to(walk, "gemv")
    walk:feed { e = "run", step = "gemv" }
    walk:feed { e = "result", run = "gemv:1", status = odd }
    walk:feed { e = "result", run = "gemv:1", status = "dead", reason = odd }
    assert(not walk.open and walk.view.step.state == "done")
  end
end)

test.case("a run that cannot ever work is not tried again", function()
  for _, status in ipairs { "no-memory", "invalid", "absent" } do
    local walk = fresh()
    up_to(walk, "gemv")
    walk:feed { e = "run", step = "gemv" }
    walk:feed { e = "result", run = "gemv:1", status = status, reason = "not here" }
    assert(not walk.open and walk.view.step.state == "done", status)
  end
end)

test.case("the whole lab can be finished on a machine without roofs and without any measurement", function()
  local walk = walks.new(walks.open(), {})
  local answers = walks.answers()
  for _, step in ipairs(walk.view.steps) do
    walk:feed { e = "goto", step = step.id }
    if answers[step.id] then
      answer(walk, step.id)
    else
      walk:feed { e = "run", step = step.id }
      while walk.open do
        walk:feed { e = "result", run = walk.open.id, status = "unsupported", reason = "no kernel here" }
      end
    end
  end
  assert(walk.view.finished)
  assert(walk.view.score.earned == 9, walk.view.score.earned)
  assert(walk.view.score.pending == 1)
end)

test.case("results that nobody asked for are ignored", function()
  local walk = fresh()
  walk:feed { e = "result", run = "none:1", status = "ok", measurement = {} }
  walk:feed { e = "result", run = "count:1", status = "ok", measurement = {} }
  walk:feed { e = "result", status = "ok" }
  assert(walk.view.step.id == "count")
end)

test.case("a sample that this machine cannot run is over at once, and the sweep goes on", function()
  local source = [[
    local mw = require "memwall"
    return mw.lab { format = 1, id = "cores", version = "1", minutes = { 1, 2 }, memory = "1 MiB",
      q = { far = { "1", "2*machine.llc/machine.llc" } },
      steps = {
        mw.sweep "scale" { kernel = "gemv/parallel", m = 64, n = 64, dtype = "f32", threads = { 1, 2, 3, as = "cores" } },
        mw.run "unknown" { kernel = "gemv/parallel", m = 64, n = "32*far", dtype = "f32", threads = 1 },
      } }
  ]]
  local kernel = { family = "gemv", variant = "parallel", params = {
    { name = "m", min = 1, max = 65536 }, { name = "n", min = 1, max = 65536 }, { name = "threads", min = 1, max = 1 },
    { name = "dtype", min = "f32", max = "f64", choices = { "f32", "f64" } } } }
  local session = walks.open { source = source, texts = { en = "# Cores\n## scale\nGo.\n## unknown\nGo.\n" },
    kernels = { kernel } }
  local walk = walks.new(session, {})
  walk:feed { e = "run", step = "scale" }
  walk:finish()
  assert(walk.view.steps[1].state == "done" and walk.view.run.state == "idle")
  assert(walk.view.chart.series[1].points[1] and not walk.view.chart.series[1].points[2])
  walk:feed { e = "result", run = "scale:2", status = "ok",
    measurement = walks.measurement("gemv/parallel", { m = 64, n = 64, threads = 2 }) }
  assert(walk.view.chart.series[1].points[2], "a recorded run of a larger machine is taken")
  walk:feed { e = "goto", step = "unknown" }
  walk:feed { e = "run", step = "unknown" }
  assert(walk.view.step.state == "done" and said(walk.view, "not measured"))
end)

test.case("an instruction set without multiply-adds has the roof that was measured", function()
  local machine = walks.machine { compute = {
    { isa = "scalar", dtype = "f32", op = "mul", threads = 1, flops_per_second = 8e9 },
    { isa = "128", dtype = "f32", op = "mul", threads = 1, flops_per_second = 31e9 } } }
  local walk = walks.new(walks.open(), machine)
  up_to(walk, "knee")
  assert(walk.view.text:find("31 GFLOP/s", 1, true), walk.view.text)
  assert(walk.view.roofline.compute[#walk.view.roofline.compute].number.value == 31e9)
end)

test.case("a finding that is no value of the axis is not marked on it", function()
  local source = [[
    local mw = require "memwall"
    return mw.lab { format = 1, id = "found", version = "1", minutes = { 1, 2 }, memory = "1 MiB",
      steps = {
        mw.sweep "scale" { kernel = "gemv/simd", m = { 64, 128, 256, as = "rows" }, n = 64, dtype = "f32",
          find = { large = "first rows where rows > 100", slower = "seconds[3]/seconds[1]" } },
      } }
  ]]
  local walk = walks.new(walks.open { source = source, texts = { en = "# Found\n## scale\nGo.\n" } })
  walk:feed { e = "run", step = "scale" }
  walk:finish()
  local marks = walk.view.chart.marks
  assert(#marks == 1 and marks[1].x == 128, test.json(marks))
end)
