-- read.lua: a text, and nothing asked.

local new_kind = require("memwall.kind").new

local Read = new_kind()

function Read.compile(at, step, fields)
  at:only(step, fields, { "after" })
end

return Read
