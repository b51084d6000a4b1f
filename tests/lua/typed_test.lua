-- What a student types: numbers, places, options, controls and the names in them, read in one place.
local typed = require "memwall.typed"
local walks = test.include "walk.lua"
local words = require "memwall.words"

local field, fresh, answer, up_to = walks.field, walks.fresh, walks.answer, walks.up_to

local AXES = { x = { unit = "FLOP/B", low = 0.125, high = 64 }, y = { unit = "GFLOP/s", low = 1e9, high = 123456e6 } }

local UNITS = { n = "1", W = "B", f = "FLOP", ai = "FLOP/B", roof = "B/s", level = false, ["machine.read"] = "B/s" }
local VALUES = { n = 4, W = 64, f = 32, ai = 0.5, roof = 16e9, level = "DRAM", ["machine.read"] = 16e9 }
local NAMES = typed.names({ units = UNITS, q = {} }, { fields = {} }, { value = function(_, name) return VALUES[name] end })

local function place(given, taken)
  local found, problem = typed.place(given, AXES, NAMES, taken)
  return found and ("%g %g"):format(found.x, found.y) or problem and words.told("en", problem)
end

local function said(given, wanted)
  assert(place(given) == wanted, ("%s: %s"):format(type(given) == "string" and given or test.json(given), place(given)))
end

test.case("a bare number counts in the unit beside its field, and one with a unit or a prefix in that", function()
  for text, wanted in pairs {
    ["0.5, 8"] = "0.5 8e+09", ["0.5, 8 GFLOP/s"] = "0.5 8e+09", ["0.5 FLOP/B, 8e9 FLOP/s"] = "0.5 8e+09",
    ["0.5, 8 G"] = "0.5 8e+09", ["0.5, 0.008 TFLOP/s"] = "0.5 8e+09", ["0.5, 800 %"] = "0.5 8e+09",
    ["f/W, ai*roof"] = "0.5 8e+09", ["0.5, 0.5*16 GFLOP/s"] = "0.5 8e+09", ["0.5, 2*n"] = "0.5 8e+09",
    ["0.5, 0.5*machine.read(4*n*n)"] = "0.5 8e+09", ["2/n, 2*n GFLOP/s"] = "0.5 8e+09", ["2^-1, 2^3"] = "0.5 8e+09",
  } do said(text, wanted) end
  assert(typed.number("8", "FLOP/s", NAMES) == 8 and typed.number("8", "GFLOP/s", NAMES) == 8e9)
  local _, problem = typed.number("10^300", "GFLOP/s", NAMES)
  assert(problem.key == "formula_not_finite")
end)

test.case("two numbers are parted by a comma, else by a space", function()
  for text, wanted in pairs {
    ["0.5,8"] = "0.5 8e+09", ["0.5 8"] = "0.5 8e+09", [" 0.5 FLOP/B  8 GFLOP/s "] = "0.5 8e+09", ["0.5，8"] = "0.5 8e+09",
    ["0.5   8"] = "0.5 8e+09", ["0.5 8  GFLOP/s"] = "0.5 8e+09", ["0.5  FLOP/B  8  GFLOP/s"] = "0.5 8e+09",
    ["min(0.5, 3), max(2, 8)"] = "0.5 8e+09", ["0.5, 1,024 MFLOP/s"] = "0.5 1.024e+09",
  } do said(text, wanted) end
  for _, text in ipairs { "0.5", "0.5,", ", 8", "1, 2, 3", "0,5, 8", "8 GFLOP/s", "8  GFLOP/s",
    (" "):rep(40) .. "1" .. (" 1"):rep(40) } do
    said(text, "Type two numbers, FLOP/B and then GFLOP/s, as in 0.1, 20.")
  end
end)

test.case("what is no place is refused with words that say why", function()
  said("0.5, 8 GB/s", "This asks for FLOP/s; you gave B/s.")
  said("0.5, banana", "there is no name 'banana' in this lab")
  said("0.5, level", "A number is needed here, not a condition or a text.")
  said("0.5, 8 GPLOB", "'GPLOB' is not expected here: is a '*' missing before it, or is it a unit that is not known?")
  said("0.5, 8e9", "8 EFLOP/s lies outside the range: give a value from 1 GFLOP/s to 123.5 GFLOP/s.")
  said("-1, 8", "-1 FLOP/B lies outside the range: give a value from 0.125 FLOP/B to 64 FLOP/B.")
  said("", "Put the point on the roofline first.")
  said({}, "Put the point on the roofline first.")
  said(7, "Put the point on the roofline first.")
end)

test.case("an end of a range may be typed as it is printed", function()
  said("64, 123.5", "64 1.235e+11")
  said("64, 123.6", "123.6 GFLOP/s lies outside the range: give a value from 1 GFLOP/s to 123.5 GFLOP/s.")
end)

-- The view of a place step, the true place as `fields` has it.
local function placing(fields)
  local walk = walks.new(walks.open {
    source = ([[
      local mw = require "memwall"
      return mw.lab { format = 1, id = "far", version = "1", minutes = { 1, 2 }, memory = "1 MiB",
        reference = { read = 1e6 }, steps = { mw.place "where" { %s } }, points = { made = 1 } }
    ]]):format(fields),
    texts = { en = "# Far\n## where\nPut it.\n### field: point\nYou\n" },
  })
  return walk, walk.view.fields[1], walks.roofline(walk.view)
end

test.case("the right place may be typed also where it lies outside the picture", function()
  local walk, asked, roofline = placing [[intensity = "2*1024/12"]]
  assert(roofline.x.high < 2 * 1024 / 12 and asked.x.high == 512 and asked.x.low == roofline.x.low)
  answer(walk, "where", { point = "2*1024/12, 100" })
  assert(walk.verdicts[1].verdict == "right", test.json(walk.view.fields))
  walk, asked, roofline = placing [[intensity = "0.5", on = "reference.read"]]
  assert(roofline.y.low > 5e5 and asked.y.low == 2.0 ^ 17 and asked.y.high == roofline.y.high)
  answer(walk, "where", { point = "0.5, 0.5 MFLOP/s" })
  assert(walk.verdicts[1].verdict == "right", test.json(walk.view.fields))
end)

test.case("numbers that are no text are in base units, in a list and as a mark", function()
  said({ x = 0.5, y = 8e9 }, "0.5 8e+09")
  said({ 0.5, "8" }, "0.5 8e+09")
  said({ "0.5", 8e9 }, "0.5 8e+09")
  said({ x = 0.5, y = 8 }, "8 FLOP/s lies outside the range: give a value from 1 GFLOP/s to 123.5 GFLOP/s.")
  said({ x = "0.5", y = "8e9" }, "0.5 8e+09") -- as records of older programs have it
  assert(place({ x = 0.5, y = 8 }, true) == "0.5 8", "what was taken once is taken again")
end)

test.case("an option is given by its name or its number", function()
  local one = { options = { { id = "here" }, { id = "there" } } }
  local many = one
  assert(typed.options("there", one) == "there" and typed.options(" 2 ", one) == "there" and typed.options(2, one) == "there")
  assert(test.json(typed.options("２, here", many, true)) == '["there","here"]')
  assert(test.json(typed.options({ "there", 1 }, many, true)) == '["there","here"]')
  for given, key in pairs {
    ["3"] = "no_such_option", ["nowhere"] = "no_such_option", [""] = "no_option", ["1 2"] = "no_option", [true] = "no_option",
  } do
    local found, problem = typed.options(given, one)
    assert(found == nil and problem.key == key, tostring(given))
  end
  local _, problem = typed.options({ {} }, many, true)
  assert(problem.key == "no_option")
end)

test.case("a control takes one of the values that it offers, however it is written", function()
  local numbers, names = { values = { 64, 128, 65536 } }, { values = { "f32", "f64" }, words = true }
  assert(typed.control("2^7", numbers, "1", NAMES) == 128 and typed.control("65 536", numbers, "1", NAMES) == 65536)
  assert(typed.control(64, numbers, "1", NAMES) == 64 and typed.control("f64", names, "1", NAMES) == "f64")
  local _, problem = typed.control("100", numbers, "1", NAMES)
  assert(words.told("en", problem) == "100 is not offered; there are 64, 128, 65 536", words.told("en", problem))
  _, problem = typed.control("128 B", numbers, "1", NAMES)
  assert(words.told("en", problem) == "This asks for a plain number, without B.")
  assert(typed.control("128", numbers, "elements", NAMES) == 128, "what a kernel counts in is no unit")
  _, problem = typed.control("128 B", numbers, "elements", NAMES)
  assert(words.told("en", problem) == "This asks for a plain number, without B.")
  local shares = { values = { 25, 50 } }
  assert(typed.control("50", shares, "%", NAMES) == 50 and typed.control("50 %", shares, "%", NAMES) == 50)
  assert(typed.control(nil, numbers, "1", NAMES) == nil and typed.control({}, names, "1", NAMES) == nil)
end)

test.case("the names of the texts and hints may be typed, but not what is asked", function()
  local walk = fresh()
  local view = answer(walk, "count", { flop = "m1/4", bytes = "W + 8*n" })
  assert(field(view, "flop").feedback.text == "'m1' is what is asked here, or follows from it: write the answer without it.")
  view = answer(walk, "count", { flop = "ai1*W", bytes = "W + 8*n" })
  assert(field(view, "flop").feedback.text:find("'ai1' is what is asked here", 1, true), "it is made of what is asked")
  view = answer(walk, "count", { flop = "W", bytes = "W" })
  assert(field(view, "flop").feedback.text == "This asks for FLOP; you gave B.")
  answer(walk, "count", { flop = "2*n*n", bytes = "W + 8*n" })
  assert(walk.verdicts[1].verdict == "right" and walk.verdicts[2].verdict == "right")
  walk:feed { e = "goto", step = "point" }
  answer(walk, "point", { point = "f1/m1, 0.5*roof" })
  assert(walk.verdicts[1].verdict == "right")
end)

test.case("a number stays what it was when it was given", function()
  local walk = fresh()
  up_to(walk, "knee")
  answer(walk, "knee", { batch = "2*ridge" })
  local before = walk.session:view()
  walk:feed { e = "machine", machine = walks.machine { levels = { { name = "DRAM", bytes_per_second = 1e9 } } } }
  walk:feed { e = "goto", step = "gemv" }
  walk:feed { e = "goto", step = "serve" }
  assert(before.step.id == "knee" and walk.view.text:find("begins to take longer at batch 24", 1, true), walk.view.text)
end)

test.case("what lies outside the printed range costs neither an attempt nor marks", function()
  local walk = fresh()
  up_to(walk, "share")
  for _, text in ipairs { "65", "0.5", "2^7" } do
    local view = answer(walk, "share", { users = text })
    assert(field(view, "users").feedback.text == "Choose a value from 1 to 64.")
    assert(#walk.verdicts == 0 and view.step.state == "open" and view.score.earned == 4)
  end
  answer(walk, "share", { users = "20" })
  assert(walk.view.score.earned == 6)
end)

test.case("a record is taken again when it was taken, and only then", function()
  local version = fresh().session.about.version
  local function replayed(values, verdicts)
    local walk = fresh()
    answer(walk, "count")
    walk:feed({ e = "submit", step = "point", values = { point = values } }, { version = version, verdicts = verdicts })
    return walk
  end
  local wrong = { { step = "point", field = "point", verdict = "wrong", points = 1 } }
  local walk = replayed({ x = 0.5, y = 8 }, wrong)
  assert(walk.view.steps[2].state == "committed" and walk.verdicts[1].verdict == "wrong", "it was no place of the picture")
  walk = replayed({ x = "0.5", y = "8" }, wrong)
  assert(walk.verdicts[1].verdict == "wrong", "8 FLOP/s, as an older program read it")
  walk = replayed "0.5, f1"
  assert(walk.view.steps[2].state == "open")
  walk = replayed "0.5, 8" -- refused by a program that read no such text
  walk:feed { e = "goto", step = "point" }
  assert(walk.view.step.state == "open" and #walk.verdicts == 0)
  assert(field(walk.view, "point").feedback.text == "This was not understood when it was given: give it again.")
end)
