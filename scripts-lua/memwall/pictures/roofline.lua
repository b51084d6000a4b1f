-- roofline.lua: the roofs of this machine, and the runs of a lab under them.

local native = require "memwall.native"
local picture = require "memwall.picture"
local prediction = require "memwall.prediction"
local runs = require "memwall.runs"
local workload = require "memwall.workload"

local M = {}

local ID = "roofline"
local number = picture.number

-- The roofs of the run that is looked at, else (when that was of another calibration, too) of the one that the step is
-- about; and whether the run was begun.
local function shown_roofs(ctx, step)
  local run, st = workload.shown_run(ctx, step)
  local key = run and st and st.active
  if key and ctx:under(st.samples[key]) == ctx then return workload.roofs(ctx, run, key), true end
  return workload.roofs_about(ctx, step), false
end

-- "avx512 f32 ×2": a roof says so when it is not that of one core.
local function by_cores(name, roof)
  return roof.cores > 1 and ("%s ×%d"):format(name, roof.cores) or name
end

local function memory_roofs(ctx, roofs, begun)
  local list = native.array {}
  local used = begun and roofs.level
  local kind = ctx.machine.nominal and "given" or "measured"
  for i, level in ipairs(ctx.machine.levels) do
    local of = ctx.machine:read_roof(i, roofs.threads)
    local name = ctx:level_name(level.name)
    local roof = { id = "memory:" .. i, label = by_cores(name, of), level = level.name, active = level == used or nil,
      number = number(of.value, "B/s", kind, of.low, of.high), unsure = of.unsure }
    if level.remembered and of.cores == 1 then -- both are drawn: the one that was taught, and the one that was found
      local old = level.remembered
      list[#list + 1] = { id = "memory:" .. i .. ":remembered", label = ctx:say("roof_remembered", name), level = level.name,
        number = number(old.bytes_per_second, "B/s", kind, old.low, old.high), unsure = old.verdict == "unsure" or nil }
      roof.label, roof.number.kind = ctx:say("roof_now", name), "measured"
    end
    if level == used and roofs.beside then
      roof.number = number(roofs.memory.value, "B/s", "measured", roofs.memory.low, roofs.memory.high)
      roof.label, roof.unsure = by_cores(ctx:say("roof_now", name), roofs.memory), roofs.memory.unsure
    end
    list[#list + 1] = roof
  end
  return list
end

local ISA = { scalar = "scalar", ["128"] = "128-bit", avx2 = "AVX2", avx512 = "AVX-512" }

-- The lowest roof, which plain code of one core meets, and the one that bounds the run.
local function compute_roofs(ctx, roofs)
  local list = native.array {}
  local kind = ctx.machine.nominal and "given" or "measured"
  local function put(isa, roof, active)
    local cores = roof.cores > 1 and ":" .. roof.cores or ""
    list[#list + 1] = { id = "compute:" .. isa .. cores, label = by_cores((ISA[isa] or isa) .. " " .. roofs.dtype, roof),
      active = active, number = number(roof.value, "FLOP/s", kind, roof.low, roof.high), unsure = roof.unsure }
  end
  if not roofs.compute then return list end
  if roofs.plain.value < roofs.burst.value then put(roofs.plain_isa, roofs.plain) end
  put(roofs.isa, roofs.compute, true)
  return list
end

-- The same FLOPs over the bytes that each level serves: what the program asks the first one for as counted, then
-- what crosses each link, as events measured it or else as the cache simulator has it.
local function places(machine, m, figures)
  local list = native.array {}
  local links, flops = runs.links(m), figures.flops
  if #links == 0 or not flops or flops <= 0 then return nil end
  local function put(level, bytes, kind)
    if bytes and bytes > 0 then list[#list + 1] = { level = level, x = flops / bytes, kind = kind } end
  end
  local loads, stores = figures.load_bytes, figures.store_bytes
  put(links[1].from, loads and stores and loads + stores, "counted")
  for _, link in ipairs(links) do
    local last = machine.levels[#machine.levels]
    local level = link.to == "memory" and (last and last.name or "DRAM") or link.to
    put(level, link.measured or link.modelled, link.measured and "measured" or "modelled")
  end
  return #list > 0 and list or nil
end

-- A rate is as uncertain as its time.
local function rate_interval(m, flops)
  local low, high = m and m.seconds and m.seconds.low, m and m.seconds and m.seconds.high
  if not (flops and type(low) == "number" and type(high) == "number" and low > 0) then return nil end
  return flops / high, flops / low
end

-- A sample as a point; while it runs for the first time, where the model puts it.
local function sample_point(ctx, step, key, label, side)
  local figures = runs.figures(ctx, step, key, side)
  local open = ctx.state.open
  local live = not side and open and open.step == step.id and open.key == key
  local x, y, kind = figures.intensity, figures.rate, "measured"
  if live and x and not y then
    local seconds = workload.roofs(ctx, step, key).seconds
    y, kind = seconds and figures.flops / seconds, "modelled"
  end
  if not (x and y) then return nil end
  local sample = ctx:of(step.id).samples[key]
  local m = sample and (side and sample.beside or not side and sample.m) or nil
  local low, high = rate_interval(m, figures.flops)
  return {
    id = step.id .. ":" .. key .. (side and ":b" or ""), label = label, x = x, y = y, kind = kind, step = step.id,
    low = low, high = high, noisy = runs.is_noisy(m) or nil,
    active = ctx:of(step.id).active == key or nil, live = live or nil,
    places = places(ctx:under(sample).machine, m, figures),
  }
end

local function step_points(ctx, step, points, trail)
  local st = ctx.state.steps[step.id]
  if not st then return end
  local keys = runs.keys(ctx, step)
  if not step.axis then
    keys = {}
    for _, key in ipairs(st.order) do keys[#keys + 1] = key end
    local active = st.active
    if active and not st.samples[active] then keys[#keys + 1] = active end
  end
  for _, key in ipairs(keys) do
    local label = step.axis and key or step.source:label()
    local point = (st.samples[key] or st.active == key) and sample_point(ctx, step, key, label)
    if point then
      points[#points + 1] = point
      if step.trail and point.kind == "measured" then trail[#trail + 1] = point.id end
    end
    if step.rival and st.samples[key] and st.samples[key].beside then
      points[#points + 1] = sample_point(ctx, step, key, step.rival:label(), "beside")
    end
  end
end

-- The place predicted above a run stays, joined to what was measured.
local function link(ctx, points, links, predicted, place_index)
  for i = place_index + 1, #ctx.lab.steps do
    local run = ctx.lab.steps[i]
    if run.runs then
      for _, point in ipairs(points) do
        if point.step == run.id and point.kind == "measured" then
          links[#links + 1] = { from = predicted.id, to = point.id, text = prediction.factor(ctx, predicted.y, point.y) }
          return
        end
      end
      return
    end
  end
end

local function bounds(values, least, most)
  local low, high = math.huge, 0
  for _, value in ipairs(values) do
    if value > 0 and value < math.huge then low, high = math.min(low, value), math.max(high, value) end
  end
  if high == 0 then return least, most end
  low, high = math.min(low / 2, least), math.max(high * 2, most)
  return 2.0 ^ math.floor(math.log(low, 2)), 2.0 ^ math.ceil(math.log(high, 2))
end

-- The levels by whose bytes some point can be placed, nearest first.
local function levels_of(points)
  local list, seen = native.array {}, {}
  for _, point in ipairs(points) do
    for _, place in ipairs(point.places or {}) do
      if not seen[place.level] then
        seen[place.level] = true
        list[#list + 1] = place.level
      end
    end
  end
  return list
end

-- Where the student put the run of a step.
local function placed(ctx, step)
  local st = ctx:of(step.id)
  for _, field in ipairs(step.fields) do
    if field.picture == ID and st.committed then return st.values[field.id] end
  end
end

-- A lab that neither runs a kernel nor asks for a place has nothing to show on a roofline.
local function has_roofline(lab)
  for _, step in ipairs(lab.steps) do
    if step.runs then return true end
    for _, field in ipairs(step.fields) do
      if field.picture == ID then return true end
    end
  end
  return false
end

---The roofline of a step.
---@param ctx memwall.Context
---@param step table
---@return memwall.Picture?
function M.build(ctx, step)
  if not has_roofline(ctx.lab) then return nil end
  local points, trail, links = native.array {}, native.array {}, native.array {}
  local roofs, begun = shown_roofs(ctx, step)
  local memory, compute = memory_roofs(ctx, roofs, begun), compute_roofs(ctx, roofs)
  for i = 1, step.index do
    local one = ctx.lab.steps[i]
    -- A sweep stands alone: its first sample lies where the run above it lies.
    if one.runs and (i == step.index or not step.axis) then step_points(ctx, one, points, trail) end
  end
  for i = 1, step.index do
    local one = ctx.lab.steps[i]
    local at = placed(ctx, one)
    if at then
      local mine = { id = one.id .. ":you", label = ctx:say "label_point", x = at.x, y = at.y, kind = "predicted", step = one.id }
      link(ctx, points, links, mine, i)
      table.insert(points, 1, mine)
    end
  end
  local xs, ys = {}, {}
  for _, point in ipairs(points) do
    xs[#xs + 1], ys[#ys + 1] = point.x, point.y
    for _, place in ipairs(point.places or {}) do xs[#xs + 1] = place.x end
  end
  local peak = roofs.compute and roofs.compute.value
  local slow = memory[#memory] and memory[#memory].number.value
  if peak and slow then xs[#xs + 1] = peak / slow * 4 end
  local x_low, x_high = bounds(xs, 1 / 8, 64)
  if peak then ys[#ys + 1] = peak end
  if slow then ys[#ys + 1] = slow * x_low * 2 end
  local y_low, y_high = bounds(ys, 1e9, 1e11)
  return {
    kind = "roofline", id = ID,
    memory = memory, compute = compute, points = points, trail = trail, links = links, levels = levels_of(points),
    x = { low = x_low, high = x_high, label = ctx:say "label_x" },
    y = { low = y_low, high = y_high, label = ctx:say "label_y" },
  }
end

return M
