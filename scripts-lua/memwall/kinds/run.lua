-- run.lua: one kernel, whose parameters the student may set where they are lists.

local new_kind = require("memwall.kind").new
local parameters = require "memwall.parameters"

local Run = new_kind()

Run.runs = true

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

return Run
