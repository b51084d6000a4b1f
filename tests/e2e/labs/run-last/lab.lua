-- lab.lua: a lab whose last step is a run.
local mw = require "memwall"

return mw.lab {
  format = 1, id = "run-last", version = "1.0", minutes = { 1, 2 }, memory = "4 MiB",
  variant = { n = { 256 } },
  q = { f1 = { "FLOP", "2*n*n" }, m1 = { "B", "4*n*n + 8*n" } },
  steps = {
    mw.predict "count" { within = 0.02, ask = { flop = { "f1" } } },
    mw.run "gemv" { kernel = "gemv/simd", m = "n", n = "n", dtype = "f32", flops = "f1", bytes = "m1" },
  },
  points = { made = 1 },
}
