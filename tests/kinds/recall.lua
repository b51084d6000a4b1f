-- recall.lua: a toy: a step that asks for a word of its text, and lets nobody on before it is right.

local Recall = require("memwall.kind").new()

Recall.marked = true

function Recall.compile(at, step, fields)
  at:only(step, fields, { "word", "wrong", "after" })
  local wrong = {}
  for i, id in ipairs(at:field(step, fields, "wrong", "table") or {}) do wrong[i] = { id = at:id(step, "wrong", id) } end
  step.fields[1] = { id = "word", kind = "word", right = at:field(step, fields, "word", "string", true), wrong = wrong }
end

function Recall:passed(ctx)
  return ctx:of(self.id).right
end

function Recall:names() -- luacheck: ignore 212
  return { tries = "1" }
end

function Recall:observe(ctx)
  return ctx:of(self.id).tries
end

function Recall:solved()
  return self.fields[1].right
end

function Recall:wants(want) -- luacheck: ignore 212
  want("option", "etymology")
end

return Recall
