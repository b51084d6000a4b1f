-- typed.lua: from what a student typed to a value: the one reader of numbers, places, texts, options and controls.
--
-- A text means the same wherever it was typed: on the full screen, at the prompt of plain lines, in a file of answers.
-- A bare number counts in the unit that is printed beside its field. A number that is no text (a mark moved by keys,
-- a number in JSON) is in base units.

local expr = require "memwall.expr"
local judge = require "memwall.judge"
local lexer = require "memwall.lexer"
local scope = require "memwall.scope"
local unit = require "memwall.unit"

local M = {}

-- An end of a range is printed with four digits: what is printed may be typed.
local ROUNDED = 5e-4

-- So many spaces a text may have that is cut at one of them.
local MOST_CUTS = 16

---What the names in a typed text stand for.
---@class memwall.TypedNames: memwall.Scope
---@field of fun(name: string, args: memwall.Dimension[]): memwall.Dimension?, memwall.Mistake?
---@field base memwall.Scope of the lab, in which the truth can be worked out
---@field typed true its formulas may sum less

-- True when `name` is a quantity that is asked for, or worked out from one.
local function is_asked(lab, name, asked, seen)
  if asked[name] then return true end
  local q = lab.q[name]
  if not q or seen[name] then return false end
  seen[name] = true
  local found = false
  expr.names(q.tree, function(inner) found = found or is_asked(lab, inner, asked, seen) end)
  return found
end

---The names that a step lets a student type: all that the lab's texts and hints can show, but for what it asks. What
---the variant gives is known already: where it is the answer, to see that is the task.
---@param lab table
---@param step table
---@param base memwall.Scope of the lab
---@return memwall.TypedNames
function M.names(lab, step, base)
  local asked = {}
  for _, field in ipairs(step.fields) do
    local tree = field.tree
    if tree and tree.op == "name" and lab.q[tree.name] then asked[tree.name] = true end -- what is given stays given
  end
  return {
    base = base, of = scope.dimension_of(lab.units), typed = true,
    value = function(_, name, args)
      if lab.units[name] == nil then return nil, { key = "no_name", name } end
      if is_asked(lab, name, asked, {}) then return nil, { key = "name_asked", name } end
      return base:value(name, args)
    end,
  }
end

-- "2*n*n FLOP": a unit behind a whole formula, which then has none of its own.
local function parse(text)
  local tree, _, mistake = expr.parse(text)
  if tree then return tree end
  local formula, word = text:match "^(.*[%w%)])%s+(%S+)%s*$"
  local known = word and unit.written[word]
  tree = known and expr.parse(formula)
  if tree then return tree, word end
  return nil, nil, mistake
end

-- Whether a formula says what its numbers count in: a unit or a prefix ("8 G") stands in it, or a name that has a unit.
-- A share ("80 %") is one of the unit that is printed, unless shares are asked for.
local function says_unit(tree, of, printed)
  local unit_written, unit_known = false, false
  expr.each(tree, function(node)
    if node.op == "number" and node.unit then
      unit_written = unit_written or node.unit ~= "1"
      unit_known = unit_known or printed == "%" or not node.text:find "%%$"
    elseif node.name and node.op ~= "call" then
      local d = expr.units(node, of)
      unit_known = unit_known or d ~= nil and not unit.is_free(d)
    end
  end)
  return unit_written, unit_written or unit_known
end

-- What a bare number counts in: so many of a base unit. Where a kernel counts something ("elements"), plain numbers.
local function counts_in(printed)
  local scale, base = table.unpack(unit.written[printed] or { 1, printed })
  return scale, unit.known(base) and base or "1"
end

---Reads a number. Its unit may be left out; another one than that of the field is refused.
---@param text string
---@param printed string the unit beside the field, in which a bare number counts: "B", "GFLOP/s"
---@param names memwall.TypedNames
---@return number? value in the base unit
---@return memwall.Mistake? problem
---@return boolean? named the text writes its unit
function M.number(text, printed, names)
  local tree, behind, mistake = parse(text)
  if not tree then return nil, mistake end
  local found, value, _
  found, _, mistake = expr.units(tree, names.of)
  if not found then return nil, mistake end
  local scale, wanted = counts_in(printed)
  local factor, written, known = 1, says_unit(tree, names.of, printed)
  if behind then
    if not unit.is_free(found) then return nil, { key = "two_units", unit.name(found), behind } end
    factor, found = unit.written[behind][1], unit.dimension[unit.written[behind][2]]
  elseif not known then
    factor = scale
  end
  if not unit.is_free(found) and not unit.same(found, unit.dimension[wanted]) then
    if wanted == "1" then return nil, { key = "no_unit", behind or unit.name(found) } end
    return nil, { key = "other_unit", wanted, unit.name(found) }
  end
  value, _, mistake = expr.eval(tree, names)
  if value == nil then return nil, mistake end
  if type(value) ~= "number" then return nil, { key = "not_a_number" } end
  value = value * factor
  if value ~= value or math.abs(value) == math.huge then return nil, { key = "formula_not_finite" } end
  return value, nil, written or behind ~= nil
end

---A number as the text that it would be typed as.
---@param given any
---@return any
function M.as_text(given)
  return type(given) == "number" and ("%.15g"):format(given) or given
end

---@param value number
---@param low number
---@param high number
---@return boolean
function M.outside(value, low, high)
  return value < low - ROUNDED * math.abs(low) or value > high + ROUNDED * math.abs(high)
end

-- A range as it is printed beside its field.
local function range_of(low, high, base)
  return unit.format(low, base, 4), unit.format(high, base, 4)
end

-- Work, time and rates are above zero, and so is a plain number whose truth is.
local function must_be_positive(field, base)
  if not field.tree then return false end
  local truth = expr.eval(field.tree, base)
  return field.unit ~= "1" or type(truth) == "number" and truth > 0
end

---Reads the answer of a number field, which may have a range.
---@param given any
---@param field table
---@param names memwall.TypedNames
---@param taken boolean? it was taken already when it was given: it may lie anywhere
---@return any value as it was typed
---@return memwall.Mistake? problem
---@return number? number what that is
function M.answer(given, field, names, taken)
  local text = M.as_text(given)
  if type(text) ~= "string" or text:match "^%s*$" then return text, { key = "empty" } end
  local number, problem = M.number(text, field.unit, names)
  if not number or taken then return text, problem, number end
  if field.low and M.outside(number, field.low, field.high) then
    problem = { key = "range", range_of(field.low, field.high, field.unit) }
  elseif number <= 0 and must_be_positive(field, names.base) then
    problem = { key = "above_zero" }
  end
  return text, problem, number
end

---Reads a text in the student's own words.
---@param given any
---@param field table
---@return string text
---@return memwall.Mistake? problem
function M.text(given, field)
  local text = type(given) == "string" and given or ""
  return text, judge.words(text) < field.min_words and { key = "few_words", field.min_words } or nil
end

-- The two parts of a text that is cut at `mark` outside parentheses; the first pair that reads as two numbers.
local function cut(text, mark)
  local depth, cuts = 0, {}
  for at, char in text:gmatch "()(.)" do
    depth = depth + (char == "(" and 1 or char == ")" and -1 or 0)
    if char == mark and depth == 0 then cuts[#cuts + 1] = at end
  end
  if #cuts > MOST_CUTS then return nil end
  for _, at in ipairs(cuts) do
    local x, y = text:sub(1, at - 1), text:sub(at + 1)
    if parse(x) and parse(y) and not unit.written[y] then return x, y end -- "8 GB/s" is one number
  end
  if #cuts == 1 and mark == "," then -- two parts, though not both can be read: that is said of the part
    local x, y = text:sub(1, cuts[1] - 1), text:sub(cuts[1] + 1)
    if x:find "%S" and y:find "%S" then return x, y end
  end
end

-- "0.5, 8 GFLOP/s", "0.5 8"
local function two(text)
  if #text > lexer.MAX_LENGTH then return nil end
  text = lexer.normalise(text):gsub("%s+", " "):match "^ ?(.-) ?$"
  local x, y = cut(text, ",")
  if x then return x, y end
  return cut(text, " ")
end

---The axes of a place: in which units a bare number counts, and from where to where it may lie, in base units.
---@class memwall.PlaceAxes
---@field x { unit: string, low: number, high: number }
---@field y { unit: string, low: number, high: number }

---Reads a place: a text "x, y", a list of x and y, or { x = …, y = … }, the mark that keys moved. In such a table older
---programs kept typed texts, whose bare numbers counted in base units.
---@param given any
---@param axes memwall.PlaceAxes
---@param names memwall.TypedNames
---@param taken boolean? it was taken already when it was given: it may lie anywhere
---@return { x: number, y: number }? place
---@return memwall.Mistake? problem
function M.place(given, axes, names, taken)
  local typed = {}
  if type(given) == "string" then
    if not given:find "%S" then return nil, { key = "no_place" } end
    typed.x, typed.y = two(given)
    if not typed.x then return nil, { key = "no_pair", axes.x.unit, axes.y.unit } end
  elseif type(given) == "table" then
    typed = { x = given.x or given[1], y = given.y or given[2] }
  end
  local place = {}
  for _, name in ipairs { "x", "y" } do
    local axis, value = axes[name], typed[name]
    local base = unit.written[axis.unit][2]
    if type(value) == "string" then
      local problem
      value, problem = M.number(value, type(given) == "table" and given.x and base or axis.unit, names)
      if problem then return nil, problem end
    end
    if type(value) ~= "number" then return nil, { key = "no_place" } end
    if not taken and M.outside(value, axis.low, axis.high) then
      return nil, { key = "place_range", unit.format(value, base, 4), range_of(axis.low, axis.high, base) }
    end
    place[name] = value + 0.0
  end
  return place
end

-- The id of one option, given by it or by its number in the list.
local function option_of(field, text)
  for i, option in ipairs(field.options) do
    if text == option.id or text == tostring(i) then return option.id end
  end
  return nil, { key = "no_such_option", text, #field.options }
end

---Reads a choice, or several: ids or numbers of the options, as a list or in one text.
---@param given any
---@param field table
---@param many? boolean several may be right
---@return string|string[]|nil chosen an id, or a list where several may be right
---@return memwall.Mistake? problem
function M.options(given, field, many)
  local list = {}
  for _, one in ipairs(type(given) == "table" and given or { given }) do
    local text = M.as_text(one)
    if type(text) ~= "string" then return nil, { key = "no_option" } end
    for word in lexer.normalise(text):gmatch "[^%s,]+" do list[#list + 1] = word end
  end
  if #list == 0 or #list > 1 and not many then return nil, { key = "no_option" } end
  local ids = {}
  for i, word in ipairs(list) do
    local id, problem = option_of(field, word)
    if not id then return nil, problem end
    ids[i] = id
  end
  return many and ids or ids[1]
end

---Reads the value of a control: one of those that it offers.
---@param given any
---@param control table
---@param printed string the unit beside it
---@param names memwall.TypedNames
---@return number|string|nil value
---@return memwall.Mistake? problem
function M.control(given, control, printed, names)
  local wanted, scale = given, 1
  if type(given) == "string" and not control.words then
    local problem
    wanted, problem = M.number(given, printed, names)
    if problem then return nil, problem end
    scale = counts_in(printed) -- as the values are offered, too
  end
  for _, one in ipairs(control.values) do
    if one == wanted or type(one) == "number" and one * scale == wanted then return one end
  end
  local offered = {}
  for i, one in ipairs(control.values) do offered[i] = type(one) == "number" and unit.format(one, "1", 15) or one end
  local shown = M.as_text(given)
  return nil, { key = "not_offered", type(shown) == "string" and shown or "–", table.concat(offered, ", ") }
end

return M
