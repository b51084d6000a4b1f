-- unit.lua: the units a formula can carry, and how numbers are written for people.

local native = require "memwall.native"

local M = {}

---A dimension: exponents other than 0 of what units are made of (kernels/model/units.def). `M.FREE` is that of a plain
---number, which may stand for any unit: `4*n*n` is as good a byte count as an operation count.
---@alias memwall.Dimension table<string, number>

---@type memwall.Dimension
M.FREE = {}

-- The dimension with the exponents that `of` gives.
local function dimension(of)
  local result = M.FREE
  for _, base in ipairs(native.bases) do
    local exponent = of(base)
    if exponent and exponent ~= 0 then
      if result == M.FREE then result = {} end
      result[base] = exponent
    end
  end
  return result
end

---The dimension of every unit that a number can have, by the name it has in JSON.
---@type table<string, memwall.Dimension>
M.dimension = {}
for _, row in ipairs(native.units) do
  M.dimension[row.name] = dimension(function(base) return row.bases[base] end)
end

---@param d memwall.Dimension
---@return boolean
function M.is_free(d)
  return d == M.FREE
end

---@param a memwall.Dimension
---@param b memwall.Dimension
---@return boolean
function M.same(a, b)
  if a == b then return true end
  for _, base in ipairs(native.bases) do
    if a[base] ~= b[base] then return false end
  end
  return true
end

---@param a memwall.Dimension
---@param b memwall.Dimension
---@param sign number 1 for a product, -1 for a quotient
---@return memwall.Dimension
function M.combine(a, b, sign)
  return dimension(function(base) return (a[base] or 0) + sign * (b[base] or 0) end)
end

---@param a memwall.Dimension
---@param exponent number
---@return memwall.Dimension
function M.power(a, exponent)
  return dimension(function(base) return (a[base] or 0) * exponent end)
end

---The name of a dimension: a unit of M.dimension, or a product such as "FLOP^2/B".
---@param d memwall.Dimension
---@return string
function M.name(d)
  for name, known in pairs(M.dimension) do
    if M.same(known, d) then return name end
  end
  local above, below = {}, {}
  for _, base in ipairs(native.bases) do
    local exponent = d[base]
    if exponent then
      local list, size = exponent > 0 and above or below, math.abs(exponent)
      list[#list + 1] = size == 1 and base or ("%s^%g"):format(base, size)
    end
  end
  local text = #above > 0 and table.concat(above, "*") or "1"
  return #below > 0 and text .. "/" .. table.concat(below, "/") or text
end

-- What may be typed before a unit.
local PREFIXES = {
  large = { k = 1e3, K = 1e3, M = 1e6, G = 1e9, T = 1e12, P = 1e15 },
  binary = { Ki = 2 ^ 10, Mi = 2 ^ 20, Gi = 2 ^ 30, Ti = 2 ^ 40 },
  small = { m = 1e-3, u = 1e-6, n = 1e-9, p = 1e-12 },
}

---What may stand behind a number: written form -> { factor, unit name }.
---@type table<string, { [1]: number, [2]: string }>
M.written = {}

for _, row in ipairs(native.units) do
  for spelling in (row.name .. " " .. row.spellings):gmatch "%S+" do
    local name = row.name == "1" and "" or spelling -- a bare count may have a prefix: 268 M
    M.written[name] = { 1, row.name }
    for set, prefixes in pairs(PREFIXES) do
      for prefix, factor in pairs(row[set] and prefixes or {}) do M.written[prefix .. name] = { factor, row.name } end
    end
  end
end
M.written[""] = nil
M.written["%"] = { 0.01, "1" }

---A number as the wire has it: with its unit and where it comes from.
---@param value number
---@param of string its unit
---@param kind string
---@param low? number
---@param high? number
---@return table
function M.number(value, of, kind, low, high)
  return { value = value, unit = of, kind = kind, low = low, high = high }
end

---@param unit any
---@return boolean
function M.known(unit)
  return M.dimension[unit] ~= nil
end

---"268 435 456": digits in groups of three, for counts that should be seen whole.
---@param value number
---@return string
function M.grouped(value)
  if value ~= math.floor(value) or math.abs(value) >= 2 ^ 53 then return native.format(value, "1", 6) end
  local digits = ("%.0f"):format(math.abs(value))
  local text = digits:reverse():gsub("(%d%d%d)", "%1 "):reverse():gsub("^ ", "")
  return value < 0 and "-" .. text or text
end

---"256 MiB", "15.8 GB/s", "64 314"; a plain number is never cut before its point.
---@param value number
---@param unit string
---@param digits? integer
---@return string
function M.format(value, unit, digits)
  return native.format(value, unit, digits or unit == "1" and 4 or nil)
end

---The value with every digit and its unit: "268 435 456 B".
---@param value number
---@param unit string
---@return string
function M.exact(value, unit)
  local text = M.grouped(value)
  return unit == "1" and text or text .. " " .. unit
end

return M
