-- The engine names no kind of step or of field, and no source: toys are played by it, and a lab brings none of its own.

local labs = require "memwall.lab"
local lint = require "memwall.lint"
local texts = require "memwall.text"
local walks = test.include "walk.lua"

local DRIVERS = {
  "context", "counters", "engine", "hints", "lab", "lint", "parameters", "picture", "prediction", "published", "question",
  "roofs", "runs", "scope", "source", "steps", "typed", "view", "workload",
}

local LAB = [[
  local mw = require "memwall"
  return mw.lab { format = 1, id = "toy", version = "1", minutes = { 1, 2 }, memory = "1 MiB",
    steps = { mw.recall "wall" { word = "memory", wrong = { "berlin" } }, mw.read "end" {} }, points = { wall = 2 } } ]]

local TEXT = "# Toy\n## wall\nWhich wall?\n### field: word\nWord\n### option: etymology\nLatin.\n" ..
  "### wrong: berlin\nThat one fell.\n## end\nAfter {{wall.tries}} tries.\n"

local function refused(steps, said)
  local ok, problem = pcall(labs.read, 'local mw = require "memwall"\nreturn mw.lab { format = 1, id = "x", version = "1", ' ..
    'minutes = { 1, 2 }, memory = "1 MiB", steps = { ' .. steps .. " } }")
  assert(not ok, "the lab was taken")
  local message = type(problem) == "table" and problem.message or tostring(problem)
  assert(message:find(said, 1, true), message)
end

-- Before the toys are listed, the engine has what is installed.
test.case("a lab can bring no kind of step, no source and no module of its own", function()
  refused('mw.recall "wall" { word = "memory" }', "'recall'")
  refused('(function() local s = mw.read "a" {} s.kind = "recall" return s end)()', "there is no kind of step 'recall'")
  refused('(function() local s = mw.read "a" {} s.kind = { compile = print } return s end)()', "there is no kind of step")
  refused('mw.run "a" { rectangle = "field", a = 2, b = 3 }', "says nothing that computes: kernel = …")
  refused('mw.run "a" { source = { figures = print }, kernel = "gemv/simd" }', "is not known here")
  for _, name in ipairs {
    "recall", "kinds.recall", "memwall.registry", "memwall.kinds.recall", "memwall.kind", "memwall.source",
    "memwall.pictures.roofline", "tries",
  } do
    refused(('require "%s"'):format(name), "only \"memwall\" can be required")
  end
end)

test.case("a lab can bring no kind of picture", function()
  refused('mw.read "a" { pictures = { "tries" } }', "'pictures'")
  refused('mw.run "a" { kernel = "stream/read", pictures = { { kind = "tries", build = print } } }', "'pictures'")
end)

test.case("no driver compares a kind with the name of one, or names a source or how a step is played", function()
  local registry = require "memwall.registry"
  for _, name in ipairs(DRIVERS) do
    local source = test.read("scripts-lua/memwall/" .. name .. ".lua")
    for _, flag in ipairs { "sweeps", "compares" } do
      assert(not source:find("%." .. flag .. "%f[%W]"), name .. ".lua asks for ." .. flag)
    end
    for word in pairs(registry.sources) do
      assert(not source:find("step%." .. word .. "%f[%W]"), name .. ".lua looks for the source " .. word)
    end
    for kind in source:gmatch "kind%s*[=~]=%s*[\"'](%w+)[\"']" do
      assert(not (registry.kinds[kind] or registry.fields[kind]), name .. ".lua names the kind " .. kind)
    end
    for picture in source:gmatch "memwall%.pictures%.(%w+)" do
      error(name .. ".lua names the picture " .. picture)
    end
  end
end)

test.case("no file that shows, tells or writes pictures names one", function()
  local drivers = {
    "labs/chart/pictures/pictures.c", "labs/chart/pictures/rows.c", "labs/chart/sheet_pen.c", "labs/figure/figure.c",
    "labs/figure/figure_data.c", "labs/view/pictures.c", "tui/app/app_export.c", "tui/app/app_lab.c", "tui/commands/export.c",
    "tui/commands/export_source.c", "tui/fields/place.c", "tui/plain/figures.c", "tui/view/lab.c", "tui/view/lab_layout.c",
    "tui/view/pen.c", "tui/view/plot.c",
  }
  for _, name in ipairs(drivers) do
    local source = test.read(name)
    for _, word in ipairs { '"roofline"', "mw_roofline_", "mw_picture_roofline", "mw_picture_sweep", "mw_series_" } do
      assert(not source:find(word, 1, true), name .. " names " .. word)
    end
  end
end)

local registry = test.include "../kinds/registry.lua"

test.case("a toy step with a toy field is played from the first answer to the end", function()
  assert(registry.kinds.recall and registry.fields.word)
  local walk = walks.new(walks.open { source = LAB, texts = { en = TEXT } })
  local view = walk.view
  assert(view.step.kind == "recall" and view.step.state == "open" and view.steps[2].state == "waiting")
  assert(view.fields[1].kind == "word" and view.fields[1].letters == 6 and view.fields[1].label == "Word")
  assert(view.hint.total == 1 and #view.pictures == 0)

  view = walks.answer(walk, "wall", { word = "two words" })
  assert(view.fields[1].feedback.tone == "warning" and view.step.state == "open")
  view = walks.answer(walk, "wall", { word = "Berlin" })
  assert(view.fields[1].feedback.text == "That one fell." and view.steps[1].state == "wrong")
  assert(walk.verdicts[1].verdict == "wrong" and walk.verdicts[1].wrong == "berlin")
  assert(walk:refused { e = "goto", step = "end" }:find("waits for 'wall'", 1, true))
  view = walks.answer(walk, "wall", { word = "brick" })
  assert(view.fields[1].feedback.text == "It begins with 'm'.")

  view = walks.answer(walk, "wall", { word = " MEMORY " })
  assert(view.fields[1].value == "memory" and view.step.state == "right" and view.score.earned == 2)
  walk:feed { e = "goto", step = "end" }
  assert(walk.view.text:find("After 3 tries", 1, true), walk.view.text)
end)

test.case("a toy picture is in the view as soon as it has something to show", function()
  local walk = walks.new(walks.open { source = LAB, texts = { en = TEXT } })
  assert(#walk.view.pictures == 0)
  walks.answer(walk, "wall", { word = "brick" })
  local view = walks.answer(walk, "wall", { word = "memory" })
  local picture = view.pictures[1]
  assert(#view.pictures == 1 and picture.kind == "tries" and picture.id == "tries" and picture.title == "Tries")
  assert(#picture.bars == 1 and picture.bars[1].id == "wall" and picture.bars[1].value == 2)
end)

test.case("the hint of a toy step is its own", function()
  local walk = walks.new(walks.open { source = LAB, texts = { en = TEXT } })
  walk:feed { e = "hint", step = "wall" }
  assert(walk.view.hint.texts[1]:find("memory", 1, true), walk.view.hint.texts[1])
end)

test.case("lint asks the toys, too", function()
  local function said(source, text)
    return table.concat(lint.lint(labs.read(source), { texts.parse(text, "text/en.md") }), "\n")
  end
  assert(said(LAB, TEXT) == "", said(LAB, TEXT))
  local missing = said(LAB, (TEXT:gsub("### option: etymology\nLatin.\n", "")))
  assert(missing:find("'### option: etymology' is missing", 1, true), missing)
  local both = said((LAB:gsub('"berlin"', '"memory"')), (TEXT:gsub("wrong: berlin", "wrong: memory")))
  assert(both:find("the word 'memory' is right and wrong", 1, true), both)
end)

local DRAWN = [[
  local mw = require "memwall"
  return mw.lab { format = 1, id = "toy", version = "1", minutes = { 1, 2 }, memory = "1 MiB",
    q = { field = { "1", "6*4" } },
    steps = {
      mw.predict "guess" { ask = { area = { "field" } } },
      mw.run "field" { rectangle = "a field", a = "6", b = { 4, 8, as = "long" } },
      mw.sweep "fields" { rectangle = "fields", b = "3", a = { 1, 4, 200, as = "wide" }, chart = { area = "area" },
        find = { large = "first wide where area > 10" } },
      mw.read "end" {} } } ]]

local function text_of(id, more) return "## " .. id .. "\nText.\n" .. (more or "") end
local DRAWN_TEXT = "# Toy\n" .. text_of("guess", "### field: area\nArea\n") ..
  text_of("field", "### field: long\nLength\n### done\nIt has {{field.area}}.\n") ..
  text_of("fields", "### field: wide\nWidth\n### field: area\nArea\n") .. "## end\nFound {{fields.large}}.\n"

local function row_of(view, id)
  for _, row in ipairs(view.counters) do
    if row.id == id then return row end
  end
end

test.case("a toy source answers at once, and its figures are rows and names in texts", function()
  local walk = walks.new(walks.open { source = DRAWN, texts = { en = DRAWN_TEXT } })
  walks.answer(walk, "guess", { area = "24" })
  walk:feed { e = "goto", step = "field" }
  assert(row_of(walk.view, "area") == nil or row_of(walk.view, "area").counted == nil)
  local reply = walk:feed { e = "run", step = "field" }
  assert(#reply.effects == 0 and walk.view.run.state == "idle" and walk.view.step.state == "done")
  assert(walk.view.text:find("It has 24.", 1, true), walk.view.text)
  local area = row_of(walk.view, "area")
  assert(area.counted.value == 24 and area.predicted.value == 24 and area.modelled == nil)
  assert(row_of(walk.view, "diagonal").modelled.value == math.sqrt(52) and row_of(walk.view, "seconds") == nil)

  walk:feed { e = "set", step = "field", param = "b", value = 8 }
  assert(row_of(walk.view, "area").counted.value == 48 and walk.view.controls[1].value == 8)
  assert(row_of(walk.view, "area").predicted == nil, "48 is not what was predicted")
end)

test.case("a toy source is swept, and says what it cannot do", function()
  local walk = walks.new(walks.open { source = DRAWN, texts = { en = DRAWN_TEXT } })
  walks.answer(walk, "guess", { area = "24" })
  walk:feed { e = "run", step = "field" }
  walk:feed { e = "goto", step = "fields" }
  local reply = walk:feed { e = "run", step = "fields" }
  assert(#reply.effects == 0 and walk.view.step.state == "done", walk.view.step.state)
  assert(walk.view.feedback[1].text:find("wide = 200 cannot be had here, only 1 to 100", 1, true), walk.view.feedback[1].text)
  walk:feed { e = "goto", step = "end" }
  assert(walk.view.text:find("Found 4.", 1, true), walk.view.text)
end)

test.case("a toy source takes the place of a kernel that runs", function()
  local source = DRAWN:gsub('mw.read "end" {}', 'mw.run "slow" { kernel = "gemv/simd", m = "64", n = "64" }, mw.read "end" {}')
  local walk = walks.new(walks.open { source = source, texts = { en = DRAWN_TEXT .. text_of "slow" } })
  walks.answer(walk, "guess", { area = "24" })
  walk:feed { e = "run", step = "field" }
  walk:feed { e = "run", step = "fields" }
  walk:feed { e = "run", step = "slow" }
  assert(walk.view.run.state == "running")
  local reply = walk:feed { e = "set", step = "field", param = "b", value = 8 }
  assert(reply.effects[1].effect == "cancel" and #reply.effects == 1 and walk.view.run.state == "idle")
end)

test.case("what a source does not declare cannot be named, and what it does not take is refused", function()
  refused('mw.run "a" { rectangle = "r", a = 2, b = 3 }, mw.predict "b" { ask = { s = "a.seconds" } }',
    "'a.seconds' is not known")
  refused('mw.run "a" { rectangle = "r", a = 2, c = 3 }', "is neither a field of 'run' nor a parameter of rectangle")
  refused('mw.run "a" { rectangle = "r", kernel = "gemv/simd" }', "one of them computes")
  refused('mw.run "a" { rectangle = "r", a = 2, b = 3, interleave = "stream/read" }',
    "cannot be measured in turns with 'rectangle'")
  refused('mw.compare "a" { a = { rectangle = "r", a = 2, b = 3 }, b = { rectangle = "r", a = 3, b = 3 } }',
    "'rectangle' cannot be run in turns")
end)
