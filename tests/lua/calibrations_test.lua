-- What was measured keeps the machine that it was measured under; one that comes later counts for later runs only.

local walks = test.include "walk.lua"
local row, fresh, up_to, said = walks.row, walks.fresh, walks.up_to, walks.said

-- Every roof by the same factor.
local function faster(factor)
  local machine = walks.machine { brand = "Another" }
  for _, level in ipairs(machine.levels) do
    level.bytes_per_second, level.low, level.high = factor * level.bytes_per_second, nil, nil
  end
  for _, peak in ipairs(machine.compute) do
    peak.flops_per_second, peak.low, peak.high = factor * peak.flops_per_second, nil, nil
  end
  return machine
end

-- A whole sitting. The roof of DRAM that is read beside the first run is three times as low as remembered.
local function sitting()
  local walk, answers = fresh(), walks.answers()
  for _, step in ipairs(walk.view.steps) do
    walk:feed { e = "goto", step = step.id }
    if answers[step.id] then
      walks.answer(walk, step.id)
    else
      walk:feed { e = "run", step = step.id }
      while walk.open do
        local event = walks.result(walk.open)
        if step.id == "gemv" then
          event.beside.seconds = { median = event.beside.load_bytes / 5e9, min = event.beside.load_bytes / 5e9, samples = 9 }
        end
        walk:feed(event)
      end
    end
  end
  return walk
end

-- What a view says about what was measured.
local function figures(view)
  return test.json { view.pictures, view.counters, view.text, view.feedback, view.hint, view.fields,
    view.machine }
end

local function notice(view, text)
  for _, one in ipairs(view.notices) do
    if one:find(text, 1, true) then return one end
  end
end

local THEN = "measured anew since"

test.case("figures of work already done stay when the machine is calibrated anew, and the view says so", function()
  local walk, before = sitting(), {}
  for i, step in ipairs(walk.view.steps) do
    walk:feed { e = "goto", step = step.id }
    before[i] = figures(walk.view)
    assert(notice(walk.view, "was remembered") and not notice(walk.view, THEN))
  end
  assert(before[3]:find("DRAM (now)", 1, true) and before[3]:find("DRAM (remembered)", 1, true))
  for _ = 1, 2 do -- once more, and what was measured still has the first
    walk:feed { e = "machine", machine = faster(3) }
    for i, step in ipairs(walk.view.steps) do
      walk:feed { e = "goto", step = step.id }
      assert(figures(walk.view) == before[i], step.id)
      assert(notice(walk.view, THEN) and notice(walk.view, "was remembered"))
    end
  end
  assert(walk.view.finished)
end)

test.case("what is kept when a later run fails stays with the machine that it was measured under", function()
  local walk = fresh()
  up_to(walk, "batch")
  walk:feed { e = "goto", step = "gemv" }
  local before = test.json { walks.roofline(walk.view), walk.view.counters }
  walk:feed { e = "machine", machine = faster(3) }
  walk:feed { e = "run", step = "gemv" }
  walk:feed { e = "result", run = "gemv:1", status = "no-memory", reason = "no memory" }
  assert(said(walk.view, "no memory") and not walk.open)
  assert(test.json { walks.roofline(walk.view), walk.view.counters } == before and notice(walk.view, THEN))
end)

test.case("a step without a sample has the roofs of the present calibration, and so have later runs", function()
  local walk = fresh()
  up_to(walk, "serve")
  walk:feed { e = "machine", machine = faster(3) }
  assert(walks.roofline(walk.view).memory[1].number.value == 3 * 412e9 and not notice(walk.view, THEN))
  walk:feed { e = "goto", step = "gemv" }
  assert(walks.roofline(walk.view).memory[1].number.value == 412e9 and notice(walk.view, THEN))
  walk:feed { e = "run", step = "gemv" }
  walk:finish()
  assert(walks.roofline(walk.view).memory[1].number.value == 3 * 412e9 and not notice(walk.view, THEN))
end)

test.case("every sample of a sweep is modelled by the calibration that it was measured under", function()
  local function model(machines)
    local walk = fresh()
    up_to(walk, "serve")
    walk:feed { e = "run", step = "serve" }
    for i = 1, 10 do
      local event = walks.result(walk.open)
      if machines[i] then walk:feed { e = "machine", machine = machines[i] } end
      event.beside, event.ratio = nil, nil
      walk.open = nil
      walk:feed(event)
    end
    for _, one in ipairs(walks.sweep(walk.view).series) do
      if one.id == "model" then return one.points end
    end
  end
  local old, new, mixed = model {}, model { faster(3) }, model { [6] = faster(3) }
  for i = 1, 10 do
    assert(math.abs(old[i][2] / new[i][2] - 3) < 1e-9)
    assert(mixed[i][2] == (i < 6 and old or new)[i][2], i)
  end
end)

test.case("what was measured before anything was known of the machine gets the roofs that are measured later", function()
  local walk = walks.new(walks.open(), { cpus = 2 })
  up_to(walk, "knee")
  walk:feed { e = "goto", step = "gemv" }
  assert(not (row(walk.view, "seconds").modelled or walks.roofline(walk.view).memory[1]))
  walk:feed { e = "machine", machine = walks.machine() }
  assert(row(walk.view, "seconds").modelled and #walks.roofline(walk.view).memory >= 4 and not notice(walk.view, THEN))
  local seconds = row(walk.view, "seconds").modelled.value
  walk:feed { e = "machine", machine = faster(3) }
  assert(row(walk.view, "seconds").modelled.value == seconds and notice(walk.view, THEN))
end)

test.case("a text after a run is about the machine that the run had", function()
  local source = [[
    local mw = require "memwall"
    return mw.lab { format = 1, id = "then", version = "1", minutes = { 1, 2 }, memory = "1 MiB",
      q = { roof = { "B/s", "machine.read(4*16384^2)" } },
      steps = { mw.run "go" { kernel = "gemv/parallel", m = 16384, n = 16384, flops = "2*16384^2", bytes = "4*16384^2" },
        mw.read "look" {} } }
  ]]
  local text = "# Then\n## go\nThe roof is {{roof}}.\n## look\nThe roof was {{roof}}.\n"
  local walk = walks.new(walks.open { source = source, texts = { en = text } })
  walk:feed { e = "machine", machine = faster(3) }
  assert(walk.view.text == "The roof is 47.4 GB/s.", walk.view.text)
  walk:feed { e = "run", step = "go" }
  walk:finish()
  walk:feed { e = "machine", machine = walks.machine() }
  assert(walk.view.text == "The roof is 47.4 GB/s.", walk.view.text)
  walk:feed { e = "goto", step = "look" }
  assert(walk.view.text == "The roof was 47.4 GB/s.", walk.view.text)
end)

test.case("an answer that was given under the roofs of then is not judged a second time by newer ones", function()
  local walk = sitting()
  walk:feed { e = "goto", step = "gemv" }
  walk:feed { e = "machine", machine = faster(3) }
  walk:feed { e = "run", step = "gemv" }
  local event = walks.result(walk.open)
  event.beside.seconds = { median = event.beside.load_bytes / 1e9, min = event.beside.load_bytes / 1e9, samples = 9 }
  walk:feed(event)
  walk:feed { e = "goto", step = "knee" }
  assert(not said(walk.view, "By the new roof"))
end)
