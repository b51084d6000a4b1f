-- lab.lua: from the source of a lab to a checked lab, or the first mistake with its place.

local expr = require "memwall.expr"
local machines = require "memwall.machine"
local mw = require "memwall"
local native = require "memwall.native"
local new_author = require "memwall.author"
local problem = require "memwall.problem"
local registry = require "memwall.registry"
local sandbox = require "memwall.sandbox"
local scope = require "memwall.scope"
local steps = require "memwall.steps"
local unit = require "memwall.unit"

local M = {}

local FILE = "lab.lua"
local FIELDS = {
  "format", "id", "version", "minutes", "memory", "variant", "fit", "reference", "q", "steps", "points",
}

-- Runs the chunk. Syntax and run-time errors already say "lab.lua:line:".
local function evaluate(source)
  local chunk, message = native.load(source, FILE, sandbox())
  if not chunk then
    -- What Lua cannot even read (a nest of parentheses, a compiled chunk) it does not say the place of.
    problem.raise("invalid", message:find(FILE, 1, true) and message or FILE .. ": " .. message)
  end
  local ok, result = pcall(chunk)
  if not ok then
    if type(result) == "table" and result.status then error(result, 0) end
    problem.raise("invalid", type(result) == "string" and result or FILE .. ": it raised an error that is no text")
  end
  if mw.kind_of(result) ~= "lab" then
    problem.raise("invalid", FILE .. ": it must end with: return mw.lab { … }")
  end
  return result.fields
end

local function head(at, fields)
  if at:field(nil, fields, "format", "number", true) ~= 1 then
    at:fail(nil, "format", "this memwall reads format 1")
  end
  local id = at:field(nil, fields, "id", "string", true)
  if not id:match "^[%l%d-]+$" then at:fail(nil, "id", "is made of small letters, digits and '-'") end
  local minutes = at:field(nil, fields, "minutes", "table", true)
  if type(minutes[1]) ~= "number" or type(minutes[2]) ~= "number" or minutes[1] > minutes[2] or minutes[1] <= 0 then
    at:fail(nil, "minutes", "is { from, to }")
  end
  local nothing = scope.new({ q = {}, reference = {} }, {}, machines.new())
  local memory, message = expr.eval(at:formula(nil, "memory", fields.memory or ""), nothing)
  if type(memory) ~= "number" or memory < 0 then
    at:fail(nil, "memory", "is a size such as \"700 MiB\"%s", message and ": " .. message or "")
  end
  return {
    id = id, version = at:field(nil, fields, "version", "string", true), memory = memory,
    minutes = native.array { math.floor(minutes[1]), math.floor(minutes[2]) },
  }
end

local function variant_of(at, fields)
  local variant = {}
  for name, list in pairs(at:field(nil, fields, "variant", "table") or {}) do
    at:id(nil, "variant", name)
    if unit.written[name] then
      at:fail(nil, "variant." .. name, "is also a unit: call it something else")
    end
    if type(list) ~= "table" or #list == 0 then at:fail(nil, "variant." .. name, "is a list of values") end
    for _, value in ipairs(list) do
      if type(value) ~= "number" or value ~= value then at:fail(nil, "variant." .. name, "holds numbers") end
    end
    variant[name] = list
  end
  return variant
end

local function quantities_of(at, fields)
  local q = {}
  for name, entry in pairs(at:field(nil, fields, "q", "table") or {}) do
    at:id(nil, "q", name)
    if type(entry) ~= "table" or #entry ~= 2 then at:fail(nil, "q." .. name, "is { \"unit\", \"formula\" }") end
    if not unit.known(entry[1]) then
      local known = {}
      for one in pairs(unit.dimension) do known[#known + 1] = one end
      at:fail(nil, "q." .. name, "'%s' is not a unit%s", tostring(entry[1]), problem.suggest(tostring(entry[1]), known))
    end
    q[name] = { unit = entry[1], tree = at:formula(nil, "q." .. name, entry[2]), text = tostring(entry[2]) }
  end
  return q
end

-- variant names that must follow the machine: see `fit` in memwall.lua.
local function fit_of(at, fields, variant)
  local list = {}
  for name, rule in pairs(at:field(nil, fields, "fit", "table") or {}) do
    if not variant[name] then at:fail(nil, "fit." .. name, "is not a name of the variant") end
    if type(rule) ~= "table" then at:fail(nil, "fit." .. name, "is a table { of, above, below, step }") end
    at:only(nil, rule, { "of", "above", "below", "step" }, "fit." .. name .. ".")
    list[#list + 1] = {
      name = name, of = at:formula(nil, "fit.of", rule.of), above = at:formula(nil, "fit.above", rule.above),
      below = at:formula(nil, "fit.below", rule.below),
      step = at:field(nil, rule, "step", "number", true, "fit." .. name .. "."),
    }
    if list[#list].step < 1 then at:fail(nil, "fit." .. name .. ".step", "is 1 or more") end
  end
  return list
end

local function steps_of(at, lab, fields)
  local given = at:field(nil, fields, "steps", "table", true)
  for i, one in ipairs(given) do
    if mw.kind_of(one) ~= "step" then
      at:fail(nil, "steps", "entry %d is not a step: write predict \"id\" { … }", i)
    end
    at.starts[#at.starts + 1] = one.line
  end
  for i, one in ipairs(given) do
    local step = steps.compile(at, one)
    if lab.by_id[step.id] then at:fail(step, nil, "there are two steps of that name") end
    step.index = i
    lab.steps[i], lab.by_id[step.id] = step, step
  end
  if #lab.steps == 0 then at:fail(nil, "steps", "has no step") end
  for _, step in ipairs(lab.steps) do
    if step.after and not (lab.by_id[step.after] and lab.by_id[step.after].index < step.index) then
      at:fail(step, "after", "'%s' is not a step above", step.after)
    end
  end
end

-- Every name of a tree must be known, and its units must not contradict each other.
local function check_tree(at, lab, step, field, tree, more, wanted)
  if expr.is_condition(tree) ~= (wanted == "condition") then
    at:fail(step, field, wanted == "condition" and "is a condition, such as ratio >= 1.2" or "is a number, not a condition")
  end
  expr.names(tree, function(name)
    if lab.units[name] == nil and not (more and more[name]) then
      local known = {}
      for one in pairs(lab.units) do known[#known + 1] = one end
      for one in pairs(more or {}) do known[#known + 1] = one end
      local near = problem.nearest(name, known)
      at:fail(step, field, "'%s' is not known%s", name, near and ("; did you mean '%s'?"):format(near) or "")
    end
  end)
  local found, message = expr.units(tree, scope.dimension_of(lab.units, more))
  if not found then at:fail(step, field, "%s", message) end
  if wanted and wanted ~= "condition" and not unit.is_free(found) and not unit.same(found, unit.dimension[wanted]) then
    at:fail(step, field, "gives %s, not %s", unit.name(found), wanted)
  end
  return found
end

---What a kind of step or of field checks its formulas with.
---@class memwall.Check
---@field at memwall.Author
---@field lab table
local Check = {}
Check.__index = Check

---Every name of a tree must be known, and its units must not contradict each other.
---@param step memwall.Kind
---@param field string where it stands
---@param tree memwall.Node
---@param more? table<string, string> names that only this formula has, with their units
---@param wanted? string a unit, or "condition"
---@return memwall.Dimension
function Check:tree(step, field, tree, more, wanted)
  return check_tree(self.at, self.lab, step, field, tree, more, wanted)
end

local function points_of(at, lab, fields)
  local points = {}
  for name, value in pairs(at:field(nil, fields, "points", "table") or {}) do
    local step = lab.by_id[name]
    if type(value) ~= "number" or value < 0 then at:fail(nil, "points." .. tostring(name), "is a number of marks") end
    if name ~= "made" and not step then
      local known = { "made" }
      for _, one in ipairs(lab.steps) do
        if one.marked then known[#known + 1] = one.id end
      end
      at:fail(nil, "points." .. tostring(name), "is not a step%s", problem.suggest(tostring(name), known))
    end
    if step and not step.marked then
      at:fail(nil, "points." .. name, "'%s' is a %s: its mark is part of 'made'", name, step.kind)
    end
    points[name] = value
  end
  return points
end

---Reads a lab.
---@param source string
---@param kernels? table<string, table> the registry by "family/variant"
---@return table lab
function M.read(source, kernels)
  local fields = evaluate(source)
  local at = new_author(FILE, source)
  at.kernels, at.registry = kernels, registry
  if type(fields) ~= "table" then at:fail(nil, nil, "mw.lab needs a table { … }") end
  at:only(nil, fields, FIELDS)
  local lab = head(at, fields)
  lab.digest = ("%016x"):format(native.hash(source))
  lab.stamp = lab.version .. "+" .. lab.digest:sub(1, 8)
  lab.at = at
  lab.variant, lab.q = variant_of(at, fields), quantities_of(at, fields)
  lab.reference = at:field(nil, fields, "reference", "table") or {}
  for name in pairs(lab.reference) do at:field(nil, lab.reference, name, "number", true, "reference.") end
  lab.fit = fit_of(at, fields, lab.variant)
  lab.steps, lab.by_id = {}, {}
  steps_of(at, lab, fields)
  lab.units = scope.declare(lab)
  for name, q in pairs(lab.q) do check_tree(at, lab, nil, "q." .. name, q.tree, nil, q.unit) end
  local check = setmetatable({ at = at, lab = lab }, Check)
  for _, step in ipairs(lab.steps) do step:check(check) end
  lab.units = scope.declare(lab)
  lab.points = points_of(at, lab, fields)
  return lab
end

---One value of every list of the variant, drawn by the seed.
---@param lab table
---@param seed string
---@return table<string, number>
function M.draw(lab, seed)
  local variant = {}
  for name, list in pairs(lab.variant) do
    variant[name] = mw.random(seed .. "/" .. name):choice(list)
  end
  return variant
end

---Every combination of the variant's lists, in a fixed order.
---@param lab table
---@return table<string, number>[]
function M.variants(lab)
  local all = { {} }
  for name, list in pairs(lab.variant) do
    local longer = {}
    for _, start in ipairs(all) do
      for _, value in ipairs(list) do
        local one = {}
        for k, v in pairs(start) do one[k] = v end
        one[name] = value
        longer[#longer + 1] = one
      end
    end
    all = longer
  end
  return all
end

return M
