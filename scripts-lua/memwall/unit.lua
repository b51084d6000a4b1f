-- unit.lua: the units a formula can carry, and how numbers are written for people.

local native = require "memwall.native"

local M = {}

---A dimension: exponents of FLOP, byte and second. `M.FREE` is that of a plain number, which may
---stand for any unit: `4*n*n` is as good a byte count as an operation count.
---@class memwall.Dimension
---@field flop number
---@field byte number
---@field second number

---@type memwall.Dimension
M.FREE = { flop = 0, byte = 0, second = 0 }

local function dimension(flop, byte, second)
  return { flop = flop, byte = byte, second = second }
end

---The dimension of every unit that a number can have, by the name it has in JSON.
M.dimension = {
  ["1"] = M.FREE,
  ["FLOP"] = dimension(1, 0, 0),
  ["B"] = dimension(0, 1, 0),
  ["s"] = dimension(0, 0, 1),
  ["Hz"] = dimension(0, 0, -1),
  ["FLOP/s"] = dimension(1, 0, -1),
  ["B/s"] = dimension(0, 1, -1),
  ["FLOP/B"] = dimension(1, -1, 0),
}

---@param d memwall.Dimension
---@return boolean
function M.is_free(d)
  return d.flop == 0 and d.byte == 0 and d.second == 0
end

---@param a memwall.Dimension
---@param b memwall.Dimension
---@return boolean
function M.same(a, b)
  return a.flop == b.flop and a.byte == b.byte and a.second == b.second
end

---@param a memwall.Dimension
---@param b memwall.Dimension
---@param sign number 1 for a product, -1 for a quotient
---@return memwall.Dimension
function M.combine(a, b, sign)
  return dimension(a.flop + sign * b.flop, a.byte + sign * b.byte, a.second + sign * b.second)
end

---@param a memwall.Dimension
---@param exponent number
---@return memwall.Dimension
function M.power(a, exponent)
  return dimension(a.flop * exponent, a.byte * exponent, a.second * exponent)
end

---The name of a dimension: a unit of M.dimension, or a product such as "FLOP^2/B".
---@param d memwall.Dimension
---@return string
function M.name(d)
  for name, known in pairs(M.dimension) do
    if M.same(known, d) then return name end
  end
  local above, below = {}, {}
  for _, part in ipairs { { "FLOP", d.flop }, { "B", d.byte }, { "s", d.second } } do
    local list = part[2] > 0 and above or below
    local exponent = math.abs(part[2])
    if exponent ~= 0 then
      list[#list + 1] = exponent == 1 and part[1] or ("%s^%g"):format(part[1], exponent)
    end
  end
  local text = #above > 0 and table.concat(above, "*") or "1"
  return #below > 0 and text .. "/" .. table.concat(below, "/") or text
end

local SI = { [""] = 1, k = 1e3, K = 1e3, M = 1e6, G = 1e9, T = 1e12, P = 1e15 }
local BINARY = { Ki = 2 ^ 10, Mi = 2 ^ 20, Gi = 2 ^ 30, Ti = 2 ^ 40 }
local SMALL = { [""] = 1, m = 1e-3, u = 1e-6, n = 1e-9 }

---What may stand behind a number: written form -> { factor, unit name }.
---@type table<string, { [1]: number, [2]: string }>
M.written = {}

local function write(prefixes, name, unit)
  for prefix, factor in pairs(prefixes) do
    M.written[prefix .. name] = { factor, unit }
  end
end

for _, byte in ipairs { "B", "byte", "bytes", "Byte", "Bytes" } do
  write(SI, byte, "B")
  write(BINARY, byte, "B")
end
for _, flop in ipairs { "FLOP", "FLOPs", "Flop", "Flops", "flop", "flops" } do
  write(SI, flop, "FLOP")
  write(SI, flop .. "/s", "FLOP/s")
  M.written[flop .. "/B"] = { 1, "FLOP/B" }
  M.written[flop .. "/byte"] = { 1, "FLOP/B" }
end
write(SI, "B/s", "B/s")
write(BINARY, "B/s", "B/s")
write(SI, "Hz", "Hz")
write(SMALL, "s", "s")
write({ [""] = 1 }, "seconds", "s")
write(SI, "", "1")
write(BINARY, "", "1")
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
