-- tries.lua: a toy: how often each step was answered, as bars.

local native = require "memwall.native"

local M = {}

function M.build(ctx)
  local bars = native.array {}
  for _, step in ipairs(ctx.lab.steps) do
    local tries = ctx:of(step.id).tries
    if tries and tries > 0 then bars[#bars + 1] = { id = step.id, label = ctx:title(step.id), value = tries } end
  end
  if #bars == 0 then return nil end
  return { kind = "tries", id = "tries", title = "Tries", bars = bars }
end

return M
