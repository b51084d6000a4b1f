-- The roofs that a lab shows are those of the run it is about: its element type, its threads, its level.

local parameters = require "memwall.parameters"
local walks = test.include "walk.lua"
local row, said, fresh, answer, up_to = walks.row, walks.said, walks.fresh, walks.answer, walks.up_to

local function open(run, kernels)
  local source = ([[
    local mw = require "memwall"
    return mw.lab { format = 1, id = "roofs", version = "1", minutes = { 1, 2 }, memory = "1 MiB",
      steps = { mw.predict "guess" { ask = { ratio = "2" } }, mw.run "go" { %s } } }
  ]]):format(run)
  local text = "# Roofs\n## guess\nGo.\n### field: ratio\nRatio\n## go\nGo.\n"
  return walks.new(walks.open { source = source, texts = { en = text }, kernels = kernels })
end

local function labels(list)
  local names = {}
  for i, roof in ipairs(list) do names[i] = roof.label .. (roof.active and "*" or "") end
  return table.concat(names, ", ")
end

local function value_of(list)
  for _, roof in ipairs(list) do
    if roof.active then return roof.number.value end
  end
end

-- The machine of the walks, whose levels were also read by both cores.
local function machine_of_two()
  local machine = walks.machine()
  for _, level in ipairs(machine.levels) do level.all_cores = { bytes_per_second = 1.5 * level.bytes_per_second } end
  return machine
end

local PRODUCT = [[kernel = "gemm/parallel", m = 1024, n = 1024, k = 1024, flops = "2*1024^3", bytes = "12*1024^2", ]]

test.case("the roofline shows the roofs of the element type", function()
  local walk = open(PRODUCT .. [[dtype = "f64"]])
  assert(labels(walks.roofline(walk.view).compute) == "AVX-512 f64*", labels(walks.roofline(walk.view).compute))
  assert(value_of(walks.roofline(walk.view).compute) == 96e9)
  walk = open(PRODUCT .. [[dtype = "f32"]])
  assert(labels(walks.roofline(walk.view).compute) == "scalar f32, AVX-512 f32*")
end)

test.case("and those of as many threads as run, or as the kernel takes when it is not told", function()
  local registry = { { family = "gemm", variant = "parallel", params = {
    { name = "m" }, { name = "n" }, { name = "k" }, { name = "dtype", choices = { "f32", "f64" }, default = "f32" },
    { name = "threads", default = 2 } } } }
  for _, walk in ipairs { open(PRODUCT .. [[dtype = "f32", threads = 2]]), open(PRODUCT, registry) } do
    walk:feed { e = "machine", machine = machine_of_two() }
    local roofline = walks.roofline(walk.view)
    assert(labels(roofline.compute) == "scalar f32, AVX-512 f32 ×2*", labels(roofline.compute))
    assert(value_of(roofline.compute) == 380e9)
    assert(labels(roofline.memory) == "L1 ×2, L2 ×2, LLC ×2, DRAM ×2", labels(roofline.memory))
    assert(roofline.memory[4].number.value == 1.5 * 15.8e9)
  end
end)

test.case("where all cores were not measured the roof of one is called that of one", function()
  local walk = open(PRODUCT .. [[dtype = "f64", threads = 2]])
  assert(labels(walks.roofline(walk.view).compute) == "AVX-512 f64*")
  assert(labels(walks.roofline(walk.view).memory) == "L1, L2, LLC, DRAM")
end)

-- A run over 1 GB, which lies in DRAM, with the read roof beside it as `change` has it.
local function run_beside(run, change)
  local walk = open(([[kernel = "gemv/parallel", m = 16384, n = 16384, flops = "2*16384^2", bytes = "4*16384^2",
    interleave = "stream/read", %s]]):format(run))
  walk:feed { e = "machine", machine = machine_of_two() }
  walk:feed { e = "submit", step = "guess", values = { ratio = "2" } }
  walk:feed { e = "goto", step = "go" }
  walk:feed { e = "run", step = "go" }
  local effect = walk.open
  local event = walks.result(effect)
  change(event.beside)
  walk:feed(event)
  return walk, effect
end

-- Three times as slow as remembered.
local function slow(beside)
  local seconds = beside.load_bytes / (15.8e9 / 3)
  beside.seconds = { median = seconds, min = seconds, samples = 9 }
end

test.case("the roof beside a run is read by as many threads, of as many bytes", function()
  local _, effect = run_beside([[dtype = "f64", threads = 2]], slow)
  local args = effect.beside.args
  assert(args.threads == 2 and args.dtype == "f64" and args.n * 8 == 4 * 16384 ^ 2)
  _, effect = run_beside([[dtype = "f32"]], slow)
  args = effect.beside.args
  assert(args.threads == nil and args.dtype == "f32" and args.n * 4 == 4 * 16384 ^ 2)
end)

test.case("the roof of one core is taken over when it moved, that of several stands for its own run", function()
  local walk = run_beside([[dtype = "f32"]], slow)
  assert(walk.view.notices[1] and labels(walks.roofline(walk.view).memory):find("remembered", 1, true))
  assert(math.abs(value_of(walks.roofline(walk.view).memory) / (15.8e9 / 3) - 1) < 1e-9)
  walk = run_beside([[dtype = "f32", threads = 2]], slow)
  assert(not walk.view.notices[1] and not labels(walks.roofline(walk.view).memory):find("remembered", 1, true))
  assert(math.abs(value_of(walks.roofline(walk.view).memory) / (15.8e9 / 3) - 1) < 1e-9)
end)

test.case("what was read in another level is no roof of the run", function()
  local walk = run_beside([[dtype = "f32"]], function(beside)
    slow(beside)
    beside.compulsory_bytes, beside.load_bytes = 1e5, 1e5 -- in L2
  end)
  assert(not walk.view.notices[1])
  assert(value_of(walks.roofline(walk.view).memory) == 15.8e9)
end)

test.case("a level that no machine can have is refused, where roofs are read and where they are renewed", function()
  local native = require "memwall.native"
  local handle = native.machine(machine_of_two())
  assert(native.read_roof(handle, 1, 1).value > 0)
  for _, level in ipairs { math.mininteger, -2147483648, -1, 0, 9, 2147483648, 4294967297, math.maxinteger } do
    for name, call in pairs { read = native.read_roof, renew = native.renew } do
      local ok, problem = pcall(call, handle, level, 1, 1)
      assert(not ok and tostring(problem):find("no level has this number", 1, true), name .. " " .. level)
    end
  end
end)

test.case("the roof measured beside a sample takes the place of the remembered one", function()
  local walk = fresh()
  up_to(walk, "gemv")
  local function active()
    for _, roof in ipairs(walks.roofline(walk.view).memory) do
      if roof.active then return roof end
    end
  end
  walk:feed { e = "run", step = "gemv" }
  assert(walk.open.beside.kernel == "stream/read")
  assert(walk.open.beside.args.n * 4 >= 0.99 * walk.session.state.variant.n ^ 2 * 4)
  walk:finish()
  -- Both axes are the best that was reached; the median stands at the lower end of the band.
  assert(active().label == "DRAM (now)" and math.abs(active().number.value - 15.2e9 / 0.985) < 1e6)
  assert(math.abs(active().number.low - 15.2e9) < 1e6)
  assert(#walks.roofline(walk.view).memory == 4, "a roof that hardly moved is drawn once")
end)

test.case("the part of a roof is one of pairs, while the roof is the best of its tries", function()
  local walk = fresh()
  up_to(walk, "gemv")
  walk:feed { e = "run", step = "gemv" }
  local event = walks.result(walk.open)
  event.beside.seconds.min = event.beside.seconds.median / 2 -- one try of the roof was twice as fast
  walk:feed(event)
  local roof, part, rate = row(walk.view, "roof"), row(walk.view, "reached"), row(walk.view, "bandwidth")
  assert(part.measured.value == event.ratio.median)
  assert(part.measured.value > 1.5 * rate.measured.value / roof.measured.value, "no quotient of the rows above it")
end)

-- A machine whose main memory was remembered as a cache: 96.7 GB/s where there are 15.2.
local function mistaught()
  local machine = walks.machine()
  machine.levels[4].bytes_per_second, machine.levels[4].low, machine.levels[4].high = 96.7e9, 51e9, 99e9
  return walks.new(walks.open(), machine)
end

test.case("a roof that a run shows to be another one is told and replaced, and marks stay", function()
  local walk = mistaught()
  up_to(walk, "point")
  answer(walk, "point", { point = { x = "0.5", y = "48 GFLOP/s" } })
  assert(walk.verdicts[1].verdict == "right" and walk.verdicts[1].claimed)
  local earned = walk.view.score.earned
  walk:feed { e = "goto", step = "gemv" }
  walk:feed { e = "run", step = "gemv" }
  walk:finish()
  assert(said(walk.view, "The read roof of DRAM, measured beside the run, is 15.4 GB/s; 96.7 GB/s was remembered."),
    test.json(walk.view.feedback))
  assert(said(walk.view, "Where does it lie?: The new roof allows 7.71 GFLOP/s there (you: ×6.2 too high)."),
    test.json(walk.view.feedback))
  assert(walk.view.score.earned == earned)
  local drawn = {}
  for _, roof in ipairs(walks.roofline(walk.view).memory) do drawn[roof.label] = roof.number.value end
  assert(drawn["DRAM (remembered)"] == 96.7e9 and drawn["DRAM (now)"] < 16e9, "both roofs are drawn")
  walk:feed { e = "goto", step = "point" }
  assert(said(walk.view, "The new roof allows 7.71 GFLOP/s there"), "the second sentence stands with the answer")
  assert(walk.view.step.state == "right")
end)

test.case("from the changed roof on, texts, truths and models use the new one", function()
  local walk = mistaught()
  up_to(walk, "knee")
  assert(walk.view.text:find("reads DRAM at 15.4 GB/s", 1, true), walk.view.text)
  answer(walk, "knee", { batch = "25" })
  assert(walk.verdicts[1].verdict == "right", "judged by the new roof")
  assert(not said(walk.view, "By the new roof"), "it was judged by it already")
  walk:feed { e = "machine", machine = walks.machine() }
  assert(walk.view.text:find("reads DRAM at 15.8 GB/s", 1, true), "a new calibration ends it")
end)

test.case("a roof that is as remembered again is remembered again", function()
  local walk = mistaught()
  up_to(walk, "batch")
  assert(#walk.view.notices == 1)
  walk:feed { e = "goto", step = "gemv" }
  walk:feed { e = "run", step = "gemv" }
  local event = walks.result(walk.open)
  event.beside.seconds = { median = event.beside.seconds.median / 6, min = event.beside.seconds.median / 6.2, samples = 9 }
  walk:feed(event)
  assert(#walk.view.notices == 0 and not said(walk.view, "was remembered"))
end)

test.case("a roof that is unsure says so in the picture, until another one is measured beside a run", function()
  local machine = walks.machine()
  machine.levels[4].verdict, machine.compute[3].verdict = "unsure", "unsure"
  local walk = walks.new(walks.open(), machine)
  up_to(walk, "gemv")
  local function marked(list)
    local names = {}
    for _, roof in ipairs(list) do
      if roof.unsure then names[#names + 1] = roof.label end
    end
    return table.concat(names, ", ")
  end
  assert(marked(walks.roofline(walk.view).memory) == "DRAM", marked(walks.roofline(walk.view).memory))
  assert(marked(walks.roofline(walk.view).compute):find "AVX%-512", marked(walks.roofline(walk.view).compute))
  walk:feed { e = "run", step = "gemv" }
  walk:finish()
  assert(marked(walks.roofline(walk.view).memory) == "", marked(walks.roofline(walk.view).memory))
end)

test.case("a row of the machine that others contradict is not used", function()
  local machine = walks.machine()
  table.insert(machine.levels, 4, { name = "L4", bytes_per_second = 5e9, low = 5e9, high = 5e9, effective_bytes = 1e12,
    verdict = "impossible", reason = "below the roof of the level behind it" })
  machine.compute[3].verdict = "impossible"
  local walk = walks.new(walks.open(), machine)
  up_to(walk, "knee")
  assert(walk.view.text:find("keeps up 112 GFLOP/s on one core and reads DRAM", 1, true), walk.view.text)
end)

test.case("the ridge of a step that outlasts a burst is that of the sustained roof", function()
  local machine = walks.machine()
  machine.compute[3].sustained = { flops_per_second = 160e9, low = 155e9, high = 160e9 }
  local walk = walks.new(walks.open(), machine)
  up_to(walk, "knee")
  assert(walk.view.text:find("keeps up 160 GFLOP/s", 1, true), walk.view.text)
  assert(walk.view.text:find("ridge is at 10.4", 1, true) or walk.view.text:find("ridge is at 10.1", 1, true), walk.view.text)
end)

test.case("an instruction set without multiply-adds has the roof that was measured", function()
  local machine = walks.machine { compute = {
    { isa = "scalar", dtype = "f32", op = "mul", threads = 1, flops_per_second = 8e9 },
    { isa = "128", dtype = "f32", op = "mul", threads = 1, flops_per_second = 31e9 } } }
  local walk = walks.new(walks.open(), machine)
  up_to(walk, "knee")
  assert(walk.view.text:find("31 GFLOP/s", 1, true), walk.view.text)
  assert(walks.roofline(walk.view).compute[#walks.roofline(walk.view).compute].number.value == 31e9)
end)

test.case("an error of our own is not taken for a run that this machine cannot do", function()
  local walk, values = fresh(), parameters.values
  parameters.values = function() error("broken", 0) end
  local ok, problem = pcall(walk.session.view, walk.session)
  parameters.values = values
  assert(not ok and problem == "broken", tostring(problem))
end)
