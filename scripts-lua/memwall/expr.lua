-- expr.lua: the one small expression language, of labs and of students.
--
--   numbers      4   6.7e7   64 MiB   12 GB/s   2.1 GFLOP   20 ms   268M
--   operators    + - * / ^   ( )   and  or  not   < <= > >= == ~=
--   functions    min max sqrt log2 ceil floor abs gcd      if(n > 64, 2, 1)      sum(i, 1, n, i^2)
--   names        n   W   machine.read(W)   seconds[1]   answer.knee.batch
--   findings     first batch where seconds > 1.25*seconds[1]      (last … where …)
--
-- A formula is parsed once into a small tree; `eval`, `units`, `names` and `show` walk that tree.
-- Length, depth and the terms of sums are limited, and there are no other loops: no input can hang or overflow. A
-- mistake is returned as nil, its text in English, and as what words.lua says in the student's language.

local functions = require "memwall.functions"
local lexer = require "memwall.lexer"
local parser = require "memwall.parser"
local unit = require "memwall.unit"
local words = require "memwall.words"

local fail = lexer.fail

local M = {}

---So many terms a formula may sum, those of sums in sums, too; one of more than four parts counts as several.
M.MAX_TERMS = 1000000

---The same of one that was typed.
M.MAX_TYPED_TERMS = 100000

---@alias memwall.Node table { op = …, … }: see `parse`

-- Calls f and turns an error of this module into nil, text, mistake; others pass through.
local function guard(f, ...)
  local ok, result = pcall(f, ...)
  if ok then return result end
  local mistake = type(result) == "table" and result.expression
  if not mistake then error(result, 0) end
  return nil, words.english(mistake), mistake
end

-- What a scope says, which has words of its own.
local function pass_on(problem)
  error({ expression = type(problem) == "table" and problem or { text = problem } }, 0)
end

---Parses a formula.
---@param text string
---@return memwall.Node? tree
---@return string? problem in English
---@return memwall.Mistake? mistake
function M.parse(text)
  return guard(parser.parse, text)
end

local CONDITIONS = {
  ["and"] = true, ["or"] = true, ["not"] = true, ["<"] = true, ["<="] = true, [">"] = true, [">="] = true,
  ["=="] = true, ["~="] = true,
}

---True when a tree gives a truth instead of a number.
---@param node memwall.Node
---@return boolean
function M.is_condition(node)
  if node.op == "group" then return M.is_condition(node[1]) end
  if node.op == "if" then return M.is_condition(node[2]) end
  return CONDITIONS[node.op] or false
end

---@class memwall.Scope
---@field value fun(self, name: string, args: any[]?): number|boolean|string|nil, string|memwall.Mistake|nil
---@field at? fun(self, name: string, index: integer): number?, string?
---@field find? fun(self, which: string, name: string, condition: memwall.Node): number?, string?

local eval -- forward

local function number_of(node, scope)
  local value = eval(node, scope)
  if type(value) ~= "number" then fail "formula_number_needed" end
  return value
end

local ARITHMETIC = {
  ["+"] = function(a, b) return a + b end,
  ["-"] = function(a, b) return a - b end,
  ["*"] = function(a, b) return a * b end,
  ["/"] = function(a, b)
    if b == 0 then fail "formula_by_zero" end
    return a / b
  end,
  ["^"] = function(a, b) return a ^ b end,
  ["<"] = function(a, b) return a < b end,
  ["<="] = function(a, b) return a <= b end,
  [">"] = function(a, b) return a > b end,
  [">="] = function(a, b) return a >= b end,
  ["=="] = function(a, b) return a == b end,
  ["~="] = function(a, b) return a ~= b end,
}

local function truth_of(node, scope)
  local value = eval(node, scope)
  if type(value) ~= "boolean" then fail "formula_condition_needed" end
  return value
end

local function looked_up(value, problem, name)
  if value == nil then
    if problem then pass_on(problem) end
    fail("formula_unknown", name)
  end
  if type(value) == "number" then return value + 0.0 end
  return value
end

-- How many terms the present formula has summed, and how many it may.
local terms, most_terms = 0, M.MAX_TERMS

local function count_terms(count)
  terms = terms + count
  if terms > most_terms then fail("formula_terms", unit.grouped(most_terms)) end
end

local function whole(node, scope)
  local value = number_of(node, scope)
  if value ~= math.floor(value) or math.abs(value) >= 2 ^ 53 then fail("formula_sum_whole", ("%.6g"):format(value)) end
  return value
end

local function sum_of(node, scope)
  local from, to = whole(node[1], scope), whole(node[2], scope)
  count_terms(math.max(0, to - from + 1) * node.weight)
  local counted = setmetatable({}, { __index = scope.counted })
  local inner, total = setmetatable({ counted = counted }, { __index = scope }), 0.0
  for i = from, to do
    counted[node.variable] = i
    total = total + number_of(node[3], inner)
  end
  return total
end

local EVALUATE = {
  number = function(node) return node.value end,
  group = function(node, scope) return eval(node[1], scope) end,
  negative = function(node, scope) return -number_of(node[1], scope) end,
  counted = function(node, scope) return scope.counted[node.variable] end,
  name = function(node, scope)
    local args
    if node.args then
      args = {}
      for i, argument in ipairs(node.args) do args[i] = number_of(argument, scope) end
    end
    local value, problem = scope:value(node.name, args)
    return looked_up(value, problem, node.name)
  end,
  index = function(node, scope)
    if not scope.at then fail("formula_index", node.name) end
    local value, problem = scope:at(node.name, math.floor(number_of(node.index, scope)))
    return looked_up(value, problem, node.name)
  end,
  call = function(node, scope)
    local args = {}
    for i, argument in ipairs(node.args) do args[i] = number_of(argument, scope) end
    return functions.all[node.name].of(table.unpack(args))
  end,
  ["if"] = function(node, scope) return eval(node[truth_of(node[1], scope) and 2 or 3], scope) end,
  sum = sum_of,
  ["not"] = function(node, scope) return not truth_of(node[1], scope) end,
  ["and"] = function(node, scope) return truth_of(node[1], scope) and truth_of(node[2], scope) end,
  ["or"] = function(node, scope) return truth_of(node[1], scope) or truth_of(node[2], scope) end,
}
local function find(node, scope)
  if not scope.find then fail("formula_where", node.op) end
  local value, problem = scope:find(node.op, node.name, node[1])
  return looked_up(value, problem, node.name)
end
EVALUATE.first, EVALUATE.last = find, find

function eval(node, scope)
  local handler = EVALUATE[node.op]
  if handler then return handler(node, scope) end
  return ARITHMETIC[node.op](number_of(node[1], scope), number_of(node[2], scope))
end

local function evaluate(node, scope)
  local value = eval(node, scope)
  if type(value) == "number" and (value ~= value or value == math.huge or value == -math.huge) then
    fail "formula_not_finite"
  end
  return value
end

---Evaluates a tree. A number, a condition's truth, or a text that a name stands for.
---@param node memwall.Node
---@param scope memwall.Scope
---@return number|boolean|string|nil value
---@return string? problem in English
---@return memwall.Mistake? mistake
function M.eval(node, scope)
  local outer, most_outer = terms, most_terms -- of the formula that names this one
  terms, most_terms = 0, scope.typed and M.MAX_TYPED_TERMS or M.MAX_TERMS
  local ok, value, problem, mistake = pcall(guard, evaluate, node, scope)
  terms, most_terms = outer, most_outer
  if not ok then error(value, 0) end
  return value, problem, mistake
end

local units -- forward

local function agree(a, b, key, ...)
  if unit.is_free(a) then return b end
  if not unit.is_free(b) and not unit.same(a, b) then fail(key, unit.name(a), unit.name(b), ...) end
  return a
end

-- A product with a plain number may have any unit: 2*n*n counts bytes as well as operations.
local function product(a, b, sign)
  if unit.is_free(a) or unit.is_free(b) then return unit.FREE end
  return unit.combine(a, b, sign)
end

local UNITS = {
  number = function(node) return node.unit and unit.dimension[node.unit] or unit.FREE end,
  group = function(node, of) return units(node[1], of) end,
  negative = function(node, of) return units(node[1], of) end,
  name = function(node, of)
    local args = {}
    for i, argument in ipairs(node.args or {}) do args[i] = units(argument, of) end
    local d, problem = of(node.name, args)
    if problem then pass_on(problem) end
    return d or unit.FREE
  end,
  index = function(node, of) return of(node.name, {}) or unit.FREE end,
  call = function(node, of)
    local d = unit.FREE
    for _, argument in ipairs(node.args) do
      d = agree(d, units(argument, of), "units_function", node.name)
    end
    if node.name == "sqrt" then return unit.power(d, 0.5) end
    if node.name == "log2" then return unit.FREE end
    return d
  end,
  counted = function() return unit.FREE end,
  ["if"] = function(node, of)
    units(node[1], of)
    return agree(units(node[2], of), units(node[3], of), "units_function", "if")
  end,
  sum = function(node, of)
    for i = 1, 2 do
      local d = units(node[i], of)
      if not unit.is_free(d) then fail("units_sum_bounds", unit.name(d)) end
    end
    return units(node[3], of)
  end,
  ["+"] = function(node, of) return agree(units(node[1], of), units(node[2], of), "units_sum") end,
  ["-"] = function(node, of) return agree(units(node[1], of), units(node[2], of), "units_difference") end,
  ["*"] = function(node, of) return product(units(node[1], of), units(node[2], of), 1) end,
  ["/"] = function(node, of) return product(units(node[1], of), units(node[2], of), -1) end,
  ["^"] = function(node, of)
    local base, exponent = units(node[1], of), node[2]
    units(exponent, of)
    if unit.is_free(base) or exponent.op ~= "number" then return unit.FREE end
    return unit.power(base, exponent.value)
  end,
  first = function(node, of) units(node[1], of) return of(node.name, {}) or unit.FREE end,
}
UNITS.last = UNITS.first

function units(node, of)
  local handler = UNITS[node.op]
  if handler then return handler(node, of) end
  for _, part in ipairs(node) do units(part, of) end -- comparisons and conditions
  if #node == 2 and node.op ~= "and" and node.op ~= "or" then
    agree(units(node[1], of), units(node[2], of), "units_comparison")
  end
  return unit.FREE
end

---The dimension of a formula; `of` gives that of a name. A contradiction is nil and its text.
---@param node memwall.Node
---@param of fun(name: string, args: memwall.Dimension[]): memwall.Dimension?, string?
---@return memwall.Dimension? dimension
---@return string? problem in English
---@return memwall.Mistake? mistake
function M.units(node, of)
  return guard(units, node, of)
end

---Calls `visit` for a tree and every part of it.
---@param node memwall.Node
---@param visit fun(node: memwall.Node)
function M.each(node, visit)
  visit(node)
  for _, part in ipairs(node) do M.each(part, visit) end
  for _, part in ipairs(node.args or {}) do M.each(part, visit) end
  if node.index then M.each(node.index, visit) end
end

---Calls `visit` for every name in a tree.
---@param node memwall.Node
---@param visit fun(name: string)
function M.names(node, visit)
  M.each(node, function(part)
    if part.name and part.op ~= "call" then visit(part.name) end
  end)
end

local SHOWN = { ["*"] = " × ", ["/"] = " / ", ["+"] = " + ", ["-"] = " − ", ["^"] = "^" }

---Writes a tree for people; `substitute(name)` may give the text that stands for a name.
---@param node memwall.Node
---@param substitute? fun(name: string, node: memwall.Node): string?
---@return string
function M.show(node, substitute)
  if node.op == "number" then return node.text end
  if node.op == "group" then return "(" .. M.show(node[1], substitute) .. ")" end
  if node.op == "negative" then return "−" .. M.show(node[1], substitute) end
  if node.op == "name" or node.op == "call" or node.op == "index" then
    local text = node.op == "name" and substitute and substitute(node.name, node)
    if text then return text end
    if node.index then return ("%s[%s]"):format(node.name, M.show(node.index, substitute)) end
    if not node.args then return node.name end
    local args = {}
    for i, argument in ipairs(node.args) do args[i] = M.show(argument, substitute) end
    return node.name .. "(" .. table.concat(args, ", ") .. ")"
  end
  if node.op == "counted" then return node.variable end
  if node.op == "if" or node.op == "sum" then
    local parts = { node.variable }
    for _, part in ipairs(node) do parts[#parts + 1] = M.show(part, substitute) end
    return node.op .. "(" .. table.concat(parts, ", ") .. ")"
  end
  if node.op == "not" then return "not " .. M.show(node[1], substitute) end
  if node.op == "first" or node.op == "last" then
    return ("%s %s where %s"):format(node.op, node.name, M.show(node[1], substitute))
  end
  return M.show(node[1], substitute) .. (SHOWN[node.op] or " " .. node.op .. " ") .. M.show(node[2], substitute)
end

return M
