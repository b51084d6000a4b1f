-- test.lua: what attention and convolution move in lab 12, simulated and counted.
local expr = require "memwall.expr"
local judge = require "memwall.judge"
local scope = require "memwall.scope"

local csv = test.include "../labs/csv.lua"
local labs = test.include "../labs/check.lua"

local lab = labs.open "12-attention-io"

local L2 = "levels.1.link.bytes"
local MIB = 2 ^ 20

-- What a product moves depends on the blocks it is cut into, which each instruction set has its own of.
local vectors = test.memwall("kernels", "--json").kernels[1].isa ~= "generic"

local function measure(kernel) return "memwall measure " .. kernel .. " --budget 0.01 --no-verify --model 0" end

local function conv(variant, pixels, channels)
  return ("memwall model conv/%s h=%d w=%d cin=%d cout=%d k=3 --cache L2=1M,16,64"):format(variant, pixels, pixels,
    channels, channels)
end

local function tiled(tokens, rows, cache)
  return ("memwall model attention/tiled n=%s d=64 block=%s --cache L2=%s,16,64"):format(tokens, rows, cache)
end

local NAIVE = "memwall model attention/naive n=4096 d=64 --cache L2=256K,16,64"

labs.figures(lab, {
  -- What the program asks for, counted.
  { command = measure "eltwise/unfused n={{len}}", at = "load_bytes", is = "16*len" },
  { command = measure "eltwise/unfused n={{len}}", at = "store_bytes", is = "three - 16*len" },
  { command = measure "eltwise/unfused n={{len}}", at = "flops", is = "25*len" },
  { command = measure "eltwise/fused n={{len}}", at = "load_bytes", is = "8*len" },
  { command = measure "eltwise/fused n={{len}}", at = "store_bytes", is = "one - 8*len" },
  { command = measure "eltwise/fused n={{len}}", at = "flops", is = "25*len" },
  { command = measure "conv/direct h=56 w=56 cin=64 cout=64 k=3", at = "flops", is = "layer" },
  { command = measure "conv/im2col h=56 w=56 cin=64 cout=64 k=3", at = "flops", is = "layer" },
  { command = measure "conv/direct h=7 w=7 cin=512 cout=512 k=3", at = "flops", is = "layer" },
  { command = measure "conv/im2col h=7 w=7 cin=512 cout=512 k=3", at = "flops", is = "layer" },
  { command = measure "conv/direct h=56 w=56 cin=64 cout=64 k=3", at = "compulsory_bytes",
    is = "4*(58^2 + 56^2)*64 + 4*9*64^2" },
  { command = measure "conv/direct h=7 w=7 cin=512 cout=512 k=3", at = "compulsory_bytes",
    is = "4*(9^2 + 7^2)*512 + kernel" },
  -- Both products, and softmax with 21 FLOP a score; tiled as its header says, with one division a row less.
  { command = measure "attention/naive n={{N}} d={{d}}", at = "flops", is = "flop + 21*N^2 + N" },
  { command = measure "attention/tiled n={{N}} d={{d}} block={{b}}", at = "flops",
    is = "flop + 20*N^2 + N*(N/b - 1)*(21 + d) + N*(1 + d)" },
  { command = measure "attention/naive n={{N}} d={{d}}", at = "compulsory_bytes", is = "16*N*d" },

  -- Between memory and a cache, simulated.
  { command = "memwall model eltwise/unfused n=1048576 --cache L2=1M,16,64", at = L2, is = 40 * MIB, shown = "40 MiB" },
  { command = "memwall model eltwise/fused n=1048576 --cache L2=1M,16,64", at = L2, is = 16 * MIB, shown = "16 MiB" },
  { command = conv("direct", 56, 64), at = L2, is = 2614272, shown = "2.49 MiB" },
  { command = conv("direct", 28, 128), at = L2, is = 1853440, shown = "1.77 MiB" },
  { command = conv("direct", 14, 256), at = L2, is = 134166272, shown = "128 MiB" },
  { command = conv("direct", 7, 512), at = L2, is = 133467648, shown = "127 MiB" },
  { command = conv("direct", 7, 512), at = L2, is = "weights", within = 0.015 },
  { command = conv("im2col", 56, 64), at = L2, is = 25 * MIB, within = 0.055, shown = "25 MiB" },
  { command = conv("im2col", 28, 128), at = L2, is = 14 * MIB, within = 0.03, shown = "14 MiB" },
  { command = conv("im2col", 14, 256), at = L2, is = 8.2 * MIB, within = 0.035, shown = "8.2 MiB" },
  { command = conv("im2col", 7, 512), at = L2, is = 13 * MIB, within = vectors and 0.09 or 0.2, shown = "13 MiB" },
  { command = NAIVE, at = L2, is = vectors and "1.083*out" or "1.128*out", within = vectors and 0.0325 or 0.01 },
  { command = tiled("{{N}}", "{{b}}", "256K"), at = L2, is = "tiled" },
  { command = tiled(4096, 128, "256K"), at = L2, is = 70254592, shown = "67 MiB" },
  { command = tiled(4096, 256, "256K"), at = L2, is = 36700160, shown = "35 MiB" },
  { command = tiled(4096, 512, "256K"), at = L2, is = 41943040, shown = "40 MiB" },
  { command = tiled(4096, 512, "1M"), at = L2, is = 19922944, shown = "19 MiB" },
  { command = tiled(2048, 256, "256K"), at = L2, is = 9961472, shown = "9.5 MiB" },
  { command = tiled(2048, 256, "1M"), at = L2, is = 9961472, shown = "9.5 MiB" },
  { command = tiled(2048, 16, "16K"), at = L2, is = 135790592, shown = "129.5 MiB" },
})

local function moved(command)
  return labs.run(command).levels[1].link.bytes
end

local function value(formula, variant)
  return assert(expr.eval(assert(expr.parse(formula)), scope.new(lab.read, variant or lab.variants[1], lab.machine)))
end

test.case("two layers of equal arithmetic want opposite ways of convolving", function()
  assert(value "layer" == 231211008 and value "2*7^2*9*512^2" == 231211008)
  assert(moved(conv("im2col", 56, 64)) >= 9 * moved(conv("direct", 56, 64)))
  assert(moved(conv("direct", 7, 512)) >= (vectors and 9 or 5.5) * moved(conv("im2col", 7, 512)))
  -- The turn lies where the weights outgrow the cache.
  assert(9 * 128 ^ 2 * 4 < MIB and 9 * 256 ^ 2 * 4 > MIB)
  assert(moved(conv("direct", 28, 128)) < moved(conv("im2col", 28, 128)))
  assert(moved(conv("direct", 14, 256)) > 10 * moved(conv("im2col", 14, 256)))
end)

test.case("tiled attention moves at least seven times fewer bytes with 4096 tokens and 256 KiB", function()
  assert(moved(NAIVE) >= 7 * moved(tiled(4096, 256, "256K")))
  assert(value "out" >= 17 * moved(tiled(4096, 512, "1M")))
end)

test.case("tiling loses in a cache of 16 KiB", function()
  local written = value "20*2048^2 + 20*2048*64"
  assert(("%.1f"):format(written / MIB) == "82.5" and moved(tiled(2048, 16, "16K")) > 1.5 * written)
end)

test.case("the counted FLOP of written-out and tiled attention differ by less than one percent", function()
  for _, variant in ipairs(lab.variants) do
    local naive = value("flop + 21*N^2 + N", variant)
    local other = value("flop + 20*N^2 + N*(N/b - 1)*(21 + d) + N*(1 + d)", variant)
    assert(math.abs(other / naive - 1) < 0.01)
    local softmax = value("(21*N^2 + N)/flop", variant)
    assert(softmax > 0.075 and softmax < 0.085)
  end
end)

test.case("the blocks that reach the goal are those of 228 to 256 rows, and the simulator agrees where they fit", function()
  local step, low, high = lab.read.by_id.block, nil, nil
  local names = scope.new(lab.read, lab.variants[1], lab.machine)
  for rows = 16, 1024 do
    if judge.judge_goal(step, { rows = rows }, scope.sample(names, { rows = rows })).verdict == "right" then
      low, high = low or rows, rows
      assert(rows - low == high - low)
    end
  end
  assert(low == 228 and high == 256, ("%s to %s"):format(low, high))
  local passed = {}
  for _, rows in ipairs { 32, 64, 128, 227, 228, 255, 256, 512, 1024 } do
    local bytes = moved(tiled(4096, rows, "256K"))
    local formula = 4 * (2 * math.ceil(4096 / rows) + 3) * 4096 * 64
    if rows <= 256 then
      assert(bytes == formula, ("%d rows: %d, not %d"):format(rows, bytes, formula))
      if bytes <= value "out/8" then passed[#passed + 1] = rows end
    else
      assert(bytes > 2 * formula, ("%d rows stay in a cache that is too small"):format(rows))
    end
  end
  assert(table.concat(passed, " ") == "228 255 256", table.concat(passed, " "))
end)

test.case("128 rows move 4.9 times fewer bytes than the scores written out, 256 rows 9.3 times", function()
  for rows, times in pairs { [128] = "4.9", [256] = "9.3" } do
    local found = ("%.1f"):format(value "out" / moved(tiled(4096, rows, "256K")))
    assert(found == times, found)
  end
end)

test.case("two small windows move fewer bytes than a large one only above 2/7 of the pixels in channels", function()
  local function saves(channels, pixels) return 7 * channels ^ 2 > 2 * channels * pixels end
  assert(not saves(224, 28 * 28) and saves(225, 28 * 28))
end)

test.case("ResNet-50 spends on normalisation and ReLU what the published table says", function()
  local bytes = {}
  for i, row in ipairs(csv.read "resnet_fusion") do
    bytes[i] = row.FLOPs_G * 1e9 / row.AI
    for _, prose in pairs(lab.prose) do
      assert(prose.steps.norm.body.text:find(("| %s | %s |"):format(row.FLOPs_G, row.AI), 1, true), row.what)
    end
  end
  for i, name in ipairs { "conv", "unfused", "fused" } do assert(bytes[i] == value(name), name) end
  local shares = { value "100*flops_of_norm", value "100*bytes_of_norm" }
  assert(("%.1f %.0f"):format(shares[1], shares[2]) == "0.7 64")
  assert(("%.3f %.3f %.3f"):format(value "unfused/1e9", value "conv/1e9", value "fused/1e9") == "0.109 0.040 0.060")
end)
