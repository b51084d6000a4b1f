-- steps.lua: from the table of an author to a checked step, an object of its kind.

local M = {}

---Checks one step. `at` is the author's file, with `kernels` by name when there is a list of them.
---@param at memwall.Author
---@param given memwall.Step
---@return table step
function M.compile(at, given)
  local kind = at.registry.kinds[given.kind]
  if not kind then at:fail({ id = given.id, line = given.line }, nil, "there is no kind of step '%s'", tostring(given.kind)) end
  local step = setmetatable({ id = given.id, kind = given.kind, line = given.line, fields = {} }, kind)
  at:id(step, nil, given.id)
  if type(given.fields) ~= "table" then at:fail(step, nil, "is followed by a table { … }") end
  step.after = at:field(step, given.fields, "after", "string")
  kind.compile(at, step, given.fields)
  for _, field in ipairs(step.fields) do setmetatable(field, at.registry.fields[field.kind]) end
  return step
end

return M
