-- lab.lua: from the source of a lab to a checked lab, or the first mistake with its place.

local expr = require "memwall.expr"
local machines = require "memwall.machine"
local mw = require "memwall"
local native = require "memwall.native"
local new_author = require "memwall.author"
local problem = require "memwall.problem"
local runs = require "memwall.runs"
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

-- The names that the controls of a step give.
local function control_units(step)
  local more = {}
  for _, param in ipairs(step.controls or {}) do more[param.as] = "1" end
  return more
end

-- The names that a sample of a step has.
local function sample_units(step)
  local more = control_units(step)
  for name, of in pairs(scope.OBSERVED) do more[name] = more[name] or of end
  return more
end

local function check_fields(at, lab, step)
  for _, field in ipairs(step.fields) do
    if field.kind == "number" and field.tree then
      local shown = "ask." .. field.id
      if field.unit and not unit.known(field.unit) then at:fail(step, shown, "'%s' is not a unit", field.unit) end
      local single = field.tree.op == "name" and lab.q[field.tree.name]
      local found = check_tree(at, lab, step, shown, field.tree, nil, field.unit)
      field.unit = field.unit or (single and single.unit) or unit.name(found)
      if not unit.known(field.unit) then at:fail(step, shown, "gives %s: say unit = …", field.unit) end
      field.claimed = scope.claims_machine(lab, field.tree)
    elseif field.kind == "place" then
      check_tree(at, lab, step, "intensity", field.tree, nil, "FLOP/B")
      if field.on then
        check_tree(at, lab, step, "on", field.on, nil, "B/s")
        field.on_claimed = scope.claims_machine(lab, field.on)
      end
    end
    for _, wrong in ipairs(field.wrong or {}) do
      check_tree(at, lab, step, "wrong." .. wrong.id, wrong.tree, nil, field.unit or "FLOP/B")
    end
    if step.kind == "check" and field.claimed then
      at:fail(step, "ask." .. field.id, "is marked for being right, so its truth may not depend on the computer at " ..
        "hand: use 'reference' instead of 'machine'")
    end
  end
end

local function check_runs(at, lab, step)
  local more = sample_units(step)
  for _, name in ipairs { "flops", "bytes" } do
    if step[name] then check_tree(at, lab, step, name, step[name], more, name == "flops" and "FLOP" or "B") end
  end
  for _, side in ipairs(step.a and { step.a, step.b } or { step }) do
    if side ~= step and side.bytes then check_tree(at, lab, step, "bytes", side.bytes, more, "B") end
    for _, param in ipairs(side.params) do
      if param.tree then check_tree(at, lab, step, param.name, param.tree, control_units(step)) end
    end
  end
  for _, chart in ipairs(step.chart or {}) do
    chart.unit = unit.name(check_tree(at, lab, step, "chart." .. chart.id, chart.tree, more))
    -- `seconds/n`: a time shared by n vectors is still a time.
    if chart.unit == "1" and chart.tree.op == "/" and chart.tree[1].op == "name" then
      chart.unit = more[chart.tree[1].name] or "1"
    end
  end
  for name, tree in pairs(step.find or {}) do
    if tree.op ~= runs.CROSSING then check_tree(at, lab, step, "find." .. name, tree, more) end
  end
  if step.expect then check_tree(at, lab, step, "expect", step.expect, more, "condition") end
end

local function check_goal(at, lab, step)
  local more = {}
  for _, field in ipairs(step.fields) do more[field.id] = "1" end
  for i, condition in ipairs(step.pass) do
    check_tree(at, lab, step, "pass", condition, more, "condition")
    if scope.claims_machine(lab, condition) then
      at:fail(step, "pass", "condition %d depends on the computer at hand: use 'reference'", i)
    end
  end
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
  at.kernels = kernels
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
  for _, step in ipairs(lab.steps) do
    check_fields(at, lab, step)
    if step.runs then check_runs(at, lab, step) end
    if step.kind == "goal" then check_goal(at, lab, step) end
  end
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
