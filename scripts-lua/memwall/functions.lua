-- functions.lua: the functions of formulas: how many values each takes, and what it gives.

local lexer = require "memwall.lexer"

local M = {}

---@class memwall.Function
---@field least integer values
---@field most integer values
---@field of? fun(...: number): number
---@field chooses? true if(condition, one, other): only what is chosen is worked out
---@field counts? true sum(i, from, to, term): `i` is a name in the term

local function whole_of(name, value)
  local whole = math.tointeger(value)
  if not whole or math.abs(value) > 2 ^ 53 then lexer.fail("formula_whole", name, ("%.6g"):format(value)) end
  return math.abs(whole)
end

local function gcd(first, ...)
  local result = whole_of("gcd", first)
  for _, value in ipairs { ... } do
    local other = whole_of("gcd", value)
    while other ~= 0 do result, other = other, result % other end
  end
  return result + 0.0
end

---@type table<string, memwall.Function>
M.all = {
  abs = { least = 1, most = 1, of = math.abs },
  ceil = { least = 1, most = 1, of = function(x) return math.ceil(x) + 0.0 end },
  floor = { least = 1, most = 1, of = function(x) return math.floor(x) + 0.0 end },
  gcd = { least = 2, most = 8, of = gcd },
  ["if"] = { least = 3, most = 3, chooses = true },
  log2 = { least = 1, most = 1, of = function(x) return math.log(x, 2) end },
  max = { least = 1, most = 8, of = math.max },
  min = { least = 1, most = 8, of = math.min },
  sqrt = { least = 1, most = 1, of = math.sqrt },
  sum = { least = 4, most = 4, counts = true },
}

local names = {}
for name in pairs(M.all) do names[#names + 1] = name end
table.sort(names)

---Their names, for whoever typed another one.
M.names = table.concat(names, ", ")

return M
