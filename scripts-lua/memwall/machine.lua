-- machine.lua: what a lab may ask of the machine it runs on.

local native = require "memwall.native"

local M = {}
M.__index = M

---@class memwall.Machine
---@field json table
---@field levels table[]
---@field nominal boolean nothing was measured: sizes and roofs are what the system and arithmetic say

-- A row that others contradict is shown by the instruments and used for nothing.
local function usable(row)
  return row.verdict ~= "impossible"
end

-- A level whose roof was measured anew beside a run; the remembered one stays in it.
local function renewed(level, live)
  if not live then return level end
  local now = {}
  for key, value in pairs(level) do now[key] = value end
  now.bytes_per_second, now.low, now.high, now.remembered = live.value, live.low, live.value, level
  return now
end

---Wraps a machine as `memwall machine --json` prints it; an empty one knows nothing.
---@param json? table
---@param live? table<string, { value: number, low: number }> roofs measured beside a run, by level
---@return memwall.Machine
function M.new(json, live)
  json = json or {}
  local machine = setmetatable({ json = json, levels = {}, nominal = json.verdict == "nominal" }, M)
  for _, level in ipairs(machine.json.levels or {}) do
    if usable(level) and type(level.bytes_per_second) == "number" and level.bytes_per_second > 0 then
      machine.levels[#machine.levels + 1] = renewed(level, live and live[level.name])
    end
  end
  return machine
end

local UNKNOWN = native.reason "roofs-not-measured"

---The level that a working set lives in: the first one that holds it, else the last.
---@param bytes number
---@return table? level
function M:level_of(bytes)
  for i, level in ipairs(self.levels) do
    local holds = level.effective_bytes or self.nominal and level.nominal_bytes or 0
    if i == #self.levels or (holds > 0 and bytes <= holds) then return level end
  end
end

---Read roof of the level that a working set lives in [B/s].
---@param bytes number
---@return number? roof
---@return memwall.Reason? problem
function M:read(bytes)
  local level = self:level_of(bytes)
  if not level then return nil, UNKNOWN end
  return level.bytes_per_second
end

---@param bytes number
---@return string
function M:level(bytes)
  local level = self:level_of(bytes)
  return level and level.name or "memory"
end

---Compute roofs of one core: { isa, dtype, flops_per_second, low, high }, widest last.
---@param dtype string
---@return table[]
function M:compute(dtype)
  local fused, others = {}, {}
  for _, roof in ipairs(self.json.compute or {}) do
    if usable(roof) and roof.dtype == dtype and (roof.threads or 1) == 1 and
      type(roof.flops_per_second) == "number" and roof.flops_per_second > 0 then
      local list = (roof.op or "fma") == "fma" and fused or others
      list[#list + 1] = roof
    end
  end
  local list = #fused > 0 and fused or others -- an instruction set without multiply-adds has other roofs
  table.sort(list, function(a, b) return a.flops_per_second < b.flops_per_second end)
  return list
end

---The highest compute roof of one core [FLOP/s].
---@param dtype? string "f32" unless told
---@return number?
---@return memwall.Reason? problem
function M:flops(dtype)
  local list = self:compute(dtype or "f32")
  if #list == 0 then return nil, UNKNOWN end
  return list[#list].flops_per_second
end

---The highest compute roof of one core that lasts longer than a burst [FLOP/s]; the burst's where it was not measured.
---@return number?
---@return memwall.Reason? problem
function M:sustained()
  local list = self:compute "f32"
  if #list == 0 then return nil, UNKNOWN end
  local kept = list[#list].sustained
  return type(kept) == "table" and kept.flops_per_second or list[#list].flops_per_second
end

---Effective bytes of the last cache level: the level before the last.
---@return number?
---@return memwall.Reason? problem
function M:llc()
  local level = self.levels[#self.levels - 1]
  if not level or (level.effective_bytes or 0) <= 0 then return nil, UNKNOWN end
  return level.effective_bytes
end

---Bytes that a lab may allocate here: a quarter of what is available.
---@return number?
---@return memwall.Reason? problem
function M:memory()
  local bytes = self.json.memory_limit_bytes
  if type(bytes) ~= "number" or bytes <= 0 then return nil, native.reason "memory-not-known" end
  return bytes
end

---Why there are no hardware counters here, in one short phrase, or nil when there are some.
---@return memwall.Reason|string|nil
function M:no_counters()
  local hardware = self.json.hardware
  if type(hardware) ~= "table" or hardware.state == "present" then return nil end
  return hardware.short_reason or hardware.reason
end

---Values by the names that formulas use, with the dimension's unit of each.
M.names = {
  ["machine.flops"] = { unit = "FLOP/s", args = 0, value = function(m) return m:flops() end },
  ["machine.sustained"] = { unit = "FLOP/s", args = 0, value = function(m) return m:sustained() end },
  ["machine.read"] = { unit = "B/s", args = 1, value = function(m, bytes) return m:read(bytes) end },
  ["machine.level"] = { args = 1, value = function(m, bytes) return m:level(bytes) end },
  ["machine.llc"] = { unit = "B", args = 0, value = function(m) return m:llc() end },
  ["machine.memory"] = { unit = "B", args = 0, value = function(m) return m:memory() end },
  ["machine.cpus"] = { unit = "1", args = 0, value = function(m) return m.json.cpus, UNKNOWN end },
  ["machine.clock"] = { unit = "Hz", args = 0, value = function(m) return m.json.clock_hz, UNKNOWN end },
}

return M
