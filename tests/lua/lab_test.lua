-- lab_test.lua: from source to checked lab: each mistake of an author with line, step and field.
local labs = require "memwall.lab"
local lint = require "memwall.lint"
local native = require "memwall.native"
local texts = require "memwall.text"

local DIR = "labs/memory-wall/04-gemv-gemm/"

local KERNELS = {
  ["gemv/simd"] = { family = "gemv", variant = "simd", params = {
    { name = "m", min = 1, max = 65536 }, { name = "n", min = 1, max = 65536 },
    { name = "dtype", min = "f32", max = "f64", choices = { "f32", "f64" } } } },
  ["stream/read"] = { family = "stream", variant = "read", params = { { name = "n", min = 1, max = 1 << 31 } } },
}

local function lab_of(steps, more)
  return 'local mw = require "memwall"\nreturn mw.lab { format = 1, id = "x", version = "1", minutes = { 1, 2 },\n' ..
    'memory = "1 MiB", ' .. (more or "variant = { n = { 64, 128 } }, q = { W = { \"B\", \"4*n*n\" } },") ..
    "\nsteps = {\n" .. steps .. "\n} }\n"
end

local function refused(source, said)
  local ok, problem = pcall(labs.read, source, KERNELS)
  assert(not ok, "the lab was taken")
  local message = type(problem) == "table" and problem.message or tostring(problem)
  assert(message:find(said, 1, true), message)
end

test.case("a lab of every kind of step is read", function()
  local lab = labs.read(lab_of [[
    mw.read "intro" {},
    mw.predict "one" { ask = { bytes = { "W", wrong = { half = "W/2" } }, level = { choices = { "a*", "b" } } } },
    mw.run "go" { kernel = "gemv/simd", m = "n", n = { 64, 128 }, dtype = { "f32", "f64" } },
    mw.explain "why" { choices = { "a", "b*" } } ]], nil)
  assert(#lab.steps == 4 and lab.by_id.one.fields[1].unit == "B")
  assert(#lab.by_id.go.controls == 2)
  assert(lab.stamp:match "^1%+%x%x%x%x%x%x%x%x$")
end)

test.case("a typo in a step names line, step and field and suggests the word", function()
  refused(lab_of 'mw.predict "one" {\n  wihtin = 0.1, ask = { a = "W" } }',
    "lab.lua:6: step 'one': field 'wihtin': is not known here; did you mean 'within'?")
  refused(lab_of 'mw.predict "one" { ask = {\n  a = { "W", wrnog = {} } } }',
    "lab.lua:6: step 'one': field 'ask.a.wrnog': is not known here; did you mean 'wrong'?")
  refused(lab_of('mw.read "one" {}', "varaint = {},"), "field 'varaint': is not known here; did you mean 'variant'?")
end)

test.case("an unknown kernel or parameter names the nearest", function()
  refused(lab_of 'mw.run "go" { kernel = "gemv/simmd", m = 1, n = 1 }',
    "step 'go': field 'kernel': there is no kernel 'gemv/simmd'; did you mean 'gemv/simd'?")
  refused(lab_of 'mw.run "go" { kernel = "gemv/simd", m = 1,\n  nn = 1 }',
    "lab.lua:6: step 'go': field 'nn': is neither a field of 'run' nor a parameter of gemv/simd; did you mean 'n'?")
  refused(lab_of 'mw.run "go" { kernel = "gemv/simd", m = 1, n = 1, dtype = "f23" }', "did you mean 'f32'?")
end)

test.case("formulas are checked: syntax, names, units and circles", function()
  refused(lab_of 'mw.predict "one" { ask = { a = "4*" } }', "step 'one': field 'ask.a': \"4*\": expected a number")
  refused(lab_of 'mw.predict "one" { ask = { a = "WW" } }', "'WW' is not known; did you mean 'W'?")
  refused(lab_of('mw.read "one" {}', 'variant = { n = { 1 } }, q = { W = { "B", "4*n" }, F = { "FLOP", "W" } },'),
    "field 'q.F': gives B, not FLOP")
  refused(lab_of('mw.read "one" {}', 'q = { W = { "B", "4*2" }, F = { "FLOP", "1*2" }, S = { "B", "W + F" } },'),
    "field 'q.S': a sum of B and FLOP")
  refused(lab_of('mw.read "one" {}', 'q = { W = { "bits", "4*2" } },'), "'bits' is not a unit")
  refused(lab_of('mw.predict "one" { ask = { a = "machine.read(f)" } }', 'q = { f = { "FLOP", "4*2" } },'),
    "machine.read takes bytes, not FLOP")
end)

test.case("a lab sorts without a clock: stable, and the same every time", function()
  labs.read(lab_of([[mw.read "one" {}]], nil):gsub("^", [[
    local list = {}
    for i = 1, 500 do list[i] = { key = (i * 7919) %% 10, at = i } end
    table.sort(list, function(a, b) return a.key < b.key end)
    for i = 2, 500 do
      local a, b = list[i - 1], list[i]
      assert(a.key < b.key or a.key == b.key and a.at < b.at)
    end
    local words = { "pear", "apple", "fig" }
    table.sort(words)
    assert(table.concat(words, " ") == "apple fig pear")
  ]], 1))
end)

test.case("pairs goes through numbers, then words, in order, and respects __pairs", function()
  local seen = {}
  for key in pairs { b = 1, [10] = 1, [2] = 1, a = 1, [2.5] = 1, [true] = 1, [-1] = 1 } do seen[#seen + 1] = tostring(key) end
  assert(table.concat(seen, " ") == "-1 2 2.5 10 a b true", table.concat(seen, " "))
  local proxy = setmetatable({}, { __pairs = function() return function(_, k) if not k then return "only" end end, nil, nil end })
  for key in pairs(proxy) do assert(key == "only") end
  local ok, problem = pcall(function() for _ in pairs { [{}] = 1, [print] = 2 } do error "was iterated" end end)
  assert(not ok and problem:find("no repeatable order", 1, true))
end)

test.case("what is marked for being right must not depend on the computer at hand", function()
  refused(lab_of('mw.check "one" { ask = { a = "r" } }', 'q = { r = { "B/s", "machine.read(1 MiB)" } },'),
    "may not depend on the computer at hand")
  refused(lab_of 'mw.goal "one" { set = { u = { 1, 9 } }, pass = { "u < machine.cpus" }, solution = { u = 1 } }',
    "depends on the computer at hand")
  refused(lab_of('mw.predict "one" { ask = { a = "W" } }', 'q = { W = { "B", "8" } }, points = { one = 2 },'),
    "its mark is part of 'made'")
end)

test.case("steps are checked one by one", function()
  refused(lab_of 'mw.read "one" {}, mw.read "one" {}', "there are two steps of that name")
  refused(lab_of 'mw.read "one" { after = "none" }', "'none' is not a step above")
  refused(lab_of 'mw.read "one"', "entry 1 is not a step")
  refused(lab_of '{}', "entry 1 is not a step")
  refused(lab_of '', "has no step")
  refused(lab_of 'mw.sweep "s" { kernel = "gemv/simd", m = 1, n = 2 }', "sweeps one parameter")
  refused(lab_of 'mw.sweep "s" { kernel = "gemv/simd", m = 1, n = { 2, 1 } }', "the list ascends")
  refused(lab_of 'mw.run "s" { kernel = "gemv/simd", m = 1, n = 2, interleave = "stream/read" }', "needs 'bytes'")
  refused(lab_of 'mw.explain "e" { choices = { "a", "b" } }', "no option is right")
  refused(lab_of 'mw.explain "e" { choices = { "a*", "a" } }', "there are two options 'a'")
  refused(lab_of 'mw.predict "p" { within = 0.1, factor = 2, ask = { a = "W" } }', "only one of them")
  refused(lab_of 'mw.predict "p" { ask = { a = { "W", abs = 1, exact = true } } }', "field 'ask.a.abs': stands beside 'exact'")
  refused(lab_of 'mw.predict "p" { ask = { a = { "W", abs = -1 } } }', "is 0 or more, in the unit of the answer")
  refused(lab_of 'mw.predict "p" { ask = { a = { "W", exact = false } } }', "is true, or is left out")
  refused(lab_of 'mw.predict "p" { ask = { a = { "W", exact = 1 } } }', "is true or false, not a number")
  refused(lab_of 'mw.predict "p" { ask = {} }', "asks nothing")
  refused(lab_of 'mw.predict "p" { ask = { a = "n < 3" } }', "is a number, not a condition")
  refused(lab_of 'mw.goal "g" { set = { u = { 1, 9 } }, pass = { "u + 1" }, solution = { u = 1 } }', "is a condition, such as")
  refused("return 3", "it must end with: return mw.lab")
  refused('return require "memwall".lab { format = 2 }', "this memwall reads format 1")
end)

local function prose_of(locale)
  return texts.parse(test.read(DIR .. "text/" .. locale .. ".md"), "text/" .. locale .. ".md")
end

test.case("lab 04 passes its lint over all 36 variants and both texts", function()
  local lab = labs.read(test.read(DIR .. "lab.lua"))
  assert(#labs.variants(lab) == 36)
  local problems = lint.lint(lab, { prose_of "en", prose_of "zh_CN" })
  assert(#problems == 0, table.concat(problems, "\n"))
end)

-- Each mistake is made in the real lab, so that lint is seen to find it there.
local function lint_finds(change, said)
  local source, english = test.read(DIR .. "lab.lua"), test.read(DIR .. "text/en.md")
  source, english = change(source, english)
  local lab = labs.read(source)
  local problems = lint.lint(lab, { texts.parse(english, "text/en.md") })
  local all = table.concat(problems, "\n")
  assert(all:find(said, 1, true), all == "" and "nothing was found" or all)
end

local function replaced(text, from, to)
  local at, stop = text:find(from, 1, true)
  assert(at, from .. " is not there")
  return text:sub(1, at - 1) .. to .. text:sub(stop + 1)
end

test.case("lint finds a wrong answer that would be taken for right", function()
  lint_finds(function(source, english) return replaced(source, 'fma_as_one = "n*n"', 'fma_as_one = "2*n*n + n"'), english end,
    "wrong.fma_as_one is taken for right")
  lint_finds(function(source, english) return replaced(source, 'timid = { users = 4 }', 'timid = { users = 20 }'), english end,
    "wrong.timid passes")
  lint_finds(function(source, english) return replaced(source, 'solution = { users = 20 }', 'solution = { users = 40 }'),
    english end,
    "the solution does not pass")
end)

test.case("lint finds a truth that is not a number for some variant", function()
  lint_finds(function(source, english) return replaced(source, '"f1/m1" }', '"f1/(n - 7168)" }'), english end,
    "q.ai1 has no value with b = 3, n = 7168")
end)

test.case("quantities and answers have every unit of the table", function()
  for _, row in ipairs(native.units) do
    local q = ('q = { x = { "%s", "3" }, y = { "%s", "2*x" } },'):format(row.name, row.name)
    local lab = labs.read(lab_of('mw.check "c" { ask = { a = { "x + y" } } }', q))
    assert(lab.by_id.c.fields[1].unit == row.name, row.name)
  end
  refused(lab_of('mw.read "r" {}', 'q = { x = { "dB", "3" }, y = { "1", "x + 4 J" } },'), "a sum of dB and J")
  refused(lab_of('mw.read "r" {}', 'q = { x = { "furlong", "3" } },'), "'furlong' is not a unit")
  refused(lab_of('mw.read "r" {}', 'variant = { words = { 1, 2 } },'), "is also a unit")
end)

test.case("lint finds runs that take longer than the whole lab says", function()
  lint_finds(function(source, english)
    return replaced(replaced(source, "minutes = { 15, 25 }", "minutes = { 1, 1 }"), 'interleave = "first", ',
      'interleave = "first", budget = 6,'), english
  end, "minutes: its runs alone take 62 s, and it says 1 minutes at most")
end)

test.case("lint finds prose that is missing, unused, alike, or names nothing", function()
  local function text(from, to)
    return function(source, english) return source, replaced(english, from, to) end
  end
  lint_finds(text("### wrong: at_one\n", "### wrong: at_two\n"), "'### wrong: at_one' is missing")
  lint_finds(text("### wrong: at_one\n", "### wrong: at_two\n"), "'### wrong: at_two' is not used")
  lint_finds(text("## share:", "## shares:"), "there is no section '## share'")
  lint_finds(text("## share:", "## shares:"), "'## shares' is not a step of the lab")
  lint_finds(text("{{serve.knee}}", "{{serve.kneee}}"), "'serve.kneee' is not known")
  lint_finds(text("After the first user W stays in the cache.", "Every user runs on a core of its own."), "read alike")
end)
