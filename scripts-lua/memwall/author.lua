-- author.lua: reads what an author wrote, field by field, and says where a mistake stands.

local expr = require "memwall.expr"
local native = require "memwall.native"
local problem = require "memwall.problem"

---@class memwall.Author
---@field file string
---@field lines string[]
---@field starts integer[] lines at which steps begin, ascending
---@field registry memwall.Registry
---@field kernels? table<string, table> by "family/variant"
local Author = {}
Author.__index = Author

---@param file string
---@param source string
---@return memwall.Author
local function new(file, source)
  local lines = {}
  for line in (source .. "\n"):gmatch "([^\n]*)\n" do lines[#lines + 1] = line end
  return setmetatable({ file = file, lines = lines, starts = {} }, Author)
end

-- The line on which a word of a step (or of the lab, without a step) stands.
function Author:line_of(step, word)
  local from, to = step and step.line or 1, #self.lines
  if step then
    for _, start in ipairs(self.starts) do
      if start > from then
        to = start - 1
        break
      end
    end
  end
  if type(word) ~= "string" then return step and from or nil end
  local pattern = "%f[%w_]" .. word:match("[^.]+$"):gsub("%p", "%%%0") .. "%f[^%w_]"
  for i = from or 1, to do
    local code = self.lines[i]:gsub("%-%-.*$", "")
    if code:find(pattern) then return i end
  end
  return from
end

---Raises a mistake of the author.
---@param step? table { id, line }
---@param field? string
---@param message string
function Author:fail(step, field, message, ...)
  problem.raise("invalid", problem.describe({
    file = self.file, line = self:line_of(step, field), step = step and tostring(step.id), field = field,
  }, message, ...))
end

---Refuses fields that the schema does not know.
---@param step? table
---@param fields table
---@param known string[]
---@param prefix? string where the fields stand: "ask.bytes."
function Author:only(step, fields, known, prefix)
  local set = {}
  for _, name in ipairs(known) do set[name] = true end
  for name in pairs(fields) do
    if not set[name] then
      local shown = (prefix or "") .. tostring(name)
      self:fail(step, shown, "is not known here%s", problem.suggest(tostring(name), known))
    end
  end
end

-- What a value of the given type is called in a message.
local KIND = { table = "a table { … }", string = "a text in quotes", number = "a number", boolean = "true or false" }

---A field of a given type, or nil when it may be missing.
---@param step? table
---@param fields table
---@param name string
---@param kind string
---@param needed? boolean
---@param prefix? string
---@return any
function Author:field(step, fields, name, kind, needed, prefix)
  local value = fields[name]
  local shown = (prefix or "") .. name
  if value == nil then
    if needed then self:fail(step, shown, "is missing: it is %s", KIND[kind]) end
    return nil
  end
  if type(value) ~= kind then
    self:fail(step, shown, "is %s, not %s", KIND[kind], KIND[type(value)] or "a " .. type(value))
  end
  if kind == "string" then self:harmless(step, shown, value) end
  if kind == "number" and (value ~= value or value == math.huge or value == -math.huge) then
    self:fail(step, shown, "is not a finite number")
  end
  return value
end

---Text that reaches a screen holds no control characters.
function Author:harmless(step, field, text)
  local _, code = native.harmful(text)
  if code then
    self:fail(step, field, "holds byte 0x%02x: control characters and malformed UTF-8 are not text", code)
  end
  return text
end

---A formula, parsed; numbers are formulas too.
---@param step? table
---@param field string
---@param value any
---@return memwall.Node tree
function Author:formula(step, field, value)
  if type(value) == "number" then value = ("%.17g"):format(value) end
  if type(value) ~= "string" then
    self:fail(step, field, "is a formula in quotes or a number, not a %s", type(value))
  end
  self:harmless(step, field, value)
  local tree, message = expr.parse(value)
  if not tree then self:fail(step, field, "\"%s\": %s", value, message) end
  return tree
end

---An id: letters, digits and underscores, beginning with a letter.
function Author:id(step, field, value)
  if type(value) ~= "string" or not value:match "^[%a][%w_]*$" or #value > 40 then
    self:fail(step, field, "'%s' is not an id: letters, digits and '_', beginning with a letter, at most 40",
      type(value) == "string" and value or tostring(value))
  end
  return value
end

return new
