-- choice.lua: one option of several, and several of several.
--
--   bound = { choices = { "memory*", "arithmetic" } }
--   moved = { choices = { "weights*", "input*", "nothing" }, many = true }

local judge = require "memwall.judge"
local native = require "memwall.native"
local new_field = require("memwall.field").new
local typed = require "memwall.typed"

local Choice = new_field()

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

-- Nothing of what was chosen is wrong.
function Choices:mistaken(ctx) -- luacheck: ignore 212
  return ctx:say "some_missing"
end

return { choice = Choice, choices = Choices }
