-- lab.lua: a lab for the keyboard: whatever can be typed, chosen, turned or cancelled.
local mw = require "memwall"

-- Something for every kind of field and control; the runs are small, apart from the endless one.
return mw.lab {
  format = 1, id = "keys", version = "1.0", minutes = { 1, 2 }, memory = "512 MiB",
  variant = { n = { 256 } },
  reference = { flops = 150e9, read = 12.5e9 },
  q = { f1 = { "FLOP", "2*n*n" }, m1 = { "B", "4*n*n + 8*n" }, ai1 = { "FLOP/B", "f1/m1" } },
  steps = {
    mw.run "slide" { kernel = "gemv/simd", m = { 64, 128, 256, 512, as = "rows" }, n = "n", dtype = "f32",
      flops = "2*n*rows", bytes = "4*n*rows" },
    mw.predict "ask" { within = 0.02, ask = {
      flop = { "f1", wrong = { half = "n*n" } }, bytes = { "m1" } } },
    mw.place "point" { intensity = "ai1", factor = 1.6, on = "12.5e9" },
    mw.run "long" { kernel = "gemm/ijk", m = 4096, n = 4096, k = 4096, dtype = "f64",
      flops = "2*4096*4096*4096", bytes = "4*8*4096*4096" },
    mw.explain "why" { reason = { min_words = 2, credit = "hand" }, choices = { "memory*", "compute", "luck" } },
  },
  points = { made = 1, why = 1 },
}
