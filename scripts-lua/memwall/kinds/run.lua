-- run.lua: one computation, whose parameters the student may set where they are lists.

local new_kind = require("memwall.kind").new
local runs = require "memwall.runs"
local sources = require "memwall.source"

---@class memwall.Run: memwall.Kind
---@field source memwall.Source
---@field rival? memwall.Source the other side of a comparison
---@field controls memwall.Parameter[]
---@field axis? memwall.Parameter what a sweep goes through
---@field flops? memwall.Node the closed form of its work
---@field bytes? memwall.Node the same of what must move
---@field sampling number seconds, unless the lab says a budget
---@field patience number seconds, at most, for a quiet moment before each sample
---@field in_turns? string what `interleave` may say besides the name of a kernel
local Run = new_kind()

Run.runs = true
Run.sampling = 1.0
Run.patience = 20

local NO_PARAMETERS = { "interleave", "flops", "bytes", "budget", "after" }

---The closed forms of its work, and the time that it may take.
---@param at memwall.Author
---@param step memwall.Run
---@param fields table
function Run.read_work(at, step, fields)
  for _, name in ipairs { "flops", "bytes" } do
    if fields[name] ~= nil then step[name] = at:formula(step, name, fields[name]) end
  end
  step.budget = at:field(step, fields, "budget", "number")
  if step.budget and (step.budget <= 0 or step.budget > 30) then
    at:fail(step, "budget", "is between 0 and 30 seconds")
  end
end

function Run.compile(at, step, fields, more)
  local reserved = {}
  for _, list in ipairs { NO_PARAMETERS, more or {} } do
    for _, name in ipairs(list) do reserved[name] = true end
  end
  step.source = sources.read(at, step, fields, reserved, "")
  step.controls = step.source.controls
  Run.read_work(at, step, fields)
  step.interleave = at:field(step, fields, "interleave", "string")
  if step.interleave and step.interleave ~= step.in_turns then step.source:interleave(at, step, step.interleave) end
end

---What computes, the one that is looked at first.
---@return memwall.Source[]
function Run:sources() return { self.source } end

---The figures of its samples: those of the source, and those that the way in which it is played adds.
---@return memwall.Figure[]
function Run:figures()
  if not self.declared then
    local list = table.move(self.source:figures(), 1, #self.source:figures(), 1, {})
    self.declared = table.move(self:pair_figures(), 1, #self:pair_figures(), #list + 1, list)
  end
  return self.declared
end

---Their units by name, false for a text.
---@return table<string, string|false>
function Run:units()
  if not self.known then
    self.known = {}
    for _, figure in ipairs(self:figures()) do self.known[figure.name] = figure.unit end
  end
  return self.known
end

---The figures of a pair of samples, in turns.
---@return memwall.Figure[]
function Run:pair_figures()
  return self.interleave and self.source:beside_figures() or {}
end

---Adds the figures of a pair to those of one side.
---@param sample? table
---@param values table<string, number|string>
---@param put fun(name: string, value: number?)
function Run:pair_up(sample, values, put)
  local beside, ratio = sample and sample.beside, sample and sample.ratio and runs.number(sample.ratio.median)
  if not beside then return end
  local is_roof, roof = self.source:roof(beside)
  if is_roof then
    put("roof", roof and roof.value)
    values.roof_low = roof and roof.low
    put("reached", ratio)
  else
    put("rise", ratio and ratio > 0 and 1 / ratio or nil)
  end
end

---Adds to an effect what the way in which it is played asks for.
---@param ctx memwall.Context
---@param effect table
---@param chosen table<string, number|string>
function Run:complete(ctx, effect, chosen)
  effect.interactive = true
  if self.interleave then effect.beside = self.source:beside(ctx, self, chosen, effect) end
end

-- The names that the controls of a step give.
local function control_units(step)
  local more = {}
  for _, control in ipairs(step.controls) do more[control.as] = "1" end
  return more
end

---The names that a sample of a step has.
---@return table<string, string|false>
function Run:sample_units()
  local more = control_units(self)
  for name, of in pairs(self:units()) do
    if more[name] == nil then more[name] = of end
  end
  return more
end

function Run:check(check)
  local more = self:sample_units()
  for _, name in ipairs { "flops", "bytes" } do
    if self[name] then check:tree(self, name, self[name], more, name == "flops" and "FLOP" or "B") end
  end
  for _, source in ipairs(self:sources()) do
    if source.moved then check:tree(self, "bytes", source.moved, more, "B") end
    source:check(check, self, control_units(self))
  end
end

function Run:names()
  local names = {}
  for name, of in pairs(self:units()) do names[name] = of end
  for name in pairs(self.find or {}) do names[name] = "1" end
  return names
end

function Run:observe(ctx, name)
  return runs.observe(ctx, self, name)
end

---The keys of the samples that it is made of as its controls stand, in their order.
---@param ctx memwall.Context
---@return string[]
function Run:keys(ctx)
  return { runs.key(ctx, self) }
end

---Whether nothing of it is left to begin while a sample of it runs.
---@return boolean
function Run:all_begun() -- luacheck: ignore 212
  return true
end

---The keys of the samples to run now; their tries begin anew.
---@param ctx memwall.Context
---@param st table its own state, to change
---@param wait? boolean only what was noisy or is missing
---@return string[]
function Run:due(ctx, st, wait) -- luacheck: ignore 212
  local key = runs.key(ctx, self)
  if st.samples[key] then st.samples[key].tries = 0 end
  return { key }
end

---A sample begins: its controls follow.
---@param st table its own state, to change
---@param key string
function Run:follow(st, key) end -- luacheck: ignore 212

---Why what a sample shows cannot be believed, or nil.
---@param sample table
---@return memwall.Reason|string|nil
function Run:noise(sample) -- luacheck: ignore 212
  local m = sample.m
  return m and m.verdict == "noisy" and (m.reasons and m.reasons.verdict or "?") or nil
end

---Whether a sample that was measured is measured once more.
---@param sample table
---@return boolean
function Run:again(sample)
  return self:noise(sample) ~= nil
end

---What is said of noise: { tone, key, … } for words.lua.
---@param st table its state
---@param sample table the last one
---@param again boolean it runs
---@return any[]?
function Run:doubt(st, sample, again) -- luacheck: ignore 212
  local reason = self:noise(sample)
  if not reason then return nil end
  return { "warning", sample.tries >= runs.TRIES and "ran_twice" or again and "ran_again" or "ran_noisy",
    reason }
end

---What is said of what a sample shows: { tone, key, … } for words.lua.
---@param ctx memwall.Context
---@param key string
---@param sample table it has a measurement
---@return any[]?
function Run:verdict(ctx, key, sample) end -- luacheck: ignore 212

function Run:passed(ctx)
  local st = ctx:of(self.id)
  for _, key in ipairs(st.order) do
    if runs.finished(st.samples[key]) then return true end
  end
  return false
end

function Run:state(ctx)
  return self:passed(ctx) and "done" or "open"
end

function Run:seconds()
  return self.source:cost(self).seconds or 0
end

function Run:wants(want)
  for _, control in ipairs(self.controls) do want("field", control.as) end
end

return Run
