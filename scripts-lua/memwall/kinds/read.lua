-- read.lua: a text, and nothing asked.

local new_kind = require("memwall.kind").new

local Read = new_kind()

function Read.compile(at, step, fields)
  at:only(step, fields, { "after" })
end

function Read:passed() -- luacheck: ignore 212
  return true
end

function Read:state(ctx)
  local st = ctx.state.steps[self.id]
  return st and st.seen and "done" or "open"
end

function Read:seen(ctx)
  ctx:change(self.id).seen = true
  return true
end

return Read
