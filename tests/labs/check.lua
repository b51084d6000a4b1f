-- check.lua: what holds for every lab of the course, and the figures that its texts print.
--
--   local labs = test.include "../labs/check.lua"
--   local lab = labs.open "05-loop-order"
--   labs.figures(lab, { { command = "memwall model …", at = "levels.1.fills", is = 1056768 }, … })

local expr = require "memwall.expr"
local judge = require "memwall.judge"
local lint = require "memwall.lint"
local machines = require "memwall.machine"
local readers = require "memwall.lab"
local scope = require "memwall.scope"
local texts = require "memwall.text"
local typed = require "memwall.typed"
local unit = require "memwall.unit"
local told = require("memwall.words").told

local M = {}

local ROOT = "labs/memory-wall/"
local LOCALES = { "en", "zh_CN" }

-- A step of more is two steps; a sentence of more is two sentences.
local WORDS_OF_A_STEP, WORDS_OF_A_SENTENCE, SIGNS_OF_A_SENTENCE = 140, 30, 60

local SECTIONS = { "hint", "right", "done", "unmeasured" }

local function none(problems)
  assert(#problems == 0, table.concat(problems, "\n     "))
end

---Every section of a text: step, heading, its text.
local function sections(prose)
  local list = { { step = "", heading = "introduction", text = prose.intro } }
  for id, step in pairs(prose.steps) do
    list[#list + 1] = { step = id, heading = "text", text = step.body.text }
    for _, kind in ipairs(SECTIONS) do
      if step[kind] then list[#list + 1] = { step = id, heading = kind, text = step[kind].text } end
    end
    for _, kind in ipairs { "field", "option", "wrong" } do
      for name, section in pairs(step[kind]) do
        list[#list + 1] = { step = id, heading = kind .. ": " .. name, text = section.text }
      end
    end
  end
  return list
end

local function each_section(lab, visit)
  local problems = {}
  for _, locale in ipairs(LOCALES) do
    for _, section in ipairs(sections(lab.prose[locale])) do
      visit(locale, section, function(message, ...)
        problems[#problems + 1] = ("%s.md: %s, %s: %s"):format(locale, section.step, section.heading, message:format(...))
      end)
    end
  end
  none(problems)
end

local function without_code(text)
  return (text:gsub("```.-```", " "):gsub("`[^`\n]*`", "x"))
end

-- Paragraphs of prose: no code, no tables, each name in braces one word.
local function paragraphs(text)
  local list = {}
  for block in (without_code(text):gsub("{{.-}}", "7") .. "\n\n"):gmatch "(.-)\n%s*\n" do
    for whole in (block .. "\n"):gmatch "(.-)\n" do
      local line = whole:gsub("^%s*[-*]%s+", ""):gsub("^%s*%d+%.%s+", "")
      if not line:match "^%s*|" and line:match "%S" then list[#list + 1] = line end
    end
  end
  return list
end

local function words(text)
  local count = 0
  for word in text:gmatch "%S+" do
    if word:match "[%w\x80-\xff]" then count = count + 1 end
  end
  return count
end

local function sentences_of(locale, text)
  local marked = text
  if locale == "en" then
    marked = marked:gsub("([%.%?!:;][\"')%*]*)%s+", "%1\n")
  else
    for _, stop in ipairs { "。", "？", "！", "；", "：" } do marked = marked:gsub(stop, "%0\n") end
  end
  return (marked .. "\n"):gmatch "(.-)\n"
end

-- Signs of a Chinese sentence: letters of one Latin word or number count together as one.
local function signs(text)
  local latin, wide = 0, 0
  local rest = text:gsub("[\xe2-\xef][\x80-\xbf][\x80-\xbf]", function()
    wide = wide + 1
    return " "
  end)
  for _ in rest:gmatch "[%w\x80-\xdf%.%^%*/+-]+" do latin = latin + 1 end
  return latin + wide
end

-- ---- what every lab is held to ----

local function lengths(lab)
  local problems = {}
  for id, step in pairs(lab.prose.en.steps) do
    local count = 0
    for _, paragraph in ipairs(paragraphs(step.body.text)) do count = count + words(paragraph) end
    if count > WORDS_OF_A_STEP then problems[#problems + 1] = ("en.md: %s: %d words"):format(id, count) end
  end
  none(problems)
  each_section(lab, function(locale, section, report)
    for _, paragraph in ipairs(paragraphs(section.text)) do
      for sentence in sentences_of(locale, paragraph) do
        local count = locale == "en" and words(sentence) or signs(sentence)
        local most = locale == "en" and WORDS_OF_A_SENTENCE or SIGNS_OF_A_SENTENCE
        if count > most then report("a sentence of %d: %s", count, sentence) end
      end
    end
  end)
end

local function code_spans(text)
  local set, list = {}, {}
  for span in text:gsub("```.-```", ""):gmatch "`([^`\n]+)`" do set[span] = true end
  for span in pairs(set) do list[#list + 1] = span end
  return table.concat(list, " · ")
end

-- Both languages have the same sections, as many hints, and the same code.
local function same_shape(lab)
  local problems, other = {}, {}
  for _, section in ipairs(sections(lab.prose.zh_CN)) do other[section.step .. "/" .. section.heading] = section end
  for _, section in ipairs(sections(lab.prose.en)) do
    local key = section.step .. "/" .. section.heading
    local twin = other[key]
    other[key] = nil
    if not twin then
      problems[#problems + 1] = "zh_CN.md lacks " .. key
    elseif code_spans(section.text) ~= code_spans(twin.text) then
      problems[#problems + 1] = ("%s: code differs: %s | %s"):format(key, code_spans(section.text), code_spans(twin.text))
    elseif section.heading == "hint" and #texts.rungs(section) ~= #texts.rungs(twin) then
      problems[#problems + 1] = key .. ": another number of hints"
    end
  end
  for key in pairs(other) do problems[#problems + 1] = "en.md lacks " .. key end
  none(problems)
end

-- The kind of a character beside an emphasis mark, as CommonMark sees it (0.30, left- and right-flanking).
local function kind_of(char)
  if char == "" or char:match "^%s$" then return "blank" end
  if char:match "^%p$" then return "mark" end
  if #char == 3 then
    local code = utf8.codepoint(char)
    if code >= 0x2010 and code <= 0x205e or code >= 0x3001 and code <= 0x301f or code >= 0xff01 and code <= 0xff0f
      or code >= 0xff1a and code <= 0xff20 or code >= 0xff3b and code <= 0xff40 or code >= 0xff5b and code <= 0xff65 then
      return "mark"
    end
  end
  return "letter"
end

local function emphasis(_, section, report)
  for line in (without_code(section.text) .. "\n"):gmatch "(.-)\n" do
    local open, at = false, 1
    while true do
      local from, to = line:find("**", at, true)
      if not from then break end
      local before = from > 1 and line:sub(utf8.offset(line, -1, from) or 1, from - 1) or ""
      local after = to < #line and line:sub(to + 1, (utf8.offset(line, 2, to + 1) or #line + 1) - 1) or ""
      local left, right = kind_of(before), kind_of(after)
      local opens = right ~= "blank" and (right ~= "mark" or left ~= "letter")
      local closes = left ~= "blank" and (left ~= "mark" or right ~= "letter")
      if open and not closes or not open and not opens then report("'**' stays raw: %s", line) end
      open, at = not open, to + 1
    end
    if open then report("an emphasis is not closed: %s", line) end
  end
end

local function tables(_, section, report)
  for line in (section.text .. "\n"):gmatch "(.-)\n" do
    if line:match "^[%s|:-]*%-[%s|:-]*$" and line:find("|", 1, true) then
      for cell in line:gsub("^%s*|", ""):gmatch "([^|]+)|?" do
        if cell:match "%-" and #cell:gsub("[^-]", "") < 3 then report("a column of a table has under three dashes: %s", line) end
      end
    end
  end
end

local function names_in_braces(_, section, report)
  texts.fill(section.text, function(_, option)
    if option and option ~= "exact" and not tonumber(option) and not unit.known(option) then
      report("{{…|%s}} is no option", option)
    end
    return ""
  end)
  if section.text:gsub("{{.-}}", ""):find "[{}][{}]" then report "a pair of braces is not closed" end
end

-- Known wrong answers that would be taken for each other: the student would read the wrong thought.
local function wrong_answers(lab)
  local problems, seen = {}, {}
  for _, variant in ipairs(lab.variants) do
    local names = scope.new(lab.read, variant, lab.machine)
    for _, step in ipairs(lab.read.steps) do
      for _, field in ipairs(step.fields) do
        local values = {}
        for i, wrong in ipairs(field.wrong or {}) do
          values[i] = expr.eval(wrong.tree, names)
          for j = 1, i - 1 do
            local factor = field.factor and math.min(1.1, field.factor)
            local text = ("%s.%s: %s and %s are alike"):format(step.id, field.id, field.wrong[j].id, wrong.id)
            if judge.matches(values[i], values[j], 0.02, factor) and not seen[text] then
              seen[text] = true
              problems[#problems + 1] = ("%s (%g, %g)"):format(text, values[j], values[i])
            end
          end
        end
      end
    end
  end
  none(problems)
end

local function marks(lab)
  local total = lab.read.points.made or 0
  for _, step in ipairs(lab.read.steps) do
    if step.marked then
      local points = lab.read.points[step.id]
      assert(points, ("step '%s' is marked, and has no points"):format(step.id))
      total = total + points
    end
  end
  assert(total > 0)
end

-- Any place: which part of the roofline is drawn follows from the machine.
local function axis(printed) return { unit = printed, low = -math.huge, high = math.huge } end
local ANYWHERE = { x = axis "FLOP/B", y = axis "GFLOP/s" }

-- Reads an answer as the lab does: its value, or what is wrong with it, and a number field's number.
local function read(field, given, names)
  if field.kind == "number" then return typed.answer(given, field, names) end
  if field.kind == "text" then return typed.text(given, field) end
  if field.kind == "place" then return typed.place(given, ANYWHERE, names) end
  return typed.options(given, field, field.kind == "choices")
end

-- What an answer is judged to be; nil where the truth is this machine's, or a reader's.
local function judged(lab, field, value, number, names)
  if field.options then return judge.judge_choice(field, value) end
  if not field.tree or field.claimed then return nil end
  if field.kind == "number" then return judge.judge_number(field, number, names) end
  local peak = not field.on_claimed and lab.machine:roofs({}).compute
  return judge.judge_place(field, value.x, value.y, names, peak and peak.value or nil)
end

-- Every step that asks is answered, and the answers are right whatever the seed.
local function demonstration(lab)
  local answers = test.parse_json(test.read(ROOT .. lab.folder .. "/demo.json"))
  for id in pairs(answers) do assert(lab.read.by_id[id], "demo.json: no step " .. id) end
  local function answer(step, field, names)
    local given = ("demo.json: %s.%s"):format(step.id, field.id)
    local value, problem, number = read(field, (answers[step.id] or {})[field.id], typed.names(lab.read, step, names))
    assert(not problem, problem and given .. ": " .. told("en", problem))
    local verdict = judged(lab, field, value, number, names)
    assert(not verdict or verdict.verdict == "right", verdict and given .. ": " .. test.json(verdict))
    return number
  end
  for _, variant in ipairs(lab.variants) do
    local names = scope.new(lab.read, variant, lab.machine)
    for _, step in ipairs(lab.read.steps) do
      local values = {}
      for _, field in ipairs(step.fields) do values[field.id] = answer(step, field, names) end
      if step.kind == "goal" then
        assert(judge.judge_goal(step, values, scope.sample(names, values)).verdict == "right", "demo.json: " .. step.id)
      end
    end
  end
end

-- What is shown as a quiet machine's run was one: every sample of every step that runs, and every ratio, is clean.
local function published(lab)
  local brought, recording = pcall(test.read, ROOT .. lab.folder .. "/published.json")
  if not brought then return end
  local measured = {}
  for _, result in ipairs(test.parse_json(recording).results) do
    for _, part in ipairs { "measurement", "beside", "ratio" } do
      local verdict = result[part] and result[part].verdict or part == "measurement" and "missing" or "clean"
      assert(verdict == "clean", ("published.json: %s: the %s is %s"):format(result.run, part, verdict))
    end
    measured[result.run:match "^[^:]+"] = true
  end
  for _, step in ipairs(lab.read.steps) do
    assert(not step.runs or measured[step.id], "published.json: no run of step " .. step.id)
  end
end

local kernels

---Opens a lab of the built-in course by its folder and checks what every lab is held to.
---@param folder string
---@return table lab { folder, read, prose = { en, zh_CN }, variants, machine }
function M.open(folder)
  if not kernels then
    kernels = {}
    for _, kernel in ipairs(test.memwall("kernels", "--json").kernels) do
      kernels[kernel.family .. "/" .. kernel.variant] = kernel
    end
  end
  local lab = {
    folder = folder, read = readers.read(test.read(ROOT .. folder .. "/lab.lua"), kernels), prose = {},
    machine = machines.new(lint.TRIAL),
  }
  lab.variants = readers.variants(lab.read)
  for _, locale in ipairs(LOCALES) do
    lab.prose[locale] = texts.parse(test.read(ROOT .. folder .. "/text/" .. locale .. ".md"), locale .. ".md")
  end
  local function case(name, check) test.case(folder .. " " .. name, function() check(lab) end) end
  case(("passes its lint over all %d variants and both texts"):format(#lab.variants), function()
    none(lint.lint(lab.read, { lab.prose.en, lab.prose.zh_CN }))
  end)
  case("has no two wrong answers that are taken for each other", wrong_answers)
  case("gives marks to every marked step", marks)
  case("is answered rightly by its demonstration for every variant", demonstration)
  case("publishes no run that was disturbed", published)
  case("has short steps and sentences", lengths)
  case("says the same in both languages, with the same code", same_shape)
  case("has emphasis, tables and names that are rendered", function()
    each_section(lab, emphasis)
    each_section(lab, tables)
    each_section(lab, names_in_braces)
  end)
  return lab
end

-- ---- figures ----

local function filled(text, names)
  return (text:gsub("{{%s*(.-)%s*}}", function(formula)
    local value, problem = expr.eval(assert(expr.parse(formula)), names)
    assert(type(value) == "number", problem)
    return value == math.floor(value) and ("%d"):format(value) or ("%.17g"):format(value)
  end))
end

local results = {}

---What the program prints for a command line, as JSON; each is run once.
---@param command string
---@return table
function M.run(command)
  if not results[command] then
    local words_of = {}
    for word in command:gmatch "%S+" do words_of[#words_of + 1] = word end
    assert(table.remove(words_of, 1) == "memwall", command)
    words_of[#words_of + 1] = "--json"
    results[command] = test.memwall(table.unpack(words_of))
  end
  return results[command]
end

local function at_path(json, path)
  for name in path:gmatch "[^.]+" do
    json = type(json) == "table" and json[tonumber(name) or name] or nil
  end
  return json
end

local function check_figure(lab, figure)
  local done = {}
  for _, variant in ipairs(lab.variants) do
    local names = scope.new(lab.read, variant, lab.machine)
    local command = filled(figure.command, names)
    local wanted = figure.is
    if type(wanted) == "string" then wanted = assert(expr.eval(assert(expr.parse(wanted)), names)) end
    if not done[command] then
      done[command] = true
      local found = at_path(M.run(command), figure.at)
      local near = found == wanted or figure.within and judge.matches(found, wanted, figure.within)
      assert(near, ("%s: %s is %s, not %s"):format(command, figure.at, tostring(found), tostring(wanted)))
    end
  end
end

-- A number that stands in the texts stands in both.
local function shown(lab, figure)
  local text = figure.shown or type(figure.is) == "number" and unit.grouped(figure.is) or nil
  if not text or not figure.printed then return end
  for _, locale in ipairs(LOCALES) do
    local found = false
    for _, section in ipairs(sections(lab.prose[locale])) do found = found or section.text:find(text, 1, true) end
    assert(found, ("%s.md does not print %s (%s)"):format(locale, text, figure.command))
  end
end

---Runs the commands of a lab and compares what they give.
---  command  a command line of memwall; {{formula}} is filled in for every variant
---  at       path into its JSON output, lists count from 1
---  is       a number, or a formula of the lab
---  within   relative difference that is allowed, where the formula is an approximation
---  shown    how the texts print a number (grouped digits when left out)
---  long     takes more than 3 s: only under the label long
---@param lab table
---@param list table[]
function M.figures(lab, list)
  local listed, commands = {}, {}
  for _, section in ipairs(sections(lab.prose.en)) do
    for command in section.text:gmatch "`(memwall model [^`]+)`" do commands[command] = true end
  end
  for _, figure in ipairs(list) do
    listed[figure.command] = true
    figure.printed = commands[figure.command]
  end
  test.case(lab.folder .. " prints no modelled figure that is not tested", function()
    local problems = {}
    for command in pairs(commands) do
      if not listed[command] then problems[#problems + 1] = command end
    end
    none(problems)
    for _, figure in ipairs(list) do shown(lab, figure) end
  end)
  for _, figure in ipairs(list) do
    if (figure.long or false) == test.long then
      test.case(("%s: %s of %s"):format(lab.folder, figure.at, figure.command), function() check_figure(lab, figure) end)
    end
  end
end

return M
