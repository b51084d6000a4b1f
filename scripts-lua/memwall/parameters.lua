-- parameters.lua: what a source takes, from the table of an author to the values of one sample.

local expr = require "memwall.expr"
local problem = require "memwall.problem"
local scope = require "memwall.scope"

local M = {}

---What a source takes, as the registry of kernels says it.
---@class memwall.Spec
---@field name string
---@field params { name: string, unit: string, min?: number, max?: number, default?: any, choices?: string[] }[]

---@class memwall.Parameter
---@field name string
---@field spec? table its row of memwall.Spec
---@field tree? memwall.Node a formula
---@field word? string
---@field values? (integer|string)[] a list: the student chooses, or a sweep goes through it
---@field as? string the name that the chosen value has in formulas
---@field words? true the values are words

-- One parameter: a formula, or a list that becomes a control or the swept axis.
local function parameter(at, step, spec, name, value)
  local known = {}
  local row
  for _, param in ipairs(spec and spec.params or {}) do
    known[#known + 1] = param.name
    if param.name == name then row = param end
  end
  if spec and not row then
    at:fail(step, name, "is neither a field of '%s' nor a parameter of %s%s", step.kind, spec.name,
      problem.suggest(name, known))
  end
  if type(value) ~= "table" then
    if type(value) == "string" and (name == "dtype" or row and row.choices) then
      local allowed = not (row and row.choices)
      for _, choice in ipairs(row and row.choices or {}) do allowed = allowed or choice == value end
      if not allowed then
        at:fail(step, name, "cannot be '%s'%s", value, problem.suggest(value, row.choices))
      end
      return { name = name, word = at:harmless(step, name, value), spec = row }
    end
    return { name = name, tree = at:formula(step, name, value), spec = row }
  end
  local list = { name = name, values = {}, as = name, spec = row }
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

---Reads the parameters of a source against what it takes; without a spec every name passes.
---@param at memwall.Author
---@param step memwall.Kind
---@param spec? memwall.Spec
---@param given table<string, any>
---@return memwall.Parameter[]
function M.compile(at, step, spec, given)
  local list = {}
  for name, value in pairs(given) do
    if type(name) ~= "string" then at:fail(step, nil, "a value without a name: %s", tostring(value)) end
    list[#list + 1] = parameter(at, step, spec, name, value)
  end
  return list
end

---Those that are lists.
---@param params memwall.Parameter[]
---@return memwall.Parameter[]
function M.controls(params)
  local list = {}
  for _, param in ipairs(params) do
    if param.values then list[#list + 1] = param end
  end
  return list
end

---What a source does unless it is told otherwise; empty without a spec.
---@param spec? memwall.Spec
---@return table<string, any>
function M.presets(spec)
  local list = {}
  for _, param in ipairs(spec and spec.params or {}) do list[param.name] = param.default end
  return list
end

-- One value of a sample. A formula that cannot be worked out here says why.
local function value_of(ctx, step, param, names, chosen)
  if param.values then return chosen[param.as] end
  if param.word then return param.word end
  local value, message = expr.eval(param.tree, names)
  if value == nil then ctx.lab.at:fail(step, param.name, "%s", message) end
  if type(value) ~= "number" or value ~= math.floor(value) then
    ctx.lab.at:fail(step, param.name, "gives %s, which is not a whole number", tostring(value))
  end
  return math.tointeger(value)
end

---The values of one sample. One that lies outside what the source takes is raised as invalid, with the range.
---@param ctx memwall.Context
---@param step memwall.Kind
---@param params memwall.Parameter[]
---@param chosen table<string, number|string> what the controls say
---@return table<string, number|string>
function M.values(ctx, step, params, chosen)
  local names, values = scope.planned(ctx.scope, chosen), {}
  for _, param in ipairs(params) do
    local value, row = value_of(ctx, step, param, names, chosen), param.spec
    if row and type(value) == "number" and (value < (row.min or value) or value > (row.max or value)) then
      problem.raise("invalid", ctx:say("outside", param.as or param.name, value, row.min, row.max))
    end
    values[param.name] = value
  end
  return values
end

return M
