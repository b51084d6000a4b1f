-- place.lua: the two axes on which a place is put, as they are printed beside its field.

local expr = require "memwall.expr"
local picture = require "memwall.picture"

local M = {}

-- The powers of two around a value, a factor of two away from it at least.
local function around(value)
  local octave = math.log(value, 2)
  return 2.0 ^ (math.floor(octave) - 1), 2.0 ^ (math.ceil(octave) + 1)
end

---The axes of a place step: those of its picture, made longer for the known wrong answers, which have an answer of
---their own. A bare number that is typed counts in `unit`; the ends are in base units.
---@param ctx memwall.Context
---@param step table
---@return memwall.PlaceAxes
function M.axes(ctx, step)
  local roofline = picture.roofline(ctx, step)
  local low, high = roofline.x.low, roofline.x.high
  for _, wrong in ipairs(step.fields[1].wrong) do
    local value = expr.eval(wrong.tree, ctx.scope)
    if type(value) == "number" and value > 0 then
      local from, to = around(value)
      low, high = math.min(low, from), math.max(high, to)
    end
  end
  return {
    x = { low = low, high = high, label = roofline.x.label, unit = "FLOP/B" },
    y = { low = roofline.y.low, high = roofline.y.high, label = roofline.y.label, unit = "GFLOP/s" },
  }
end

return M
