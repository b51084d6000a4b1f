-- scope.lua: what the names in formulas stand for.

local expr = require "memwall.expr"
local machines = require "memwall.machine"
local native = require "memwall.native"
local unit = require "memwall.unit"

local M = {}

-- Units of the printed machine; other members of `reference` are plain numbers.
local REFERENCE = { flops = "FLOP/s", read = "B/s", memory = "B", llc = "B" }

---Declares the names of a lab: name -> unit, for checks before anything runs.
---@class memwall.Names
---@field units table<string, string|false> false: a text

---@param lab table a lab whose q, variant, reference and steps are known
---@return table<string, string|false>
function M.declare(lab)
  local units = {}
  for name in pairs(lab.variant) do units[name] = "1" end
  for name, q in pairs(lab.q) do units[name] = q.unit end
  for name in pairs(lab.reference) do units["reference." .. name] = REFERENCE[name] or "1" end
  for name, entry in pairs(machines.names) do units[name] = entry.unit or false end
  for _, step in ipairs(lab.steps) do
    for name, of in pairs(step:names()) do units[step.id .. "." .. name] = of end
    for _, field in ipairs(step.fields) do
      for name, of in pairs(field:names()) do units["answer." .. step.id .. "." .. name] = of end
    end
  end
  return units
end

---The function that expr.units wants, from declared names.
---@param units table<string, string|false>
---@param more? table<string, string> names that come before
function M.dimension_of(units, more)
  return function(name, args)
    local of = more and more[name]
    if of == nil then of = units[name] end
    if of == nil then return nil end
    local entry = machines.names[name]
    if entry and entry.args == 1 then
      if #args ~= 1 then return nil, { key = "name_bytes", name } end
      if not unit.is_free(args[1]) and not unit.same(args[1], unit.dimension.B) then
        return nil, { key = "name_takes_bytes", name, unit.name(args[1]) }
      end
    elseif args and #args > 0 then
      return nil, { key = "name_alone", name }
    end
    return of and unit.dimension[of] or unit.FREE
  end
end

---@class memwall.BaseScope: memwall.Scope
---@field lab table
---@field variant table<string, number>
---@field machine memwall.Machine
---@field observe? fun(name: string): number|string|nil, string?
local Scope = {}
Scope.__index = Scope

---The names of a lab with one variant on one machine.
---@param lab table
---@param variant table<string, number>
---@param machine memwall.Machine
---@param observe? fun(name: string): number|string|nil, string? findings and answers
---@return memwall.BaseScope
function M.new(lab, variant, machine, observe)
  return setmetatable({
    lab = lab, variant = variant, machine = machine, observe = observe, known = {}, busy = {},
  }, Scope)
end

-- A quantity is worked out once; one that needs itself says so.
function Scope:quantity(name, q)
  if self.known[name] == nil then
    if self.busy[name] then return nil, ("'%s' needs itself"):format(name) end
    self.busy[name] = true
    local value, problem, mistake = expr.eval(q.tree, self)
    self.busy[name] = nil
    self.known[name] = value ~= nil and { value } or { nil, mistake or problem }
  end
  local found = self.known[name]
  return found[1], found[2]
end

---@param name string
---@param args? any[]
function Scope:value(name, args)
  local value = self.variant[name]
  if value ~= nil then return value end
  local q = self.lab.q[name]
  if q then return self:quantity(name, q) end
  local entry = machines.names[name]
  if entry then
    if (args and #args or 0) ~= entry.args then return nil, ("%s takes %d value"):format(name, entry.args) end
    return entry.value(self.machine, args and args[1])
  end
  local member = name:match "^reference%.([%w_]+)$"
  if member and self.lab.reference[member] then return self.lab.reference[member] end
  if self.observe then return self.observe(name) end
  return nil, ("'%s' is not known here"):format(name)
end

---@class memwall.SampleScope: memwall.Scope
---@field declared? table<string, string|false> figures of which this sample may lack some
local Sample = {}
Sample.__index = Sample

---The names of one sample of a run, before those of the lab.
---@param base memwall.Scope
---@param values table<string, number>
---@param declared? table<string, string|false> what the run says of its samples
---@return memwall.SampleScope
function M.sample(base, values, declared)
  return setmetatable({ base = base, values = values, declared = declared }, Sample)
end

---The names of a run that is yet to come: what its controls say, before the names of the lab.
---@param base memwall.Scope
---@param values table<string, number>
---@return memwall.SampleScope
function M.planned(base, values)
  return setmetatable({ base = base, values = values }, Sample)
end

function Sample:value(name, args)
  local value = self.values[name]
  if value ~= nil then return value end
  if self.declared and self.declared[name] ~= nil then return nil, native.reason("sample-lacks", name) end
  return self.base:value(name, args)
end

---@class memwall.SeriesScope: memwall.Scope
local Series = {}
Series.__index = Series

---The names of a whole sweep: `seconds[1]` and `first batch where …`.
---@param base memwall.Scope
---@param samples table<string, number>[] false where a sample is missing
---@param declared? table<string, string|false> what the run says of its samples
---@return memwall.SeriesScope
function M.series(base, samples, declared)
  return setmetatable({ base = base, samples = samples, declared = declared }, Series)
end

function Series:value(name, args)
  return self.base:value(name, args)
end

function Series:at(name, index)
  local sample = self.samples[index]
  if not sample then return nil, native.reason("sample-gap", index) end
  local value = sample[name]
  if value == nil then return nil, native.reason("sample-lacks-at", name, index) end
  return value
end

function Series:find(which, name, condition)
  local from, to, by = 1, #self.samples, 1
  if which == "last" then from, to, by = to, from, -1 end
  local missing = false
  for i = from, to, by do
    local sample = self.samples[i]
    if sample then
      local scope = M.sample(self.base, sample, self.declared)
      scope.at = function(_, ...) return self:at(...) end
      local holds, problem, mistake = expr.eval(condition, scope)
      if holds == nil then return nil, mistake or problem end
      if holds == true then
        if sample[name] == nil then return nil, ("'%s' is not a value of the samples"):format(name) end
        return sample[name]
      end
    else
      missing = true
    end
  end
  if missing then return nil, native.reason "sweep-open" end
  return nil, native.reason "sweep-none"
end

---True when a formula's value depends on the computer at hand.
---@param lab table
---@param tree memwall.Node
---@return boolean
function M.claims_machine(lab, tree, seen)
  seen = seen or {}
  local found = false
  expr.names(tree, function(name)
    if name:match "^machine%." then found = true end
    local q = lab.q[name]
    if q and not seen[name] then
      seen[name] = true
      found = found or M.claims_machine(lab, q.tree, seen)
    end
    local step = name:match "^([%w_]+)%."
    if step and step ~= "reference" and step ~= "machine" and step ~= "answer" then found = true end
  end)
  return found
end

return M
