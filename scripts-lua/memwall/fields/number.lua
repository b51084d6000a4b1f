-- number.lua: a number with its unit, typed as a formula; the truth is a formula too.
--
--   bytes = { "4*n", unit = "B", within = 0.01, wrong = { elements = "n" } }      in short: bytes = "4*n"

local expr = require "memwall.expr"
local judge = require "memwall.judge"
local new_field = require("memwall.field").new
local questions = require "memwall.question"
local scope = require "memwall.scope"
local typed = require "memwall.typed"
local unit = require "memwall.unit"

local Number = new_field()

Number.numeric = true
Number.question = 1 -- the truth comes first

function Number.compile(at, step, id, asked, prefix, default)
  local rest = {}
  for name, value in pairs(asked) do
    if name ~= 1 then rest[name] = value end
  end
  at:only(step, rest, { "wrong", "unit", table.unpack(questions.TOLERANCES) }, prefix)
  if asked[1] == nil then at:fail(step, "ask." .. id, "has no formula for the right answer") end
  local field = {
    id = id, kind = "number", tree = at:formula(step, "ask." .. id, asked[1]),
    unit = at:field(step, asked, "unit", "string", false, prefix),
    wrong = questions.wrong_answers(at, step, at:field(step, asked, "wrong", "table", false, prefix), prefix),
  }
  for word, value in pairs(questions.tolerance(at, step, asked, prefix, default)) do field[word] = value end
  return field
end

function Number:check(check, step)
  if not self.tree then return end -- chosen, not asked: conditions judge it
  local at, lab, shown = check.at, check.lab, "ask." .. self.id
  if self.unit and not unit.known(self.unit) then at:fail(step, shown, "'%s' is not a unit", self.unit) end
  local single = self.tree.op == "name" and lab.q[self.tree.name]
  local found = check:tree(step, shown, self.tree, nil, self.unit)
  self.unit = self.unit or (single and single.unit) or unit.name(found)
  if not unit.known(self.unit) then at:fail(step, shown, "gives %s: say unit = …", self.unit) end
  self.claimed = scope.claims_machine(lab, self.tree)
  for _, wrong in ipairs(self.wrong) do check:tree(step, "wrong." .. wrong.id, wrong.tree, nil, self.unit) end
end

function Number:names()
  return { [self.id] = self.unit }
end

function Number:answer(ctx, step, name)
  if name == self.id then return ctx:answer(step.id, self) end
end

function Number:read(_, _, given, names, taken)
  return typed.answer(given, self, names, taken)
end

function Number:judge(ctx, _, st)
  return judge.judge_number(self, st.numbers[self.id], ctx.scope)
end

function Number:by_new_roof(ctx, step, _, factor)
  local value, truth = ctx:answer(step.id, self), self.tree and expr.eval(self.tree, ctx.scope)
  if not (value and value > 0 and type(truth) == "number" and truth > 0) then return nil end
  return { "by_new_roof", unit.format(truth, self.unit), factor(ctx, value, truth) }
end

-- An answer that says its own unit needs none behind it.
function Number:printed_unit(ctx, step, st, locked)
  local value = st.values[self.id]
  if not (locked and type(value) == "string") then return self.unit end
  local _, _, named = typed.number(value, self.unit, typed.names(ctx.lab, step, ctx.scope))
  return not named and self.unit or nil
end

-- A number is about the run that has just as much of what the run says.
function Number:predict(ctx, step, run, figures, found)
  local truth = self.tree and expr.eval(self.tree, ctx.scope)
  for _, figure in ipairs(run:figures()) do
    if figure.foretold and figure.unit == self.unit and Number.is_figure(truth, figures[figure.name]) then
      found[figure.name] = ctx:answer(step.id, self)
    end
  end
end

return Number
