-- context.lua: one lab, one state of it, and what both mean together: names, texts, gates.

local expr = require "memwall.expr"
local machines = require "memwall.machine"
local native = require "memwall.native"
local runs = require "memwall.runs"
local scope = require "memwall.scope"
local states = require "memwall.state"
local texts = require "memwall.text"
local unit = require "memwall.unit"
local words = require "memwall.words"
local workload = require "memwall.workload"

---@class memwall.Context
---@field lab table
---@field state table
---@field changed table<string, boolean> steps whose state is our own copy
---@field locale string
---@field prose { [1]: memwall.Text, [2]: memwall.Text } the wanted language, then English
---@field machine memwall.Machine
---@field live? table<string, table> roofs measured beside runs, by level
---@field roofs_changed integer how often such a roof took the place of another
---@field earlier table<integer, memwall.Context> by calibration, made when they are asked for
---@field present? memwall.Context in a context of an earlier calibration: that of the present one
---@field scope memwall.BaseScope
---@field effects table[]
---@field verdicts table[]
---@field published? memwall.Context a run recorded on a quiet machine
local Context = {}
Context.__index = Context

---@param session table { lab, locale, prose }
---@param state table
---@return memwall.Context
local function new(session, state)
  local ctx = setmetatable({
    lab = session.lab, locale = session.locale, prose = session.prose, state = state, changed = {},
    effects = {}, verdicts = {}, published = session.published,
  }, Context)
  ctx:refresh()
  return ctx
end

-- Lets a context mean one calibration: { machine, live, roofs_changed }.
local function mean(self, calibration)
  self.live, self.roofs_changed = calibration.live, calibration.roofs_changed or 0
  self.machine = machines.new(calibration.machine, self.live)
  self.scope = scope.new(self.lab, self.state.variant, self.machine, function(name) return self:observe(name) end)
end

---After the machine or the variant changed.
function Context:refresh()
  self.earlier, self.present = {}, nil
  mean(self, self.state)
end

---The number of the present calibration, which a sample keeps.
---@return integer
function Context:calibration()
  return #(self.state.past or {}) + 1
end

local function knows_nothing(calibration)
  return #machines.new(calibration.machine, calibration.live).levels == 0
end

---The same state under the calibration in which a sample was taken, or the first one after it when nothing was known
---of the machine then; the present one for no sample.
---@param sample? table
---@return memwall.Context
function Context:under(sample)
  local present = self.present or self
  local past, number = present.state.past or {}, sample and sample.calibration or math.huge
  while past[number] and knows_nothing(past[number]) do number = number + 1 end
  if not past[number] then return present end
  if not present.earlier[number] then
    local ctx = setmetatable({ present = present }, { __index = present })
    mean(ctx, past[number])
    present.earlier[number] = ctx
  end
  return present.earlier[number]
end

---The same state under the calibration that a step is about: that of the run it looks at.
---@param step table
---@return memwall.Context
function Context:about(step)
  local run = workload.run_about(self, step)
  local st = run and self.state.steps[run.id]
  return self:under(st and st.active and st.samples[st.active])
end

---The state of a step to read, made when first looked at.
---@param id string
---@return table
function Context:of(id)
  local st = self.state.steps[id]
  if not st then
    st = {
      values = {}, numbers = {}, problems = {}, verdicts = {}, params = {}, samples = {}, order = {},
      tries = 0, hints = 0, committed = false, right = false, points = 0, pending = 0,
    }
    self.state.steps[id] = st
  end
  return st
end

---The state of a step to change: this context's own copy of it.
---@param id string
---@return table
function Context:change(id)
  local st = self:of(id)
  if not self.changed[id] then
    st = states.copy(st)
    self.state.steps[id], self.changed[id] = st, true
  end
  return st
end

function Context:say(key, ...)
  return words.say(self.locale, key, ...)
end

---A level's name beside a roof, or as a sentence can hold it.
---@param name string
---@param sentence? boolean
---@return string
function Context:level_name(name, sentence)
  return words.level(self.locale, name, sentence)
end

---"11.3 (9.3 to 12.5)" for <step>.<finding> where it has an interval, or why it is not known; nil for other names.
---@param name string
---@param digits? integer
---@return string?
function Context:finding(name, digits)
  local id, finding = name:match "^([%w_]+)%.([%w_]+)$"
  local step = id and self.lab.by_id[id]
  if not (step and runs.is_crossing(step, finding)) then return nil end
  local value, low, high = runs.crossing(self, step)
  if not value then return self:say("not_found", low) end
  local function shown(number) return unit.format(number, "1", digits or 3) end
  return self:say("found_between", shown(value), shown(low), shown(high))
end

---A section of the prose in the wanted language, else in English.
---@param step string
---@param kind string
---@param id? string
---@return memwall.Section?
function Context:section(step, kind, id)
  for _, prose in ipairs(self.prose) do
    local text = prose.steps[step]
    local section = text and text[kind]
    if section and id then section = section[id] end
    if section and (kind == "title" or section.text ~= "") then return section end
  end
end

---@param step string
---@return string
function Context:title(step)
  return self:section(step, "title") or step
end

---Fills the names of a text.
---@param text string
---@return string
function Context:fill(text)
  return texts.fill(text, function(formula, option)
    local tree = expr.parse(formula)
    local value = tree and expr.eval(tree, self.scope)
    if type(value) == "string" then return self:level_name(value, true) end
    local finding = tree and tree.op == "name" and self:finding(tree.name, tonumber(option))
    if finding then return finding end
    if type(value) ~= "number" then return "–" end
    local of = self:unit_of(tree)
    if self.lab.variant[formula] then return unit.format(value, "1", 10) end -- given, so to the last digit
    if option == "exact" then return unit.exact(value, of) end
    if unit.known(option) then of = option end
    return unit.format(value, of, tonumber(option))
  end)
end

---The unit that a formula's value is shown in.
---@param tree memwall.Node
---@return string
function Context:unit_of(tree)
  local declared = tree.op == "name" and self.lab.units[tree.name]
  if declared then return declared end
  local found = expr.units(tree, scope.dimension_of(self.lab.units))
  local name = found and unit.name(found) or "1"
  return unit.known(name) and name or "1"
end

---The text of a section, filled, or nil.
function Context:text(step, kind, id)
  local section = self:section(step, kind, id)
  return section and self:fill(section.text)
end

---The label of a field, a control or a curve.
function Context:label(step, id)
  return self:text(step, "field", id) or id
end

---A committed answer as a number: what it was when it was given.
---@param step string
---@param field table
---@return number?
function Context:answer(step, field)
  local st = self.state.steps[step]
  if not (st and (st.committed or st.tries > 0)) then return nil end
  return st.numbers[field.id]
end

---answer.<step>.<field>, <step>.<finding>, <step>.seconds …
---@param name string
---@return number|string|nil value
---@return memwall.Reason|string|nil problem
function Context:observe(name)
  local id, field_id = name:match "^answer%.([%w_]+)%.([%w_]+)$"
  local step = id and self.lab.by_id[id]
  if step then
    for _, field in ipairs(step.fields) do
      local value = field:answer(self, step, field_id)
      if value then return value end
    end
    return nil, native.reason "not-answered"
  end
  id, field_id = name:match "^([%w_]+)%.([%w_]+)$"
  step = id and self.lab.by_id[id]
  if step then return step:observe(self, field_id) end
  return nil, ("'%s' is not known here"):format(name)
end

---True when nothing more is needed of a step before the next may begin.
---@param step table
---@return boolean
function Context:passed(step)
  return step:passed(self)
end

---The first step that another one still waits for, or nil.
---@param step table
---@return table?
function Context:waits_for(step)
  if step.after then
    local needed = self.lab.by_id[step.after]
    return not self:passed(needed) and needed or nil
  end
  for i = 1, step.index - 1 do
    local above = self.lab.steps[i]
    if not self:passed(above) then return above end
  end
end

---True while a prediction may still be taken back: no run below it has begun.
---@param step table
---@return boolean
function Context:can_undo(step)
  local st = self:of(step.id)
  if step.predicts then
    if not st.committed or st.right then return false end
    for i = step.index + 1, #self.lab.steps do
      local below = self.lab.steps[i]
      if below.runs and self:of(below.id).active then return false end
    end
    return true
  end
  return step.marked and st.tries > 0 and not st.right and st.values_set == true
end

---@return number earned in older versions of the lab too, and never more than possible
---@return number possible
---@return number pending to be marked by a person
function Context:score()
  local earned, possible, pending = 0, 0, 0
  for _, points in pairs(self.lab.points) do possible = possible + points end
  for _, step in ipairs(self.lab.steps) do
    local st = self.state.steps[step.id]
    if st then
      earned = earned + st.points
      pending = pending + st.pending
    end
  end
  for _, points in pairs(self.state.kept or {}) do earned = earned + points end
  return math.min(earned, possible), possible, pending
end

return new
