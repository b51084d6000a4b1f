-- registry.lua: the kinds of steps, a line each: the one place that lists them. Neither a course nor a lab adds one.

local asking = require "memwall.kinds.ask"

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

return M
