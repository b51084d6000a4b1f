-- A record that is lost is that record and no other: what was earned by the others stays.

local walks = test.include "walk.lua"
local fresh, answer, up_to, said = walks.fresh, walks.answer, walks.up_to, walks.said

-- A whole sitting with every answer; the step `share` is answered wrong first, with a hint, and `knee` is taken back once.
local function sitting()
  local walk, answers = fresh(), walks.answers()
  for _, step in ipairs(walk.view.steps) do
    walk:feed { e = "goto", step = step.id }
    if step.id == "share" then
      answer(walk, "share", { users = "2" })
      walk:feed { e = "hint", step = "share" }
    elseif step.id == "knee" then
      answer(walk, "knee", { batch = 100 })
      walk:feed { e = "undo", step = "knee" }
    end
    if answers[step.id] then
      answer(walk, step.id)
    else
      walk:feed { e = "run", step = step.id }
      walk:finish()
    end
  end
  assert(walk.view.finished)
  return walk
end

-- The same records in another program, one of them gone: nothing is refused.
local function without(records, lost)
  local walk = walks.new(walks.open())
  for i, record in ipairs(records) do
    if i > 1 and i ~= lost then
      walk.session:input(record.event, record)
      walk.session:commit()
    end
  end
  walk.view = walk.session:view()
  return walk
end

local function place_of(records, run)
  for i, record in ipairs(records) do
    if record.event.run == run then return i end
  end
end

local function state_of(view, id)
  for _, step in ipairs(view.steps) do
    if step.id == id then return step.state end
  end
end

local function earned_by(record)
  local points = 0
  for _, one in ipairs(record.verdicts) do points = points + one.points end
  return points
end

test.case("whichever record is lost, all others are taken, and no more is lost than was earned by it", function()
  local walk = sitting()
  local earned = walk.view.score.earned
  for i = 2, #walk.records do
    local view = without(walk.records, i).view
    assert(view.score.earned >= earned - earned_by(walk.records[i]) - 1e-9, i)
  end
end)

test.case("a sample that is lost is a gap in its sweep: what was answered after it keeps its verdict", function()
  local walk = sitting()
  local whole = walk.view
  local key = walk.session.lab.by_id.serve.axis.values[4]
  local again = without(walk.records, place_of(walk.records, "serve:" .. key))
  assert(again.view.score.earned == whole.score.earned and not again.view.finished)
  assert(state_of(again.view, "serve") == "open")
  for _, id in ipairs { "share", "why", "transfer" } do assert(state_of(again.view, id) == "right", id) end
  again:feed { e = "goto", step = "serve" }
  assert(#walks.sweep(again.view).series[1].points == 9)
  assert(not said(again.view, "You predicted"))
  local effects = again:feed { e = "run", step = "serve" }.effects
  assert(effects[1].id == "serve:" .. key)
  again:finish()
  assert(again.view.step.state == "done" and #walks.sweep(again.view).series[1].points == 10)
  local runs = 0
  for _, record in ipairs(again.records) do runs = runs + (record.event.e == "result" and 1 or 0) end
  assert(runs == 1, "only what was lost is run again")
  for _, step in ipairs(again.view.steps) do assert(step.state ~= "open" and step.state ~= "waiting", step.id) end
end)

test.case("an opening after a loss runs on where the gap is, and not what is known", function()
  local walk = fresh()
  up_to(walk, "library")
  local values = walk.session.lab.by_id.serve.axis.values
  local again = without(walk.records, place_of(walk.records, "serve:" .. values[4]))
  assert(again.view.run.id == "serve:" .. values[4])
  again:feed(walk.records[place_of(walk.records, "serve:" .. values[4])].event)
  assert(again.view.run.state == "idle", again.view.run.id)
  assert(state_of(again.view, "serve") == "done")
end)

test.case("what is answered now waits for the sample as it always did", function()
  local walk = fresh()
  up_to(walk, "share")
  local key = walk.session.lab.by_id.serve.axis.values[4]
  local again = without(walk.records, place_of(walk.records, "serve:" .. key))
  assert(again:refused { e = "submit", step = "share", values = walks.answers().share }:find("waits for 'serve'", 1, true))
  assert(again:refused { e = "goto", step = "share" }:find("waits for 'serve'", 1, true))
  local without_verdict = { version = again.session.about.version }
  again.session:input({ e = "submit", step = "share", values = walks.answers().share }, without_verdict)
  again.session:commit()
  assert(again.session:view().score.earned == 4)
end)

test.case("an answer keeps its verdict and its marks when what they rest on is lost", function()
  local view = walks.field(up_to(fresh(), "point"), "point")
  local high = { { step = "point", field = "point", verdict = "wrong", wrong = "above_roof", points = 1 } }
  local unknown = walks.new(walks.open(), { cpus = 2 }) -- no roof to judge by
  answer(unknown, "count")
  unknown:feed({ e = "submit", step = "point", values = { point = { x = 0.5, y = view.y.high } } },
    { version = unknown.session.about.version, verdicts = high })
  assert(unknown.verdicts[1].verdict == "wrong" and unknown.verdicts[1].wrong == "above_roof")
  assert(unknown.view.score.earned == 2)
  unknown:feed { e = "goto", step = "point" }
  assert(unknown.view.step.state == "committed" and walks.field(unknown.view, "point").feedback.text == "That is not it.")
end)
