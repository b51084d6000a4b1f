-- field.lua: what a field of a step is asked, whatever it takes, and what it answers unless its kind says otherwise.
--
-- A kind of field is a file in fields/ and a line of registry.lua. A compiled field is an object of its kind: whoever
-- holds a step loops over `step.fields` and asks each.

local unit = require "memwall.unit"

---@class memwall.Field
---@field id string
---@field kind string its name, by which front ends know how to draw it
---@field unit? string printed behind it
---@field tree? memwall.Node the truth
---@field wrong? { id: string, tree: memwall.Node }[] known wrong answers
---@field options? { id: string, right: boolean }[]
---@field claimed? boolean the truth rests on what this machine says of itself
---@field on_claimed? boolean the same of the roof that a place lies on
---@field question? string|1 the word of a question by which `ask` gives one of its kind: it then has a function `compile`
---@field numeric? true its answer is a number, which a finding may be compared with
---@field picture? string the id of the picture on which its answer is drawn
local Field = {}
Field.__index = Field

---A new kind of field, which answers as `parent` does where it says nothing itself.
---@param parent? memwall.Field
---@return memwall.Field
function Field.new(parent)
  local field = setmetatable({}, { __index = parent or Field })
  field.__index = field
  return field
end

---Reads one question of `ask`.
---@param at memwall.Author
---@param step memwall.Kind
---@param id string
---@param asked table as the author wrote it
---@param prefix string where it stands: "ask.bytes."
---@param default memwall.Tolerance
---@return table field
function Field.compile(at, step, id, asked, prefix, default) -- luacheck: ignore 212
  error "a kind of field that is asked for has a function compile"
end

---Once all names of the lab are known: every formula has names that are known, and units that fit.
---@param check memwall.Check
---@param step memwall.Kind
function Field:check(check, step) end -- luacheck: ignore 212

---The names of its answer, after "answer.<step>.".
---@return table<string, string> units by name
function Field:names() -- luacheck: ignore 212
  return {}
end

---The value of such a name, or nil.
---@param ctx memwall.Context
---@param step memwall.Kind
---@param name string
---@return number?
function Field:answer(ctx, step, name) end -- luacheck: ignore 212

---Reads what was given; every kind of field has this function.
---@param ctx memwall.Context
---@param step memwall.Kind
---@param given any
---@param names memwall.TypedNames
---@param taken? boolean it was taken already when it was given
---@return any value what cannot be read stays as it was given
---@return memwall.Mistake? problem
---@return number? number what that is
function Field:read(ctx, step, given, names, taken) -- luacheck: ignore 212
  error "a kind of field has a function read"
end

---What was taken in an earlier version, and cannot be read any more, has no mistakes now.
---@param st table
function Field:forgive(st) end -- luacheck: ignore 212

---Judges the answer in `st`.
---@param ctx memwall.Context
---@param step memwall.Kind
---@param st table
---@return memwall.Judgement
function Field:judge(ctx, step, st) -- luacheck: ignore 212
  return { verdict = "unchecked" }
end

---What is said to an answer that nobody can judge here.
---@param ctx memwall.Context
---@return string
function Field:unchecked(ctx) -- luacheck: ignore 212
  return ctx:say "committed_unchecked"
end

-- "That is 3 % too high", "That is 21 000 times too low": `off` is the value over the truth.
local function distance_text(ctx, off)
  local high = off > 1
  local factor = high and off or 1 / off
  local function rough(value) return unit.grouped(tonumber(("%.2g"):format(value))) end
  if factor >= 2 then return ctx:say(high and "too_high" or "too_low", rough(factor)) end
  return ctx:say(high and "percent_high" or "percent_low", rough(100 * math.abs(off - 1)))
end

---What is said to a wrong answer that is no known one.
---@param ctx memwall.Context
---@param step memwall.Kind
---@param judged memwall.Judgement
---@return string
function Field:mistaken(ctx, step, judged) -- luacheck: ignore 212
  if judged.off and judged.off > 0 then return distance_text(ctx, judged.off) end
  return ctx:say "not_right"
end

---What the roof that was measured since says of an answer: { key, … } for words.lua, or nil.
---@param ctx memwall.Context
---@param step memwall.Kind
---@param st table
---@param factor fun(ctx: memwall.Context, predicted: number, measured: number): string
---@return any[]?
function Field:by_new_roof(ctx, step, st, factor) end -- luacheck: ignore 212

---The unit that is printed behind it.
---@param ctx memwall.Context
---@param step memwall.Kind
---@param st table
---@param locked boolean its answer stands
---@return string?
function Field:printed_unit(ctx, step, st, locked) -- luacheck: ignore 212
  return self.unit
end

---Adds what a front end needs to draw it.
---@param shown table { id, kind, label, … }
---@param ctx memwall.Context
---@param step memwall.Kind
---@param pictures memwall.Picture[] those of the step
function Field:show(shown, ctx, step, pictures) end -- luacheck: ignore 212

---Says what is wrong with it under one variant.
---@param lint memwall.Lint
---@param step memwall.Kind
---@param names memwall.BaseScope
---@param variant table<string, number>
function Field:lint(lint, step, names, variant)
  if self.tree then lint:number(step, self, names, variant) end
end

---Whether the text may have a section that it need not have.
---@param section string
---@param id string
---@return boolean
function Field:may_say(section, id) -- luacheck: ignore 212
  return false
end

---What a committed answer predicts of a run: put into `found` where it is about exactly this one.
---@param ctx memwall.Context
---@param step memwall.Kind
---@param run memwall.Kind
---@param figures table<string, number> of the run
---@param found table<string, number> by row of the table of figures
function Field:predict(ctx, step, run, figures, found) end -- luacheck: ignore 212

---Whether a truth is this figure of a run, digit for digit (five users move hardly more bytes than two).
---@param truth any
---@param value? number
---@return boolean
function Field.is_figure(truth, value)
  return type(truth) == "number" and value ~= nil and math.abs(truth - value) <= 1e-9 * math.abs(value)
end

return Field
