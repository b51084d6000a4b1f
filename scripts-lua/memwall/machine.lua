-- machine.lua: what a lab may ask of the machine it runs on. Which roofs bound a run is the rule of
-- kernels/model/machine.h, asked through memwall.native.

local native = require "memwall.native"

local M = {}
M.__index = M

---@class memwall.Machine
---@field json table
---@field levels table[] the usable ones, nearest first
---@field nominal boolean nothing was measured: sizes and roofs are what the system and arithmetic say

---@class memwall.Roof
---@field value number B/s or FLOP/s
---@field low? number
---@field high? number
---@field cores integer for how many it stands
---@field unsure? boolean as its row says

---@class memwall.Roofs what bounds one run
---@field dtype string
---@field threads integer
---@field level? table the level its data live in
---@field memory? memwall.Roof
---@field beside boolean the memory roof is the one measured in turns with the run
---@field compute? memwall.Roof burst or sustained, whichever bounds it
---@field burst? memwall.Roof
---@field sustained? memwall.Roof
---@field isa string
---@field plain? memwall.Roof what plain code of one core meets
---@field plain_isa string
---@field seconds? number that they allow at least
---@field bound? "memory"|"compute"

-- A level whose roof was measured anew beside a run; the remembered one stays in it.
local function renewed(level, live)
  local now = {}
  for key, value in pairs(level) do now[key] = value end
  now.bytes_per_second, now.low, now.high, now.remembered = live.value, live.low, live.value, level
  return now
end

local function read(json, live)
  local machine = setmetatable({ json = json, levels = {}, nominal = json.verdict == "nominal" }, M)
  local handle, rows = native.machine { levels = json.levels, compute = json.compute, verdict = json.verdict }
  machine.handle = handle
  for i, row in ipairs(rows) do
    local level = json.levels[row]
    local now = live and live[level.name]
    if now then
      native.renew(handle, i, now.value, now.low)
      level = renewed(level, now)
    end
    machine.levels[i] = level
  end
  return machine
end

-- The last one read of each machine: every input asks for it, and neither it nor what is live in it changes in place.
local known = setmetatable({}, { __mode = "k" })

---Wraps a machine as `memwall machine --json` prints it; an empty one knows nothing.
---@param json? table
---@param live? table<string, { value: number, low: number }> roofs of one core measured beside a run, by level
---@return memwall.Machine
function M.new(json, live)
  json = json or {}
  local last = known[json]
  if not last or last.live ~= live then
    last = { live = live, machine = read(json, live) }
    known[json] = last
  end
  return last.machine
end

local UNKNOWN = native.reason "roofs-not-measured"

---The level that a working set lives in: the first one that holds it, else the last.
---@param bytes number
---@return table? level
function M:level_of(bytes)
  local index = native.level(self.handle, bytes)
  return index and self.levels[index]
end

---The roofs of a run. Both have the shape of measurements: { args = { dtype, threads }, flops, compulsory_bytes,
---seconds, … }, as far as it is known.
---@param run table
---@param beside? table the other side of the same pair, which is a roof where it only reads
---@return memwall.Roofs
function M:roofs(run, beside)
  local roofs = native.roofs(self.handle, run, beside)
  roofs.level = roofs.level and self.levels[roofs.level]
  return roofs
end

---Read roof of a level for so many threads.
---@param index integer
---@param threads integer
---@return memwall.Roof
function M:read_roof(index, threads)
  return native.read_roof(self.handle, index, threads)
end

-- What a roof says, or why there is none.
local function value_of(roof)
  if not roof then return nil, UNKNOWN end
  return roof.value
end

---Read roof of one core in the level that a working set lives in [B/s].
---@param bytes number
---@return number? roof
---@return memwall.Reason? problem
function M:read(bytes)
  local index = native.level(self.handle, bytes)
  return value_of(index and native.read_roof(self.handle, index, 1))
end

---@param bytes number
---@return string
function M:level(bytes)
  local level = self:level_of(bytes)
  return level and level.name or "memory"
end

-- The compute roofs of one core in f32, which formulas name.
local function core(self)
  self.one_core = self.one_core or self:roofs {}
  return self.one_core
end

---The compute roof of one core in f32, of a burst [FLOP/s].
---@return number?
---@return memwall.Reason? problem
function M:flops() return value_of(core(self).burst) end

---The same of what lasts longer than a burst; the burst's where it was not measured.
---@return number?
---@return memwall.Reason? problem
function M:sustained() return value_of(core(self).sustained) end

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
