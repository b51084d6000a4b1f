-- view.lua: the view model: everything a front end draws, in the shape of ARCHITECTURE.md.

local counters = require "memwall.counters"
local hints = require "memwall.hints"
local native = require "memwall.native"
local prediction = require "memwall.prediction"
local published = require "memwall.published"
local registry = require "memwall.registry"
local roofs = require "memwall.roofs"
local runs = require "memwall.runs"
local unit = require "memwall.unit"
local words = require "memwall.words"

local M = {}

M.hints = hints.ladder

local function state_of(ctx, step)
  local st = ctx.state.steps[step.id]
  if ctx:waits_for(step) and not (st and (st.committed or st.right)) then return "waiting" end
  return step:state(ctx)
end

local function problem_text(ctx, problem)
  return words.told(ctx.locale, problem)
end

-- What is said to one judged field.
local function judged_text(ctx, step, field, judged)
  if judged.wrong then
    local text = ctx:text(step.id, "wrong", judged.wrong)
    if text then return "warning", text end
  end
  if field.claimed then
    return "info", ctx:say(judged.verdict == "unchecked" and "committed_unchecked" or "committed")
  end
  if judged.verdict == "right" then return "good", ctx:say "right" end
  if judged.verdict == "unchecked" then return "info", field:unchecked(ctx) end
  return "warning", step:mistaken(ctx, field, judged)
end

local function field_feedback(ctx, step, st, field)
  local problem = st.problems[field.id]
  if problem then return { tone = "warning", text = problem_text(ctx, problem) } end
  local judged = st.verdicts[field.id]
  if not judged or st.right and ctx:text(step.id, "right") then return nil end -- said once, for the whole step
  local tone, text = judged_text(ctx, step, field, judged)
  return { tone = tone, text = text }
end

-- What is drawn, in the order of the registry.
local function pictures(ctx, step)
  local list = native.array {}
  for _, kind in ipairs(registry.pictures) do list[#list + 1] = kind.build(ctx, step) end
  return list
end

local function fields(ctx, step, drawn)
  local list, st = native.array {}, ctx:of(step.id)
  local locked = st.committed or st.right or false
  for _, field in ipairs(step.fields) do
    local one = {
      id = field.id, kind = field.kind, label = ctx:label(step.id, field.id), unit = field:printed_unit(ctx, step, st, locked),
      value = st.values[field.id], locked = locked,
      low = field.low, high = field.high, feedback = field_feedback(ctx, step, st, field),
    }
    field:show(one, ctx, step, drawn)
    list[#list + 1] = one
  end
  return list
end

local function controls(ctx, step)
  local list = native.array {}
  for _, control in ipairs(step.controls or {}) do
    local values = native.array {}
    for i, value in ipairs(control.values) do values[i] = value end
    list[#list + 1] = {
      id = control.name, label = ctx:label(step.id, control.as), kind = control.words and "choice" or "slider",
      values = values, value = runs.control_value(ctx, step, control),
      unit = runs.control_unit(control),
    }
  end
  return list
end

local function actions(ctx, step)
  local list, st = native.array {}, ctx:of(step.id)
  local function add(name, valid)
    if valid then list[#list + 1] = name end
  end
  local reached = not ctx:waits_for(step)
  local running = ctx.state.open ~= nil
  add("submit", reached and #step.fields > 0 and not (st.committed or st.right))
  if step.runs then add(step.kind, reached and not (running and ctx.state.open.step == step.id)) end
  add("wait", step.runs and reached and not running and runs.noisy(ctx, step))
  add("hint", reached and not (st.committed or st.right) and st.hints < #hints.ladder(ctx, step))
  add("undo", ctx:can_undo(step))
  local following = ctx.lab.steps[step.index + 1]
  add("next", following and not ctx:waits_for(following))
  add("previous", step.index > 1)
  add("cancel", running)
  return list
end

-- "1.0", or the whole stamp where only that tells versions apart.
local function shown_version(ctx, stamp)
  local release = stamp:match "^(.-)%+" or stamp
  return release ~= ctx.lab.version and release or stamp
end

-- Whose attempt this is, when it was begun with another version of the lab. `offer` until something is done in it with
-- this one: whoever opened it may go on or begin anew.
local function attempt(ctx)
  local begun, stamp = ctx.state.begun, ctx.lab.stamp
  if not begun or begun == stamp then return nil end
  local shown = shown_version(ctx, begun)
  local present = shown == begun and stamp or ctx.lab.version
  return { version = shown, present = present, offer = ctx.state.last ~= stamp, text = ctx:say("begun_in", shown, present) }
end

-- After a run: each prediction beside what came out.
local function found_feedback(ctx, step, list)
  for _, name in ipairs(step.finds or {}) do
    local asked, field = prediction.of(ctx, step, name)
    local predicted = asked and ctx:of(asked.id).committed and ctx:answer(asked.id, field)
    if predicted and step:passed(ctx) then
      local found, why, mistake = runs.observe(ctx, step, name)
      local shown = unit.format(predicted, field.unit)
      if type(found) == "number" and found > 0 and predicted > 0 then
        local low, high = found, found
        if runs.is_crossing(step, name) then found, low, high = runs.crossing(ctx, step) end
        local near = roofs.near(predicted, low, high, field)
        list[#list + 1] = { tone = near and "good" or "info", text = ctx:say("you_found", shown,
          ctx:finding(step.id .. "." .. name) or unit.format(found, field.unit), prediction.factor(ctx, predicted, found)) }
      else
        list[#list + 1] = { tone = "info", text = ctx:say("you_absent", shown, mistake or why or "–") }
      end
    end
  end
end

-- A run that found another roof than was remembered says so, and what it means for the answers above it.
local function changed_feedback(ctx, step, list)
  local level = roofs.changed_by(ctx, step)
  if not level then return end
  list[#list + 1] = { tone = "warning", text = roofs.sentence(ctx, level) }
  for i = 1, step.index - 1 do
    local above = ctx.lab.steps[i]
    for _, text in ipairs(roofs.second(ctx, above, prediction.factor)) do
      list[#list + 1] = { tone = "info", text = ctx:say("of_step", ctx:title(above.id), text) }
    end
  end
end

local function feedback(ctx, step)
  local list, st = native.array {}, ctx:of(step.id)
  if st.answered_in then
    local stands = st.committed or st.right
    local key = stands and "answered_in" or "answered_wrong_in"
    list[1] = { tone = "info", text = ctx:say(key, shown_version(ctx, st.answered_in)) }
  end
  local judged, problems, right = 0, 0, 0
  for _, field in ipairs(step.fields) do
    if st.problems[field.id] then problems = problems + 1 end
    local one = st.verdicts[field.id]
    if one then
      judged = judged + 1
      if one.verdict == "right" then right = right + 1 end
    end
  end
  if st.right then
    local text = ctx:text(step.id, "right")
    if text then list[#list + 1] = { tone = "good", text = text } end
  elseif judged > 1 and right > 0 and step.marked then
    list[#list + 1] = { tone = "warning", text = ctx:say "partly" }
  end
  for _, text in ipairs(roofs.second(ctx, step, prediction.factor)) do list[#list + 1] = { tone = "info", text = text } end
  if step.runs then
    for _, remark in ipairs(runs.remarks(ctx, step)) do
      list[#list + 1] = { tone = remark[1], text = ctx:say(table.unpack(remark, 2)) }
    end
    changed_feedback(ctx, step, list)
    found_feedback(ctx, step, list)
    for _, text in ipairs(published.sentences(ctx, step)) do list[#list + 1] = { tone = "info", text = text } end
  end
  return list
end

local function text_of(ctx, step)
  local parts = {}
  if step.index == 1 and ctx.prose[1].intro ~= "" then parts[1] = ctx:fill(ctx.prose[1].intro) end
  parts[#parts + 1] = ctx:text(step.id, "body")
  local st = ctx:of(step.id)
  local done = step.runs and step:passed(ctx) or st.right or st.committed or step.marked and st.tries > 0
  if done then
    local measured = not step.runs or runs.measured(ctx, step)
    parts[#parts + 1] = not measured and ctx:text(step.id, "unmeasured") or ctx:text(step.id, "done")
  end
  return table.concat(parts, "\n\n")
end

local function hint(ctx, step)
  local all, shown = hints.ladder(ctx, step), native.array {}
  local count = math.min(ctx:of(step.id).hints, #all)
  for i = 1, count do shown[i] = all[i] end
  return { shown = count, total = #all, texts = shown }
end

local function run_state(ctx)
  local open = ctx.state.open
  if not open then return { state = "idle" } end
  local step = ctx.lab.by_id[open.step]
  local run = { state = "running", id = open.id, step = open.step, label = open.label, kernel = open.kernel }
  run.done, run.total = step:progress(ctx)
  return run
end

local function notices(ctx)
  local list, state = native.array {}, ctx.state
  if #ctx.machine.levels == 0 then list[1] = ctx:say "no_roofs" end
  if ctx.machine.nominal then list[#list + 1] = ctx:say "roofs_nominal" end
  for name, fitted in pairs(state.fitted) do
    local to, from = unit.format(fitted.to, "1"), unit.format(fitted.from, "1")
    if fitted.reason == "memory" then
      list[#list + 1] = ctx:say("fit_memory", name, to, from, unit.format(fitted.limit, "B"), ctx.machine:level(fitted.bytes))
    else
      list[#list + 1] = ctx:say("fit_cache", name, to, from)
    end
  end
  for _, level in ipairs(ctx.machine.levels) do
    if level.remembered then list[#list + 1] = roofs.sentence(ctx, level) end
  end
  if ctx.present then list[#list + 1] = ctx:say "roofs_then" end
  local memory = (ctx.present or ctx).machine:memory() -- what may be allocated from now on
  if memory and memory < ctx.lab.memory then
    list[#list + 1] = ctx:say("memory_short", unit.format(ctx.lab.memory, "B"), unit.format(memory, "B"))
  end
  return list
end

local function overview(ctx)
  local list, finished = native.array {}, true
  for i, step in ipairs(ctx.lab.steps) do
    local st = ctx.state.steps[step.id]
    list[i] = {
      id = step.id, kind = step.kind, title = ctx:title(step.id), state = state_of(ctx, step),
      points = step.marked and ctx.lab.points[step.id] or nil, answered_in = st and st.answered_in,
    }
    finished = finished and ctx:passed(step)
  end
  return list, finished
end

---Builds the view of a state: of the calibration that the present step is about.
---@param ctx memwall.Context
---@param about table
---@return table
function M.build(ctx, about)
  local step = ctx.lab.steps[ctx.state.current]
  ctx = ctx:about(step)
  local list, finished = overview(ctx)
  local earned, possible, pending = ctx:score()
  local drawn = pictures(ctx, step)
  return {
    lab = { id = about.id, number = about.number, title = about.title, course = about.course, version = about.release,
      minutes = about.minutes, seed = about.seed },
    machine = { brand = ctx.machine.json.brand, verdict = ctx.machine.json.verdict },
    step = { id = step.id, kind = step.kind, title = ctx:title(step.id), index = step.index, count = #ctx.lab.steps,
      state = list[step.index].state },
    steps = list, text = text_of(ctx, step), fields = fields(ctx, step, drawn), controls = controls(ctx, step),
    actions = actions(ctx, step), feedback = feedback(ctx, step), hint = hint(ctx, step), run = run_state(ctx),
    pictures = drawn, counters = counters.rows(ctx, step), attempt = attempt(ctx),
    score = { earned = earned, possible = possible, pending = pending }, notices = notices(ctx), finished = finished,
  }
end

return M
