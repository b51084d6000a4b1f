-- registry.lua: the kinds of steps, fields and pictures, and the sources of samples, a line each: the one place that lists
-- them. Neither a course nor a lab adds one.

local asking = require "memwall.kinds.ask"
local choosing = require "memwall.fields.choice"

---@class memwall.Registry
local M = {}

-- How a step is played.
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

-- What a step asks for.
---@type table<string, memwall.Field>
M.fields = {
  number = require "memwall.fields.number",
  choice = choosing.choice,
  choices = choosing.choices,
  text = require "memwall.fields.text",
  place = require "memwall.fields.place",
}

-- What computes the samples of a step.
---@type table<string, memwall.Source>
M.sources = {
  kernel = require "memwall.sources.kernel",
}

-- In the order in which front ends show them.
---@type memwall.PictureKind[]
M.pictures = {
  require "memwall.pictures.roofline",
  require "memwall.pictures.sweep",
}

return M
