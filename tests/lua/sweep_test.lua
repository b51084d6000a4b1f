-- Sweeps and controls: one sample after the other, the knee, where a sweep goes on.
local native = require "memwall.native"

local walks = test.include "walk.lua"
local names, row, said = walks.names, walks.row, walks.said
local fresh, answer, up_to = walks.fresh, walks.answer, walks.up_to
local NOISE = native.place(walks.NOISE)

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
  assert(walk.view.step.state == "done" and #walks.roofline(walk.view).trail == 10)
  assert(said(walk.view, "You predicted 21; measured"))
  assert(walk.view.text:find("the rising one meet: 21.1 (", 1, true), walk.view.text)
  assert(#walks.sweep(walk.view).series == 3 and #walks.sweep(walk.view).marks == 2)
  local mark = walks.sweep(walk.view).marks[2]
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
  assert(walks.sweep(walk.view).x.scale == "log" and walks.sweep(walk.view).y.scale == "linear", "nothing is wide before it runs")
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
  local model = walks.sweep(walk.view).series[3]
  assert(model.id == "model" and #model.points == 10)
  assert(walks.sweep(walk.view).x.scale == "log" and walks.sweep(walk.view).y.scale == "log")
  for i = 1, 3 do
    local here, after = model.points[i], model.points[i + 1] -- below the ridge only the vectors grow
    assert(after[2] >= here[2] and after[2] < 1.01 * here[2], here[2] .. " " .. after[2])
  end
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

test.case("where the samples scatter there is neither a number nor a tick, and why", function()
  local view = swept(function(event)
    event.ratio.low, event.ratio.high = event.ratio.median * 0.6, event.ratio.median * 1.5
  end)
  assert(#walks.sweep(view).marks == 1 and walks.sweep(view).marks[1].kind == "predicted")
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
  assert(walks.sweep(walk.view).series[1].points[1] and not walks.sweep(walk.view).series[1].points[2])
  walk:feed { e = "result", run = "scale:2", status = "ok",
    measurement = walks.measurement("gemv/parallel", { m = 64, n = 64, threads = 2 }) }
  assert(walks.sweep(walk.view).series[1].points[2], "a recorded run of a larger machine is taken")
  walk:feed { e = "goto", step = "unknown" }
  walk:feed { e = "run", step = "unknown" }
  assert(walk.view.step.state == "done" and said(walk.view, "not measured"))
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
  local marks = walks.sweep(walk.view).marks
  assert(#marks == 1 and marks[1].x == 128, test.json(marks))
end)

test.case("a run with controls measures each choice as its own sample", function()
  local walk = walks.small()
  walk:feed { e = "set", step = "go", param = "m", value = 128 }
  assert(not walk.open, "nothing runs before the prediction")
  answer(walk, "level", { where = { "both", "here" } })
  walk:feed { e = "goto", step = "go" }
  assert(walk.view.controls[2].id == "m" and walk.view.controls[2].kind == "slider" and walk.view.controls[2].value == 128)
  assert(walk.view.controls[1].kind == "choice" and walk.view.controls[1].value == "f32")
  walk:feed { e = "run", step = "go" }
  assert(walk.open.id == "go:f32,128")
  assert(walk.open.args.m == 128 and walk.open.args.n == 64 and walk.open.args.dtype == "f32")
  walk:finish()
  assert(walk.view.text:find("It took 2.", 1, true), walk.view.text)
  walk:feed { e = "set", step = "go", param = "dtype", value = "f64" }
  assert(walk.open.args.dtype == "f64" and walk.open.args.m == 128)
  walk:finish()
  assert(#walks.roofline(walk.view).points == 2)
end)
