-- sweep.lua: the same computation at each of several sizes.

local new_kind = require("memwall.kind").new
local Run = require "memwall.kinds.run"
local runs = require "memwall.runs"
local quantity = require("memwall.source").quantity
local unit = require "memwall.unit"

local Sweep = new_kind(Run)

Sweep.sampling = 0.7
Sweep.patience = 10
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

function Sweep:check(check)
  Run.check(self, check)
  local more = self:sample_units()
  for _, chart in ipairs(self.chart) do
    chart.unit = unit.name(check:tree(self, "chart." .. chart.id, chart.tree, more))
    -- `seconds/n`: a time shared by n vectors is still a time.
    if chart.unit == "1" and chart.tree.op == "/" and chart.tree[1].op == "name" then
      chart.unit = more[chart.tree[1].name] or "1"
    end
  end
  for name, tree in pairs(self.find) do
    if tree.op ~= runs.CROSSING then check:tree(self, "find." .. name, tree, more) end
  end
end

function Sweep:pair_figures()
  return self.interleave == self.in_turns and { quantity "rise" } or Run.pair_figures(self)
end

function Sweep:complete(ctx, effect, chosen)
  if self.interleave ~= self.in_turns then return Run.complete(self, ctx, effect, chosen) end
  local first = self.source:effect(ctx, self, runs.chosen(self, self:keys()[1]))
  effect.interactive, effect.beside = true, { kernel = first.kernel, args = first.args }
end

function Sweep:keys()
  local keys = {}
  for i, value in ipairs(self.axis.values) do keys[i] = tostring(value) end
  return keys
end

function Sweep:all_begun(st) -- luacheck: ignore 212
  return st.queue ~= nil
end

-- The rest; where nothing is left, everything once more.
function Sweep:due(_, st, wait)
  local queue, keys = {}, self:keys()
  for _, key in ipairs(keys) do
    local sample = st.samples[key]
    if not runs.finished(sample) or wait and self:noise(sample) then queue[#queue + 1] = key end
  end
  if #queue > 0 then return queue end
  for _, key in ipairs(keys) do st.samples[key].tries = 0 end
  return keys
end

-- The slider goes through the list.
function Sweep:follow(st, key)
  st.params[self.axis.name] = math.tointeger(tonumber(key))
end

-- So many samples are not measured twice.
function Sweep:again() -- luacheck: ignore 212
  return false
end

function Sweep:doubt(st)
  local noisy, reason = 0, nil
  for _, key in ipairs(st.order) do
    local why = self:noise(st.samples[key])
    if why then noisy, reason = noisy + 1, why end
  end
  return noisy > 0 and { "warning", "sweep_noisy", noisy, #st.order, reason } or nil
end

function Sweep:passed(ctx)
  local st = ctx:of(self.id)
  for _, key in ipairs(self:keys()) do
    if not runs.finished(st.samples[key]) then return false end
  end
  return true
end

function Sweep:progress(ctx)
  local queue = ctx:of(self.id).queue
  if not queue then return nil end
  local total = #self.axis.values
  return total - #queue - 1, total
end

function Sweep:seconds()
  return #self.axis.values * Run.seconds(self)
end

function Sweep:wants(want)
  Run.wants(self, want)
  for _, chart in ipairs(self.chart) do want("field", chart.id) end
end

return Sweep
