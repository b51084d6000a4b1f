-- run.lua: one kernel, whose parameters the student may set where they are lists.

local new_kind = require("memwall.kind").new
local parameters = require "memwall.parameters"
local runs = require "memwall.runs"
local scope = require "memwall.scope"
local unit = require "memwall.unit"

local Run = new_kind()

Run.runs = true
Run.sampling = 1.0

local RUN = { "kernel", "interleave", "flops", "bytes", "budget", "after" }

local function interleave(at, step, fields)
  local name = at:field(step, fields, "interleave", "string")
  if not name then return end
  if name == step.in_turns then
    step.interleave = name
    return
  end
  parameters.kernel(at, step, "interleave", name)
  if name ~= "stream/read" then
    at:fail(step, "interleave", "measures the read roof, \"stream/read\", or in a sweep its \"first\" sample again")
  end
  if not step.bytes then at:fail(step, "interleave", "needs 'bytes', to read as much as the kernel does") end
  step.interleave = name
end

function Run.compile(at, step, fields, more)
  local reserved = { table.unpack(RUN) }
  for _, name in ipairs(more or {}) do reserved[#reserved + 1] = name end
  step.kernel = at:field(step, fields, "kernel", "string", true)
  local spec = parameters.kernel(at, step, "kernel", step.kernel)
  step.params, step.preset = parameters.parameters(at, step, spec, fields, reserved), parameters.presets(spec)
  parameters.work(at, step, fields)
  interleave(at, step, fields)
  step.controls = {}
  for _, param in ipairs(step.params) do
    if param.values then step.controls[#step.controls + 1] = param end
  end
end

-- The names that the controls of a step give.
local function control_units(step)
  local more = {}
  for _, param in ipairs(step.controls or {}) do more[param.as] = "1" end
  return more
end

-- The names that a sample of a step has.
local function sample_units(step)
  local more = control_units(step)
  for name, of in pairs(scope.OBSERVED) do more[name] = more[name] or of end
  return more
end

function Run:check(check)
  local more = sample_units(self)
  for _, name in ipairs { "flops", "bytes" } do
    if self[name] then check:tree(self, name, self[name], more, name == "flops" and "FLOP" or "B") end
  end
  for _, side in ipairs(self.a and { self.a, self.b } or { self }) do
    if side ~= self and side.bytes then check:tree(self, "bytes", side.bytes, more, "B") end
    for _, param in ipairs(side.params) do
      if param.tree then check:tree(self, param.name, param.tree, control_units(self)) end
    end
  end
  for _, chart in ipairs(self.chart or {}) do
    chart.unit = unit.name(check:tree(self, "chart." .. chart.id, chart.tree, more))
    -- `seconds/n`: a time shared by n vectors is still a time.
    if chart.unit == "1" and chart.tree.op == "/" and chart.tree[1].op == "name" then
      chart.unit = more[chart.tree[1].name] or "1"
    end
  end
  for name, tree in pairs(self.find or {}) do
    if tree.op ~= runs.CROSSING then check:tree(self, "find." .. name, tree, more) end
  end
  if self.expect then check:tree(self, "expect", self.expect, more, "condition") end
end

function Run:names()
  local names = {}
  for name, of in pairs(scope.OBSERVED) do names[name] = of end
  for name in pairs(scope.OBSERVED_TEXTS) do names[name] = false end
  for name in pairs(self.find or {}) do names[name] = "1" end
  return names
end

function Run:observe(ctx, name)
  return runs.observe(ctx, self, name)
end

function Run:passed(ctx)
  return runs.passed(ctx, self)
end

function Run:state(ctx)
  return runs.passed(ctx, self) and "done" or "open"
end

function Run:wants(want)
  for _, control in ipairs(self.controls) do want("field", control.as) end
  for _, chart in ipairs(self.chart or {}) do want("field", chart.id) end
end

return Run
