-- expr.lua: the one small expression language, of labs and of students.
--
--   numbers      4   6.7e7   64 MiB   12 GB/s   2.1 GFLOP   20 ms   268M
--   operators    + - * / ^   ( )   and  or  not   < <= > >= == ~=
--   functions    min max sqrt log2 ceil floor abs
--   names        n   W   machine.read(W)   seconds[1]   answer.knee.batch
--   findings     first batch where seconds > 1.25*seconds[1]      (last … where …)
--
-- A formula is parsed once into a small tree; `eval`, `units`, `names` and `show` walk that tree.
-- Length and depth are limited, and there are no loops: no input can hang or overflow. A mistake is
-- returned as nil, its text in English, and as what words.lua says in the student's language.

local lexer = require "memwall.lexer"
local unit = require "memwall.unit"
local words = require "memwall.words"

local fail = lexer.fail

local M = {}

M.MAX_DEPTH = 48 -- nested parentheses, powers and signs

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

local FUNCTIONS = {
  min = { 1, 8, math.min }, max = { 1, 8, math.max },
  sqrt = { 1, 1, math.sqrt }, abs = { 1, 1, math.abs },
  ceil = { 1, 1, function(x) return math.ceil(x) + 0.0 end },
  floor = { 1, 1, function(x) return math.floor(x) + 0.0 end },
  log2 = { 1, 1, function(x) return math.log(x, 2) end },
}

local PRECEDENCE = {
  ["or"] = 1, ["and"] = 2, ["<"] = 3, ["<="] = 3, [">"] = 3, [">="] = 3, ["=="] = 3, ["~="] = 3,
  ["+"] = 4, ["-"] = 4, ["*"] = 5, ["/"] = 5,
}

local parse_binary -- forward

local function described(token)
  if token.kind == "end" then return { key = "formula_end" } end
  return "'" .. tostring(token.text or token.value or token.kind) .. "'"
end

local function expect(state, kind)
  local token = state.tokens[state.at]
  if token.kind ~= kind then
    fail("formula_expected", kind, described(token))
  end
  state.at = state.at + 1
  return token
end

local function parse_list(state, depth, close)
  local list = {}
  if state.tokens[state.at].kind ~= close then
    repeat
      list[#list + 1] = parse_binary(state, depth + 1, 1)
      local more = state.tokens[state.at].kind == ","
      if more then state.at = state.at + 1 end
    until not more
  end
  expect(state, close)
  return list
end

local function parse_name(state, depth, token)
  local node = { op = "name", name = token.value }
  if state.tokens[state.at].kind == "(" then
    state.at = state.at + 1
    node.args = parse_list(state, depth, ")")
    local known = FUNCTIONS[token.value]
    if known then
      node.op = "call"
      if #node.args < known[1] or #node.args > known[2] then
        if known[1] == known[2] then fail("formula_one_value", token.value, #node.args) end
        fail("formula_some_values", token.value, known[1], known[2], #node.args)
      end
    elseif not token.value:find(".", 1, true) then
      fail("formula_no_function", token.value)
    end
  elseif FUNCTIONS[token.value] then
    fail("formula_is_function", token.value)
  end
  if state.tokens[state.at].kind == "[" then
    state.at = state.at + 1
    node = { op = "index", name = token.value, index = parse_binary(state, depth + 1, 1) }
    expect(state, "]")
  end
  return node
end

local function parse_primary(state, depth)
  local token = state.tokens[state.at]
  state.at = state.at + 1
  if token.kind == "number" then
    return { op = "number", value = token.value, unit = token.unit, text = token.text }
  elseif token.kind == "name" then
    return parse_name(state, depth, token)
  elseif token.kind == "(" then
    local node = parse_binary(state, depth + 1, 1)
    expect(state, ")")
    return { op = "group", node }
  end
  fail("formula_no_value", described(token))
end

-- Signs bind looser than powers: -2^2 is -4. Powers group to the right.
local function parse_unary(state, depth)
  if depth > M.MAX_DEPTH then fail "formula_deep" end
  local kind = state.tokens[state.at].kind
  if kind == "-" or kind == "+" then
    state.at = state.at + 1
    local node = parse_unary(state, depth + 1)
    return kind == "-" and { op = "negative", node } or node
  end
  local base = parse_primary(state, depth)
  if state.tokens[state.at].kind == "^" then
    state.at = state.at + 1
    return { op = "^", base, parse_unary(state, depth + 1) }
  end
  return base
end

function parse_binary(state, depth, least)
  if depth > M.MAX_DEPTH then fail "formula_deep" end
  local left
  if state.tokens[state.at].kind == "not" then
    state.at = state.at + 1
    left = { op = "not", parse_binary(state, depth + 1, 3) }
  else
    left = parse_unary(state, depth)
  end
  while true do
    local op = state.tokens[state.at].kind
    local strength = PRECEDENCE[op]
    if not strength or strength < least then return left end
    state.at = state.at + 1
    left = { op = op, left, parse_binary(state, depth + 1, strength + 1) }
  end
end

local function parse(text)
  local state = { tokens = lexer.tokens(text), at = 1 }
  local first = state.tokens[1].kind
  local node
  if first == "end" then
    fail "formula_empty"
  elseif first == "first" or first == "last" then
    state.at = 2
    local name = expect(state, "name").value
    expect(state, "where")
    node = { op = first, name = name, parse_binary(state, 1, 1) }
  else
    node = parse_binary(state, 1, 1)
  end
  local token = state.tokens[state.at]
  if token.kind == "name" then
    fail("formula_name", described(token))
  elseif token.kind == "number" or token.kind == "(" then
    fail("formula_product", described(token))
  elseif token.kind ~= "end" then
    fail("formula_unexpected", described(token))
  end
  return node
end

---Parses a formula.
---@param text string
---@return memwall.Node? tree
---@return string? problem in English
---@return memwall.Mistake? mistake
function M.parse(text)
  return guard(parse, text)
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

local EVALUATE = {
  number = function(node) return node.value end,
  group = function(node, scope) return eval(node[1], scope) end,
  negative = function(node, scope) return -number_of(node[1], scope) end,
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
    return FUNCTIONS[node.name][3](table.unpack(args))
  end,
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
  return guard(evaluate, node, scope)
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
  if node.op == "not" then return "not " .. M.show(node[1], substitute) end
  if node.op == "first" or node.op == "last" then
    return ("%s %s where %s"):format(node.op, node.name, M.show(node[1], substitute))
  end
  return M.show(node[1], substitute) .. (SHOWN[node.op] or " " .. node.op .. " ") .. M.show(node[2], substitute)
end

return M
