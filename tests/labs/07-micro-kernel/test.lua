-- test.lua: loads and lines of each rung in lab 07, counted and simulated.
local labs = test.include "../labs/check.lua"
local expr = require "memwall.expr"
local judge = require "memwall.judge"
local scope = require "memwall.scope"

local lab = labs.open "07-micro-kernel"

local ROWS = " m={{n}} n={{n}} k={{n}} lda={{n+16}} ldb={{n+16}} ldc={{n+16}}"
local COUNT = " --budget 0.01 --no-verify --model 0"
local PRINTED = " m=448 n=448 k=448 lda=464 ldb=464 ldc=464 --cache L1=48K,12,64"

-- As the texts print a number: no line may end inside it.
local function unbroken(number) return (number:gsub(" ", "\u{a0}")) end

-- The program's own counters: every rung does 2n³ FLOP, and the loads are the closed forms that the lab asks and says.
labs.figures(lab, {
  { command = "memwall measure gemm/ijk" .. ROWS .. COUNT, at = "flops", is = "flop" },
  { command = "memwall measure gemm/ijk" .. ROWS .. COUNT, at = "compulsory_bytes", is = "operands" },
  { command = "memwall measure gemm/ijk" .. ROWS .. COUNT, at = "load_bytes", is = "4*walk" },
  { command = "memwall measure gemm/ikj" .. ROWS .. COUNT, at = "flops", is = "flop" },
  { command = "memwall measure gemm/ikj" .. ROWS .. COUNT, at = "load_bytes", is = "4*walk" },
  { command = "memwall measure gemm/blocked block=64" .. ROWS .. COUNT, at = "flops", is = "flop" },
  { command = "memwall measure gemm/blocked block=64" .. ROWS .. COUNT, at = "load_bytes",
    is = "4*(n^2*ceil(n/64) + 2*n^3)" },
  { command = "memwall measure gemm/packed block=96" .. ROWS .. COUNT, at = "flops", is = "flop" },
  { command = "memwall measure gemm/packed block=96" .. ROWS .. COUNT, at = "load_bytes", is = "4*c_loads" },
  { command = "memwall measure gemm/tile" .. ROWS .. COUNT, at = "flops", is = "flop" },
  -- C once for each block of k: with blocks of 192 that is ceil(n/192) times.
  { command = "memwall measure gemm/tile mc={{n}} kc=192" .. ROWS .. COUNT, at = "load_bytes",
    is = "4*(2*n^2 + ceil(n/192)*n^2)" },
  { command = "memwall measure gemm/parallel threads=1" .. ROWS .. COUNT, at = "flops", is = "flop" },
  { command = "memwall measure gemm/openblas" .. ROWS .. COUNT, at = "flops", is = "flop" },
  -- Six rows are six times the work of one, and nearly six times the loads.
  { command = "memwall measure gemv/rows m=1 n=1024" .. COUNT, at = "flops", is = 2048 },
  { command = "memwall measure gemv/rows m=1 n=1024" .. COUNT, at = "load_bytes", is = 4 * (1024 + 1024) },
  { command = "memwall measure gemv/rows m=6 n=1024" .. COUNT, at = "flops", is = 6 * 2048 },
  { command = "memwall measure gemv/rows m=6 n=1024" .. COUNT, at = "load_bytes", is = 4 * (6 * 1024 + 1024) },
  { command = "memwall measure gemv/reference m=24 n=256" .. COUNT, at = "flops", is = 2 * 24 * 256 },
  { command = "memwall measure gemv/reference m=24 n=256" .. COUNT, at = "compulsory_bytes", is = 4 * (24 * 256 + 24 + 256) },

  { command = "memwall model gemm/ikj" .. PRINTED .. " --cache L2=1M,16,64", at = "levels.1.fills", is = 5644800,
    shown = unbroken "5 644 800" },
  { command = "memwall model gemm/blocked block=64" .. PRINTED .. " --cache L2=1M,16,64", at = "levels.1.fills", is = 262080,
    shown = unbroken "262 080" },
  { command = "memwall model gemm/ikj" .. PRINTED .. " --cache L2=128K,8,64", at = "levels.2.fills", is = 5644800,
    shown = unbroken "5 644 800" },
  { command = "memwall model gemm/blocked block=64" .. PRINTED .. " --cache L2=128K,8,64", at = "levels.2.fills", is = 188160,
    shown = unbroken "188 160" },
})

local function names_of(variant) return scope.new(lab.read, variant, lab.machine) end

local function value(formula, names)
  return assert(expr.eval(assert(expr.parse(formula)), names))
end

test.case("the texts print the lines that come into the first level in blocks", function()
  for _, prose in pairs(lab.prose) do assert(prose.steps.near.body.text:find(unbroken "262 080", 1, true)) end
end)

test.case("blocks bring 21 times fewer lines into the first level than ikj at n = 448", function()
  local function fills(kernel)
    return labs.run("memwall model " .. kernel .. PRINTED .. " --cache L2=1M,16,64").levels[1].fills
  end
  local times = fills "gemm/ikj" / fills "gemm/blocked block=64"
  assert(times > 21 and times < 22, tostring(times))
end)

test.case("the plain loop uses between one part in 24 and one in 640 of the printed cores", function()
  local least, most = math.huge, 0
  for _, variant in ipairs(lab.variants) do
    local share = value("part", names_of(variant))
    least, most = math.min(least, share), math.max(most, share)
  end
  assert(math.abs(1 / most - 24) < 1e-9 and math.abs(1 / least - 640) < 1e-9)
end)

test.case("six chains fit every printed core, so six sums take as long as one", function()
  for _, variant in ipairs(lab.variants) do assert(value("stretch", names_of(variant)) == 1) end
end)

test.case("4 rows by 3 vectors is the only tile of the goal", function()
  local step, names, found = lab.read.by_id.shape, names_of(lab.variants[1]), {}
  for height = 1, 16 do
    for width = 1, 16 do
      local values = { height = height + 0.0, width = width + 0.0 }
      if judge.judge_goal(step, values, scope.sample(names, values)).verdict == "right" then
        found[#found + 1] = height .. " x " .. width
      end
    end
  end
  assert(table.concat(found, ", ") == "4 x 3", table.concat(found, ", "))
end)

test.case("the strips of the printed caches are those of the published model", function()
  -- Low et al. 2016: mr = ⌈√(V·lat·ports)/V⌉·V, nr = ⌈V·lat·ports/mr⌉, ⌊(W - 1)/(1 + nr/mr)⌋ ways for the strip.
  local lanes, chains = 16, 4 * 2
  local rows = math.ceil(math.sqrt(lanes * chains) / lanes) * lanes
  local columns = math.ceil(lanes * chains / rows)
  assert(rows == 16 and columns == 8)
  for _, variant in ipairs(lab.variants) do
    local ways = math.floor((variant.ways - 1) / (1 + columns / rows))
    local names = names_of(variant)
    assert(value("a_ways", names) == ways)
    assert(value("kc", names) == ways * 64 * 64 // (4 * rows))
  end
end)

test.case("the stair needs no instruction set that a machine may lack", function()
  for _, step in ipairs(lab.read.steps) do
    for _, source in ipairs(step.runs and step:sources() or {}) do
      assert(not source.name:match "micro%-avx", step.id)
    end
  end
end)
