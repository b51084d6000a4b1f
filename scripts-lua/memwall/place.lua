-- place.lua: the two axes on which a place is put, as they are printed beside its field.

local expr = require "memwall.expr"
local judge = require "memwall.judge"
local workload = require "memwall.workload"

local M = {}

-- Makes an axis longer by octaves, until a value lies a factor of two away from both ends at least.
local function widen(axis, value)
  if type(value) ~= "number" or value <= 0 then return end
  local octave = math.log(value, 2)
  axis.low = math.min(axis.low, 2.0 ^ (math.floor(octave) - 1))
  axis.high = math.max(axis.high, 2.0 ^ (math.ceil(octave) + 1))
end

---The axes of a place step: those of its picture, made longer for the true place and for the known wrong answers, which
---have an answer of their own. A bare number that is typed counts in `unit`; the ends are in base units.
---@param ctx memwall.Context
---@param step table
---@param drawn table its picture
---@return memwall.PlaceAxes
function M.axes(ctx, step, drawn)
  local field = step.fields[1]
  local function axis(of, unit) return { low = of.low, high = of.high, label = of.label, unit = unit } end
  local x, y = axis(drawn.x, "FLOP/B"), axis(drawn.y, "GFLOP/s")
  widen(x, (expr.eval(field.tree, ctx.scope)))
  widen(y, judge.height(field, ctx.scope, workload.peak_about(ctx, step)))
  for _, wrong in ipairs(field.wrong) do widen(x, (expr.eval(wrong.tree, ctx.scope))) end
  return { x = x, y = y }
end

return M
