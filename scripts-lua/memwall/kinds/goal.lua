-- goal.lua: values to choose, so that conditions hold.

local judge = require "memwall.judge"
local new_kind = require("memwall.kind").new
local scope = require "memwall.scope"
local unit = require "memwall.unit"

local Goal = new_kind()

Goal.marked = true

local function setting(at, step, given, names, field)
  if type(given) ~= "table" then at:fail(step, field, "is a table of values") end
  at:only(step, given, names, field .. ".")
  local values = {}
  for _, name in ipairs(names) do
    values[name] = at:field(step, given, name, "number", true, field .. ".")
  end
  return values
end

function Goal.compile(at, step, fields)
  at:only(step, fields, { "set", "pass", "solution", "wrong", "after" })
  local names = {}
  for name, range in pairs(at:field(step, fields, "set", "table", true)) do
    at:id(step, "set", name)
    if type(range) ~= "table" or type(range[1]) ~= "number" or type(range[2]) ~= "number" or range[1] >= range[2] then
      at:fail(step, "set." .. name, "is a range { lowest, highest }")
    end
    names[#names + 1] = name
    step.fields[#step.fields + 1] = { id = name, kind = "number", unit = "1", low = range[1], high = range[2] }
  end
  step.pass = {}
  for i, condition in ipairs(at:field(step, fields, "pass", "table", true)) do
    step.pass[i] = at:formula(step, "pass", condition)
  end
  if #step.pass == 0 then at:fail(step, "pass", "has no condition") end
  step.solution = setting(at, step, at:field(step, fields, "solution", "table", true), names, "solution")
  step.wrong = {}
  for id, given in pairs(at:field(step, fields, "wrong", "table") or {}) do
    at:id(step, "wrong", id)
    step.wrong[#step.wrong + 1] = { id = id, values = setting(at, step, given, names, "wrong." .. id) }
  end
end

function Goal:check(check)
  local more = {}
  for _, field in ipairs(self.fields) do more[field.id] = "1" end
  for i, condition in ipairs(self.pass) do
    check:tree(self, "pass", condition, more, "condition")
    if scope.claims_machine(check.lab, condition) then
      check.at:fail(self, "pass", "condition %d depends on the computer at hand: use 'reference'", i)
    end
  end
end

-- The conditions judge all values together, and say so at the first.
function Goal:judge(ctx, st)
  return { [self.fields[1].id] = judge.judge_goal(self, st.numbers, scope.sample(ctx.scope, st.numbers)) }
end

function Goal:mistaken(ctx, field, judged)
  if judged.failed then return ctx:say("condition_failed", judged.failed, #self.pass) end
  return field:mistaken(ctx, self, judged)
end

function Goal:solved(ctx)
  local parts = {}
  for _, field in ipairs(self.fields) do
    parts[#parts + 1] = ("%s = %s"):format(ctx:label(self.id, field.id), unit.format(self.solution[field.id], "1"))
  end
  return table.concat(parts, ", ")
end

-- The solution passes, each known wrong choice does not.
function Goal:lint(lint, names, variant)
  local function passes(values) return judge.judge_goal(self, values, scope.sample(names, values)).verdict == "right" end
  if not passes(self.solution) then
    lint:lab_problem(self, "the solution does not pass with %s", lint.described(variant))
  end
  for _, wrong in ipairs(self.wrong) do
    if passes(wrong.values) then lint:lab_problem(self, "wrong.%s passes with %s", wrong.id, lint.described(variant)) end
  end
end

function Goal:wants(want)
  for _, wrong in ipairs(self.wrong) do want("wrong", wrong.id) end
end

return Goal
