-- The state machine: gates, what is taken back, hints, replay, whatever comes in.
local walks = test.include "walk.lua"
local names = walks.names
local fresh, answer, up_to = walks.fresh, walks.answer, walks.up_to

test.case("a run waits for the prediction above it", function()
  local walk = fresh()
  assert(walk:refused { e = "run", step = "gemv" }:find("waits for 'count'", 1, true))
  assert(walk:refused { e = "goto", step = "gemv" }:find("waits for 'count'", 1, true))
  assert(walk:refused { e = "submit", step = "point", values = {} }:find("waits for 'count'", 1, true))
  assert(walk.view.steps[1].state == "open" and walk.view.steps[2].state == "waiting")
  assert(not names(walk.view.actions).next)
  answer(walk, "count")
  assert(names(walk.view.actions).next and walk.view.steps[2].state == "open")
end)

test.case("inputs that make no sense are refused and change nothing", function()
  local walk = fresh()
  local before = test.json(walk.view)
  for _, event in ipairs {
    { e = "dance" }, { e = "submit", step = "none" }, { e = "run", step = "count" }, { e = "set", step = "count", param = "n" },
    { e = "undo", step = "count" }, { e = "machine" }, { e = "hint", step = "none" }, { e = "submit", step = "gemv" },
  } do walk:refused(event) end
  walk:feed { e = "hint", step = "count" }
  walk = fresh()
  assert(test.json(walk.view) == before)
end)

test.case("a prediction may be taken back until a run has begun", function()
  local walk = fresh()
  answer(walk, "count", { flop = "n^2", bytes = "8*n" })
  assert(walk:refused { e = "submit", step = "count", values = walks.answers().count }:find("committed", 1, true))
  walk:feed { e = "undo", step = "count" }
  assert(walk.view.score.earned == 0 and walk.view.step.state == "open")
  answer(walk, "count", { flop = "n^2", bytes = "8*n" })
  walk:feed { e = "goto", step = "point" }
  answer(walk, "point")
  walk:feed { e = "run", step = "gemv" }
  walk:feed { e = "goto", step = "count" }
  assert(not names(walk.view.actions).undo)
  walk:refused { e = "undo", step = "count" }
end)

test.case("after = \"id\" replaces the order of the steps", function()
  local source = walks.SMALL:gsub('mw.check "last" {', 'mw.check "last" { after = "intro",')
  local walk = walks.small(source)
  assert(walk.view.steps[4].state == "open" and walk.view.steps[3].state == "waiting")
end)

test.case("hints go from a pointer to the worked step and the answer", function()
  local walk = fresh()
  assert(walk.view.hint.total == 4 and walk.view.hint.shown == 0)
  for _ = 1, 6 do walk:feed { e = "hint", step = "count" } end
  local texts = walk.view.hint.texts
  assert(#texts == 4 and not names(walk.view.actions).hint)
  assert(texts[3]:find("2 × n × n = 2 × ", 1, true), texts[3])
  assert(texts[4]:find("The answer is FLOP of one product: ", 1, true), texts[4])
end)

test.case("the same inputs give the same views, byte for byte", function()
  local function play()
    local walk, views = fresh(), {}
    walks.demonstration(walk, walks.answers(), function(_, view) views[#views + 1] = test.json(view) end)
    return table.concat(views, "\n"), walk
  end
  local first, walk = play()
  local second = play()
  assert(first == second and #first > 10000)
  -- And so does the transcript, replayed into a new session.
  local replayed = setmetatable({ session = walks.open(), records = {} }, getmetatable(walk))
  for i, record in ipairs(walk.records) do
    replayed:feed(record.event, record)
    assert(test.json(replayed.verdicts) == test.json(record.verdicts), i)
  end
  assert(test.json(replayed.view) == test.json(walk.view))
end)

test.case("reading gates nothing and is done when it is left", function()
  local walk = walks.small()
  assert(walk.view.steps[2].state == "open" and names(walk.view.actions).next and not names(walk.view.actions).submit)
  walk:feed { e = "goto", step = "level" }
  assert(walk.view.steps[1].state == "done")
end)

test.case("a view stays far below what one packet carries", function()
  local walk = fresh()
  up_to(walk, "transfer")
  assert(#test.json(walk.view) < 32 * 1024, #test.json(walk.view))
end)

test.case("whatever comes in, the lab gives a view or refuses with a reason", function()
  local random = require "memwall".random "any event"
  local ids = { "count", "point", "gemv", "batch", "knee", "serve", "library", "share", "why", "transfer", "none", 7, true }
  local texts = {
    "", "1", "2*n^2", "4*n^2", "21", "20", "weights_shared", "w*6", "(", "1e400", ("x"):rep(3000), "-1", "0", "\0",
  }
  local kinds = { "submit", "submit", "submit", "run", "result", "result", "set", "hint", "goto", "goto", "undo", "machine", "x" }
  local function value()
    return random:choice {
      random:choice(texts), random:integer(-5, 99), { x = random:real(), y = 1e9 }, { x = "0.5", y = "1 GFLOP/s" }, {}, true,
      { "a", "b" }, { x = {}, y = "" },
    }
  end
  local refused, taken = 0, 0
  local walk = fresh()
  for _ = 1, 1500 do
    local event = {
      e = random:choice(kinds),
      step = random:choice(ids), param = random:choice { "n", "batch", "m", 3 }, value = random:choice { 1, 2, 16, 17, "64", {} },
      values = {
        flop = value(), bytes = value(), batch = value(), users = value(), point = value(), choice = value(), reason = value(),
      },
      run = random:choice { "serve:4", "serve:1", "gemv:1", "library:1", "gemv:9", "none:1", ":", 4 },
      status = random:choice { "ok", "cancelled", "failed", "dead", "no-memory", 3 },
      machine = random:choice { walks.machine(), {}, 3 },
    }
    if event.e == "result" and walk.open and random:real() < 0.7 then event = walks.result(walk.open) end
    if event.e == "submit" and random:real() < 0.3 then event.values = walks.answers()[event.step] end
    local ok, problem = pcall(walk.feed, walk, event)
    if ok then
      taken = taken + 1
    else
      refused = refused + 1
      assert(type(problem) == "table" and problem.status == "invalid" and #problem.message > 0,
        tostring(type(problem) == "table" and problem.message or problem) .. " for " .. test.json(event))
    end
  end
  assert(taken > 300 and refused > 100)
end)
