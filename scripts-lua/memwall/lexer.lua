-- lexer.lua: from the text of a formula to its tokens, however the keyboard spells them.

local unit = require "memwall.unit"

local M = {}

M.MAX_LENGTH = 1000 -- bytes of a formula
M.MAX_TOKENS = 400

-- What people type on other keyboards, as the language spells it.
local SPELLINGS = {
  { "×", "*" }, { "·", "*" }, { "⋅", "*" }, { "∗", "*" }, { "÷", "/" }, { "−", "-" }, { "–", "-" },
  { "²", "^2" }, { "³", "^3" }, { "√", "sqrt" }, { "≤", "<=" }, { "≥", ">=" }, { "≠", "~=" },
  { "µ", "u" }, { "μ", "u" }, { "\u{A0}", " " }, { "\u{202F}", " " }, { "\u{2009}", " " },
  { "\u{3000}", " " }, { "，", "," }, { "。", "." }, { "％", "%%" },
}

---Spells an input in ASCII: full-width forms, × and ², thin spaces.
---@param text string
---@return string
function M.normalise(text)
  for _, pair in ipairs(SPELLINGS) do
    text = text:gsub(pair[1], pair[2])
  end
  -- Full-width ASCII U+FF01 … U+FF5E, as Chinese input methods give it.
  return (text:gsub("\u{FF01}", "!"):gsub("[\xEF][\xBC\xBD][\x80-\xBF]", function(wide)
    local code = utf8.codepoint(wide)
    if code >= 0xFF01 and code <= 0xFF5E then return string.char(code - 0xFEE0) end
  end))
end

---Digits in groups: "268 435 456" and "268,435,456" are one number.
---@param text string
---@return string
local function join_groups(text)
  local head, tail = text:match "^%s*(%d%d?%d?[ ,]%d%d%d[%d ,]*)(.*)$"
  if not head then return text end
  local digits, rest = head:match "^(%d+[ ,]%d%d%d)(.*)$"
  local separator = digits:match "[ ,]"
  while rest:match("^" .. separator .. "%d%d%d") do
    digits, rest = digits .. rest:sub(1, 4), rest:sub(5)
  end
  if rest:match "^%d" then return text end
  return (digits:gsub("[ ,]", "")) .. rest .. tail
end

---A mistake: a key of words.lua with its figures, or a text.
---@class memwall.Mistake
---@field key? string
---@field text? string

---Raises a mistake in a formula; expr.lua turns it into nil and its text.
---@param key string of words.lua
---@param ... string|number|memwall.Mistake its figures
function M.fail(key, ...)
  error({ expression = { key = key, ... } }, 0)
end

local fail = M.fail

-- The unit behind a number, longest first: "GB/s" before "GB".
local function read_unit(text, at)
  local spaces, word = text:match("^( *)([%a$]+/[%a]+)", at)
  if not (word and unit.written[word]) then
    spaces, word = text:match("^( *)([%a$]+)", at)
  end
  if not word then spaces, word = text:match("^( *)(%%)", at) end
  local known = word and unit.written[word]
  if not known then return nil, at end
  local after = at + #spaces + #word
  if text:match("^[%w_]", after) then return nil, at end
  return known, after
end

local function read_number(text, at)
  local digits = text:match("^%d+%.?%d*", at) or text:match("^%.%d+", at)
  local after = at + #digits
  local exponent = text:match("^[eE][+-]?%d+", after)
  if exponent then
    digits, after = digits .. exponent, after + #exponent
  end
  local value = tonumber(digits)
  if not value then fail("formula_no_number", digits) end
  local known, stop = read_unit(text, after)
  local token = { kind = "number", value = value + 0.0, text = text:sub(at, stop - 1), at = at }
  if known then
    token.value, token.unit = token.value * known[1], known[2]
  elseif text:match("^[%a_]", after) then
    fail("formula_behind_number", text:match("^[%w_/]+", after), digits)
  end
  return token, stop
end

local WORDS = { ["and"] = true, ["or"] = true, ["not"] = true, first = true, last = true, where = true }

---@class memwall.Token
---@field kind string "number", "name", an operator, a word of the language, or "end"
---@field at integer
---@field value? number|string
---@field unit? string of a number
---@field text? string of a number, as written

---@param text string
---@return memwall.Token[]
function M.tokens(text)
  if #text > M.MAX_LENGTH then fail("formula_bytes", M.MAX_LENGTH) end
  text = join_groups(M.normalise(text))
  local tokens, at = {}, 1
  while true do
    at = text:match("^%s*()", at)
    if at > #text then break end
    if #tokens >= M.MAX_TOKENS then fail "formula_long" end
    local token
    if text:match("^%.?%d", at) then
      token, at = read_number(text, at)
    elseif text:match("^[%a_]", at) then
      local name = text:match("^[%a_][%w_]*", at)
      while text:match("^%.[%a_]", at + #name) do
        name = name .. text:match("^%.[%a_][%w_]*", at + #name)
      end
      token = { kind = WORDS[name] and name or "name", value = name, at = at }
      at = at + #name
    else
      local symbol = text:match("^[<>=~!]=", at) or text:match("^%*%*", at) or text:match("^[-+*/^()%[%],<>=]", at)
      if not symbol then
        fail("formula_no_meaning", text:match("^" .. utf8.charpattern, at) or "?")
      end
      token = { kind = symbol, at = at }
      at = at + #symbol
      if symbol == "**" then token.kind = "^" end
      if symbol == "!=" then token.kind = "~=" end
      if symbol == "=" then token.kind = "==" end
    end
    tokens[#tokens + 1] = token
  end
  tokens[#tokens + 1] = { kind = "end", at = #text + 1 }
  return tokens
end

return M
