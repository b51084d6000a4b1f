-- problem.lua: mistakes of an author, said as "file:line: step 'x': field 'y': what is wrong".

local native = require "memwall.native"

local M = {}

---Raises an error that the host hands on with its status.
---@param status "invalid"|"unsupported"|"internal"
---@param message string
function M.raise(status, message)
  error({ status = status, message = message }, 0)
end

---@class memwall.Place
---@field file string
---@field line? integer
---@field step? string
---@field field? string

---@param place memwall.Place
---@param message string
---@param ... any
---@return string
function M.describe(place, message, ...)
  local parts = { place.line and ("%s:%d:"):format(place.file, place.line) or place.file .. ":" }
  if place.step then parts[#parts + 1] = ("step '%s':"):format(place.step) end
  if place.field then parts[#parts + 1] = ("field '%s':"):format(place.field) end
  parts[#parts + 1] = select("#", ...) > 0 and message:format(...) or message
  return table.concat(parts, " ")
end

---The known word nearest to a mistyped one, or nil when none is near.
---@param word string
---@param known string[]
---@return string?
function M.nearest(word, known)
  local best, least = nil, math.max(2, #word // 3) + 1
  for _, candidate in ipairs(known) do
    local d = native.distance(word:sub(1, 60), candidate:sub(1, 60))
    if d < least then best, least = candidate, d end
  end
  return best
end

---"; did you mean 'within'?" or a list of what there is.
---@param word string
---@param known string[]
---@return string
function M.suggest(word, known)
  local near = M.nearest(word, known)
  if near then return ("; did you mean '%s'?"):format(near) end
  if #known == 0 then return "" end
  local list = table.concat(known, ", ", 1, math.min(#known, 12))
  return "; there " .. (#known == 1 and "is " or "are ") .. list .. (#known > 12 and ", …" or "")
end

return M
