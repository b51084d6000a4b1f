-- kernel.lua: a kernel of the registry, measured by the worker: kernel = "gemv/simd", m = "n", n = "n", dtype = "f32".

local expr = require "memwall.expr"
local native = require "memwall.native"
local parameters = require "memwall.parameters"
local problem = require "memwall.problem"
local rows = require "memwall.kernel_rows"
local runs = require "memwall.runs"
local scope = require "memwall.scope"
local source = require "memwall.source"

local Kernel = source.new()

Kernel.in_pairs = true

-- The kernel that measures the read roof.
local READ = "stream/read"

-- Finds a kernel of the registry; without a registry every name passes.
local function spec_of(at, step, field, name)
  if not at.kernels then return nil end
  local kernel = at.kernels[name]
  if not kernel then
    local names = {}
    for known in pairs(at.kernels) do names[#names + 1] = known end
    at:fail(step, field, "there is no kernel '%s'%s", name, problem.suggest(name, names))
  end
  return { name = name, params = kernel.params }
end

function Kernel:compile(at, step, fields, given, prefix)
  self.name = at:field(step, fields, "kernel", "string", true, prefix)
  local spec = spec_of(at, step, prefix .. "kernel", self.name)
  self.params, self.preset = parameters.compile(at, step, spec, given), parameters.presets(spec)
end

-- What a measurement says of one side by itself; work and traffic may be just what was predicted.
local FIGURES, TAKEN = {}, {}
for _, quantity in ipairs(native.quantities) do
  if quantity.of_run and quantity.member then
    FIGURES[#FIGURES + 1], TAKEN[#TAKEN + 1] = source.quantity(quantity.id), quantity
    FIGURES[#FIGURES].foretold = (quantity.id == "flops" or quantity.id == "bytes") or nil
  end
end

function Kernel:figures() return FIGURES end -- luacheck: ignore 212

function Kernel:effect(ctx, step, chosen)
  return { effect = "run", kernel = self.name, args = parameters.values(ctx, step, self.params, chosen) }
end

-- Closed forms stand where nothing was counted; what follows from both is worked out here.
function Kernel:take(m, closed) -- luacheck: ignore 212
  local values, kinds = {}, {}
  local function put(name, value, kind)
    if value and value == value and value ~= math.huge then values[name], kinds[name] = value, kind end
  end
  local stated = m and m.kinds or {}
  for _, quantity in ipairs(m and TAKEN or {}) do
    local value = m[quantity.member]
    if type(value) == "table" then value = value.median end -- a time
    value = runs.number(value)
    put(quantity.id, value and value * 10.0 ^ quantity.power, stated[quantity.member] or quantity.kind)
  end
  for _, name in ipairs { "flops", "bytes" } do
    if not values[name] then put(name, runs.number(closed(name)), "modelled") end
  end
  local seconds, flops, bytes = values.seconds, values.flops, values.bytes
  local moved = closed "moved" or bytes
  if flops and moved and moved > 0 then put("intensity", flops / moved, "modelled") end
  if seconds and seconds > 0 then
    if flops then put("rate", flops / seconds, "measured") end
    if bytes then put("bandwidth", bytes / seconds, "measured") end
  end
  return values, kinds
end

function Kernel:cost(step) -- luacheck: ignore 212
  return { seconds = step.budget or step.sampling }
end

function Kernel:interleave(at, step, name) -- luacheck: ignore 212
  spec_of(at, step, "interleave", name)
  if name ~= READ then
    at:fail(step, "interleave", "measures the read roof, \"%s\", or in a sweep its \"first\" sample again", READ)
  end
  if not step.bytes then at:fail(step, "interleave", "needs 'bytes', to read as much as the kernel does") end
end

function Kernel:beside_figures() -- luacheck: ignore 212
  return { source.quantity "roof", source.quantity "reached" }
end

-- Reading as many bytes as the kernel must, from the same level, by as many threads.
function Kernel:beside(ctx, step, chosen, effect)
  local bytes, message = expr.eval(step.bytes, scope.planned(ctx.scope, chosen))
  if type(bytes) ~= "number" then ctx.lab.at:fail(step, "bytes", "%s", message or "is not a number") end
  local args = effect.args
  local dtype, threads = args.dtype or self.preset.dtype, args.threads or self.preset.threads
  local width = dtype == "f64" and 8 or 4
  return { kernel = step.interleave, args = { n = math.max(16, math.floor(bytes / width) // 16 * 16),
    dtype = dtype == "f64" and dtype or "f32", threads = (threads or 1) > 1 and threads or nil } }
end

function Kernel:same(beside) return beside.kernel == self.name end

function Kernel:roof(beside) -- luacheck: ignore 212
  if beside.kernel ~= READ then return false end
  return true, native.roof_beside(runs.as_roof(beside))
end

-- As it was planned, else as the kernel has it preset.
function Kernel:setting(ctx, step, chosen)
  local ok, args = pcall(parameters.values, ctx, step, self.params, chosen)
  if not ok then
    if type(args) ~= "table" or args.status ~= "invalid" then error(args, 0) end
    args = {} -- it cannot run on this machine
  end
  return { dtype = args.dtype or self.preset.dtype, threads = args.threads or self.preset.threads }
end

-- "simd": the family is the same beside it.
function Kernel:label() return self.name:match "/(.+)$" end

-- A library by its version and core.
function Kernel:told(m) return m.library or m.kernel end -- luacheck: ignore 212

Kernel.rows = rows

return Kernel
