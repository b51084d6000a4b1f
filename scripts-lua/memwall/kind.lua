-- kind.lua: what a step is asked, whatever its kind, and what it answers unless its kind says otherwise.
--
-- A kind is a file in kinds/ and a line of registry.lua; only `compile` is needed. A compiled step is an object of its
-- kind: whoever holds a step asks it, and never what kind it is.

---@class memwall.Kind
---@field compile fun(at: memwall.Author, step: memwall.Kind, fields: table) checks what the author wrote, and keeps it
---@field predicts? true commits a prediction: its mark is part of `made`, and the run below waits for it
---@field marked? true earns its own mark by being right
---@field runs? true computes samples: see kinds/run.lua
---@field id string
---@field kind string its name
---@field index integer
---@field fields table[] what it asks; empty where it asks nothing
local Kind = {}
Kind.__index = Kind

---A new kind, which answers as `parent` does where it says nothing itself.
---@param parent? memwall.Kind
---@return memwall.Kind
function Kind.new(parent)
  local kind = setmetatable({}, { __index = parent or Kind })
  kind.__index = kind
  return kind
end

---Once all names of the lab are known.
---@param check memwall.Check
function Kind:check(check)
  for _, field in ipairs(self.fields) do field:check(check, self) end
end

---The names that formulas and texts may call it by, after "<step>.".
---@return table<string, string|false> units by name, false for a text
function Kind:names() -- luacheck: ignore 212
  return {}
end

---The value of such a name.
---@param ctx memwall.Context
---@param name string
---@return number|string|nil value
---@return memwall.Reason|string|nil problem
function Kind:observe(ctx, name) -- luacheck: ignore 212
  return nil, ("'%s.%s' is not known here"):format(self.id, name)
end

---True when nothing more is needed of it before the next may begin.
---@param ctx memwall.Context
---@return boolean
function Kind:passed(ctx)
  local st = ctx:of(self.id)
  return st.right or st.tries > 0 or st.answered_in ~= nil
end

---Its state once it may be worked on.
---@param ctx memwall.Context
---@return "open"|"committed"|"right"|"wrong"|"done"
function Kind:state(ctx)
  local st = ctx.state.steps[self.id]
  return st and (st.right and "right" or st.tries > 0 and "wrong") or "open"
end

---It was looked at, and is left: true where that is all that it asks.
---@param ctx memwall.Context
---@return boolean
function Kind:seen(ctx) -- luacheck: ignore 212
  return false
end

---Judges what was answered, all of which could be read.
---@param ctx memwall.Context
---@param st table its state
---@return table<string, memwall.Judgement> by field
function Kind:judge(ctx, st)
  local judged = {}
  for _, field in ipairs(self.fields) do judged[field.id] = field:judge(ctx, self, st) end
  return judged
end

---What is said to a wrong answer that is no known one.
---@param ctx memwall.Context
---@param field memwall.Field
---@param judged memwall.Judgement
---@return string
function Kind:mistaken(ctx, field, judged)
  return field:mistaken(ctx, self, judged)
end

---How much of what it runs is done, where that are several runs.
---@param ctx memwall.Context
---@return integer? done
---@return integer? total
function Kind:progress(ctx) end -- luacheck: ignore 212

---The answer that the last rung of its hints tells, where that does not follow from its fields.
---@param ctx memwall.Context
---@return string?
function Kind:solved(ctx) end -- luacheck: ignore 212

---Seconds that its samples take at least; nothing where it computes none.
---@return number
function Kind:seconds() -- luacheck: ignore 212
  return 0
end

---Says what is wrong with it under one variant.
---@param lint memwall.Lint
---@param names memwall.BaseScope
---@param variant table<string, number>
function Kind:lint(lint, names, variant)
  for _, field in ipairs(self.fields) do field:lint(lint, self, names, variant) end
end

---Names the sections that its text must have, besides those of its fields.
---@param want fun(section: "field"|"option"|"wrong", id: string)
function Kind:wants(want) end -- luacheck: ignore 212

return Kind
