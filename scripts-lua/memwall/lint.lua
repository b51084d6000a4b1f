-- lint.lua: plays every variant of a lab and says what an instructor would want to know.
--
-- It looks for truths that are not finite, wrong answers that would be taken for right, options that
-- read alike, prose that is missing, unused, or names what does not exist.

local expr = require "memwall.expr"
local judge = require "memwall.judge"
local labs = require "memwall.lab"
local machines = require "memwall.machine"
local scope = require "memwall.scope"
local texts = require "memwall.text"

local M = {}

-- A machine to try formulas on when none is given: round figures of a desktop core.
M.TRIAL = {
  levels = {
    { name = "L1", bytes_per_second = 200e9, effective_bytes = 32 * 1024 },
    { name = "L2", bytes_per_second = 80e9, effective_bytes = 2 ^ 20 },
    { name = "DRAM", bytes_per_second = 12e9 },
  },
  compute = { { isa = "avx2", dtype = "f32", flops_per_second = 110e9 } },
  cpus = 4, clock_hz = 3.5e9, memory_limit_bytes = 4 * 2 ^ 30,
}

local function described(variant)
  local parts = {}
  for name, value in pairs(variant) do parts[#parts + 1] = ("%s = %g"):format(name, value) end
  return table.concat(parts, ", ")
end

local Lint = {}
Lint.__index = Lint

function Lint:add(file, line, step, message, ...)
  local text = ("%s:%s %s%s"):format(file, line and line .. ":" or "", step and ("step '%s': "):format(step) or "",
    message:format(...))
  if not self.seen[text] then
    self.seen[text] = true
    self.list[#self.list + 1] = text
  end
end

function Lint:lab_problem(step, message, ...)
  self:add("lab.lua", step.line, step.id, message, ...)
end

-- One number field under one variant.
function Lint:number(step, field, names, variant)
  local truth, why = expr.eval(field.tree, names)
  if type(truth) ~= "number" then
    return self:lab_problem(step, "%s: no truth with %s: %s", field.id, described(variant), why or "not a number")
  end
  for _, wrong in ipairs(field.wrong) do
    local value
    value, why = expr.eval(wrong.tree, names)
    if type(value) ~= "number" then
      self:lab_problem(step, "wrong.%s: no value with %s: %s", wrong.id, described(variant), why or "not a number")
    elseif judge.close(value, truth, field) then
      self:lab_problem(step, "wrong.%s is taken for right with %s: %g is within the tolerance of %g", wrong.id,
        described(variant), value, truth)
    end
  end
end

---How a variant is named in a problem.
Lint.described = described

function Lint:variant(variant)
  local names = scope.new(self.lab, variant, self.machine)
  for name, q in pairs(self.lab.q) do
    local value, why = expr.eval(q.tree, names)
    if type(value) ~= "number" then
      self:add("lab.lua", nil, nil, "q.%s has no value with %s: %s", name, described(variant), why or "not a number")
    end
  end
  for _, step in ipairs(self.lab.steps) do
    step:lint(self, names, variant)
  end
end

-- What the text of a step must hold, as { kind, id } pairs.
local function wanted_sections(step)
  local wanted = {}
  local function want(kind, id) wanted[#wanted + 1] = { kind, id } end
  for _, field in ipairs(step.fields) do
    want("field", field.id)
    for _, wrong in ipairs(field.wrong or {}) do want("wrong", wrong.id) end
    for _, option in ipairs(field.options or {}) do
      want("option", option.id)
      if not option.right then want("wrong", option.id) end
    end
  end
  step:wants(want)
  return wanted
end

local function may_say(step, kind, id)
  for _, field in ipairs(step.fields) do
    if field:may_say(kind, id) then return true end
  end
  return false
end

-- Every {{name}} of a section can be worked out in some state of the lab.
function Lint:names(file, step, section)
  texts.fill(section.text, function(formula)
    local tree, why = expr.parse(formula)
    if not tree then
      self:add(file, section.line, step, "{{%s}}: %s", formula, why)
    else
      expr.names(tree, function(name)
        if self.lab.units[name] == nil then self:add(file, section.line, step, "{{%s}}: '%s' is not known", formula, name) end
      end)
    end
    return ""
  end)
end

function Lint:step_text(prose, step)
  local text = prose.steps[step.id]
  if not text then return self:add(prose.file, nil, step.id, "there is no section '## %s'", step.id) end
  if text.body.text == "" then self:add(prose.file, text.line, step.id, "has no text") end
  local used = { field = {}, option = {}, wrong = {} }
  for _, want in ipairs(wanted_sections(step)) do
    used[want[1]][want[2]] = true
    if not text[want[1]][want[2]] then
      self:add(prose.file, text.line, step.id, "'### %s: %s' is missing", want[1], want[2])
    end
  end
  if text.unmeasured and not step.runs then
    self:add(prose.file, text.unmeasured.line, step.id, "'### unmeasured' is not used: the step runs nothing")
  end
  local bodies = {}
  for kind, ids in pairs(used) do
    for id, section in pairs(text[kind]) do
      if not ids[id] and not may_say(step, kind, id) then
        self:add(prose.file, section.line, step.id, "'### %s: %s' is not used", kind, id)
      end
      if kind == "option" then
        if bodies[section.text] then
          self:add(prose.file, section.line, step.id, "options '%s' and '%s' read alike", id, bodies[section.text])
        end
        bodies[section.text] = id
      end
      self:names(prose.file, step.id, section)
    end
  end
  for _, kind in ipairs { "body", "hint", "right", "done", "unmeasured" } do
    if text[kind] then self:names(prose.file, step.id, text[kind]) end
  end
end

function Lint:text(prose)
  for _, step in ipairs(self.lab.steps) do self:step_text(prose, step) end
  for id, text in pairs(prose.steps) do
    if not self.lab.by_id[id] then self:add(prose.file, text.line, nil, "'## %s' is not a step of the lab", id) end
  end
end

-- The runs alone fit the time that the lab says.
function Lint:minutes()
  local seconds, most = 0, self.lab.minutes[2]
  for _, step in ipairs(self.lab.steps) do seconds = seconds + step:seconds() end
  if seconds > 60 * most then
    self:add("lab.lua", nil, nil, "minutes: its runs alone take %.0f s, and it says %d minutes at most", seconds, most)
  end
end

---Plays all variants and reads all texts.
---@param lab table as labs.read gives it
---@param prose memwall.Text[]
---@param machine? table
---@return string[] problems
function M.lint(lab, prose, machine)
  local lint = setmetatable({ lab = lab, machine = machines.new(machine or M.TRIAL), list = {}, seen = {} }, Lint)
  for _, variant in ipairs(labs.variants(lab)) do lint:variant(variant) end
  for _, one in ipairs(prose) do lint:text(one) end
  lint:minutes()
  return lint.list
end

return M
