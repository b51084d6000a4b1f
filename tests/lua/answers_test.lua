-- Answers: what is read, how it is judged, what is said of it, which marks it earns.
local walks = test.include "walk.lua"
local names, field, said = walks.names, walks.field, walks.said
local fresh, answer, up_to = walks.fresh, walks.answer, walks.up_to

test.case("a number that cannot be read is said at its field and commits nothing", function()
  local walk = fresh()
  answer(walk, "count", { flop = "2*n^", bytes = "3 s" })
  assert(field(walk.view, "flop").feedback.text:find("expected a number", 1, true))
  assert(field(walk.view, "bytes").feedback.text == "This asks for B; you gave s.")
  assert(#walk.verdicts == 0 and walk.view.step.state == "open")
  assert(field(walk.view, "flop").value == "2*n^", "what was typed stays")
  answer(walk, "count", { flop = "", bytes = "1" })
  assert(field(walk.view, "flop").feedback.text == "Nothing is written here yet.")
end)

test.case("a unit may stand behind a whole formula, and is not written twice", function()
  local walk = fresh()
  answer(walk, "count", { flop = "2*n*n FLOP", bytes = "4*n*n + 8*n B" })
  assert(walk.verdicts[1].verdict == "right" and walk.verdicts[2].verdict == "right")
  assert(field(walk.view, "flop").unit == nil, "the answer says its unit")
  walk = fresh()
  answer(walk, "count", { flop = "2*n*n B", bytes = "(3 MB + 4 MB) kB" })
  assert(field(walk.view, "flop").feedback.text == "This asks for FLOP; you gave B.")
  assert(field(walk.view, "bytes").feedback.text == "There are two units in this: B and kB.")
  assert(field(walk.view, "flop").unit == "FLOP", "it can be answered again")
  answer(walk, "count", { flop = "2*n*n", bytes = "0.1 GB" })
  assert(field(walk.view, "flop").unit == "FLOP" and field(walk.view, "bytes").unit == nil)
end)

test.case("a tolerance is relative, a factor, absolute, or none at all", function()
  local lab = [[
    local mw = require "memwall"
    return mw.lab { format = 1, id = "t", version = "1", minutes = { 1, 2 }, memory = "1 MiB", steps = {
      mw.check "one" { exact = true, ask = {
        lines = { "12*0.1*10", wrong = { more = "12.5" } }, bytes = { "4096 B", abs = 64, wrong = { less = "3840 B" } },
        share = { "0.5", within = 0.1 }, times = { "8", factor = 2 } } } } } ]]
  for given, wanted in pairs {
    ["12|4096|0.5|8"] = "right right right right", ["12.0001|4160|0.54|16"] = "wrong right right right",
    ["12.6|4161|0.551|17"] = "wrong wrong wrong wrong", ["12.5|3904|0.45|4"] = "more less right right",
    ["12|3776|0.5|8"] = "right less right right", ["12|3775|0.5|8"] = "right wrong right right",
  } do
    local walk = walks.new(walks.open { source = lab, texts = { en = "# T\n## one\nAnswer.\n" } })
    local told, values = {}, {}
    values.lines, values.bytes, values.share, values.times = given:match "^(.-)|(.-)|(.-)|(.-)$"
    answer(walk, "one", values)
    for _, one in ipairs(walk.verdicts) do told[one.field] = one.wrong or one.verdict end
    local said_of_all = ("%s %s %s %s"):format(told.lines, told.bytes, told.share, told.times)
    assert(said_of_all == wanted, given .. ": " .. said_of_all)
  end
end)

test.case("a count of nothing, or of less, is no prediction", function()
  local walk = fresh()
  for _, text in ipairs { "-5", "0", "n - n" } do
    answer(walk, "count", { flop = text, bytes = "1" })
    assert(field(walk.view, "flop").feedback.text == "A number above zero is asked for here.")
    assert(#walk.verdicts == 0 and walk.view.step.state == "open")
  end
  local zero = { e = "submit", step = "count", values = { flop = "0", bytes = "1" } }
  walk:feed(zero, { version = walk.session.about.version })
  assert(walk.view.step.state == "open", "what was refused once is refused again")
  walk:feed(zero, { version = walk.session.about.version, verdicts = { { step = "count", field = "flop", verdict = "wrong" } } })
  assert(walk.view.step.state == "committed", "what was taken once is taken again")
end)

test.case("how far off an answer is, is said in per cent below a factor of two", function()
  local function told(flop)
    local walk = fresh()
    answer(walk, "count", { flop = flop, bytes = "1" })
    return field(walk.view, "flop").feedback.text
  end
  assert(told "2.06*n^2" == "That is 3 % too high.", told "2.06*n^2")
  assert(told "1.4*n^2" == "That is 30 % too low.", told "1.4*n^2")
  assert(told "8*n^2" == "That is 4 times too high.", told "8*n^2")
  assert(told "n^2/10500" == "That is 21 000 times too low.", told "n^2/10500")
end)

test.case("a wrong prediction says which thought leads there, and earns its mark", function()
  local walk = fresh()
  answer(walk, "count", { flop = "n^2", bytes = "8*n" })
  assert(walk.verdicts[1].verdict == "wrong" and walk.verdicts[1].wrong == "fma_as_one" and walk.verdicts[1].points == 1)
  assert(walk.verdicts[2].wrong == "vectors_only")
  assert(field(walk.view, "flop").feedback.text:find("two FLOP", 1, true))
  assert(walk.view.step.state == "committed" and walk.view.score.earned == 1)
  assert(field(walk.view, "flop").locked)
end)

test.case("a truth that rests on this machine's roofs is marked as claimed", function()
  local walk = fresh()
  answer(walk, "count")
  assert(walk.verdicts[1].claimed == nil)
  walk = fresh()
  up_to(walk, "knee")
  answer(walk, "knee", { batch = "1" })
  assert(walk.verdicts[1].claimed == true and walk.verdicts[1].wrong == "at_one" and walk.verdicts[1].points == 1)
  assert(field(walk.view, "batch").feedback.text:find("room", 1, true))
  walk:feed { e = "undo", step = "knee" }
  answer(walk, "knee", { batch = "100" })
  assert(field(walk.view, "batch").feedback.text == "Committed. The run will tell.", "the run speaks first")
end)

test.case("a point is judged by place and height, and typed values place it too", function()
  local walk = fresh()
  answer(walk, "count")
  walk:feed { e = "goto", step = "point" }
  local n = tonumber(walk.view.text and walk.session.state.variant.n)
  local function place(x, y)
    answer(walk, "point", { point = { x = x, y = y } })
    local verdict = walk.verdicts[1]
    if names(walk.view.actions).undo then walk:feed { e = "undo", step = "point" } end
    return verdict and verdict.verdict, verdict and verdict.wrong
  end
  local verdict, wrong = place(n / 2, 8e9)
  assert(verdict == "wrong" and wrong == "grows_with_n")
  verdict, wrong = place(0.5, 80e9)
  assert(verdict == "wrong" and wrong == "above_roof")
  verdict, wrong = place(0.5, 1e9)
  assert(verdict == "wrong" and wrong == "below_roof")
  assert(place(-1, 8e9) == nil and place("0.5", "banana") == nil)
  assert(place("0.6", "7.5 GFLOP/s") == "right")
end)

test.case("a check is answered again until it is right, and the shown answer earns nothing", function()
  local walk = fresh()
  up_to(walk, "transfer")
  answer(walk, "transfer", { batch = "24" })
  assert(walk.verdicts[1].wrong == "as_f32" and walk.verdicts[1].points == 0 and walk.view.step.state == "wrong")
  assert(walk.view.finished, "a wrong answer does not hold anybody")
  local earned = walk.view.score.earned
  answer(walk, "transfer")
  assert(walk.verdicts[1].verdict == "right" and walk.verdicts[1].points == 2 and walk.view.score.earned == earned + 2)
  assert(walk:refused { e = "submit", step = "transfer", values = { batch = "1" } }:find("answered", 1, true))
  walk = fresh()
  up_to(walk, "transfer")
  for _ = 1, 6 do walk:feed { e = "hint", step = "transfer" } end
  answer(walk, "transfer")
  assert(walk.verdicts[1].verdict == "right" and walk.verdicts[1].points == 0)
end)

test.case("a goal passes only inside its window", function()
  local walk = fresh()
  up_to(walk, "share")
  for users, wanted in pairs { ["4"] = "timid", ["64"] = "greedy" } do
    answer(walk, "share", { users = users })
    assert(walk.verdicts[1].wrong == wanted)
  end
  answer(walk, "share", { users = "63" }) -- near a known wrong choice of a whole number is not that choice
  assert(walk.verdicts[1].verdict == "wrong" and walk.verdicts[1].wrong == nil)
  answer(walk, "share", { users = "16" })
  assert(walk.verdicts[1].verdict == "wrong" and field(walk.view, "users").feedback.text == "Condition 1 of 2 does not hold.")
  answer(walk, "share", { users = "27" })
  assert(field(walk.view, "users").feedback.text == "Condition 2 of 2 does not hold.")
  answer(walk, "share", { users = "99" })
  assert(field(walk.view, "users").feedback.text == "Choose a value from 1 to 64.")
  answer(walk, "share", { users = "17" })
  assert(walk.verdicts[1].verdict == "right")
end)

test.case("an explanation wants a choice and a sentence, and keeps marks for its reader", function()
  local walk = fresh()
  up_to(walk, "why")
  answer(walk, "why", { choice = "cache_holds_W", reason = "because" })
  assert(field(walk.view, "reason").feedback.text:find("12 words", 1, true) and #walk.verdicts == 0)
  answer(walk, "why", { choice = "cache_holds_W", reason = ("word "):rep(12) })
  assert(walk.verdicts[1].wrong == "cache_holds_W" and walk.verdicts[2].verdict == "unchecked")
  assert(field(walk.view, "choice").feedback.text:find("read again in every step", 1, true))
  answer(walk, "why", { choice = "weights_shared", reason = "权重只读一次，供所有的向量使用，所以更多的用户几乎不花时间。" })
  assert(walk.verdicts[1].verdict == "right" and walk.verdicts[1].points == 1 and walk.view.score.pending == 1)
  assert(walk.view.step.state == "right")
end)

test.case("several options may be right together", function()
  local walk = walks.small()
  walk:feed { e = "goto", step = "level" }
  answer(walk, "level", { where = { "here" } })
  assert(walk.verdicts[1].verdict == "wrong")
  walk:feed { e = "undo", step = "level" }
  answer(walk, "level", { where = { "both", "here" } })
  assert(walk.verdicts[1].verdict == "right" and walk.view.step.state == "right")
  local other = walks.small()
  other:feed { e = "goto", step = "level" }
  answer(other, "level", { where = { "nowhere" } })
  assert(#other.verdicts == 0)
  assert(field(other.view, "where").feedback.text == "'nowhere' is no choice: give a number from 1 to 3.")
end)

test.case("a check that is half right says so and keeps its marks", function()
  local walk = walks.small()
  answer(walk, "level", { where = { "both", "here" } })
  walk:feed { e = "run", step = "go" }
  walk:finish()
  walk:feed { e = "goto", step = "last" }
  answer(walk, "last", { size = "16 KiB", times = "3" })
  assert(said(walk.view, "Not all of it is right yet.") and walk.view.score.earned == 1)
  answer(walk, "last", { size = "16 KiB", times = "128 FLOP" })
  assert(walk.view.score.earned == 4 and walk.view.finished)
end)
