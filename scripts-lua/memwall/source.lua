-- source.lua: what is asked of whatever computes a sample, and what it answers unless it says otherwise.
--
-- How a step is played (once, over a list, against another) is its kind; what computes is its source: a file in sources/
-- and a line of registry.lua. A step names it by the source's word, `kernel = "gemv/simd"`, and its parameters stand
-- beside that. Only `compile`, `figures`, `effect` and `take` are needed.

local native = require "memwall.native"
local parameters = require "memwall.parameters"
local unit = require "memwall.unit"

---@class memwall.Figure
---@field name string as formulas and texts say it: <step>.<name>
---@field unit string|false false: a text
---@field kind string where its number comes from: "counted", "modelled", "measured", …
---@field foretold? true a prediction of its unit, and with just its value, is about it

---@class memwall.Source
---@field word string its name in the registry, by which a step names it
---@field name string what computes: "gemv/simd"
---@field params memwall.Parameter[]
---@field controls memwall.Parameter[] those that the student may set
---@field in_pairs? true two of them can be run in turns
---@field moved? memwall.Node by the lab's model of what a side of a comparison really moves
local Source = {}
Source.__index = Source

---A new source, which answers as the base does where it says nothing itself.
---@return memwall.Source
function Source.new()
  local source = setmetatable({}, { __index = Source })
  source.__index = source
  return source
end

local QUANTITY = {}
for _, quantity in ipairs(native.quantities) do QUANTITY[quantity.id] = quantity end

---A row of kernels/model/quantity.def as a figure.
---@param id string
---@return memwall.Figure
function Source.quantity(id)
  return { name = id, unit = QUANTITY[id].unit, kind = QUANTITY[id].kind }
end

-- The word of the one source that a table of an author names.
local function named(at, step, fields, prefix)
  local found, words = nil, {}
  for word in pairs(at.registry.sources) do
    words[#words + 1] = word
    if fields[word] ~= nil then
      if found then at:fail(step, prefix .. word, "stands beside '%s': one of them computes", found) end
      found = word
    end
  end
  if not found then
    table.sort(words)
    local side = prefix ~= "" and prefix:sub(1, -2) or nil
    at:fail(step, side, "says nothing that computes: %s = …", table.concat(words, " = … or "))
  end
  return found
end

---The source that a step names, or a side of it.
---@param at memwall.Author
---@param step memwall.Kind
---@param fields table where it is named
---@param reserved table<string, true> names among them that are no parameters
---@param prefix string where they stand: "a."
---@param more? table<string, any> further parameters, which `fields` comes before
---@return memwall.Source
function Source.read(at, step, fields, reserved, prefix, more)
  local word = named(at, step, fields, prefix)
  local given = {}
  for name, value in pairs(more or {}) do given[name] = value end
  for name, value in pairs(fields) do
    if not reserved[name] and name ~= word then given[name] = value end
  end
  local source = setmetatable({ word = word, params = {} }, at.registry.sources[word])
  source:compile(at, step, fields, given, prefix)
  source.controls = parameters.controls(source.params)
  return source
end

---Checks what the author wrote, and keeps `name` and `params`; every source has this function.
---@param at memwall.Author
---@param step memwall.Kind
---@param fields table where it is named, by its word
---@param given table<string, any> its parameters
---@param prefix string where it stands
function Source:compile(at, step, fields, given, prefix) -- luacheck: ignore 212
  error "a source has a function compile"
end

---Once all names of the lab are known.
---@param check memwall.Check
---@param step memwall.Kind
---@param more table<string, string> the names that controls give
function Source:check(check, step, more)
  for _, param in ipairs(self.params) do
    if param.tree then check:tree(step, param.name, param.tree, more) end
  end
end

---What it says of a sample, in the order in which that is shown; every source has this function. A lab can name these
---figures and no others.
---@return memwall.Figure[]
function Source:figures() -- luacheck: ignore 212
  error "a source has a function figures"
end

---The effect that computes a sample, `{ effect, kernel, args }`, which may only begin; or nothing, and the result of one
---that is known at once. Every source has this function.
---@param ctx memwall.Context
---@param step memwall.Kind
---@param chosen table<string, number|string> what the controls say
---@return table? effect
---@return { status: string, measurement?: table, reason?: any }? result
function Source:effect(ctx, step, chosen) -- luacheck: ignore 212
  error "a source has a function effect"
end

---The figures of a result, every source has this function.
---@param m? table the measurement of the result; nil where there is none (yet)
---@param closed fun(name: string): number? what the lab itself works out for a figure
---@return table<string, number> values
---@return table<string, string> kinds
function Source:take(m, closed) -- luacheck: ignore 212
  error "a source has a function take"
end

---What a sample takes, as far as that is known before it is begun.
---@param step memwall.Kind
---@return { seconds?: number }
function Source:cost(step) -- luacheck: ignore 212
  return {}
end

---Reads `interleave`: what is to be measured in turns with every sample.
---@param at memwall.Author
---@param step memwall.Kind
---@param name string
function Source:interleave(at, step, name)
  at:fail(step, "interleave", "'%s' cannot be measured in turns with '%s'", name, self.word)
end

---The figures of what is measured in turns with it.
---@return memwall.Figure[]
function Source:beside_figures() return {} end -- luacheck: ignore 212

---The order that `interleave` asks for, beside an effect of its own.
---@param ctx memwall.Context
---@param step memwall.Kind
---@param chosen table<string, number|string>
---@param effect table
---@return table? beside
function Source:beside(ctx, step, chosen, effect) end -- luacheck: ignore 212

---Whether a result beside another is one of this source.
---@param beside table
---@return boolean
function Source:same(beside) -- luacheck: ignore 212
  return false
end

---The roof that a result beside another measured: whether it is one, and what it says.
---@param beside table
---@return boolean
---@return { value: number, low: number }?
function Source:roof(beside) -- luacheck: ignore 212
  return false
end

---Element type and threads, by which roofs bound a sample that is yet to be measured.
---@param ctx memwall.Context
---@param step memwall.Kind
---@param chosen table<string, number|string>
---@return { dtype?: string, threads?: integer }
function Source:setting(ctx, step, chosen) -- luacheck: ignore 212
  return {}
end

---What computes, as a picture names it beside its points.
---@return string
function Source:label()
  return self.name
end

---What computed a result, in words that may say more than its name.
---@param m table
---@return string?
function Source:told(m) -- luacheck: ignore 212
  return self.name
end

---What of the table of figures is shown of a sample.
---@class memwall.Shown
---@field step memwall.Kind
---@field key string
---@field sample? table
---@field figures table<string, number>
---@field kinds table<string, string>
---@field said table<string, number> what was predicted of it
---@field live boolean it runs now

---The rows of the table of figures: each figure under its kind, and what was predicted of it.
---@param ctx memwall.Context
---@param shown memwall.Shown
---@return table[]
function Source:rows(ctx, shown) -- luacheck: ignore 212
  local list = native.array {}
  for _, figure in ipairs(shown.step:figures()) do
    local value, said = shown.figures[figure.name], shown.said[figure.name]
    if figure.unit and (type(value) == "number" or said) then
      local kind = shown.kinds[figure.name] or figure.kind
      local row = { id = figure.name, predicted = said and unit.number(said, figure.unit, "predicted") or nil }
      if type(value) == "number" then row[kind] = unit.number(value, figure.unit, kind) end
      list[#list + 1] = row
    end
  end
  return list
end

return Source
