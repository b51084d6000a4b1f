-- counters.lua: the table of figures of the run that is looked at. What its rows are its source says.

local native = require "memwall.native"
local runs = require "memwall.runs"
local workload = require "memwall.workload"

local M = {}

-- What the student predicted about exactly this run.
local function predictions(ctx, run, figures)
  local found = {}
  for i = 1, run.index - 1 do
    local one = ctx.lab.steps[i]
    if one.predicts and ctx:of(one.id).committed then
      for _, field in ipairs(one.fields) do field:predict(ctx, one, run, figures, found) end
    end
  end
  return found
end

---The rows for the run that a step shows.
---@param ctx memwall.Context
---@param step memwall.Kind
---@return table[]
function M.rows(ctx, step)
  local run = workload.shown_run(ctx, step)
  if not run then return native.array {} end
  local st = ctx:of(run.id)
  local key = st.active or runs.key(ctx, run)
  local sample = st.samples[key]
  ctx = ctx:under(sample)
  local open = ctx.state.open
  local figures, kinds = runs.figures(ctx, run, key)
  return run.source:rows(ctx, {
    step = run, key = key, sample = sample, figures = figures, kinds = kinds, said = predictions(ctx, run, figures),
    live = open ~= nil and open.step == run.id and open.key == key,
  })
end

return M
