-- The counters of a lab against the command `measure`: see roofs_test.c.

local engine = require "memwall.engine"

local machine = test.machine()
local bounds = { ["bound by memory"] = "memory", ["bound by arithmetic"] = "compute" }

-- A lab of one run; its work is stated too, so that there is a model before there is a measurement.
local function lab_of(sample)
  local function given(name, value) return value and ("%s = %q, "):format(name, value) or "" end
  local source = ([[
    local mw = require "memwall"
    return mw.lab { format = 1, id = "roofs", version = "1", minutes = { 1, 2 }, memory = "1 MiB",
      steps = { mw.run "go" { kernel = %q, %s%sinterleave = "stream/read", flops = %q, bytes = %q } } }
  ]]):format(sample.kernel, given("dtype", sample.dtype), sample.threads and "threads = " .. sample.threads .. ", " or "",
    tostring(sample.flops), tostring(sample.bytes))
  local session = engine.open { source = source, locale = "en", folder = "roofs", texts = { en = "# Roofs\n## go\nGo.\n" },
    request = { seed = "1" } }
  local function feed(event)
    session:input(event)
    session:commit()
  end
  feed { e = "machine", machine = machine }
  return { session = session, feed = feed }
end

local function measurement_of(sample, seconds)
  return {
    kernel = sample.kernel, args = { dtype = sample.dtype, threads = sample.threads }, flops = sample.flops,
    compulsory_bytes = sample.bytes, load_bytes = sample.bytes, store_bytes = 0,
    seconds = seconds and { median = seconds, low = seconds, high = seconds, min = seconds, samples = 9 },
    verdict = "clean", kinds = {}, reasons = {},
  }
end

local function active(list)
  for _, roof in ipairs(list) do
    if roof.active then return roof.number.value, roof.level end
  end
end

-- What the lab shows of its run.
local function shown(view)
  local said = {}
  for _, row in ipairs(view.counters) do
    if row.id == "seconds" then said.seconds = row.modelled and row.modelled.value end
    if row.id == "rate" then said.bound = bounds[row.note] end
  end
  local roofline = view.pictures[1]
  assert(roofline.kind == "roofline")
  said.compute = active(roofline.compute)
  said.memory, said.level = active(roofline.memory)
  return said
end

local function agree(sample, what, lab, measure, names)
  for _, name in ipairs(names) do
    if lab[name] ~= measure[name] then
      error(("%s %s x%s, %s: %s is %s in a lab, %s by measure"):format(sample.kernel, sample.dtype or "", sample.threads or 1,
        what, name, tostring(lab[name]), tostring(measure[name])))
    end
  end
end

local ALL = { "level", "memory", "compute", "seconds", "bound" }
local seen, count = {}, 0

local function compare(lab, sample, what, seconds, beside)
  local m = measurement_of(sample, seconds)
  lab.feed { e = "run", step = "go" }
  lab.feed { e = "result", run = "go:1", status = "ok", measurement = m, beside = beside,
    ratio = beside and { median = 1, low = 1, high = 1 } }
  local measure = test.measured(m, beside)
  agree(sample, what, shown(lab.session:view()), measure, ALL)
  seen[measure.level], seen[measure.bound], seen[measure.compute] = true, true, true
  count = count + 1
  return measure.memory
end

-- A read roof as it is measured in turns with a run: slower than remembered, but not by a factor 2.
local function read_beside(bytes, threads, rate)
  return {
    kernel = "stream/read", args = { n = 16, dtype = "f32", threads = threads }, flops = 0, load_bytes = bytes, store_bytes = 0,
    compulsory_bytes = bytes, seconds = { median = 1.1 * bytes / rate, low = bytes / rate, high = bytes / rate,
      min = bytes / rate, samples = 9 }, kinds = {}, reasons = {},
  }
end

for _, sample in ipairs(test.samples()) do
  local lab = lab_of(sample)
  local measure = test.measured(measurement_of(sample))
  agree(sample, "before it ran", shown(lab.session:view()), measure, { "compute", "seconds", "bound" })
  local remembered = compare(lab, sample, "a burst", 0.001)
  compare(lab, sample, "long", 1)
  local threads = sample.threads or 1
  local rate = 0.9 * remembered
  local used = compare(lab, sample, "read beside", 1, read_beside(sample.bytes, threads, rate))
  assert(math.abs(used / rate - 1) < 1e-12, "a roof measured beside is used by both")
  -- What was read elsewhere, or by another number of threads, is no roof of this run.
  local elsewhere = sample.bytes > 1e6 and 1e3 or 1e9
  local function unused(what, bytes, by)
    assert(compare(lab, sample, what, 1, read_beside(bytes, by, rate)) == remembered, what)
  end
  unused("read in another level", elsewhere, threads)
  unused("read by other threads", sample.bytes, 3 - threads)
end

-- The samples tell the cases apart.
for _, wanted in ipairs { "L1", "L2", "largest tested", "memory", "compute" } do assert(seen[wanted], wanted .. " is not met") end
local roofs = 0
for key in pairs(seen) do roofs = roofs + (type(key) == "number" and 1 or 0) end
assert(roofs == 6, "of f32 and f64 by one core the burst and what is kept of it, by two the burst: " .. roofs)
return count
