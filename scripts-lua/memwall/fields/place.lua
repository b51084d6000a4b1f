-- place.lua: a point put on the roofline.

local expr = require "memwall.expr"
local judge = require "memwall.judge"
local base = require "memwall.field"
local places = require "memwall.place"
local picture = require "memwall.picture"
local roofline = require "memwall.pictures.roofline"
local scope = require "memwall.scope"
local typed = require "memwall.typed"
local unit = require "memwall.unit"
local workload = require "memwall.workload"

local Place = base.new()

Place.picture = "roofline"

function Place:check(check, step)
  check:tree(step, "intensity", self.tree, nil, "FLOP/B")
  if self.on then
    check:tree(step, "on", self.on, nil, "B/s")
    self.on_claimed = scope.claims_machine(check.lab, self.on)
  end
  for _, wrong in ipairs(self.wrong) do check:tree(step, "wrong." .. wrong.id, wrong.tree, nil, "FLOP/B") end
end

function Place:names() -- luacheck: ignore 212
  return { x = "FLOP/B", y = "FLOP/s" }
end

function Place:answer(ctx, step, name)
  local st = ctx:of(step.id)
  local at = st.committed and st.values[self.id]
  return at and at[name]
end

function Place:read(ctx, step, given, names, taken) -- luacheck: ignore 212
  local value, mistake = typed.place(given, places.axes(ctx, step, roofline.build(ctx, step)), names, taken)
  return value or given, mistake
end

-- What cannot be read any more is no place.
function Place:forgive(st)
  if st.problems[self.id] then st.values[self.id] = nil end
end

function Place:judge(ctx, step, st)
  local value = st.values[self.id]
  return judge.judge_place(self, value.x, value.y, ctx.scope, workload.peak_about(ctx, step))
end

function Place:mistaken(ctx, step, judged)
  if judged.height and (judged.wrong == "above_roof" or judged.wrong == "below_roof") then
    local height = ctx:of(step.id).values[self.id].y / judged.height
    return ctx:say(judged.wrong, unit.format(height, "FLOP/s"))
  end
  return base.mistaken(self, ctx, step, judged)
end

function Place:by_new_roof(ctx, step, st, factor)
  local at, height = st.values[self.id], judge.height(self, ctx.scope, workload.peak_about(ctx, step))
  if not (type(at) == "table" and height) then return nil end
  return { "by_new_roof_place", unit.format(height, "FLOP/s"), factor(ctx, at.y, height) }
end

function Place:show(shown, ctx, step, pictures)
  local axes = places.axes(ctx, step, picture.find(pictures, self.picture))
  shown.picture = self.picture
  shown.x, shown.y = axes.x, axes.y
  shown.min_factor = self.factor
end

-- What is said to a place above or below its roof.
function Place:may_say(section, id) -- luacheck: ignore 212
  return section == "wrong" and id:match "_roof$" ~= nil
end

function Place:predict(ctx, step, _, figures, found)
  local at = ctx:of(step.id).values[self.id]
  if not (at and base.is_figure(self.tree and expr.eval(self.tree, ctx.scope), figures.intensity)) then return end
  found.intensity, found.rate = at.x, at.y
  if figures.flops then found.seconds = figures.flops / at.y end
end

return Place
