-- prediction.lua: what was predicted, beside what came out.

local M = {}

---"you: ×1.9 too high"
---@param ctx memwall.Context
---@param predicted number
---@param measured number
---@return string
function M.factor(ctx, predicted, measured)
  local factor = predicted / measured
  if factor > 0.95 and factor < 1.05 then return ctx:say "you_right" end
  if factor > 1 then return ctx:say("you_high", ("%.1f"):format(factor)) end
  return ctx:say("you_low", ("%.1f"):format(1 / factor))
end

---The number field in which a finding was predicted: a predict step or a field of its name.
---@return table? step
---@return table? field
function M.of(ctx, step, name)
  for i = 1, step.index - 1 do
    local one = ctx.lab.steps[i]
    if one.predicts then
      for _, field in ipairs(one.fields) do
        if field.numeric and (one.id == name and #one.fields == 1 or field.id == name) then return one, field end
      end
    end
  end
end

return M
