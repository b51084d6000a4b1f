-- test.lua: bytes, FLOPs and energies of a token in lab 13, for every variant.
local labs = test.include "../labs/check.lua"
local engine = require "memwall.engine"
local expr = require "memwall.expr"
local judge = require "memwall.judge"
local mw = require "memwall"
local scope = require "memwall.scope"

local lab = labs.open "13-small-models"

local ONE_LAYER = "memwall measure decoder/step past=0 d={{width}} heads={{width/32}} --budget 0.01 --no-verify --model 0"

labs.figures(lab, {
  -- The block of the kernel has the six matrices of the table; its biases, norms and vectors are under one percent.
  { command = ONE_LAYER, at = "compulsory_bytes", is = "4*layer", within = 0.01 },
  { command = ONE_LAYER, at = "flops", is = "2*layer", within = 0.01 },
  -- The state of "talk": weights and the KV cache of that many tokens fill the room.
  { command = "memwall measure decoder/step past={{tokens}} d=256 heads=8 --budget 0.01 --no-verify --model 0",
    at = "compulsory_bytes", is = "room*2^20", within = 0.01 },
  -- Both sides of "moved", without a machine to follow.
  { command = "memwall measure decoder/step past=0 d=128 heads=4 --budget 0.01 --no-verify --model 0",
    at = "compulsory_bytes", is = 48 * 128 ^ 2, within = 0.01 },
  { command = "memwall measure decoder/step past=0 d={{big}} heads={{big/32}} --budget 0.01 --no-verify --model 0",
    at = "compulsory_bytes", is = "ratio*48*128^2", within = 0.01 },
})

local function value(name, variant)
  return (expr.eval(assert(expr.parse(name)), scope.new(lab.read, variant, lab.machine)))
end

test.case("each token adds a key and a value to what a step must read, as counted by the kernel", function()
  local function bytes(past)
    return labs.run(("memwall measure decoder/step past=%d d=256 heads=8 --budget 0.01 --no-verify --model 0"):format(past))
      .compulsory_bytes
  end
  local each = (bytes(1024) - bytes(512)) / 512
  assert(judge.matches(each, value("each", lab.variants[1]), 0.01), each)
end)

test.case("a step is counted at half a FLOP for each byte, whatever the width, so its point goes only up or down", function()
  for _, width in ipairs { 256, 512, 1024 } do
    local found = labs.run(("memwall measure decoder/step past=0 d=%d heads=%d --budget 0.01 --no-verify --model 0")
      :format(width, width // 32))
    assert(judge.matches(found.flops / found.compulsory_bytes, 0.5, 0.02), width)
  end
end)

test.case("the printed model is bound by its bytes for every variant: the arithmetic would allow more tokens", function()
  for _, variant in ipairs(lab.variants) do
    local by_arithmetic = 200e9 / (24 * variant.width ^ 2 * variant.layers)
    assert(by_arithmetic > 2 * value("rate", variant))
  end
end)

test.case("the place alone gives one order of magnitude at most, in speed and for the energies that are quoted", function()
  local reference = lab.read.reference
  assert(reference.l2_read / reference.read < 13 and reference.last_read / reference.read > 2)
  assert(math.abs((1 + 200) / (1 + 6) - 28.7) < 0.05) -- Kim et al. 2023: 200 and 6 MACs
  for _, variant in ipairs(lab.variants) do
    assert(value("energy", variant) < 10 ^ 1.75 and value("total", variant) == variant.times * 7.2)
  end
end)

-- The width of the large model on a machine with such a last cache and so much memory for a lab.
local function fitted(last_cache, memory, verdict)
  local session = engine.open {
    source = test.read "labs/memory-wall/13-small-models/lab.lua", locale = "en", folder = "13-small-models",
    texts = { en = test.read "labs/memory-wall/13-small-models/text/en.md" }, request = { seed = "any" },
  }
  session:input { e = "machine", machine = {
    verdict = verdict, memory_limit_bytes = memory,
    levels = {
      { name = "L2", bytes_per_second = 80e9, effective_bytes = last_cache },
      { name = "DRAM", bytes_per_second = 12e9 },
    },
  } }
  session:commit()
  return session.state.variant.big
end

test.case("the large model lies outside the last cache, inside the declared memory, and is a square times larger", function()
  local MiB = 2 ^ 20
  for _, last_cache in ipairs { 2 * MiB, 16 * MiB, 32 * MiB, 96 * MiB, 256 * MiB } do
    local big = fitted(last_cache, 8192 * MiB)
    assert(48 * big ^ 2 >= math.min(2 * last_cache, 192 * MiB), big)
    assert(48 * big ^ 2 + 48 * 128 ^ 2 < lab.read.memory, big)
    local times = math.sqrt(value("ratio", { big = big }))
    assert(times >= 4 and times == math.floor(times), big)
  end
  assert(fitted(256 * MiB, 128 * MiB) < 1536, "little memory")
  assert(fitted(nil, 8192 * MiB, "nominal") == 512, "a machine that was not measured")
end)

local ROWS = { 2, 4, 4.5, 8.5, 16, 32 }

test.case("the goal accepts 4.5 bits and nothing else, from the printed rows or between them", function()
  local names = scope.new(lab.read, lab.variants[1], lab.machine)
  local accepted = {}
  for eighth = 8, 32 * 8 do
    local values = { bits = eighth / 8 }
    if judge.judge_goal(lab.read.by_id.fit, values, scope.sample(names, values)).verdict == "right" then
      accepted[#accepted + 1] = values.bits
    end
  end
  assert(#accepted == 1 and accepted[1] == 4.5)
end)

-- ---- the errors that the table of the goal prints, computed anew on weights of a normal distribution ----

local WEIGHTS = 32 * 4096

local function normal(count)
  local random, list = mw.random(7), {}
  for i = 1, count, 2 do
    local radius = math.sqrt(-2 * math.log(1 - random:real()))
    local angle = 2 * math.pi * random:real()
    list[i], list[i + 1] = radius * math.cos(angle), radius * math.sin(angle)
  end
  return list
end

local function rounded(x)
  return x < 0 and -math.floor(0.5 - x) or math.floor(x + 0.5)
end

-- Scales from the largest weight of each group: `levels` steps to it, down to -low and up to high.
local function error_of(weights, group, low, high, signed)
  local wrong, all = 0, 0
  for first = 1, #weights, group do
    local most = 0
    for i = first, first + group - 1 do
      if math.abs(weights[i]) > math.abs(most) then most = weights[i] end
    end
    local scale = signed and most / -low or math.abs(most) / high
    for i = first, first + group - 1 do
      local q = math.max(-low, math.min(high, rounded(weights[i] / scale)))
      wrong, all = wrong + (weights[i] - q * scale) ^ 2, all + weights[i] ^ 2
    end
  end
  return math.sqrt(wrong / all)
end

-- Eleven significant bits.
local function half_precision_error(weights)
  local wrong, all = 0, 0
  for _, x in ipairs(weights) do
    local unit = x == 0 and 1 or 2.0 ^ (math.floor(math.log(math.abs(x), 2)) - 10)
    wrong, all = wrong + (x - rounded(x / unit) * unit) ^ 2, all + x ^ 2
  end
  return math.sqrt(wrong / all)
end

test.case("the printed errors of rounded weights are those of a normal distribution", function()
  local weights = normal(WEIGHTS)
  local found = {
    [2] = error_of(weights, #weights, 1, 1), [4] = error_of(weights, #weights, 7, 7),
    [4.5] = error_of(weights, 32, 8, 7, true), [8.5] = error_of(weights, 32, 127, 127),
    [16] = half_precision_error(weights),
  }
  local printed = { [2] = 0.98, [4] = 0.21, [4.5] = 0.086, [8.5] = 0.005, [16] = 0.0002 }
  local within = { [2] = 0.02, [4] = 0.01, [4.5] = 0.001, [8.5] = 0.001, [16] = 0.00005 }
  for bits, wanted in pairs(printed) do
    assert(math.abs(found[bits] - wanted) <= within[bits], ("%g bits: %.4f"):format(bits, found[bits]))
    for _, locale in ipairs { "en", "zh_CN" } do
      local row = ("\n| %g | [^\n]+ | %g %% |"):format(bits, 100 * wanted):gsub("%%", "%%%%")
      assert(lab.prose[locale].steps.fit.body.text:find(row), ("%s: %s"):format(locale, row))
    end
  end
  for _, bits in ipairs(ROWS) do
    local good = (found[bits] or 0) <= 0.1 and 40e6 * bits / 8 <= 32 * 2 ^ 20
    assert(good == (bits == 4.5), bits)
  end
end)
