-- lab.lua: one step with a toy field, for both front ends and the real worker.
local mw = require "memwall"

return mw.lab {
  format = 1, id = "toy", version = "1", minutes = { 1, 2 }, memory = "1 MiB",
  steps = { mw.recall "wall" { word = "memory", wrong = { "berlin" } }, mw.read "last" {} },
  points = { wall = 2 },
}
