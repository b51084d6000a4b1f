-- parser.lua: from the text of a formula to its tree; expr.lua works it out.

local functions = require "memwall.functions"
local lexer = require "memwall.lexer"

local fail = lexer.fail

local M = {}

M.MAX_DEPTH = 48 -- nested parentheses, powers and signs

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

local function count_values(name, known, count)
  if count >= known.least and count <= known.most then return end
  if known.most == 1 then fail("formula_one_value", name, count) end
  if known.least == known.most then fail("formula_values", name, known.most, count) end
  fail("formula_some_values", name, known.least, known.most, count)
end

-- How many parts a tree has.
local function size(node)
  local count = 1
  for _, part in ipairs(node) do count = count + size(part) end
  for _, part in ipairs(node.args or {}) do count = count + size(part) end
  return count
end

-- "sum(i, 1, n, i^2)": its first value is the name that its last one counts by.
local function parse_sum(state, depth)
  local name = state.tokens[state.at]
  if name.kind ~= "name" or name.value:find(".", 1, true) or functions.all[name.value] then fail "formula_sum_name" end
  state.at = state.at + 1
  expect(state, ",")
  local from = parse_binary(state, depth + 1, 1)
  expect(state, ",")
  local to = parse_binary(state, depth + 1, 1)
  expect(state, ",")
  local outer = state.counted[name.value]
  state.counted[name.value] = true
  local term = parse_binary(state, depth + 1, 1)
  state.counted[name.value] = outer
  expect(state, ")")
  return { op = "sum", variable = name.value, from, to, term, weight = math.ceil(size(term) / 4) }
end

local function parse_call(state, depth, name)
  local known = functions.all[name]
  if not known then
    if not name:find(".", 1, true) then fail("formula_no_function", name, functions.names) end
    return { op = "name", name = name, args = parse_list(state, depth, ")") }
  end
  if known.counts then return parse_sum(state, depth) end
  local args = parse_list(state, depth, ")")
  count_values(name, known, #args)
  if known.chooses then return { op = "if", table.unpack(args) } end
  return { op = "call", name = name, args = args }
end

local function parse_name(state, depth, token)
  local node
  if state.tokens[state.at].kind == "(" then
    state.at = state.at + 1
    node = parse_call(state, depth, token.value)
  elseif functions.all[token.value] then
    fail("formula_is_function", token.value)
  elseif state.counted[token.value] then
    node = { op = "counted", variable = token.value }
  else
    node = { op = "name", name = token.value }
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

---Parses a formula; a mistake is raised, see lexer.fail.
---@param text string
---@return memwall.Node
function M.parse(text)
  local state = { tokens = lexer.tokens(text), at = 1, counted = {} }
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

return M
