-- steps.lua: from the tables of an author to checked steps: one function per kind.

local problem = require "memwall.problem"

local M = {}

---The steps that commit a prediction, that run kernels, and that earn their mark by being right.
M.PREDICTS = { predict = true, place = true }
M.RUNS = { run = true, sweep = true, compare = true }
M.MARKED = { check = true, goal = true, explain = true }

---The finding of a sweep where its flat line and its rising one meet.
M.CROSSING = "crossing"

-- A cell of an 80-column plot is a factor of 1.25 wide: no place step asks for more than it shows.
local LEAST_PLACE_FACTOR = 1.3

-- Known wrong answers: a sorted list of { id, tree }.
local function wrong_answers(at, step, wrong, prefix)
  local list = {}
  for id, formula in pairs(wrong or {}) do
    at:id(step, prefix .. "wrong", id)
    list[#list + 1] = { id = id, tree = at:formula(step, prefix .. "wrong." .. id, formula) }
  end
  return list
end

local function tolerance(at, step, fields, prefix, default)
  local within = at:field(step, fields, "within", "number", false, prefix)
  local factor = at:field(step, fields, "factor", "number", false, prefix)
  if within and factor then at:fail(step, prefix .. "within", "stands beside 'factor': only one of them can hold") end
  if within and (within < 0 or within >= 1) then at:fail(step, prefix .. "within", "is between 0 and 1") end
  if factor and factor <= 1 then at:fail(step, prefix .. "factor", "is above 1") end
  if within or factor then return within, factor end
  return default.within, default.factor
end

-- "weights_shared*" marks what is right.
local function options(at, step, list, field, many)
  local result, right, seen = {}, 0, {}
  for i, name in ipairs(list) do
    if type(name) ~= "string" then at:fail(step, field, "option %d is not a text", i) end
    local id, star = name:match "^(.-)(%*?)$"
    at:id(step, field, id)
    if seen[id] then at:fail(step, field, "there are two options '%s'", id) end
    seen[id] = true
    result[i] = { id = id, right = star == "*" }
    if star == "*" then right = right + 1 end
  end
  if #result < 2 then at:fail(step, field, "needs two options or more") end
  if right == 0 then at:fail(step, field, "no option is right: mark it with a '*'") end
  if right > 1 and not many then at:fail(step, field, "%d options are right: say many = true", right) end
  return result
end

local QUESTION = { "wrong", "unit", "within", "factor", "choices", "many" }

local function question(at, step, id, asked, default)
  local prefix = "ask." .. id .. "."
  if type(asked) == "string" or type(asked) == "number" then asked = { asked } end
  if type(asked) ~= "table" then at:fail(step, "ask." .. id, "is a question { \"formula\", … }") end
  local rest = {}
  for name, value in pairs(asked) do
    if name ~= 1 then rest[name] = value end
  end
  at:only(step, rest, QUESTION, prefix)
  if asked.choices then
    local many = at:field(step, asked, "many", "boolean", false, prefix)
    local list = at:field(step, asked, "choices", "table", true, prefix)
    return { id = id, kind = many and "choices" or "choice", options = options(at, step, list, "ask." .. id, many) }
  end
  if asked[1] == nil then at:fail(step, "ask." .. id, "has no formula for the right answer") end
  local within, factor = tolerance(at, step, asked, prefix, default)
  return {
    id = id, kind = "number", tree = at:formula(step, "ask." .. id, asked[1]),
    unit = at:field(step, asked, "unit", "string", false, prefix),
    within = within, factor = factor,
    wrong = wrong_answers(at, step, at:field(step, asked, "wrong", "table", false, prefix), prefix),
  }
end

local function ask(at, step, fields)
  at:only(step, fields, { "ask", "within", "factor", "after" })
  local within, factor = tolerance(at, step, fields, "", { within = 0.02 })
  local asked = at:field(step, fields, "ask", "table", true)
  for id, entry in pairs(asked) do
    at:id(step, "ask", id)
    step.fields[#step.fields + 1] = question(at, step, id, entry, { within = within, factor = factor })
  end
  if #step.fields == 0 then at:fail(step, "ask", "asks nothing") end
end

local function place(at, step, fields)
  at:only(step, fields, { "intensity", "on", "factor", "height", "wrong", "after" })
  local factor = at:field(step, fields, "factor", "number") or 1.6
  local height = at:field(step, fields, "height", "number") or 2
  step.fields[1] = {
    id = "point", kind = "place",
    tree = at:formula(step, "intensity", at:field(step, fields, "intensity", "string", true)),
    on = fields.on and at:formula(step, "on", fields.on),
    factor = math.max(factor, LEAST_PLACE_FACTOR), height = math.max(height, LEAST_PLACE_FACTOR),
    wrong = wrong_answers(at, step, at:field(step, fields, "wrong", "table"), ""),
  }
end

---Finds a kernel of the registry; without a registry every name passes.
local function kernel_of(at, step, field, name)
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

local function parameters(at, step, kernel, fields, reserved)
  local set, list = {}, {}
  for _, name in ipairs(reserved) do set[name] = true end
  for name, value in pairs(fields) do
    if type(name) ~= "string" then at:fail(step, nil, "a value without a name: %s", tostring(value)) end
    if not set[name] then list[#list + 1] = parameter(at, step, kernel, name, value) end
  end
  return list
end

-- What a kernel does unless it is told otherwise; empty without a registry.
local function presets(kernel)
  local list = {}
  for _, param in ipairs(kernel and kernel.params or {}) do list[param.name] = param.default end
  return list
end

local RUN = { "kernel", "interleave", "flops", "bytes", "budget", "after" }

local function work(at, step, fields)
  for _, name in ipairs { "flops", "bytes" } do
    if fields[name] ~= nil then step[name] = at:formula(step, name, fields[name]) end
  end
  step.budget = at:field(step, fields, "budget", "number")
  if step.budget and (step.budget <= 0 or step.budget > 30) then
    at:fail(step, "budget", "is between 0 and 30 seconds")
  end
end

local function interleave(at, step, fields)
  local name = at:field(step, fields, "interleave", "string")
  if not name then return end
  if name == "first" and step.kind == "sweep" then -- each sample in turns with the first of the sweep
    step.interleave = name
    return
  end
  kernel_of(at, step, "interleave", name)
  if name ~= "stream/read" then
    at:fail(step, "interleave", "measures the read roof, \"stream/read\", or in a sweep its \"first\" sample again")
  end
  if not step.bytes then at:fail(step, "interleave", "needs 'bytes', to read as much as the kernel does") end
  step.interleave = name
end

local function run(at, step, fields, more)
  local reserved = { table.unpack(RUN) }
  for _, name in ipairs(more or {}) do reserved[#reserved + 1] = name end
  step.kernel = at:field(step, fields, "kernel", "string", true)
  local spec = kernel_of(at, step, "kernel", step.kernel)
  step.params, step.preset = parameters(at, step, spec, fields, reserved), presets(spec)
  work(at, step, fields)
  interleave(at, step, fields)
  step.controls = {}
  for _, param in ipairs(step.params) do
    if param.values then step.controls[#step.controls + 1] = param end
  end
end

local function sweep(at, step, fields)
  run(at, step, fields, { "chart", "trail", "find" })
  if #step.controls ~= 1 then
    at:fail(step, nil, "sweeps one parameter: give exactly one as a list, such as n = { 1, 2, 4 }")
  end
  step.axis = step.controls[1]
  if step.axis.words then at:fail(step, step.axis.name, "a swept list holds numbers") end
  for i = 2, #step.axis.values do
    if step.axis.values[i] <= step.axis.values[i - 1] then at:fail(step, step.axis.name, "the list ascends") end
  end
  step.trail = at:field(step, fields, "trail", "boolean")
  step.chart, step.find, step.finds = {}, {}, {}
  for id, formula in pairs(at:field(step, fields, "chart", "table") or { time = "seconds" }) do
    at:id(step, "chart", id)
    step.chart[#step.chart + 1] = { id = id, tree = at:formula(step, "chart." .. id, formula) }
  end
  for name, formula in pairs(at:field(step, fields, "find", "table") or {}) do
    at:id(step, "find", name)
    if formula == M.CROSSING then
      step.find[name] = { op = M.CROSSING }
    else
      step.find[name] = at:formula(step, "find." .. name, formula)
    end
    step.finds[#step.finds + 1] = name
  end
end

local function side(at, step, fields, name)
  local given = at:field(step, fields, name, "table", true)
  local kernel = at:field(step, given, "kernel", "string", true, name .. ".")
  local all = {}
  for key, value in pairs(at:field(step, fields, "with", "table") or {}) do all[key] = value end
  local moved = given.bytes -- by a model of what this side really moves; without it, what must move
  for key, value in pairs(given) do
    if key ~= "kernel" and key ~= "bytes" then all[key] = value end
  end
  local spec = kernel_of(at, step, name .. ".kernel", kernel)
  local params = parameters(at, step, spec, all, {})
  for _, param in ipairs(params) do
    if param.values then at:fail(step, param.name, "is one value in a comparison, not a list") end
  end
  return { kernel = kernel, params = params, preset = presets(spec), bytes = moved and at:formula(step, name .. ".bytes", moved) }
end

local function compare(at, step, fields)
  at:only(step, fields, { "with", "a", "b", "expect", "flops", "bytes", "budget", "after" })
  step.a, step.b = side(at, step, fields, "a"), side(at, step, fields, "b")
  step.kernel, step.params, step.preset, step.controls = step.a.kernel, step.a.params, step.a.preset, {}
  work(at, step, fields)
  if fields.expect then step.expect = at:formula(step, "expect", fields.expect) end
end

local function setting(at, step, given, names, field)
  if type(given) ~= "table" then at:fail(step, field, "is a table of values") end
  at:only(step, given, names, field .. ".")
  local values = {}
  for _, name in ipairs(names) do
    values[name] = at:field(step, given, name, "number", true, field .. ".")
  end
  return values
end

local function goal(at, step, fields)
  at:only(step, fields, { "set", "pass", "solution", "wrong", "after" })
  local names = {}
  for name, range in pairs(at:field(step, fields, "set", "table", true)) do
    at:id(step, "set", name)
    if type(range) ~= "table" or type(range[1]) ~= "number" or type(range[2]) ~= "number" or range[1] >= range[2] then
      at:fail(step, "set." .. name, "is a range { lowest, highest }")
    end
    names[#names + 1] = name
    step.fields[#step.fields + 1] = { id = name, kind = "number", unit = "1", low = range[1], high = range[2] }
  end
  step.pass = {}
  for i, condition in ipairs(at:field(step, fields, "pass", "table", true)) do
    step.pass[i] = at:formula(step, "pass", condition)
  end
  if #step.pass == 0 then at:fail(step, "pass", "has no condition") end
  step.solution = setting(at, step, at:field(step, fields, "solution", "table", true), names, "solution")
  step.wrong = {}
  for id, given in pairs(at:field(step, fields, "wrong", "table") or {}) do
    at:id(step, "wrong", id)
    step.wrong[#step.wrong + 1] = { id = id, values = setting(at, step, given, names, "wrong." .. id) }
  end
end

local function explain(at, step, fields)
  at:only(step, fields, { "choices", "reason", "after" })
  local list = at:field(step, fields, "choices", "table", true)
  step.fields[1] = { id = "choice", kind = "choice", options = options(at, step, list, "choices") }
  local reason = at:field(step, fields, "reason", "table")
  if reason then
    at:only(step, reason, { "min_words", "credit" }, "reason.")
    local words = at:field(step, reason, "min_words", "number", false, "reason.") or 1
    local credit = at:field(step, reason, "credit", "string", false, "reason.")
    if credit and credit ~= "hand" then at:fail(step, "reason.credit", "is \"hand\": a person reads the text") end
    step.fields[2] = { id = "reason", kind = "text", min_words = words, credit = credit }
  end
end

local function read(at, step, fields)
  at:only(step, fields, { "after" })
end

local KINDS = {
  read = read, predict = ask, check = ask, place = place, run = run, sweep = sweep, compare = compare,
  goal = goal, explain = explain,
}

---Checks one step. `at` is the author's file, with `kernels` by name when there is a registry.
---@param at memwall.Author
---@param given memwall.Step
---@return table step
function M.compile(at, given)
  local step = {
    id = given.id, kind = given.kind, line = given.line, fields = {},
    predicts = M.PREDICTS[given.kind], runs = M.RUNS[given.kind], marked = M.MARKED[given.kind],
  }
  at:id(step, nil, given.id)
  if type(given.fields) ~= "table" then at:fail(step, nil, "is followed by a table { … }") end
  step.after = at:field(step, given.fields, "after", "string")
  KINDS[given.kind](at, step, given.fields)
  return step
end

return M
