-- registry.lua: the kinds of steps and of fields, a line each: the one place that lists them. Neither a course nor a
-- lab adds one.

local asking = require "memwall.kinds.ask"
local choosing = require "memwall.fields.choice"

local M = {}

---@type table<string, memwall.Kind>
M.kinds = {
  read = require "memwall.kinds.read",
  predict = asking.predict,
  check = asking.check,
  explain = asking.explain,
  place = asking.place,
  run = require "memwall.kinds.run",
  sweep = require "memwall.kinds.sweep",
  compare = require "memwall.kinds.compare",
  goal = require "memwall.kinds.goal",
}

---@type table<string, memwall.Field>
M.fields = {
  number = require "memwall.fields.number",
  choice = choosing.choice,
  choices = choosing.choices,
  text = require "memwall.fields.text",
  place = require "memwall.fields.place",
}

return M
