-- workload.lua: what a run of a lab does, in the shape of a measurement, and the roofs that bound it.

local runs = require "memwall.runs"

local M = {}

---@param ctx memwall.Context
---@param step table a run
---@param key string
---@return table run
---@return table? beside what was measured in turns with it
function M.of(ctx, step, key)
  local figures = runs.figures(ctx, step, key)
  local sample = ctx:of(step.id).samples[key] or {}
  local m, other = sample.m, sample.beside
  local args = type(m) == "table" and type(m.args) == "table" and m.args or
    step.source:setting(ctx, step, runs.chosen(step, key))
  return {
    args = { dtype = args.dtype, threads = args.threads }, threads_had = m and m.threads_had,
    flops = figures.flops, compulsory_bytes = figures.bytes, seconds = { median = figures.seconds },
  }, type(other) == "table" and runs.as_roof(other) or nil
end

---Those of the calibration in which the run was measured, whatever was calibrated since.
---@return memwall.Roofs
function M.roofs(ctx, step, key)
  local earlier = ctx:under(ctx:of(step.id).samples[key])
  return earlier.machine:roofs(M.of(ctx, step, key))
end

---The run that is looked at: the present one, else the last one above that has a sample.
---@param ctx memwall.Context
---@param step table
---@return table? run
---@return table? st its state
function M.shown_run(ctx, step)
  for i = step.index, 1, -1 do
    local one = ctx.lab.steps[i]
    if one.runs then
      local st = ctx.state.steps[one.id]
      if i == step.index or st and st.active then return one, st end
    end
  end
end

local function next_run(ctx, step)
  for i = step.index, #ctx.lab.steps do
    if ctx.lab.steps[i].runs then return ctx.lab.steps[i] end
  end
end

---The run that a step is about: one that predicts is about the next run, every other one about what is looked at.
---@param ctx memwall.Context
---@param step table
---@return table? run
function M.run_about(ctx, step)
  if step.predicts then return next_run(ctx, step) end
  return (M.shown_run(ctx, step))
end

---The roofs of the next run from a step on, itself included; those of one core where none follows.
---@param ctx memwall.Context
---@param step table
---@return memwall.Roofs
function M.roofs_about(ctx, step)
  local run = next_run(ctx, step)
  return run and M.roofs(ctx, run, runs.key(ctx, run)) or ctx.machine:roofs {}
end

---The highest compute roof among them [FLOP/s], or nil where it is not known.
---@return number?
function M.peak_about(ctx, step)
  local peak = M.roofs_about(ctx, step).compute
  return peak and peak.value
end

return M
