-- roofs.lua: the roof measured beside a run against the one that was remembered.
--
-- A roof of this morning may be wrong by now, or may have been wrong from the start. Where the one beside a run
-- differs by more than a factor 2, the lab goes on with the new one. What was marked stays marked; what the new
-- roof says of it is said as well. This is about the roofs of one core: one of several stands for its own run only.

local judge = require "memwall.judge"
local native = require "memwall.native"
local runs = require "memwall.runs"
local states = require "memwall.state"
local unit = require "memwall.unit"
local workload = require "memwall.workload"

local M = {}

---After a result: keeps the roof beside it when it is another one than remembered.
---@param ctx memwall.Context
---@param event table
function M.note(ctx, event)
  local id, key = runs.parts(event.run)
  local step = id and ctx.lab.by_id[id]
  if not (step and step.runs and event.status == "ok") then return end
  local figures = runs.figures(ctx, step, key)
  local roofs = figures.roof and workload.roofs(ctx, step, key)
  if not (roofs and roofs.beside and roofs.memory.cores == 1) then return end
  local level = roofs.level
  local differs = native.roof_moved((level.remembered or level).bytes_per_second, figures.roof)
  local state = ctx.state
  local live = states.copy(state.live or {}) -- the state that this one branched from keeps its own
  if differs then
    live[level.name] = { value = figures.roof, low = figures.roof_low or figures.roof, step = id }
  elseif live[level.name] then
    live[level.name] = nil
  else
    return
  end
  state.live = live
  state.roofs_changed = (state.roofs_changed or 0) + 1
end

---The level of a run whose roof was found to be another one, or nil.
---@param ctx memwall.Context
---@param step table a run
---@return table? level
function M.changed_by(ctx, step)
  for _, level in ipairs(ctx.machine.levels) do
    local live = level.remembered and ctx.live[level.name]
    if live and live.step == step.id then return level end
  end
end

local function rate(value) return unit.format(value, "B/s") end

---What is said of a changed roof: "… is 3.9 GB/s; 96.7 GB/s was remembered …".
---@param ctx memwall.Context
---@param level table
---@return string
function M.sentence(ctx, level)
  return ctx:say("roof_moved", ctx:level_name(level.name, true), rate(level.bytes_per_second),
    rate(level.remembered.bytes_per_second))
end

---The second sentence to answers that were judged by a roof that has changed since.
---@param ctx memwall.Context
---@param step table
---@param factor fun(ctx: memwall.Context, predicted: number, measured: number): string
---@return string[]
function M.second(ctx, step, factor)
  local list, st = {}, ctx.state.steps[step.id]
  local judged = st and st.committed and st.judged_with
  if not judged or judged == ctx.roofs_changed then return list end
  for _, field in ipairs(step.fields) do
    local claimed = field.claimed or field.on_claimed
    local said = claimed and st.verdicts[field.id] and field:by_new_roof(ctx, step, st, factor)
    if said then list[#list + 1] = ctx:say(table.unpack(said)) end
  end
  return list
end

---Whether a number that is within a factor of a truth with an interval counts as near.
---@param value number
---@param low number
---@param high number
---@param field table
---@return boolean
function M.near(value, low, high, field)
  local nearest = math.max(low, math.min(high, value))
  return judge.close(value, nearest, field)
end

return M
