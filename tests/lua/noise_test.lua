-- Runs that are noisy, fail or cannot be: tries, waiting, recorded runs of a quiet machine.
local native = require "memwall.native"

local walks = test.include "walk.lua"
local names, row, said = walks.names, walks.row, walks.said
local fresh, answer, up_to = walks.fresh, walks.answer, walks.up_to
local NOISE = native.place(walks.NOISE)

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
  for _, series in ipairs(walks.sweep(walk.view).series) do kinds[series.kind] = series end
  assert(kinds.published.label == "recorded: Quiet CPU" and #kinds.published.points == 10)
  assert(#walks.sweep(walk.view).marks == 1, "and no tick of ours")
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
  for _, series in ipairs(walks.sweep(walk.view).series) do assert(series.kind ~= "published") end
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
