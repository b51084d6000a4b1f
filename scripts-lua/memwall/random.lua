-- random.lua: numbers that look random and are the same everywhere (splitmix64).

local native = require "memwall.native"

---@class memwall.Random
local Random = {}
Random.__index = Random

---@param seed integer|string
---@return memwall.Random
local function new(seed)
  local state = type(seed) == "string" and native.hash(seed) or math.tointeger(seed)
  if not state then error("mw.random(seed): the seed is a whole number or a text", 2) end
  return setmetatable({ state = state }, Random)
end

---The next 64 random bits.
---@return integer
function Random:bits()
  self.state = self.state + 0x9E3779B97F4A7C15
  local z = self.state
  z = (z ~ (z >> 30)) * 0xBF58476D1CE4E5B9
  z = (z ~ (z >> 27)) * 0x94D049BB133111EB
  return z ~ (z >> 31)
end

---A whole number in low … high.
---@param low integer
---@param high integer
---@return integer
function Random:integer(low, high)
  -- The top 53 bits scaled: the bias is below 2^-40 for ranges that labs use.
  return low + math.floor(self:real() * (high - low + 1))
end

---A number in [0, 1).
---@return number
function Random:real()
  return (self:bits() >> 11) * 2.0 ^ -53
end

---One of a list.
---@generic T
---@param list T[]
---@return T
function Random:choice(list)
  return list[self:integer(1, #list)]
end

return new
