-- lab.lua: a lab that prints escape codes while it is loaded.
print("\27[2J\27]0;owned\7 hello")
local mw = require "memwall"

return mw.lab {
  format = 1, id = "small", version = "1.0", minutes = { 1, 2 }, memory = "4 MiB",
  variant = { n = { 192, 256 } },
  reference = { flops = 150e9, read = 12.5e9 },
  q = { f1 = { "FLOP", "2*n*n" }, m1 = { "B", "4*n*n + 8*n" } },
  steps = {
    mw.predict "count" { within = 0.02, ask = { flop = { "f1", wrong = { half = "n*n" } } } },
    mw.run "gemv" { kernel = "gemv/simd", m = "n", n = "n", dtype = "f32",
      flops = "f1", bytes = "m1", interleave = "stream/read" },
    mw.explain "why" { choices = { "memory*", "compute" } },
  },
  points = { made = 1, why = 1 },
}
