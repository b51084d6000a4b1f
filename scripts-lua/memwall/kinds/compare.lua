-- compare.lua: two computations in turns, as pairs.

local expr = require "memwall.expr"
local new_kind = require("memwall.kind").new
local Run = require "memwall.kinds.run"
local runs = require "memwall.runs"
local sources = require "memwall.source"

local Compare = new_kind(Run)

Compare.sampling = 1.5

-- `bytes` of a side is what it moves by a model of its own; without it, what must move.
local function side(at, step, fields, name)
  local given = at:field(step, fields, name, "table", true)
  local source = sources.read(at, step, given, { bytes = true }, name .. ".", at:field(step, fields, "with", "table"))
  if not source.in_pairs then at:fail(step, name, "'%s' cannot be run in turns", source.word) end
  for _, param in ipairs(source.controls) do
    at:fail(step, param.name, "is one value in a comparison, not a list")
  end
  source.moved = given.bytes and at:formula(step, name .. ".bytes", given.bytes)
  return source
end

function Compare.compile(at, step, fields)
  at:only(step, fields, { "with", "a", "b", "expect", "flops", "bytes", "budget", "after" })
  step.source, step.rival = side(at, step, fields, "a"), side(at, step, fields, "b")
  step.controls = {}
  Run.read_work(at, step, fields)
  if fields.expect then step.expect = at:formula(step, "expect", fields.expect) end
end

function Compare:sources() return { self.source, self.rival } end

function Compare:check(check)
  Run.check(self, check)
  if self.expect then check:tree(self, "expect", self.expect, self:sample_units(), "condition") end
end

function Compare:pair_figures() -- luacheck: ignore 212
  return { sources.quantity "rival_seconds", sources.quantity "ratio", { name = "rival", unit = false, kind = "counted" } }
end

function Compare:pair_up(sample, values, put)
  local beside = sample and sample.beside
  put("rival_seconds", beside and beside.seconds and runs.number(beside.seconds.median))
  values.rival = beside and self.rival:told(beside)
  put("ratio", sample and sample.ratio and runs.number(sample.ratio.median))
end

function Compare:complete(ctx, effect, chosen)
  local other = self.rival:effect(ctx, self, chosen)
  effect.interactive, effect.beside, effect.compare = false, { kernel = other.kernel, args = other.args }, true
end

-- The ratio has a verdict of its own: what falls on both sides alike spoils their times, and not their ratio.
function Compare:noise(sample)
  local ratio = sample.m and sample.ratio
  if ratio and ratio.verdict then return ratio.verdict == "noisy" and (ratio.reason or "?") or nil end
  return Run.noise(self, sample)
end

function Compare:verdict(ctx, key)
  if not self.expect then return nil end
  local names = runs.scope(ctx, self, key, (runs.figures(ctx, self, key)))
  local ratio = names.values.ratio
  if not ratio then return nil end
  local met = expr.eval(self.expect, names) == true
  return { met and "good" or "info", met and "expect_met" or "expect_not_met", ("%.2f"):format(ratio), expr.show(self.expect) }
end

return Compare
