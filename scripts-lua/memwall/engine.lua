-- engine.lua: a lab as a pure state machine: input(event) -> { view, effects, verdicts }.
--
-- Nothing here knows a clock, a file or an address: the same inputs give the same replies. An input
-- works on a branch of the state; the host commits it once the reply has become a message.

local expr = require "memwall.expr"
local judge = require "memwall.judge"
local labs = require "memwall.lab"
local native = require "memwall.native"
local new_context = require "memwall.context"
local problem = require "memwall.problem"
local roofs = require "memwall.roofs"
local published = require "memwall.published"
local runs = require "memwall.runs"
local states = require "memwall.state"
local texts = require "memwall.text"
local typed = require "memwall.typed"
local view = require "memwall.view"

local M = {}

local Session = {}
Session.__index = Session

local function refuse(message, ...)
  problem.raise("invalid", message:format(...))
end

local function step_of(ctx, event)
  local step = ctx.lab.by_id[event.step or ""]
  if not step then refuse("there is no step '%s' in this lab", tostring(event.step)) end
  return step
end

-- A step that is reached. `replaying` a record never fails on a gate: it was reached then.
local function reached_step(ctx, event, replaying)
  local step = step_of(ctx, event)
  local needed = ctx:waits_for(step)
  if needed and not replaying then
    refuse("step '%s' waits for '%s': %s", step.id, needed.id, ctx:say("locked", ctx:title(needed.id)))
  end
  return step
end

---Marks of one prediction: `made` is shared by all of them.
local function prediction_points(lab)
  local count = 0
  for _, step in ipairs(lab.steps) do
    if step.predicts then count = count + 1 end
  end
  return count > 0 and (lab.points.made or 0) / count or 0
end

-- Reads the fields of a submit; what cannot be read stands in st.problems. `taken`: of a record, whether it could be
-- read when it was given; it is taken again then, and else not, however much more is understood today.
local function read_values(ctx, step, st, given, taken)
  local names = typed.names(ctx.lab, step, ctx.scope)
  given = type(given) == "table" and given or {}
  st.values, st.numbers, st.problems, st.values_set = {}, {}, {}, true
  for _, field in ipairs(step.fields) do
    local id = field.id
    st.values[id], st.problems[id], st.numbers[id] = field:read(ctx, step, given[id], names, taken)
  end
  if taken == false and judge.all_read(step, st) then st.problems[step.fields[1].id] = { key = "not_taken" } end
end

-- The marks of a marked step that is right: a text for a person to read keeps half of them.
local function marks(ctx, step, st)
  local points = ctx.lab.points[step.id] or 0
  local by_hand = 0
  for _, field in ipairs(step.fields) do
    if field.credit == "hand" then by_hand = math.floor(points / 2) end
  end
  if st.hints >= #view.hints(ctx, step) and st.hints > 0 then points = by_hand end -- the answer was shown
  return points - by_hand, by_hand
end

-- `earned`: the marks of a record, which stand; else they follow from the hints that were seen.
local function settle(ctx, step, st, judged, earned)
  st.verdicts, st.tries, st.judged_with = judged, st.tries + 1, ctx.roofs_changed
  local all = true
  for _, one in pairs(judged) do all = all and one.verdict ~= "wrong" end
  if step.predicts then
    st.committed, st.points = true, prediction_points(ctx.lab)
    for _, one in pairs(judged) do all = all and one.verdict == "right" end
    st.right = all
  else
    local marked, by_hand = marks(ctx, step, st)
    if all and not st.right then
      st.right, st.points = true, math.max(st.points, earned or marked)
    end
    st.pending = by_hand
  end
end

-- What a record says of a step's answer: the verdicts of its fields, and the points that they earned. There are no
-- verdicts where it could not be read, and was not judged.
local function told_then(recorded, id)
  local verdicts, points = nil, 0
  for _, one in ipairs(recorded.verdicts or {}) do
    if one.step == id then
      verdicts, points = verdicts or {}, points + (tonumber(one.points) or 0)
      verdicts[one.field or ""] = { verdict = one.verdict, wrong = one.wrong }
    end
  end
  return verdicts, points
end

-- Points of a step that the lab no longer has, or that asks nothing any more.
local function keep_points(ctx, id, recorded)
  local kept = states.copy(ctx.state.kept or {})
  local _, points = told_then(recorded, id)
  kept[id] = math.max(kept[id] or 0, points)
  ctx.state.kept = kept
end

-- What was taken then has no mistakes now.
local function forgive(step, st)
  for _, field in ipairs(step.fields) do
    field:forgive(st)
  end
  st.problems = {}
end

-- An answer given in another version of the lab: its verdicts stay as they were told.
local function keep_recorded(ctx, step, st, event, recorded)
  read_values(ctx, step, st, event.values, true)
  forgive(step, st)
  local verdicts, points = told_then(recorded, step.id)
  if not verdicts then return end -- it could not be read then
  local right = true
  for _, one in pairs(verdicts) do
    right = right and (one.verdict == "right" or one.verdict == "unchecked" and not step.predicts)
  end
  st.verdicts, st.tries, st.right, st.answered_in = verdicts, st.tries + 1, right, recorded.version
  st.committed, ctx.state.answered = step.predicts or false, true
  st.points = math.max(st.points, points)
  if not step.predicts then
    local _, by_hand = marks(ctx, step, st)
    st.pending = by_hand
  end
end

-- The verdicts of a record of this version: as they were told, and about them what can still be worked out. What they
-- rest on may be lost, as a run that cannot be read any more is.
local function judge_again(ctx, step, st, told)
  if judge.all_read(step, st) then
    for id, one in pairs(step:judge(ctx, st)) do
      local before = told[id]
      if before and before.verdict == one.verdict and before.wrong == one.wrong then told[id] = one end
    end
  end
  forgive(step, st)
  return told
end

local function report_verdicts(ctx, step, st)
  local points = st.points
  for _, field in ipairs(step.fields) do
    local one = st.verdicts[field.id]
    if one then
      ctx.verdicts[#ctx.verdicts + 1] = {
        step = step.id, field = field.id, verdict = one.verdict, wrong = one.wrong, points = points,
        claimed = field.claimed or field.on_claimed or nil, -- its truth is what this machine says of itself
      }
      points = 0
    end
  end
end

local EVENTS = {}

function EVENTS.submit(ctx, event, recorded)
  local old = recorded and type(recorded.version) == "string" and recorded.version ~= ctx.lab.stamp
  local step = ctx.lab.by_id[event.step or ""]
  if old and not (step and #step.fields > 0) then keep_points(ctx, tostring(event.step), recorded) end
  if old and not step then return end
  step = reached_step(ctx, event, recorded ~= nil)
  ctx = ctx:about(step)
  local st = ctx:change(step.id)
  if step:seen(ctx) then return end
  if #step.fields == 0 then
    if old then return end
    refuse("step '%s' asks nothing", step.id)
  end
  if old then
    keep_recorded(ctx, step, st, event, recorded)
    return report_verdicts(ctx, step, st)
  end
  local told, points, taken
  if recorded then
    told, points = told_then(recorded, step.id)
    taken = told ~= nil
  end
  if st.committed and not taken then refuse("step '%s' is committed", step.id) end
  if st.right and not taken then refuse("step '%s' is answered", step.id) end
  read_values(ctx, step, st, event.values, taken)
  st.verdicts = {}
  if taken then
    settle(ctx, step, st, judge_again(ctx, step, st, told), points)
  elseif judge.all_read(step, st) then
    settle(ctx, step, st, step:judge(ctx, st))
  else
    return
  end
  st.answered_in, ctx.state.answered = nil, true
  report_verdicts(ctx, step, st)
end

function EVENTS.undo(ctx, event, recorded)
  local step = step_of(ctx, event)
  if recorded and not ctx:can_undo(step) then return end -- what it took back is lost
  if not ctx:can_undo(step) then refuse("the answer of step '%s' stands", step.id) end
  local st = ctx:change(step.id)
  st.committed, st.points, st.verdicts, st.problems = false, 0, {}, {}
  st.pending, st.answered_in = 0, nil
end

function EVENTS.hint(ctx, event, recorded)
  local step = reached_step(ctx, event, recorded ~= nil)
  local st = ctx:change(step.id)
  st.hints = math.min(st.hints + 1, #view.hints(ctx:about(step), step))
end

EVENTS["goto"] = function(ctx, event, recorded)
  local step = reached_step(ctx, event, recorded ~= nil)
  local present = ctx.lab.steps[ctx.state.current]
  present:seen(ctx)
  ctx.state.current = step.index
end

function EVENTS.run(ctx, event, recorded)
  local step = reached_step(ctx, event, recorded ~= nil)
  if not step.runs then refuse("step '%s' runs nothing", step.id) end
  runs.run(ctx, step, event.wait == true)
end

function EVENTS.set(ctx, event)
  local step = step_of(ctx, event)
  if not step.runs then refuse("step '%s' has no controls", step.id) end
  runs.set(ctx, step, event.param, event.value)
end

function EVENTS.result(ctx, event)
  runs.result(ctx, event)
  roofs.note(ctx, event)
end

-- Sizes follow the machine: above the last cache level, below the memory that a lab may take.
local function fit(ctx)
  local state, machine = ctx.state, ctx.machine
  state.variant, state.fitted = states.copy(state.drawn), {}
  ctx:refresh()
  for _, rule in ipairs(ctx.lab.fit) do
    local drawn = state.drawn[rule.name]
    local low = not machine.nominal and expr.eval(rule.above, ctx.scope) or nil
    local high = expr.eval(rule.below, ctx.scope)
    local function size(value)
      state.variant[rule.name] = value
      ctx:refresh()
      return expr.eval(rule.of, ctx.scope) or 0
    end
    local value, reason = drawn, nil
    for _ = 1, 256 do
      if not low or size(value) >= low then break end
      value, reason = value + rule.step, "cache"
    end
    for _ = 1, 256 do
      if not high or size(value) <= high or value <= rule.step then break end
      value, reason = value - rule.step, "memory"
    end
    size(value)
    if value ~= drawn then
      state.fitted[rule.name] = { from = drawn, to = value, reason = reason, limit = high, bytes = size(value) }
    end
  end
  ctx:refresh()
end

-- What was measured so far keeps the machine and the roofs that it was measured under.
local function keep_calibration(state)
  if not state.machine then return end
  local past = table.move(state.past or {}, 1, #(state.past or {}), 1, {})
  past[#past + 1] = { machine = state.machine, live = state.live, roofs_changed = state.roofs_changed }
  state.past = past
end

function EVENTS.machine(ctx, event)
  if type(event.machine) ~= "table" then refuse "the input 'machine' has no machine" end
  keep_calibration(ctx.state)
  ctx.state.machine, ctx.state.live = event.machine, nil
  ctx:refresh()
  if not ctx.state.answered then fit(ctx) end
end

-- With which versions of the lab an attempt was begun and last worked on. The machine and what it measures come by
-- themselves, and are nobody's decision to go on.
local function note_version(state, event, stamp)
  if event.e == "machine" or event.e == "result" or type(stamp) ~= "string" then return end
  state.begun, state.last = state.begun or stamp, stamp
end

---Takes one input. The new state waits for `commit`. A record of the past is taken without a view.
---@param event table
---@param recorded? table { version, verdicts } of a stored record
---@return { view?: table, effects: table[], verdicts: table[] }
function Session:input(event, recorded)
  local handler = EVENTS[event.e or ""]
  if not handler then refuse("there is no input '%s'", tostring(event.e)) end
  local ctx = new_context(self, states.branch(self.state))
  handler(ctx, event, recorded)
  ctx:refresh()
  note_version(ctx.state, event, recorded and recorded.version or self.lab.stamp)
  self.pending = ctx.state
  return {
    view = not recorded and view.build(ctx, self.about) or nil,
    effects = native.array(ctx.effects),
    verdicts = native.array(ctx.verdicts),
  }
end

---The view of the state as it is.
---@return table
function Session:view()
  return view.build(new_context(self, states.branch(self.state)), self.about)
end

---Keeps the state of the last input.
function Session:commit()
  self.state = self.pending or self.state
  self.pending = nil
end

-- Number and titles from the course that the lab's folder belongs to.
local function course_entry(course, folder, locale)
  local function named(titles)
    if type(titles) == "table" then return titles[locale] or titles.en end
    return titles
  end
  for _, one in ipairs(course and course.units or {}) do
    for _, lab in ipairs(one.labs or {}) do
      if lab.dir == folder then return lab.number, named(course.title), named(lab.title) end
    end
  end
end

local function by_name(kernels)
  if not kernels then return nil end
  local map = {}
  for _, kernel in ipairs(kernels.kernels or kernels) do
    map[kernel.family .. "/" .. kernel.variant] = kernel
  end
  return map
end

-- The recorded run of a quiet machine as a state of its own, its results taken as a student's are.
local function replay_published(session, recording)
  published.check(session.lab, recording)
  local drawn = labs.draw(session.lab, tostring(recording.seed or "memwall"))
  local ctx = new_context(session, { current = 1, drawn = drawn, variant = states.copy(drawn), steps = {}, fitted = {} })
  EVENTS.machine(ctx, { machine = recording.machine })
  for _, event in ipairs(recording.results) do
    if type(event) == "table" and event.e == "result" then
      ctx.state.open = nil
      EVENTS.result(ctx, event)
      ctx:refresh()
    end
  end
  ctx.state.open = nil
  return ctx
end

---Opens a lab.
---@param request table { source, texts, locale, folder, request = { seed, … }, kernels?, course?, published? }
---@return table session with `about`
function M.open(request)
  local lab = labs.read(request.source, by_name(request.kernels))
  local english = texts.parse(request.texts.en, "text/en.md")
  local other = request.locale ~= "en" and request.texts[request.locale]
  local prose = { english }
  for locale, text in pairs(request.texts) do texts.measure(text, "text/" .. locale .. ".md") end
  if other then table.insert(prose, 1, texts.parse(other, "text/" .. request.locale .. ".md")) end
  -- Questions are asked in the order in which the English text names them.
  for _, step in ipairs(lab.steps) do
    local place = {}
    for i, id in ipairs(english.steps[step.id] and english.steps[step.id].fields or {}) do place[id] = i end
    for _, list in ipairs { step.fields, step.chart or {} } do
      for i, field in ipairs(list) do field.order = place[field.id] or 1000 + i end
      table.sort(list, function(a, b) return a.order < b.order end)
    end
  end
  local number, course, title = course_entry(request.course, request.folder, request.locale)
  local list = native.array {}
  for i, step in ipairs(lab.steps) do
    list[i] = { id = step.id, kind = step.kind, title = prose[1].steps[step.id] and prose[1].steps[step.id].title or step.id }
  end
  local session = setmetatable({ lab = lab, locale = request.locale, prose = prose }, Session)
  session.about = {
    id = lab.id, number = number, course = course, title = prose[1].title ~= "" and prose[1].title or title or lab.id,
    version = lab.stamp, release = lab.version, digest = lab.digest, minutes = lab.minutes, memory = lab.memory, steps = list,
    seed = tostring(request.request and request.request.seed or "memwall"),
  }
  local drawn = labs.draw(lab, session.about.seed)
  session.state = { current = 1, drawn = drawn, variant = states.copy(drawn), steps = {}, fitted = {} }
  session.published = request.published and replay_published(session, request.published)
  return session
end

return M
