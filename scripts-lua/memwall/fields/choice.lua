-- choice.lua: one option of several, and several of several.
--
--   bound = { choices = { "memory*", "arithmetic" } }
--   moved = { choices = { "weights*", "input*", "nothing" }, many = true }

local judge = require "memwall.judge"
local native = require "memwall.native"
local new_field = require("memwall.field").new
local typed = require "memwall.typed"

local Choice = new_field()

Choice.question = "choices"

---Options of a choice; "weights_shared*" marks what is right.
---@param at memwall.Author
---@param step memwall.Kind
---@param list string[]
---@param field string where they stand
---@param many? boolean several may be right
---@return { id: string, right: boolean }[]
function Choice.read_options(at, step, list, field, many)
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

function Choice.compile(at, step, id, asked, prefix)
  at:only(step, asked, { "choices", "many" }, prefix)
  local many = at:field(step, asked, "many", "boolean", false, prefix)
  local list = at:field(step, asked, "choices", "table", true, prefix)
  return { id = id, kind = many and "choices" or "choice", options = Choice.read_options(at, step, list, "ask." .. id, many) }
end

function Choice:read(_, _, given)
  local value, mistake = typed.options(given, self)
  return value or given, mistake
end

function Choice:judge(_, _, st)
  return judge.judge_choice(self, st.values[self.id])
end

function Choice:show(shown, ctx, step)
  shown.options = native.array {}
  for i, option in ipairs(self.options) do
    shown.options[i] = { id = option.id, text = ctx:text(step.id, "option", option.id) or option.id }
  end
end

local Choices = new_field(Choice)

function Choices:read(_, _, given)
  local value, mistake = typed.options(given, self, true)
  return value or given, mistake
end

-- Nothing of what was chosen is wrong.
function Choices:mistaken(ctx) -- luacheck: ignore 212
  return ctx:say "some_missing"
end

return { choice = Choice, choices = Choices }
