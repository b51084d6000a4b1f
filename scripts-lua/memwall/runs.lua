-- runs.lua: samples: which is begun next, what came back, and what it shows. How a step is played its kind says, and
-- what a sample is computed by its source.

local expr = require "memwall.expr"
local native = require "memwall.native"
local problem = require "memwall.problem"
local scope = require "memwall.scope"
local typed = require "memwall.typed"
local words = require "memwall.words"

local M = {}

---The finding of a sweep where its flat line and its rising one meet.
M.CROSSING = "crossing"

---So often a sample is measured.
M.TRIES = 2

---The key of the sample that the controls of a step point at.
---@param ctx memwall.Context
---@param step table
---@return string
function M.key(ctx, step)
  local parts = {}
  for _, control in ipairs(step.controls) do
    parts[#parts + 1] = tostring(M.control_value(ctx, step, control))
  end
  return #parts > 0 and table.concat(parts, ",") or "1"
end

---@return number|string
function M.control_value(ctx, step, control)
  local value = ctx:of(step.id).params[control.name]
  return value == nil and control.values[1] or value
end

---The unit printed beside a control, in which a bare number counts.
---@return string
function M.control_unit(control)
  return control.as == control.name and control.spec and control.spec.unit or "1"
end

---The keys of the samples that a step is made of as its controls stand, in their order.
---@return string[]
function M.keys(ctx, step) return step:keys(ctx) end

---The values of the controls that a key stands for.
---@param step memwall.Kind
---@param key string
---@return table<string, number|string> by the names that formulas have for them
function M.chosen(step, key)
  local values, i = {}, 0
  for part in key:gmatch "[^,]+" do
    i = i + 1
    local control = step.controls[i]
    if control then values[control.as] = tonumber(part) and math.tointeger(tonumber(part)) or part end
  end
  return values
end

---The names of one sample: what its controls say, and its figures where they are given.
---@param ctx memwall.Context
---@param step memwall.Kind
---@param key string
---@param figures? table<string, number>
---@return memwall.SampleScope
function M.scope(ctx, step, key, figures)
  return scope.sample(ctx:under(ctx:of(step.id).samples[key]).scope, figures or M.chosen(step, key), step:units())
end

-- The effect that computes one sample, or its result where that is known at once.
local function effect_of(ctx, step, key)
  local labels, chosen = {}, M.chosen(step, key)
  for _, control in ipairs(step.controls) do
    local value = chosen[control.as]
    if value ~= nil then labels[#labels + 1] = ctx:label(step.id, control.as) .. " " .. value end
  end
  local effect, result = step.source:effect(ctx, step, chosen)
  if not effect then return nil, result end
  effect.id, effect.step, effect.budget = step.id .. ":" .. key, step.id, step.budget or step.sampling
  effect.label = #labels > 0 and table.concat(labels, ", ") or ctx:title(step.id)
  step:complete(ctx, effect, chosen)
  return effect
end

-- A source that answers at once has nothing to wait for: whatever runs gives place to the answer.
local function answered(ctx, step, key, result)
  local open = ctx.state.open
  if result.status == "ok" then
    if open then ctx.effects[#ctx.effects + 1] = { effect = "cancel" } end
    ctx.state.open = nil
    step:follow(ctx:change(step.id), key)
  end
  result.run = step.id .. ":" .. key
  return M.result(ctx, result)
end

-- Starts one sample; it takes the place of whatever runs. One that cannot run on this machine (more threads than it
-- has processors, a size that needs roofs it does not know) is over at once, with the reason.
local function start(ctx, step, key)
  local ok, effect, result = pcall(effect_of, ctx, step, key)
  if not ok then
    if type(effect) ~= "table" or effect.status ~= "invalid" then error(effect, 0) end
    effect, result = nil, { status = "invalid", reason = effect.message }
  end
  if not effect then return answered(ctx, step, key, result) end
  local st = ctx:change(step.id)
  local sample = st.samples[key]
  if sample and sample.tries > 0 then effect.label = ctx:say("second_try", effect.label) end
  effect.wait = st.wait and step.patience or nil
  st.active = key
  step:follow(st, key)
  ctx.state.open = { step = step.id, key = key, id = effect.id, label = effect.label, kernel = effect.kernel }
  ctx.effects[#ctx.effects + 1] = effect
end

---Whether a sample has its result, or had its two tries.
---@param sample? table
---@return boolean
function M.finished(sample)
  return sample ~= nil and (sample.m ~= nil or sample.tries >= M.TRIES)
end

---True when at least one sample of a step was measured.
function M.measured(ctx, step)
  local st = ctx:of(step.id)
  for _, key in ipairs(st.order) do
    if st.samples[key].m then return true end
  end
  return false
end

---Whether a time cannot be believed, and what is drawn from it.
---@param m? table a measurement
function M.is_noisy(m) return m ~= nil and m.verdict == "noisy" end

---Whether something of a step was noisy and may be tried again in a quiet moment.
---@return boolean
function M.noisy(ctx, step)
  for _, sample in pairs(ctx:of(step.id).samples) do
    if step:noise(sample) then return true end
  end
  return false
end

---Starts a run, the rest of a sweep, or a whole new pass; `wait`: in a quiet moment, and of a sweep only what was
---noisy or is missing.
---@param wait? boolean
function M.run(ctx, step, wait)
  local st = ctx:change(step.id)
  st.wait = wait or nil
  if ctx.state.open and ctx.state.open.step == step.id and step:all_begun(st) then return end
  st.queue = step:due(ctx, st, wait)
  start(ctx, step, table.remove(st.queue, 1))
end

---A control was moved: the new sample replaces what runs.
function M.set(ctx, step, name, value)
  local control
  for _, one in ipairs(step.controls or {}) do
    if one.name == name or one.as == name then control = one end
  end
  if not control then problem.raise("invalid", ("step '%s' has no control '%s'"):format(step.id, tostring(name))) end
  local known, mistake = typed.control(value, control, M.control_unit(control), typed.names(ctx.lab, step, ctx.scope))
  if known == nil then
    problem.raise("invalid", ("step '%s': %s: %s"):format(step.id, control.as, words.told(ctx.locale, mistake)))
  end
  ctx:change(step.id).params[control.name] = known
  if ctx:waits_for(step) then return end
  local key = M.key(ctx, step)
  local open = ctx.state.open
  local st = ctx:change(step.id)
  st.queue, st.wait = nil, nil
  if open and open.step == step.id and open.key == key then return end
  start(ctx, step, key)
end

-- What a failure means for trying again: some cannot end differently.
local HOPELESS = { invalid = true, ["no-memory"] = true, unsupported = true, absent = true }

-- A text, or a reason: recordings may hold anything.
local function is_reason(value)
  return type(value) == "string" or type(value) == "table" and type(value.id) == "string" and type(value.figures) == "table"
end

---The two parts of a run id; nothing where it is none.
---@param run any
---@return string? step
---@return string? key of its sample
function M.parts(run) return tostring(run or ""):match "^([%w_]+):(.+)$" end

---A result came back.
---@param ctx memwall.Context
---@param event table
function M.result(ctx, event)
  local id, key = M.parts(event.run)
  local step = id and ctx.lab.by_id[id]
  local open = ctx.state.open
  if open and open.id == event.run then ctx.state.open = nil end
  if not (step and step.runs) then return end
  local st = ctx:change(id)
  if event.status == "cancelled" then
    if not ctx.state.open then
      st.queue, st.cancelled = nil, true
    end
    return
  end
  local sample = st.samples[key]
  if not sample then
    sample = { key = key, tries = 0 }
    st.samples[key] = sample
    st.order[#st.order + 1] = key
  end
  sample.tries = HOPELESS[event.status] and M.TRIES or sample.tries + 1
  local ok = event.status == "ok" and type(event.measurement) == "table"
  if ok or not sample.m then sample.calibration = ctx:calibration() end -- what is kept was measured under its own
  st.cancelled, st.active = nil, key
  if ok then
    sample.m, sample.beside, sample.ratio = event.measurement, event.beside, event.ratio
    sample.status, sample.reason = "ok", nil
  else
    local status = type(event.status) == "string" and event.status or "failed"
    sample.status, sample.reason = status, is_reason(event.reason) and event.reason or status
  end
  -- In a transcript in which results are lost the next may come although nothing has begun it.
  for i = #(st.queue or {}), 1, -1 do
    if st.queue[i] == key then table.remove(st.queue, i) end
  end
  if ctx.state.open then return end -- a newer run has taken its place
  local again = sample.status ~= "ok" or step:again(sample)
  if again and sample.tries < M.TRIES then return start(ctx, step, key) end
  if st.queue and #st.queue > 0 then return start(ctx, step, table.remove(st.queue, 1)) end
  st.queue = nil
end

---A number, of which a recording may have something else in its place.
---@param value any
---@return number?
function M.number(value)
  return type(value) == "number" and value + 0.0 or nil
end

---What the rule of roofs wants of a measurement beside a run.
---@param beside table
---@return table
function M.as_roof(beside)
  return { kernel = beside.kernel, args = beside.args, threads_had = beside.threads_had,
    load_bytes = beside.load_bytes, compulsory_bytes = beside.compulsory_bytes, seconds = beside.seconds }
end

---What a measurement moved between the levels of the memory, nearest first: results recorded before there was a
---simulator have none of it.
---@param m? table a measurement
---@return table[] links { from, to, modelled?, measured? }
---@return table<string, memwall.Reason|string> reasons
function M.links(m)
  local links = m and m.links
  if type(links) ~= "table" or type(links.levels) ~= "table" then return {}, {} end
  local list = {}
  for i, level in ipairs(links.levels) do
    list[i] = { from = level.from, to = level.to, modelled = M.number(level.modelled), measured = M.number(level.measured) }
  end
  return list, type(links.reasons) == "table" and links.reasons or {}
end

---The figures of a sample by the names that its step declares, and the values of its controls.
---@param ctx memwall.Context
---@param step memwall.Kind
---@param key string
---@param side? "beside" the other side of a comparison
---@return table<string, number> values
---@return table<string, string> kinds
function M.figures(ctx, step, key, side)
  local sample = ctx:of(step.id).samples[key]
  local m = sample and (side == "beside" and sample.beside or not side and sample.m) or nil
  local source = side and step.rival or step.source
  local chosen, names = M.chosen(step, key), nil
  -- What the lab itself works out: its closed forms.
  local function closed(name)
    if chosen[name] ~= nil then return chosen[name] end
    local tree = step[name] or source[name]
    names = names or M.scope(ctx, step, key)
    return tree and M.number((expr.eval(tree, names))) or nil
  end
  local values, kinds = source:take(m, closed)
  for name, value in pairs(chosen) do
    if values[name] == nil then values[name] = value end
  end
  step:pair_up(sample, values, function(name, value)
    if value and value == value and value ~= math.huge then values[name], kinds[name] = value, "measured" end
  end)
  return values, kinds
end

-- The samples of a sweep in its order; false where one is missing.
local function series(ctx, step)
  local list = {}
  for i, key in ipairs(step:keys(ctx)) do
    local sample = ctx:of(step.id).samples[key]
    list[i] = sample and sample.m and M.figures(ctx, step, key) or false
  end
  return list
end

-- T(first)/T(sample) with its interval: as it was measured in turns, else from the two times.
local function gain_of(step, first, sample)
  local beside, ratio = sample.beside, sample.ratio
  if beside and step.source:same(beside) and ratio then return ratio.median, ratio.low, ratio.high end
  if first == sample then return 1, 1, 1 end
  local function times(m)
    local seconds = type(m.seconds) == "table" and m.seconds or {}
    local median = M.number(seconds.median)
    return median, M.number(seconds.low) or median, M.number(seconds.high) or median
  end
  local t1, low1, high1 = times(first.m)
  local t, low, high = times(sample.m)
  if not (t1 and t) then return nil end
  return t1 / t, low1 / high, high1 / low
end

---Whether a finding of a step is a crossing, which has an interval.
---@return boolean
function M.is_crossing(step, name)
  return step.find ~= nil and step.find[name] ~= nil and step.find[name].op == M.CROSSING
end

---Where the flat line of a sweep and its rising one meet: by the same arithmetic as `memwall bench knee`.
---@return number? value
---@return number|memwall.Reason low its interval, or why there is none
---@return number? high
function M.crossing(ctx, step)
  local samples, points, keys = ctx:of(step.id).samples, {}, M.keys(ctx, step)
  for i, key in ipairs(keys) do
    local sample = samples[key]
    if not (sample and sample.m) then return nil, native.reason "sweep-open" end
    local ratio, low, high = gain_of(step, samples[keys[1]], sample)
    points[i] = { x = step.axis.values[i], ratio = ratio, low = low, high = high }
  end
  return native.knee(points)
end

---A finding of a sweep, or a figure of a step's last sample.
---@return number? value
---@return memwall.Reason|string|nil problem
---@return memwall.Mistake? mistake
function M.observe(ctx, step, name)
  if step.find and step.find[name] then
    if M.is_crossing(step, name) then
      local value, why = M.crossing(ctx, step)
      return value, not value and why or nil
    end
    return expr.eval(step.find[name], scope.series(ctx:about(step).scope, series(ctx, step), step:units()))
  end
  local st = ctx.state.steps[step.id]
  local key = st and st.active
  if not key then return nil, native.reason "not-run" end
  local value = M.figures(ctx, step, key)[name]
  if value == nil then return nil, native.reason "not-measured" end
  return value
end

---What is to be said about a step's last sample: a list of { tone, key, … } for words.lua.
function M.remarks(ctx, step)
  local st, list = ctx:of(step.id), {}
  local open = ctx.state.open
  if st.cancelled and not (open and open.step == step.id) then list[1] = { "info", "cancelled" } end
  local sample = st.active and st.samples[st.active]
  if not sample then return list end
  if sample.status ~= "ok" then
    local final = sample.tries >= M.TRIES
    list[#list + 1] = { "warning", final and "failed_twice" or "failed_once", sample.reason }
  else
    list[#list + 1] = step:doubt(st, sample, open ~= nil and open.step == step.id)
  end
  if list[1] and M.noisy(ctx, step) and not open then list[#list + 1] = { "info", "quiet_offer" } end
  if sample.m then list[#list + 1] = step:verdict(ctx, st.active, sample) end
  return list
end

return M
