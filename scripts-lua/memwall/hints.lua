-- hints.lua: the ladder of a step: the author's rungs, then the worked step and the answer.

local expr = require "memwall.expr"
local texts = require "memwall.text"
local unit = require "memwall.unit"

local M = {}

-- "W + 4 × (n + n)" with the numbers in the place of the names.
local function substituted(ctx, tree)
  return expr.show(tree, function(_, node)
    local value = expr.eval(node, ctx.scope)
    if type(value) ~= "number" then return nil end
    local of = ctx:unit_of(node)
    if of == "1" or of == "FLOP" or of == "B" then return unit.grouped(value) end
    return unit.format(value, of)
  end)
end

-- The formula behind a field: that of the quantity it names, else its own.
local function formula_of(ctx, tree)
  local q = tree.op == "name" and ctx.lab.q[tree.name]
  return q and q.tree or tree
end

local function value_text(value, of)
  if of == "FLOP" or of == "B" then
    local exact, short = unit.exact(value, of), unit.format(value, of)
    return exact == short and exact or exact .. " (" .. short .. ")"
  end
  return unit.format(value, of)
end

-- The worked step and the answer of number fields; nothing where the truth is not known here.
local function number_rungs(ctx, step, list)
  local worked, answers = {}, {}
  for _, field in ipairs(step.fields) do
    if field.tree then
      local value = expr.eval(field.tree, ctx.scope)
      if type(value) ~= "number" then return end
      local label = #step.fields > 1 and ctx:label(step.id, field.id) .. ": " or ""
      local formula = formula_of(ctx, field.tree)
      worked[#worked + 1] = label .. ctx:say("hint_worked", expr.show(formula), substituted(ctx, formula))
      answers[#answers + 1] = label .. value_text(value, field.unit or "FLOP/B")
    end
  end
  if #worked == 0 then return end
  list[#list + 1] = table.concat(worked, "  \n") -- Markdown: a line each
  list[#list + 1] = ctx:say("hint_answer", table.concat(answers, "; "))
end

local function option_rungs(ctx, step, list)
  for _, field in ipairs(step.fields) do
    for _, option in ipairs(field.options or {}) do
      if option.right then
        list[#list + 1] = ctx:say("hint_option", ctx:text(step.id, "option", option.id) or option.id)
      end
    end
  end
end

---All rungs of a step, shown or not.
---@param ctx memwall.Context
---@param step table
---@return string[]
function M.ladder(ctx, step)
  local list = {}
  for _, rung in ipairs(texts.rungs(ctx:section(step.id, "hint"))) do list[#list + 1] = ctx:fill(rung) end
  local solved = step:solved(ctx)
  if solved then
    list[#list + 1] = ctx:say("hint_answer", solved)
  else
    number_rungs(ctx, step, list)
    option_rungs(ctx, step, list)
  end
  return list
end

return M
