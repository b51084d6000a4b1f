-- The roofs that a lab shows are those of the run it is about: its element type, its threads, its level.

local walks = test.include "walk.lua"

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
  assert(labels(walk.view.roofline.compute) == "AVX-512 f64*", labels(walk.view.roofline.compute))
  assert(value_of(walk.view.roofline.compute) == 96e9)
  walk = open(PRODUCT .. [[dtype = "f32"]])
  assert(labels(walk.view.roofline.compute) == "scalar f32, AVX-512 f32*")
end)

test.case("and those of as many threads as run, or as the kernel takes when it is not told", function()
  local registry = { { family = "gemm", variant = "parallel", params = {
    { name = "m" }, { name = "n" }, { name = "k" }, { name = "dtype", choices = { "f32", "f64" }, default = "f32" },
    { name = "threads", default = 2 } } } }
  for _, walk in ipairs { open(PRODUCT .. [[dtype = "f32", threads = 2]]), open(PRODUCT, registry) } do
    walk:feed { e = "machine", machine = machine_of_two() }
    local roofline = walk.view.roofline
    assert(labels(roofline.compute) == "scalar f32, AVX-512 f32 ×2*", labels(roofline.compute))
    assert(value_of(roofline.compute) == 380e9)
    assert(labels(roofline.memory) == "L1 ×2, L2 ×2, LLC ×2, DRAM ×2", labels(roofline.memory))
    assert(roofline.memory[4].number.value == 1.5 * 15.8e9)
  end
end)

test.case("where all cores were not measured the roof of one is called that of one", function()
  local walk = open(PRODUCT .. [[dtype = "f64", threads = 2]])
  assert(labels(walk.view.roofline.compute) == "AVX-512 f64*")
  assert(labels(walk.view.roofline.memory) == "L1, L2, LLC, DRAM")
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
  assert(walk.view.notices[1] and labels(walk.view.roofline.memory):find("remembered", 1, true))
  assert(math.abs(value_of(walk.view.roofline.memory) / (15.8e9 / 3) - 1) < 1e-9)
  walk = run_beside([[dtype = "f32", threads = 2]], slow)
  assert(not walk.view.notices[1] and not labels(walk.view.roofline.memory):find("remembered", 1, true))
  assert(math.abs(value_of(walk.view.roofline.memory) / (15.8e9 / 3) - 1) < 1e-9)
end)

test.case("what was read in another level is no roof of the run", function()
  local walk = run_beside([[dtype = "f32"]], function(beside)
    slow(beside)
    beside.compulsory_bytes, beside.load_bytes = 1e5, 1e5 -- in L2
  end)
  assert(not walk.view.notices[1])
  assert(value_of(walk.view.roofline.memory) == 15.8e9)
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
