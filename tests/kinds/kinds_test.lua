-- The engine names no kind of step or of field: toys are played by it, and a lab brings none of its own.

local labs = require "memwall.lab"
local lint = require "memwall.lint"
local texts = require "memwall.text"
local walks = test.include "walk.lua"

local DRIVERS = {
  "context", "counters", "engine", "hints", "lab", "lint", "picture", "prediction", "published", "roofs", "runs", "scope",
  "steps", "view",
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
test.case("a lab can bring no kind of step and no module of its own", function()
  refused('mw.recall "wall" { word = "memory" }', "'recall'")
  refused('(function() local s = mw.read "a" {} s.kind = "recall" return s end)()', "there is no kind of step 'recall'")
  refused('(function() local s = mw.read "a" {} s.kind = { compile = print } return s end)()', "there is no kind of step")
  for _, name in ipairs { "recall", "kinds.recall", "memwall.registry", "memwall.kinds.recall", "memwall.kind",
    "memwall.pictures.roofline", "tries" } do
    refused(('require "%s"'):format(name), "only \"memwall\" can be required")
  end
end)

test.case("a lab can bring no kind of picture", function()
  refused('mw.read "a" { pictures = { "tries" } }', "'pictures'")
  refused('mw.run "a" { kernel = "stream/read", pictures = { { kind = "tries", build = print } } }', "'pictures'")
end)

test.case("no driver compares a kind with the name of one", function()
  local registry = require "memwall.registry"
  for _, name in ipairs(DRIVERS) do
    local source = test.read("scripts-lua/memwall/" .. name .. ".lua")
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
    "tui/commands/export_source.c", "tui/form/form_place.c", "tui/plain/figures.c", "tui/view/lab.c", "tui/view/lab_layout.c",
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
