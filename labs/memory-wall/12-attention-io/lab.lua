-- lab.lua: lab 12: attention and convolution with what lies between their steps, and without.
local mw = require "memwall"
local read, predict, check, compare = mw.read, mw.predict, mw.check, mw.compare
local goal, explain = mw.goal, mw.explain

-- Two layers of ResNet-50 that multiply and add equally often: four times the channels squared, a
-- quarter of the pixels.
local first_layer = { h = 56, w = 56, cin = 64, cout = 64, k = 3, dtype = "f32" }
local last_layer = { h = 7, w = 7, cin = 512, cout = 512, k = 3, dtype = "f32" }

return mw.lab {
  -- At once: five arrays of the passes and three of the fused loop, each up to 32 MiB.
  format = 1, id = "attention-io", version = "1.0", minutes = { 24, 30 }, memory = "300 MiB",

  -- Finite lists, so that every combination can be tried (12). d stands here to be typed.
  variant = { len = { 4194304, 6291456, 8388608 }, N = { 2048, 4096 }, d = { 64 }, b = { 128, 256 } },

  q = {
    three   = { "B",    "28*len" },                   -- 2, 2 and 3 arrays of floats
    one     = { "B",    "12*len" },
    conv    = { "B",    "7.26e9/183.36" },            -- Kim et al. 2023, one byte a number
    unfused = { "B",    "7.31e9/66.94" },
    fused   = { "B",    "7.28e9/121.36" },
    flops_of_norm = { "1", "1 - 7.26/7.31" },
    bytes_of_norm = { "1", "1 - (7.26/183.36)/(7.31/66.94)" },
    windows = { "B",    "4*56^2*9*64" },              -- im2col's matrix in the first layer
    kernel  = { "B",    "4*9*512^2" },                -- weights of the last layer
    weights = { "B",    "7*ceil(7/4)*4*9*512^2" },    -- once for every group of up to four pixels
    layer   = { "FLOP", "2*56^2*9*64^2" },
    flop    = { "FLOP", "4*N^2*d" },                  -- both products
    -- S: fetched, written, read, written, read. Q, K, V read once, O fetched and written.
    written = { "B",    "20*N^2 + 20*N*d" },
    -- Q and O as before; K and V once for every block of queries.
    tiled   = { "B",    "4*(2*N/b + 3)*N*d" },
    room    = { "B",    "256*1024" },                 -- the cache of the goal, and its 4096 tokens
    out     = { "B",    "20*4096^2 + 20*4096*64" },
  },

  steps = {
    predict "fuse" { within = 0.02, ask = {
      three = { "three", wrong = { elements = "7*len", forgot_r = "24*len", reads_only = "16*len",
        like_fused = "12*len", fetch = "40*len" } },
      one = { "one", wrong = { elements = "3*len", like_three = "28*len", no_result = "8*len",
        fetch = "16*len" } } } },

    compare "fusion" { with = { n = "len", dtype = "f32" },
      a = { kernel = "eltwise/fused" }, b = { kernel = "eltwise/unfused" },
      flops = "25*len", bytes = "one", expect = "ratio >= 1.2" },

    check "norm" { within = 0.03, ask = {             -- published figures, the same for everyone
      flops = { "flops_of_norm", wrong = { rest = "7.26/7.31", percent = "0.69" } }, -- 0.684, or 0.7 as it is rounded
      bytes = { "bytes_of_norm", wrong = { rest = "conv/unfused", percent = "100*bytes_of_norm",
        flops_only = "flops_of_norm", saved = "1 - 66.94/121.36", times = "unfused/conv - 1" } } } },

    predict "layers" { within = 0.02, ask = {
      windows = { "windows", wrong = { image = "4*56^2*64", weights_once = "4*9*64^2",
        one_side = "4*56^2*3*64", elements = "windows/4" } },
      weights = { "weights", wrong = { kept = "kernel", per_pixel = "49*kernel",
        full_groups = "49/4*kernel", elements = "weights/4" } },
      fewer = { choices = { "direct_both", "im2col_both", "direct_then_im2col*", "im2col_then_direct" } } } },

    compare "first" { with = first_layer, budget = 1.0,
      a = { kernel = "conv/direct" }, b = { kernel = "conv/im2col" },
      flops = "layer", bytes = "4*(58^2 + 56^2)*64 + 4*9*64^2" },

    compare "last" { with = last_layer, budget = 1.0, -- the same sides, so that the ratios compare
      a = { kernel = "conv/direct" }, b = { kernel = "conv/im2col" },
      flops = "layer", bytes = "4*(9^2 + 7^2)*512 + kernel" },

    predict "scores" { within = 0.02, ask = {
      flop = { "flop", wrong = { one_product = "2*N^2*d", fma_as_one = "N^2*d", rows_only = "4*N*d" } },
      trips = { "5", unit = "1", wrong = { one_trip = "1", two_trips = "2", no_softmax = "3",
        no_fetch = "4", fetched_twice = "6" } },
      bytes = { "written", wrong = { no_scores = "16*N*d", one_pass = "4*N^2 + 16*N*d",
        elements = "written/4", flop_count = "4*N^2*d",
        no_softmax = "12*N^2 + 16*N*d", no_fetch = "16*N^2 + 16*N*d" } } } },

    predict "tiled" { within = 0.02, ask = {
      bytes = { "tiled", wrong = { each_once = "16*N*d", as_before = "written",
        nothing_stays = "20*N^2*d/b", elements = "tiled/4" } },
      faster = { choices = { "as_bytes", "less*", "slower" } } } },

    compare "attention" { with = { n = "N", d = "d", dtype = "f32" },
      a = { kernel = "attention/tiled", block = "b" }, b = { kernel = "attention/naive" },
      flops = "flop", bytes = "16*N*d" },

    goal "block" { set = { rows = { 16, 1024 } },     -- printed cache, closed forms: markable
      pass = { "4*rows*64*4 <= room", "4*(2*ceil(4096/rows) + 3)*4096*64 <= out/8" },
      solution = { rows = 256 },
      wrong = { big = { rows = 512 }, whole = { rows = 1024 }, near = { rows = 128 }, small = { rows = 64 } } },

    explain "why" { reason = { min_words = 12, credit = "hand" },
      choices = { "fewer_flop", "approximate", "fewer_trips*", "one_best", "small_windows" } },

    read "closing" {},
  },

  points = { made = 3, norm = 2, block = 3, why = 2 },
}
