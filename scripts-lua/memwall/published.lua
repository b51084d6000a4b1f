-- published.lua: a run of the lab that was recorded on a quiet machine, for whoever's own is busy.
--
-- Its results go through the same code as the student's, in a state of their own. They are shown where the student's
-- own are noisy, always by the name of the machine they come from, and nothing is marked by them.

local native = require "memwall.native"
local problem = require "memwall.problem"
local runs = require "memwall.runs"
local unit = require "memwall.unit"

local M = {}

---Whether a recording belongs to a lab; anything else is an author's mistake.
---@param lab table
---@param recording table
function M.check(lab, recording)
  local fits = recording.format == 1 and recording.lab == lab.id and type(recording.machine) == "table" and
    type(recording.results) == "table"
  if not fits then problem.raise("invalid", "published.json: is not a recording of this lab ('run --record' makes one)") end
end

---The recorded run of a step, when the student's own leaves something to wish for; nil otherwise.
---@param ctx memwall.Context
---@param step table
---@return memwall.Context?
function M.of(ctx, step)
  local recorded = ctx.published
  if not (recorded and step.runs and step:passed(ctx) and runs.measured(recorded, step)) then return nil end
  local wanted = runs.noisy(ctx, step) or not runs.measured(ctx, step)
  return wanted and recorded or nil
end

---@param ctx memwall.Context
---@return string
function M.machine(ctx)
  local brand = ctx.machine.json.brand
  return type(brand) == "string" and brand:match "^%s*(.-)%s*$" or "?"
end

---What the recorded run found, in sentences.
---@param ctx memwall.Context
---@param step table
---@return string[]
function M.sentences(ctx, step)
  local list, recorded = {}, M.of(ctx, step)
  if not recorded then return list end
  local machine = M.machine(recorded)
  local function say(key, ...) list[#list + 1] = ctx:say(key, machine, ...) end
  for _, name in ipairs(step.finds or {}) do
    local found = runs.observe(recorded, step, name)
    if type(found) == "number" then
      say("published_found", name, recorded:finding(step.id .. "." .. name) or unit.format(found, "1"))
    end
  end
  if step.axis then return list end
  local figures = runs.figures(recorded, step, recorded:of(step.id).active)
  if figures.ratio then
    say("published_ratio", ("%.2f"):format(figures.ratio))
  elseif figures.rate and figures.roof then
    say("published_run", unit.format(figures.rate, "FLOP/s"), unit.format(figures.roof, "B/s"))
  end
  return list
end

---Curves of the recorded sweep beside those of the student's own.
---@param ctx memwall.Context
---@param step table
---@param curve fun(ctx: memwall.Context, step: table, chart: table): table
---@return table[]
function M.curves(ctx, step, curve)
  local list, recorded = native.array {}, M.of(ctx, step)
  local chart = recorded and step.chart and step.chart[1]
  if chart then
    local one = curve(recorded, step, chart)
    one.id, one.kind, one.label = "published", "published", ctx:say("published_series", M.machine(recorded))
    list[1] = one
  end
  return list
end

return M
