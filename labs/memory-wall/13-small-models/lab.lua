-- lab.lua: lab 13: what a token reads, and what small weights and caches save.
local mw = require "memwall"
local read, predict, check, sweep = mw.read, mw.predict, mw.check, mw.sweep
local compare, goal, explain = mw.compare, mw.goal, mw.explain

return mw.lab {
  format = 1, id = "small-models", version = "1.0", minutes = { 18, 24 }, memory = "500 MiB",

  -- Drawn from the student's seed. A model of `layers` layers of `width`, w bytes a weight; what a number costs from
  -- main memory and from a buffer, in MACs; a cache of `room` MiB; a model `times` times smaller. `big` is the width of
  -- the large model of the comparison: it only follows the machine.
  variant = {
    width = { 512, 640, 768 }, layers = { 6, 12 }, w = { 4, 2, 0.5625 }, dram = { 160, 200, 240 }, buffer = { 4, 6, 8 },
    room = { 4, 5, 8 }, times = { 9, 16, 25 }, big = { 512 },
  },

  -- Outside the last cache whose end was seen; more than 2048 would need more than the declared memory. Every step
  -- leaves the ratio of the bytes a square: 16, 25, 36 …
  fit = { big = { of = "48*big^2", above = "min(2*machine.llc, 48*2048^2)", below = "machine.memory/2", step = 128 } },

  -- Whatever is marked for being right uses this printed machine: one core reads `read` from main memory.
  reference = { flops = 200e9, read = 12.5e9, l2_read = 160e9, last_read = 90e9 },

  q = {
    layer  = { "1", "12*width^2" },                   -- four matrices width x width, two width x 4*width
    token  = { "B", "12*width^2*layers*w" },
    rate   = { "1", "12.5e9/token" },
    nearer = { "1", "reference.last_read/12.5e9" },
    total  = { "1", "times*reference.last_read/12.5e9" },
    energy = { "1", "(1 + dram)/(1 + buffer)" },      -- a read and a MAC for every weight
    each   = { "B", "2*256*4" },                      -- a key and a value, 256 floats each
    tokens = { "1", "(room*2^20 - 48*256^2)/(2*256*4)" },
    ratio  = { "1", "(big/128)^2" },                  -- bytes of the large model over those of the small one
  },

  steps = {
    predict "bytes" { within = 0.02, ask = {
      layer = { "layer", wrong = { attention = "4*width^2", vectors = "12*width", feed_forward = "8*width^2" } },
      token = { "token", wrong = { one_layer = "12*width^2*w", attention = "4*width^2*layers*w",
        bits = "96*width^2*layers*w", weights = "layers*layer" } } } },

    predict "rate" { within = 0.02, ask = {
      tokens = { "rate", wrong = { arithmetic = "200e9/(24*width^2*layers)", one_layer = "12.5e9/(12*width^2*w)",
        seconds = "token/12.5e9" } } } },

    predict "where" { ask = {
      point = { choices = { "right", "left", "up*", "stays" } },
      shape = { choices = { "flat", "ramp", "stairs*" } } } },

    -- One layer stands for the whole model: from 0.2 to 192 MiB, each beside a plain read of as many bytes.
    sweep "fits" { kernel = "decoder/step", past = 0, heads = "d/32", dtype = "f32", budget = 0.4,
      d = { 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048, as = "d" },
      flops = "24*d^2", bytes = "48*d^2", interleave = "stream/read",
      chart = { rate = "bandwidth", plain = "roof" },
      find = { edge = "last d where bandwidth > 1.5*bandwidth[11]" } },

    predict "faster" { ask = { factor = { choices = { "width", "bytes", "more*", "same" } } } },

    -- 768 KiB lie in a cache of every machine. The ratio of the times, over that of the bytes, is what the nearer
    -- level gives.
    compare "moved" { with = { past = 0, dtype = "f32" }, a = { kernel = "decoder/step", d = 128, heads = 4 },
      b = { kernel = "decoder/step", d = "big", heads = "big/32" }, flops = "24*128^2", bytes = "48*128^2" },

    check "share" { within = 0.02, ask = {
      level = { "nearer", wrong = { l2 = "reference.l2_read/12.5e9", with_size = "times*reference.last_read/12.5e9",
        inverse = "12.5e9/reference.last_read" } },
      total = { "total", wrong = { l2 = "times*reference.l2_read/12.5e9", bytes_only = "times",
        level_only = "reference.last_read/12.5e9", sum = "times + reference.last_read/12.5e9" } } } },

    check "energy" { within = 0.02, ask = {
      ratio = { "energy", wrong = { no_mac = "dram/buffer", free_buffer = "1 + dram",
        bandwidth = "reference.l2_read/12.5e9" } } } },

    check "talk" { within = 0.02, ask = {
      each   = { "each", wrong = { keys_only = "256*4", numbers = "2*256", matrix = "4*256^2" } },
      tokens = { "tokens", wrong = { no_weights = "room*2^20/(2*256*4)", keys_only = "(room*2^20 - 48*256^2)/(256*4)" } } } },

    -- 40 million weights, 32 MiB, an error of 10 % at most: 4.5 bits, the only row of the table that does both.
    goal "fit" { set = { bits = { 1, 32 } },
      pass = { "40e6*bits/8 <= 32*2^20", "bits >= 4.5", -- in the order of the text
        "bits == 2 or bits == 4 or bits == 4.5 or bits == 8.5 or bits == 16 or bits == 32" },
      solution = { bits = 4.5 },
      wrong = { two = { bits = 2 }, four = { bits = 4 }, eight = { bits = 8.5 }, half = { bits = 16 }, float = { bits = 32 } } },

    explain "why" { reason = { min_words = 12, credit = "hand" },
      choices = { "less_arithmetic", "fewer_bytes_from_nearer*", "more_cores", "nothing_read" } },

    read "closing" {},
  },

  points = { made = 3, share = 2, energy = 2, talk = 2, fit = 2, why = 2 },
}
