-- runs.lua: runs, sweeps and comparisons: what is to be run, what came back, what it shows.

local expr = require "memwall.expr"
local native = require "memwall.native"
local problem = require "memwall.problem"
local scope = require "memwall.scope"
local typed = require "memwall.typed"
local words = require "memwall.words"

local M = {}

---The finding of a sweep where its flat line and its rising one meet.
M.CROSSING = "crossing"

local TRIES = 2
local WAIT = { run = 20, sweep = 10, compare = 20 } -- seconds, at most, for a quiet moment before each sample

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

---All keys of a step in order: the values of a sweep, else the present choice.
---@return string[]
function M.keys(ctx, step)
  if not step.sweeps then return { M.key(ctx, step) } end
  local keys = {}
  for i, value in ipairs(step.axis.values) do keys[i] = tostring(value) end
  return keys
end

-- The values of the controls that a key stands for.
local function control_values(step, key)
  local values, i = {}, 0
  for part in key:gmatch "[^,]+" do
    i = i + 1
    local control = step.controls[i]
    if control then values[control.as] = tonumber(part) and math.tointeger(tonumber(part)) or part end
  end
  return values
end

local function sample_scope(ctx, step, key)
  return scope.sample(ctx:under(ctx:of(step.id).samples[key]).scope, control_values(step, key))
end

-- The arguments of one kernel. A formula that cannot be worked out here says why.
local function arguments(ctx, step, params, key)
  local chosen = control_values(step, key)
  local names, args = scope.planned(ctx.scope, chosen), {}
  for _, param in ipairs(params) do
    local value
    if param.values then
      value = chosen[param.as]
    elseif param.word then
      value = param.word
    else
      local message
      value, message = expr.eval(param.tree, names)
      if value == nil then ctx.lab.at:fail(step, param.name, "%s", message) end
      if type(value) ~= "number" or value ~= math.floor(value) then
        ctx.lab.at:fail(step, param.name, "gives %s, which is not a whole number", tostring(value))
      end
      value = math.tointeger(value)
    end
    local spec = param.spec
    if spec and type(value) == "number" and (value < (spec.min or value) or value > (spec.max or value)) then
      problem.raise("invalid", ctx:say("outside", param.as or param.name, value, spec.min, spec.max))
    end
    args[param.name] = value
  end
  return args
end
M.arguments = arguments

-- Reading as many bytes as the kernel must, from the same level, by as many threads.
local function roof_beside(ctx, step, key, args)
  local bytes, message = expr.eval(step.bytes, scope.planned(ctx.scope, control_values(step, key)))
  if type(bytes) ~= "number" then ctx.lab.at:fail(step, "bytes", "%s", message or "is not a number") end
  local dtype, threads = args.dtype or step.preset.dtype, args.threads or step.preset.threads
  local width = dtype == "f64" and 8 or 4
  return { kernel = step.interleave, args = { n = math.max(16, math.floor(bytes / width) // 16 * 16),
    dtype = dtype == "f64" and dtype or "f32", threads = (threads or 1) > 1 and threads or nil } }
end

---The effect that measures one sample.
---@param ctx memwall.Context
---@param step table
---@param key string
---@return table effect
function M.effect(ctx, step, key)
  local labels, chosen = {}, control_values(step, key)
  for _, control in ipairs(step.controls) do
    local value = chosen[control.as]
    if value ~= nil then labels[#labels + 1] = ctx:label(step.id, control.as) .. " " .. value end
  end
  local effect = {
    effect = "run", id = step.id .. ":" .. key, step = step.id, kernel = step.kernel,
    args = arguments(ctx, step, step.params, key), budget = step.budget or step.sampling,
    interactive = not step.compares, label = #labels > 0 and table.concat(labels, ", ") or ctx:title(step.id),
  }
  if step.compares then
    effect.beside = { kernel = step.b.kernel, args = arguments(ctx, step, step.b.params, key) }
    effect.compare = true
  elseif step.interleave == "first" then
    effect.beside = { kernel = step.kernel, args = arguments(ctx, step, step.params, M.keys(ctx, step)[1]) }
  elseif step.interleave then
    effect.beside = roof_beside(ctx, step, key, effect.args)
  end
  return effect
end

-- Starts one sample; it takes the place of whatever runs. One that cannot run on this machine (more threads than it
-- has processors, a size that needs roofs it does not know) is over at once, with the reason.
local function start(ctx, step, key)
  local ok, effect = pcall(M.effect, ctx, step, key)
  if not ok then
    if type(effect) ~= "table" or effect.status ~= "invalid" then error(effect, 0) end
    return M.result(ctx, { run = step.id .. ":" .. key, status = "invalid", reason = effect.message })
  end
  local st = ctx:change(step.id)
  local sample = st.samples[key]
  if sample and sample.tries > 0 then effect.label = ctx:say("second_try", effect.label) end
  effect.wait = st.wait and WAIT[step.kind] or nil
  st.active = key
  if step.axis then st.params[step.axis.name] = math.tointeger(tonumber(key)) end -- the slider follows
  ctx.state.open = { step = step.id, key = key, id = effect.id, label = effect.label, kernel = effect.kernel }
  ctx.effects[#ctx.effects + 1] = effect
end

local function finished(sample)
  return sample ~= nil and (sample.m ~= nil or sample.tries >= TRIES)
end

---True when every sample of a step has its result, or had its two tries.
function M.passed(ctx, step)
  local st = ctx:of(step.id)
  if step.sweeps then
    for _, key in ipairs(M.keys(ctx, step)) do
      if not finished(st.samples[key]) then return false end
    end
    return true
  end
  for _, key in ipairs(st.order) do
    if finished(st.samples[key]) then return true end
  end
  return false
end

---True when at least one sample of a step was measured.
function M.measured(ctx, step)
  local st = ctx:of(step.id)
  for _, key in ipairs(st.order) do
    if st.samples[key].m then return true end
  end
  return false
end

-- Why what a sample of a step shows cannot be believed, or nil. Who compares looks at the ratio, which has a verdict of
-- its own: what falls on both sides alike spoils their times, and not their ratio.
local function noise_of(step, sample)
  local m, ratio = sample.m, sample.ratio
  if m and step.compares and ratio and ratio.verdict then
    return ratio.verdict == "noisy" and (ratio.reason or "?") or nil
  end
  return m and m.verdict == "noisy" and (m.reasons and m.reasons.verdict or "?") or nil
end

---Whether a time cannot be believed, and what is drawn from it.
---@param m? table a measurement
function M.is_noisy(m) return m ~= nil and m.verdict == "noisy" end

---Whether something of a step was noisy and may be tried again in a quiet moment.
---@return boolean
function M.noisy(ctx, step)
  for _, sample in pairs(ctx:of(step.id).samples) do
    if noise_of(step, sample) then return true end
  end
  return false
end

---Starts a run, the rest of a sweep, or a whole new pass; `wait`: in a quiet moment, and of a sweep only what was
---noisy or is missing.
---@param wait? boolean
function M.run(ctx, step, wait)
  local st = ctx:change(step.id)
  st.wait = wait or nil
  if ctx.state.open and ctx.state.open.step == step.id and (not step.sweeps or st.queue) then return end
  if not step.sweeps then
    local key = M.key(ctx, step)
    if st.samples[key] then st.samples[key].tries = 0 end
    return start(ctx, step, key)
  end
  local queue, keys = {}, M.keys(ctx, step)
  for _, key in ipairs(keys) do
    local sample = st.samples[key]
    if not finished(sample) or wait and noise_of(step, sample) then queue[#queue + 1] = key end
  end
  if #queue == 0 then
    queue = keys
    for _, key in ipairs(keys) do st.samples[key].tries = 0 end
  end
  st.queue = queue
  start(ctx, step, table.remove(queue, 1))
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
  sample.tries = HOPELESS[event.status] and TRIES or sample.tries + 1
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
  local again = sample.status ~= "ok" or (not step.sweeps and noise_of(step, sample))
  if again and sample.tries < TRIES then return start(ctx, step, key) end
  if st.queue and #st.queue > 0 then return start(ctx, step, table.remove(st.queue, 1)) end
  st.queue = nil
end

local function number(value)
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
    list[i] = { from = level.from, to = level.to, modelled = number(level.modelled), measured = number(level.measured) }
  end
  return list, type(links.reasons) == "table" and links.reasons or {}
end

---The figures of a sample by the names of scope.OBSERVED, with modelled ones where nothing was counted.
---@param ctx memwall.Context
---@param step table
---@param key string
---@param side? "beside" the other side of a comparison
---@return table<string, number> values
---@return table<string, string> kinds
function M.figures(ctx, step, key, side)
  local sample = ctx:of(step.id).samples[key]
  local m = sample and (side == "beside" and sample.beside or not side and sample.m) or nil
  local values, kinds = {}, {}
  for name, value in pairs(control_values(step, key)) do values[name] = value end
  local function put(name, value, kind)
    if value and value == value and value ~= math.huge then values[name], kinds[name] = value, kind end
  end
  if m then
    local stated = m.kinds or {}
    for _, quantity in ipairs(native.quantities) do
      local value = quantity.of_run and quantity.member and m[quantity.member]
      if type(value) == "table" then value = value.median end -- a time
      value = number(value)
      put(quantity.id, value and value * 10.0 ^ quantity.power, stated[quantity.member] or quantity.kind)
    end
  end
  local names = sample_scope(ctx, step, key)
  for _, name in ipairs { "flops", "bytes" } do
    if not values[name] and step[name] then put(name, number((expr.eval(step[name], names))), "modelled") end
  end
  local seconds, flops, bytes = values.seconds, values.flops, values.bytes
  if flops and bytes and bytes > 0 then put("intensity", flops / bytes, "modelled") end
  if seconds and seconds > 0 then
    if flops then put("rate", flops / seconds, "measured") end
    if bytes then put("bandwidth", bytes / seconds, "measured") end
  end
  local beside = sample and sample.beside
  if step.compares then
    if side and step.b.bytes then
      local moved = number((expr.eval(step.b.bytes, names)))
      if moved and flops and moved > 0 then put("intensity", flops / moved, "modelled") end
    end
    put("rival_seconds", beside and beside.seconds and number(beside.seconds.median), "measured")
    values.rival = beside and (beside.library or beside.kernel)
    put("ratio", sample and sample.ratio and number(sample.ratio.median), "measured")
  elseif beside and beside.kernel == "stream/read" then
    local roof = native.roof_beside(M.as_roof(beside))
    put("roof", roof and roof.value, "measured")
    values.roof_low = roof and roof.low
    put("reached", sample.ratio and number(sample.ratio.median), "measured")
  elseif beside then
    local gain = sample.ratio and number(sample.ratio.median)
    put("rise", gain and gain > 0 and 1 / gain or nil, "measured")
  end
  return values, kinds
end

---The samples of a sweep in its order; false where one is missing.
function M.series(ctx, step)
  local list = {}
  for i, key in ipairs(M.keys(ctx, step)) do
    local sample = ctx:of(step.id).samples[key]
    list[i] = sample and sample.m and M.figures(ctx, step, key) or false
  end
  return list
end

-- T(first)/T(sample) with its interval: as it was measured in turns, else from the two times.
local function gain_of(step, first, sample)
  local beside, ratio = sample.beside, sample.ratio
  if beside and beside.kernel == step.kernel and ratio then return ratio.median, ratio.low, ratio.high end
  if first == sample then return 1, 1, 1 end
  local function times(m)
    local seconds = type(m.seconds) == "table" and m.seconds or {}
    local median = number(seconds.median)
    return median, number(seconds.low) or median, number(seconds.high) or median
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
    return expr.eval(step.find[name], scope.series(ctx:about(step).scope, M.series(ctx, step)))
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
    local final = sample.tries >= TRIES
    list[#list + 1] = { "warning", final and "failed_twice" or "failed_once", sample.reason }
  elseif step.sweeps then
    local noisy, reason = 0, nil
    for _, key in ipairs(st.order) do
      local why = noise_of(step, st.samples[key])
      if why then noisy, reason = noisy + 1, why end
    end
    if noisy > 0 then list[#list + 1] = { "warning", "sweep_noisy", noisy, #st.order, reason } end
  elseif noise_of(step, sample) then
    local reason = noise_of(step, sample)
    local again = open and open.step == step.id
    list[#list + 1] = { "warning", sample.tries >= TRIES and "ran_twice" or again and "ran_again" or "ran_noisy", reason }
  end
  if list[1] and M.noisy(ctx, step) and not open then list[#list + 1] = { "info", "quiet_offer" } end
  if step.expect and sample.m then
    local names = scope.sample(ctx:under(sample).scope, (M.figures(ctx, step, st.active)))
    local ratio = names.values.ratio
    if ratio then
      local met = expr.eval(step.expect, names) == true
      list[#list + 1] = { met and "good" or "info", met and "expect_met" or "expect_not_met", ("%.2f"):format(ratio),
        expr.show(step.expect) }
    end
  end
  return list
end

return M
