-- sweep.lua: one kernel at each of several sizes.

local new_kind = require("memwall.kind").new
local Run = require "memwall.kinds.run"
local runs = require "memwall.runs"

local Sweep = new_kind(Run)

Sweep.sweeps = true
Sweep.sampling = 0.7
Sweep.in_turns = "first" -- each sample in turns with the first of the sweep

function Sweep.compile(at, step, fields)
  Run.compile(at, step, fields, { "chart", "trail", "find" })
  if #step.controls ~= 1 then
    at:fail(step, nil, "sweeps one parameter: give exactly one as a list, such as n = { 1, 2, 4 }")
  end
  step.axis = step.controls[1]
  if step.axis.words then at:fail(step, step.axis.name, "a swept list holds numbers") end
  for i = 2, #step.axis.values do
    if step.axis.values[i] <= step.axis.values[i - 1] then at:fail(step, step.axis.name, "the list ascends") end
  end
  step.trail = at:field(step, fields, "trail", "boolean")
  step.chart, step.find, step.finds = {}, {}, {}
  for id, formula in pairs(at:field(step, fields, "chart", "table") or { time = "seconds" }) do
    at:id(step, "chart", id)
    step.chart[#step.chart + 1] = { id = id, tree = at:formula(step, "chart." .. id, formula) }
  end
  for name, formula in pairs(at:field(step, fields, "find", "table") or {}) do
    at:id(step, "find", name)
    if formula == runs.CROSSING then
      step.find[name] = { op = runs.CROSSING }
    else
      step.find[name] = at:formula(step, "find." .. name, formula)
    end
    step.finds[#step.finds + 1] = name
  end
end

function Sweep:progress(ctx)
  local queue = ctx:of(self.id).queue
  if not queue then return nil end
  local total = #self.axis.values
  return total - #queue - 1, total
end

return Sweep
