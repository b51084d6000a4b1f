-- test.lua: speed-ups and serial shares of lab 10 on its printed machine, for every variant.
local labs = test.include "../labs/check.lua"
local engine = require "memwall.engine"
local expr = require "memwall.expr"
local judge = require "memwall.judge"
local scope = require "memwall.scope"

local lab = labs.open "10-threads"

local FOLDER = "labs/memory-wall/10-threads/"
local COUNT = " --budget 0.01 --no-verify --model 0"

test.case("what 10-threads compares takes every core when it is told no number", function()
  for _, name in ipairs { "gemm/parallel", "gemv/parallel" } do
    local threads
    for _, param in ipairs(test.memwall("kernels", "--json", name).kernels[1].params) do
      if param.name == "threads" then threads = param end
    end
    assert(threads.default == threads.max, name)
  end
end)

-- What the runs count, with one thread: the same FLOP and the same bytes whoever does them.
labs.figures(lab, {
  { command = "memwall measure gemm/parallel m=1536 n=1536 k=1536 threads=1" .. COUNT, at = "flops", is = 2 * 1536 ^ 3 },
  { command = "memwall measure gemm/parallel m=1536 n=1536 k=1536 threads=1" .. COUNT, at = "compulsory_bytes",
    is = 16 * 1536 ^ 2 },
  { command = "memwall measure gemv/parallel m={{n}} n={{n}} threads=1" .. COUNT, at = "flops", is = "2*n^2" },
  { command = "memwall measure gemv/parallel m={{n}} n={{n}} threads=1" .. COUNT, at = "compulsory_bytes", is = "one" },
  { command = "memwall measure gemm/parallel m={{n}} k={{n}} n=64 mc=256 threads=1" .. COUNT, at = "flops", is = "128*n^2" },
  { command = "memwall measure gemm/parallel m={{n}} k={{n}} n=64 mc=256 threads=1" .. COUNT, at = "compulsory_bytes",
    is = "many" },
})

local function names_of(variant) return scope.new(lab.read, variant, lab.machine) end

local function value(formula, names)
  return assert(expr.eval(assert(expr.parse(formula)), names))
end

test.case("the serial share that Amdahl's law finds gives back the speed-up it was found from", function()
  local most = 0
  for _, variant in ipairs(lab.variants) do
    local names = names_of(variant)
    local s = value("serial", names)
    assert(math.abs(1 / (s + (1 - s) / variant.p) - value("gemv", names)) < 1e-9)
    most = math.max(most, s)
  end
  assert(math.abs(most - 0.6) < 1e-9) -- 16 cores and 20 GB/s
end)

test.case("64 vectors raise the speed-up of the printed machine for every variant", function()
  for _, variant in ipairs(lab.variants) do
    local names = names_of(variant)
    -- One core at 32 FLOP/B computes 100 GFLOP/s; all of them p times as much or what the memory feeds.
    local one, team = math.min(100, 32 * 12.5), math.min(100 * variant.p, 32 * variant.all)
    assert(math.abs(team / one - value("min(p, 0.32*all)", names)) < 1e-9)
    assert(team / one > 1.5 * value("gemv", names))
  end
end)

test.case("seven cores are the only ones worth renting", function()
  local step, names, found = lab.read.by_id.rent, names_of(lab.variants[1]), {}
  for cores = 1, 16 do
    local values = { cores = cores + 0.0 }
    if judge.judge_goal(step, values, scope.sample(names, values)).verdict == "right" then found[#found + 1] = cores end
  end
  assert(table.concat(found, ",") == "7", table.concat(found, ","))
end)

test.case("the three that can use sixteen cores lie right of their ridge or ask no shared memory", function()
  local ridge = 16 * 100 / 30
  local function batch(b) return b * 8192 / (2 * (8192 + 2 * b)) end
  local intensity = { gemm = 2048 / 8, gemv = batch(1), triad = 2 / 12, batch64 = batch(64), batch128 = batch(128),
    near_dot = math.huge }
  for _, option in ipairs(lab.read.by_id.which.fields[1].options) do
    assert((intensity[option.id] > ridge) == option.right, option.id)
  end
end)

-- The demonstration on a machine with so many CPUs, where no run gives a time.
local function play(cpus, visit)
  local kernels = test.memwall("kernels", "--json")
  for _, kernel in ipairs(kernels.kernels) do
    for _, param in ipairs(kernel.params) do
      if param.name == "threads" then param.max = cpus end
    end
  end
  local session = engine.open {
    source = test.read(FOLDER .. "lab.lua"), texts = { en = test.read(FOLDER .. "text/en.md") }, locale = "en",
    folder = "10-threads", kernels = kernels, request = { seed = "one" },
  }
  local answers = test.parse_json(test.read(FOLDER .. "demo.json"))
  local function feed(event)
    local reply = session:input(event)
    session:commit()
    return reply
  end
  local view = feed { e = "machine", machine = { cpus = cpus, levels = {} } }.view
  for _, step in ipairs(session.lab.steps) do
    feed { e = "goto", step = step.id }
    if step.runs then
      local reply = feed { e = "run", step = step.id }
      visit(step, reply.effects[1])
      view = feed { e = "result", run = reply.effects[1].id, status = "unsupported", reason = "not here" }.view
    elseif answers[step.id] then
      view = feed { e = "submit", step = step.id, values = answers[step.id] }.view
    end
  end
  return view
end

-- A number of threads would be refused where there are fewer CPUs: without one the kernel takes all of them.
test.case("every comparison takes whatever cores there are, and one, and none of them is needed", function()
  for _, cpus in ipairs { 1, 2, 16 } do
    local compared = 0
    local view = play(cpus, function(step, effect)
      assert(effect.args.threads == nil and effect.beside.args.threads == 1, step.id)
      compared = compared + 1
    end)
    assert(compared == 3 and view.finished)
    assert(view.score.earned + view.score.pending == view.score.possible)
  end
end)
