-- kind.lua: what a step is asked, whatever its kind, and what it answers unless its kind says otherwise.
--
-- A kind is a file in kinds/ and a line of registry.lua; only `compile` is needed. A compiled step is an object of its
-- kind: whoever holds a step asks it, and never what kind it is.

---@class memwall.Kind
---@field compile fun(at: memwall.Author, step: memwall.Kind, fields: table) checks what the author wrote, and keeps it
---@field predicts? true commits a prediction: its mark is part of `made`, and the run below waits for it
---@field marked? true earns its own mark by being right
---@field runs? true runs kernels: see runs.lua
---@field in_turns? string what `interleave` may say besides the name of a kernel
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

return Kind
