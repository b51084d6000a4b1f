-- sweep.lua: what a sweep found, over its axis: a curve for each formula of its chart, the model, and the findings.

local expr = require "memwall.expr"
local native = require "memwall.native"
local prediction = require "memwall.prediction"
local published = require "memwall.published"
local runs = require "memwall.runs"
local unit = require "memwall.unit"
local workload = require "memwall.workload"

local M = {}

-- One curve: the formula at the median, and at both ends of the interval of the time.
local function curve(ctx, step, chart)
  local points = native.array {}
  for _, key in ipairs(runs.keys(ctx, step)) do
    local sample = ctx:of(step.id).samples[key]
    if sample and sample.m then
      local values = runs.figures(ctx, step, key)
      local y = expr.eval(chart.tree, runs.scope(ctx, step, key, values))
      local median, seconds = values.seconds, sample.m.seconds
      if type(y) == "number" and median then
        local low = y * (type(seconds.low) == "number" and seconds.low / median or 1)
        local high = y * (type(seconds.high) == "number" and seconds.high / median or 1)
        points[#points + 1] = native.array { values[step.axis.as], y, math.min(low, high), math.max(low, high),
          runs.is_noisy(sample.m) or nil }
      end
    end
  end
  return { id = chart.id, label = ctx:label(step.id, chart.id), kind = "measured", points = points }
end

local function median(list)
  table.sort(list)
  local half = #list // 2
  return #list % 2 == 1 and list[half + 1] or (list[half] + list[half + 1]) / 2
end

-- One read roof for all samples of one calibration whose data lie in one level: the median of those measured beside
-- them, else the remembered one. Each sample's own would be as noisy as the sample.
local function steady_roofs(ctx, step)
  local measured, by_key = {}, {}
  for _, key in ipairs(runs.keys(ctx, step)) do
    local roofs = workload.roofs(ctx, step, key)
    by_key[key] = roofs
    if roofs.beside then
      measured[roofs.level] = measured[roofs.level] or {}
      table.insert(measured[roofs.level], roofs.memory.value)
    end
  end
  return function(key)
    local run = workload.of(ctx, step, key)
    local machine = ctx:under(ctx:of(step.id).samples[key]).machine
    local list = measured[by_key[key].level]
    if not list then return machine:roofs(run) end
    -- As if this sample had been read beside at the median rate.
    local bytes, roof = run.compulsory_bytes, median(list)
    return machine:roofs(run, { kernel = "stream/read", args = run.args, threads_had = run.threads_had,
      load_bytes = bytes, compulsory_bytes = bytes, seconds = { median = bytes / roof } })
  end
end

-- max(F/π, Q/β) over the swept values, where the lab states its work.
local function model_curve(ctx, step)
  if not (step.flops and step.bytes) then return nil end
  local points, roofs_of = native.array {}, steady_roofs(ctx, step)
  for i, key in ipairs(runs.keys(ctx, step)) do
    local y = roofs_of(key).seconds
    if y then points[#points + 1] = native.array { step.axis.values[i], y, y, y } end
  end
  return #points > 0 and { id = "model", label = ctx:say "model_series", kind = "modelled", points = points } or nil
end

local function mark_finding(ctx, step, name, list)
  local asked, field = prediction.of(ctx, step, name)
  local predicted = asked and ctx:of(asked.id).committed and ctx:answer(asked.id, field)
  if predicted and predicted > 0 then
    list[#list + 1] = { x = predicted, label = ctx:say("predicted_mark", unit.format(predicted, "1")), kind = "predicted" }
  end
  local found = runs.observe(ctx, step, name)
  if type(found) == "number" then
    local mark = { x = found, label = ctx:say("measured_mark", unit.format(found, "1")), kind = "measured" }
    if runs.is_crossing(step, name) then
      local _, from, to = runs.crossing(ctx, step)
      mark.low, mark.high = from, to
      mark.label = ctx:say("measured_mark", ctx:finding(step.id .. "." .. name, 2))
    end
    list[#list + 1] = mark
  end
end

-- Findings that are a value of the axis have a place on it; a ratio, say, has none.
local function on_axis(step, name)
  local tree = step.find[name]
  return runs.is_crossing(step, name) or (tree.op == "first" or tree.op == "last") and tree.name == step.axis.as
end

local function marks(ctx, step)
  local list = native.array {}
  for _, name in ipairs(step.finds) do
    if on_axis(step, name) then mark_finding(ctx, step, name, list) end
  end
  return list
end

-- How many times the least of some values the greatest is; 0 when one of them has no place on a log axis.
local function span(values)
  local low, high = math.huge, 0
  for _, value in ipairs(values) do low, high = math.min(low, value), math.max(high, value) end
  return low > 0 and high / low or 0
end

local WIDE, VERY_WIDE = 3, 20

-- Both log where both are wide: what is level and what grows in proportion are straight lines that meet there.
local function scales(xs, series)
  local ys = {}
  for _, one in ipairs(series) do
    for _, point in ipairs(one.points) do ys[#ys + 1] = point[2] end
  end
  if span(xs) > WIDE and span(ys) > WIDE then return "log", "log" end
  return span(xs) > VERY_WIDE and "log" or "linear", "linear"
end

---The curves of a step: those of the sweep it is, or of the one it looks back on.
---@param ctx memwall.Context
---@param step memwall.Kind
---@return memwall.Picture?
function M.build(ctx, step)
  local run = workload.shown_run(ctx, step)
  if not (run and run.axis) then return nil end
  local series = native.array {}
  for _, chart in ipairs(run.chart) do series[#series + 1] = curve(ctx, run, chart) end
  for _, one in ipairs(published.curves(ctx, run, curve)) do series[#series + 1] = one end
  local model = run.chart[1] and run.chart[1].unit == "s" and model_curve(ctx, run)
  if model then series[#series + 1] = model end
  local axis = run.axis
  local x_scale, y_scale = scales(axis.values, series)
  return {
    kind = "sweep", id = "sweep", step = run.id,
    title = ctx:title(run.id), series = series, marks = marks(ctx, run),
    x = { label = ctx:label(run.id, axis.as), unit = "1", scale = x_scale },
    y = { label = run.chart[1] and ctx:label(run.id, run.chart[1].id) or "", unit = run.chart[1] and run.chart[1].unit or "1",
      scale = y_scale },
  }
end

return M
