-- state.lua: what a lab remembers, as plain tables; an input works on a branch and may fail.

local M = {}

-- Tables that are never changed once they are there: shared between states.
local SHARED = { machine = true, m = true, beside = true, ratio = true }

---A deep copy, but for what never changes.
---@param value any
---@return any
function M.copy(value)
  if type(value) ~= "table" then return value end
  local result = {}
  for key, member in pairs(value) do result[key] = SHARED[key] and member or M.copy(member) end
  return result
end

local function shallow(from)
  local result = {}
  for key, member in pairs(from) do result[key] = member end
  return result
end

---A state that can be changed without touching the one it came from, but for the states of steps: those are copied
---when they are changed (Context:change), since an input touches one or two of them.
---@param state table
---@return table
function M.branch(state)
  local result = shallow(state)
  result.steps = shallow(state.steps)
  return result
end

return M
