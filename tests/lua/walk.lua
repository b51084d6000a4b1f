-- walk.lua: a student walks through lab 04 on a machine of our own making: results are input data of a
-- pure function here, built from closed forms.

local engine = require "memwall.engine"
local native = require "memwall.native"

local M = {}

M.NOISE = native.reason("switched", 22)

M.DIR = "labs/memory-wall/04-gemv-gemm/"

---A machine as `memwall machine --json` prints it.
function M.machine(change)
  local machine = {
    levels = {
      { name = "L1", bytes_per_second = 412e9, low = 405e9, high = 418e9, effective_bytes = 49e3, nominal_bytes = 49152 },
      { name = "L2", bytes_per_second = 163e9, low = 160e9, high = 164e9, effective_bytes = 2.1e6, nominal_bytes = 2097152 },
      { name = "LLC", bytes_per_second = 29.6e9, low = 29.4e9, high = 29.9e9, effective_bytes = 70e6, nominal_bytes = 110100480 },
      { name = "DRAM", bytes_per_second = 15.8e9, low = 14.9e9, high = 16.6e9 },
    },
    compute = {
      { isa = "scalar", dtype = "f32", op = "fma", threads = 1, flops_per_second = 14e9, low = 13.8e9, high = 14.1e9 },
      { isa = "avx2", dtype = "f32", op = "fma", threads = 1, flops_per_second = 112e9, low = 110e9, high = 113e9 },
      { isa = "avx512", dtype = "f32", op = "fma", threads = 1, flops_per_second = 192e9, low = 188e9, high = 196e9 },
      { isa = "avx512", dtype = "f64", op = "fma", threads = 1, flops_per_second = 96e9, low = 94e9, high = 98e9 },
      { isa = "avx512", dtype = "f32", op = "fma", threads = 2, flops_per_second = 380e9, low = 370e9, high = 384e9 },
    },
    verdict = "clean", cpus = 2, clock_hz = 3.6e9, memory_limit_bytes = 5 * 2 ^ 30, seconds = 4.2,
    hardware = { state = "absent", reason = native.reason "no-pmu-long", short_reason = native.reason "no-pmu" },
  }
  for key, value in pairs(change or {}) do machine[key] = value end
  return machine
end

function M.open(change)
  local request = {
    source = test.read(M.DIR .. "lab.lua"), locale = "en", folder = "04-gemv-gemm",
    texts = { en = test.read(M.DIR .. "text/en.md") }, request = { seed = "1" },
    course = test.parse_json(test.read "labs/memory-wall/course.json"),
  }
  for key, value in pairs(change or {}) do request[key] = value end
  return engine.open(request)
end

local PEAK, READ = 160e9, 15.2e9

-- Work and time of one execution by closed forms. The library packs W at batch 2 and moves it three times.
local function work(kernel, args)
  if kernel == "stream/read" then return 0, 4 * args.n, 0, 4 * args.n / READ end
  local rows, columns, batch = args.m, args.k or args.n, args.k and args.n or 1
  local flops = 2 * rows * columns * batch
  local loads, stores = 4 * (rows * columns + columns * batch), 4 * rows * batch
  local moved = kernel == "gemm/openblas" and 3 * 4 * rows * columns or loads + stores
  return flops, loads, stores, math.max(flops / PEAK, moved / READ)
end

function M.measurement(kernel, args, verdict)
  local flops, loads, stores, seconds = work(kernel, args)
  local library = kernel == "gemm/openblas"
  return {
    kernel = kernel, args = args, isa = "avx512", flops = flops, compulsory_bytes = loads + stores,
    load_bytes = not library and loads or nil, store_bytes = not library and stores or nil,
    seconds = { median = seconds, low = seconds * 0.99, high = seconds * 1.01, min = seconds * 0.985, samples = 30 },
    verdict = verdict or "clean", kinds = { flops = library and "modelled" or "counted" },
    reasons = {
      load_bytes = library and native.reason("not-instrumented", "OpenBLAS") or nil,
      store_bytes = library and native.reason("not-instrumented", "OpenBLAS") or nil,
      verdict = verdict == "noisy" and M.NOISE or nil,
    },
  }
end

function M.result(effect, verdict)
  local event = { e = "result", run = effect.id, status = "ok", measurement = M.measurement(effect.kernel, effect.args, verdict) }
  if effect.beside then
    event.beside = M.measurement(effect.beside.kernel, effect.beside.args)
    local ratio = event.beside.seconds.median / event.measurement.seconds.median
    event.ratio = { median = ratio, low = ratio * 0.98, high = ratio * 1.02 }
  end
  return event
end

---A session with its transcript: every input goes through here.
local Walk = {}
Walk.__index = Walk

function M.new(session, machine)
  local walk = setmetatable({ session = session, records = {}, effects = {} }, Walk)
  walk:feed { e = "machine", machine = machine or M.machine() }
  return walk
end

function Walk:feed(event, recorded)
  local reply = self.session:input(event, recorded)
  test.json(reply) -- what the host does before it commits
  self.session:commit()
  self.view = reply.view or self.session:view() -- that of a record is built when somebody looks
  self.verdicts, self.open = reply.verdicts, reply.effects[#reply.effects]
  self.records[#self.records + 1] = { event = event, version = self.session.about.version, verdicts = reply.verdicts }
  return reply
end

---Answers run effects until none is open.
function Walk:finish(verdict, each)
  while self.open do
    self:feed(M.result(self.open, verdict))
    if each then each(self.view) end
  end
end

function Walk:refused(event)
  local ok, problem = pcall(self.session.input, self.session, event)
  assert(not ok, "the input was taken")
  return type(problem) == "table" and problem.message or problem
end

---The whole lab with the demonstration answers; `visit(name, view)` sees every view worth a look.
function M.demonstration(walk, answers, visit)
  visit = visit or function() end
  for _, step in ipairs(walk.view.steps) do
    walk:feed { e = "goto", step = step.id }
    visit(step.id .. "-open", walk.view)
    if answers[step.id] then
      walk:feed { e = "submit", step = step.id, values = answers[step.id] }
      visit(step.id .. "-answered", walk.view)
    elseif step.kind == "run" or step.kind == "sweep" or step.kind == "compare" then
      walk:feed { e = "run", step = step.id }
      visit(step.id .. "-running", walk.view)
      local count = 0
      walk:finish(nil, function(view)
        count = count + 1
        if count == 5 then visit(step.id .. "-halfway", view) end
      end)
      visit(step.id .. "-done", walk.view)
    end
  end
end

function M.answers()
  return test.parse_json(test.read(M.DIR .. "demo.json"))
end

---A list as a set.
function M.names(list)
  local set = {}
  for _, name in ipairs(list) do set[name] = true end
  return set
end

function M.fresh(change) return M.new(M.open(change)) end

---A lab of four steps: something to read, a prediction, a run with controls and a check.
M.SMALL = [[
  local mw = require "memwall"
  return mw.lab { format = 1, id = "small", version = "2", minutes = { 1, 2 }, memory = "1 MiB",
    variant = { n = { 64 } }, q = { W = { "B", "4*n*n" } },
    steps = {
      mw.read "intro" {},
      mw.predict "level" { ask = { where = { choices = { "here*", "there", "both*" }, many = true } } },
      mw.run "go" { kernel = "gemv/simd", m = { 64, 128, 256, as = "rows" }, n = "n", dtype = { "f32", "f64" },
        flops = "2*rows*n", bytes = "4*rows*n" },
      mw.check "last" { ask = { size = { "W" }, times = { "2*n", unit = "FLOP" } } },
    },
    points = { made = 1, last = 3 } }
]]
local SMALL_TEXT = "# Small\n## intro\nRead this.\n## level\nWhere?\n## go\nRun.\n### done\n" ..
  "It took {{go.seconds}}.\n## last\nSay.\n"

---@param source? string M.SMALL with something changed
function M.small(source)
  return M.new(M.open { source = source or M.SMALL, texts = { en = SMALL_TEXT } })
end

function M.answer(walk, step, values)
  walk:feed { e = "submit", step = step, values = values or M.answers()[step] }
  return walk.view
end

---Walks up to a step: everything before it is answered and run.
function M.up_to(walk, step)
  local answers = M.answers()
  for _, one in ipairs(walk.view.steps) do
    walk:feed { e = "goto", step = one.id }
    if one.id == step then return walk.view end
    if answers[one.id] then
      M.answer(walk, one.id)
    else
      walk:feed { e = "run", step = one.id }
      walk:finish()
    end
  end
  return walk.view
end

---A walk up to a step that runs, and one result of it.
---@param step string
---@param change? fun(event: table) what is another in the result
---@param verdict? string
function M.measured(step, change, verdict)
  local walk = M.fresh()
  M.up_to(walk, step)
  walk:feed { e = "run", step = step }
  local event = M.result(walk.open, verdict)
  if change then change(event) end
  walk:feed(event)
  return walk
end

function M.field(view, id)
  for _, one in ipairs(view.fields) do
    if one.id == id then return one end
  end
end

function M.row(view, id)
  for _, one in ipairs(view.counters) do
    if one.id == id then return one end
  end
end

local function picture(view, id)
  for _, one in ipairs(view.pictures) do
    if one.id == id then return one end
  end
end

function M.roofline(view)
  return picture(view, "roofline")
end

function M.sweep(view)
  return picture(view, "sweep")
end

function M.said(view, text)
  for _, one in ipairs(view.feedback) do
    if one.text:find(text, 1, true) then return one end
  end
end

return M
