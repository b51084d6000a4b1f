-- lab.lua: the lab that tests/tui/typed/cases.json types into.
local mw = require "memwall"

-- One step for each form of an answer, each open from the start.
return mw.lab {
  format = 1, id = "typed", version = "1.0", minutes = { 1, 2 }, memory = "16 MiB",
  variant = { n = { 256 } },
  reference = { read = 96e9 },
  q = { f = { "FLOP", "2*n*n" }, W = { "B", "4*n*n" }, ai = { "FLOP/B", "f/W" } },
  steps = {
    mw.read "intro" {},
    mw.predict "count" { after = "intro", within = 0.01, ask = { flop = { "f", wrong = { half = "n*n" } } } },
    mw.place "point" { after = "intro", intensity = "ai", factor = 1.3, height = 1.3, on = "reference.read" },
    mw.predict "one" { after = "intro", ask = { which = { choices = { "first", "second*", "third" } } } },
    mw.predict "many" { after = "intro", ask = { which = { choices = { "first*", "second", "third*" }, many = true } } },
    mw.goal "users" { after = "intro", set = { users = { 1, 65536 } }, pass = { "users == 20" }, solution = { users = 20 } },
    mw.run "slide" { after = "intro", kernel = "gemv/simd", m = { 64, 128, 256, as = "rows" }, n = "n", dtype = "f32" },
    mw.run "turn" { after = "intro", kernel = "gemv/simd", m = "n", n = { 64, 128 }, dtype = "f32" },
  },
  points = { made = 1, users = 1 },
}
