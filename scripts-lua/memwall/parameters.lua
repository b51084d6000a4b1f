-- parameters.lua: what kinds of steps that run kernels share when they read what an author wrote.

local problem = require "memwall.problem"

local M = {}

---Finds a kernel of the registry; without a registry every name passes.
---@param at memwall.Author
---@param step memwall.Kind
---@param field string
---@param name string
---@return table?
function M.kernel(at, step, field, name)
  if not at.kernels then return nil end
  local kernel = at.kernels[name]
  if not kernel then
    local names = {}
    for known in pairs(at.kernels) do names[#names + 1] = known end
    at:fail(step, field, "there is no kernel '%s'%s", name, problem.suggest(name, names))
  end
  return kernel
end

-- One parameter: a formula, or a list that becomes a control or the swept axis.
local function parameter(at, step, kernel, name, value)
  local known = {}
  local spec
  for _, param in ipairs(kernel and kernel.params or {}) do
    known[#known + 1] = param.name
    if param.name == name then spec = param end
  end
  if kernel and not spec then
    at:fail(step, name, "is neither a field of '%s' nor a parameter of %s/%s%s", step.kind, kernel.family,
      kernel.variant, problem.suggest(name, known))
  end
  if type(value) ~= "table" then
    if type(value) == "string" and (name == "dtype" or spec and spec.choices) then
      local allowed = not (spec and spec.choices)
      for _, choice in ipairs(spec and spec.choices or {}) do allowed = allowed or choice == value end
      if not allowed then
        at:fail(step, name, "cannot be '%s'%s", value, problem.suggest(value, spec.choices))
      end
      return { name = name, word = at:harmless(step, name, value), spec = spec }
    end
    return { name = name, tree = at:formula(step, name, value), spec = spec }
  end
  local list = { name = name, values = {}, as = name, spec = spec }
  for key, entry in pairs(value) do
    if key == "as" then
      list.as = at:id(step, name .. ".as", entry)
    elseif math.type(key) ~= "integer" then
      at:fail(step, name .. "." .. tostring(key), "is not known here; a list of values may only have 'as'")
    elseif type(entry) == "number" and entry == math.floor(entry) then
      list.values[#list.values + 1] = math.tointeger(entry)
    elseif type(entry) == "string" then
      list.words = true
      list.values[#list.values + 1] = at:harmless(step, name, entry)
    else
      at:fail(step, name, "a list holds whole numbers or texts")
    end
  end
  if #list.values < 2 or #list.values > 64 then at:fail(step, name, "a list has 2 to 64 values") end
  return list
end

---The parameters of a kernel that `fields` gives, but for reserved names.
---@param at memwall.Author
---@param step memwall.Kind
---@param kernel? table
---@param fields table
---@param reserved string[]
---@return table[] parameters
function M.parameters(at, step, kernel, fields, reserved)
  local set, list = {}, {}
  for _, name in ipairs(reserved) do set[name] = true end
  for name, value in pairs(fields) do
    if type(name) ~= "string" then at:fail(step, nil, "a value without a name: %s", tostring(value)) end
    if not set[name] then list[#list + 1] = parameter(at, step, kernel, name, value) end
  end
  return list
end

---What a kernel does unless it is told otherwise; empty without a registry.
---@param kernel? table
---@return table<string, any>
function M.presets(kernel)
  local list = {}
  for _, param in ipairs(kernel and kernel.params or {}) do list[param.name] = param.default end
  return list
end

---The work of a run, and the time that it may take.
---@param at memwall.Author
---@param step memwall.Kind
---@param fields table
function M.work(at, step, fields)
  for _, name in ipairs { "flops", "bytes" } do
    if fields[name] ~= nil then step[name] = at:formula(step, name, fields[name]) end
  end
  step.budget = at:field(step, fields, "budget", "number")
  if step.budget and (step.budget <= 0 or step.budget > 30) then
    at:fail(step, "budget", "is between 0 and 30 seconds")
  end
end

return M
