-- Answers that were given in another version of the lab.
local walks = test.include "walk.lua"
local said = walks.said
local fresh, answer, up_to = walks.fresh, walks.answer, walks.up_to

local function submitted(step, values, ...)
  return { e = "submit", step = step, values = values }, { version = "0.9+old", verdicts = { ... } }
end

test.case("answers given in another version of the lab stay as they were judged", function()
  local old = fresh()
  answer(old, "count", { flop = "n^2", bytes = "4*(n^2 + 2*n)" })
  local source = test.read(walks.DIR .. "lab.lua"):gsub('version = "1.1"', 'version = "1.2"'):gsub('"2%*n%*n" }', '"n*n" }', 1)
  local session = walks.open { source = source }
  local walk = setmetatable({ session = session, records = {} }, getmetatable(old))
  for _, record in ipairs(old.records) do walk:feed(record.event, record) end
  assert(walk.view.steps[1].answered_in:match "^1%.1%+")
  assert(walk.verdicts[1].verdict == "wrong" and walk.verdicts[1].wrong == "fma_as_one", "kept, though n*n would be right now")
  assert(said(walk.view, "You answered this in version 1.1 of the lab"))
  assert(walk.view.score.earned == 1)
  walk:feed { e = "goto", step = "point" }
end)

test.case("points of an older version stay, those of steps that are gone too, and are never more than possible", function()
  local walk = fresh()
  local function earned() return walk.view.score.earned end
  walk:feed(submitted("gone", {}, { step = "gone", field = "x", verdict = "right", points = 3 }))
  assert(earned() == 3 and walk.view.attempt.version == "0.9" and walk.view.attempt.offer)
  walk:feed(submitted("gone", {}, { step = "gone", field = "x", verdict = "right", points = 3 }))
  assert(earned() == 3, "once, however often it was answered")
  walk:feed(submitted("count", { flop = "1" }, { step = "count", field = "flop", verdict = "wrong", points = 1 }))
  assert(earned() == 4)
  walk:feed({ e = "undo", step = "count" }, { version = "0.9+old" })
  assert(earned() == 3)
  walk:feed(submitted("gone2", {}, { step = "gone2", field = "x", verdict = "right", points = 9 }))
  assert(earned() == 10 and walk.view.score.possible == 10)
  answer(walk, "count", { flop = "2*n^2", bytes = "4*(n^2 + 2*n)" })
  assert(walk.view.attempt and not walk.view.attempt.offer, "somebody has gone on")
end)

test.case("what could not be judged then is not answered now, and what was wrong may be answered again", function()
  local walk = fresh()
  up_to(walk, "share")
  walk:feed(submitted("share", { users = "many" }))
  assert(walk.view.steps[8].state == "open")
  walk:feed(submitted("share", { users = "64" }, { step = "share", field = "users", verdict = "wrong", points = 0 }))
  assert(walk.view.steps[8].state == "wrong" and said(walk.view, "you may answer again"))
  local before = walk.view.score.earned
  answer(walk, "share", { users = "20" })
  assert(walk.view.steps[8].state == "right" and walk.view.score.earned == before + 2)
  assert(not walk.view.steps[8].answered_in)
end)

test.case("an explanation of an older version stays right and waits for its reader", function()
  local walk = fresh()
  walk:feed(submitted("why", { choice = "weights_shared", reason = "so" },
    { step = "why", field = "choice", verdict = "right", points = 1 },
    { step = "why", field = "reason", verdict = "unchecked", points = 0 }))
  assert(walk.view.steps[9].state == "right" and walk.view.score.pending == 1)
end)

test.case("an attempt in which nobody did anything is of no older version", function()
  local walk = fresh()
  walk:feed({ e = "machine", machine = walks.machine() }, { version = "0.9+old" })
  assert(not walk.view.attempt)
end)

test.case("a record of a step that the lab no longer has is passed over", function()
  local walk = fresh()
  walk:feed({ e = "submit", step = "gone", values = {} }, { version = "0.9", verdicts = {} })
  assert(walk.view.step.id == "count")
end)
