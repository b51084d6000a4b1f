-- compare.lua: two kernels in turns, as pairs.

local new_kind = require("memwall.kind").new
local parameters = require "memwall.parameters"
local Run = require "memwall.kinds.run"

local Compare = new_kind(Run)

Compare.compares = true
Compare.sampling = 1.5

local function side(at, step, fields, name)
  local given = at:field(step, fields, name, "table", true)
  local kernel = at:field(step, given, "kernel", "string", true, name .. ".")
  local all = {}
  for key, value in pairs(at:field(step, fields, "with", "table") or {}) do all[key] = value end
  local moved = given.bytes -- by a model of what this side really moves; without it, what must move
  for key, value in pairs(given) do
    if key ~= "kernel" and key ~= "bytes" then all[key] = value end
  end
  local spec = parameters.kernel(at, step, name .. ".kernel", kernel)
  local params = parameters.parameters(at, step, spec, all, {})
  for _, param in ipairs(params) do
    if param.values then at:fail(step, param.name, "is one value in a comparison, not a list") end
  end
  return {
    kernel = kernel, params = params, preset = parameters.presets(spec),
    bytes = moved and at:formula(step, name .. ".bytes", moved),
  }
end

function Compare.compile(at, step, fields)
  at:only(step, fields, { "with", "a", "b", "expect", "flops", "bytes", "budget", "after" })
  step.a, step.b = side(at, step, fields, "a"), side(at, step, fields, "b")
  step.kernel, step.params, step.preset, step.controls = step.a.kernel, step.a.params, step.a.preset, {}
  parameters.work(at, step, fields)
  if fields.expect then step.expect = at:formula(step, "expect", fields.expect) end
end

return Compare
