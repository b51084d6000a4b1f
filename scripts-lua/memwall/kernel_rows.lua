-- kernel_rows.lua: the table of figures of a kernel: predicted, counted, modelled, measured, and why one is absent.

local expr = require "memwall.expr"
local native = require "memwall.native"
local runs = require "memwall.runs"
local scope = require "memwall.scope"
local unit = require "memwall.unit"
local workload = require "memwall.workload"

-- Rows by their id; their order is that of the table.
local ROW = {}
for _, quantity in ipairs(native.quantities) do
  if quantity.in_counters then ROW[quantity.id] = quantity end
end

local function absent(row, kind, reason)
  return { value = 0, unit = ROW[row].unit, kind = kind, absent = true, reason = reason }
end

local function of(row, value, kind, low, high)
  return unit.number(value, ROW[row].unit, kind, low, high)
end

-- The modelled column: closed forms, the caches, and the roofs over them.
local function modelled(ctx, step, figures, kinds, links, roofs)
  local values = {}
  local names = scope.sample(ctx.scope, figures, step:units())
  for name, kind in pairs(kinds) do
    if kind == "modelled" then values[name] = figures[name] end
  end
  values.flops = step.flops and expr.eval(step.flops, names) or values.flops
  local level = figures.bytes and ctx.machine:level_of(figures.bytes)
  values.dram_bytes = level and level == ctx.machine.levels[#ctx.machine.levels] and figures.bytes or nil
  -- The simulated traffic of this very run says more than what must move at least.
  if #links > 0 and links[#links].modelled then values.dram_bytes = links[#links].modelled end
  values.seconds = roofs.seconds
  if values.seconds and values.seconds > 0 then
    values.rate = figures.flops / values.seconds
    values.bandwidth = figures.bytes / values.seconds
  end
  return values
end

local function seconds_cell(sample, figures)
  local s = sample.m and sample.m.seconds
  if not (s and figures.seconds) then return nil end
  return of("seconds", figures.seconds, "measured", s.low, s.high)
end

-- What was divided by a measured time is as uncertain as that time.
local function rate_cell(sample, row, figures)
  if row == "roof" then return of(row, figures.roof, "measured", figures.roof_low, figures.roof) end
  local s = sample.m.seconds
  if not (s and s.median and s.low and s.high and s.low > 0) then return of(row, figures[row], "measured") end
  local work = figures[row] * s.median
  return of(row, figures[row], "measured", work / s.high, work / s.low)
end

-- FLOPs as hardware events say, or why they say nothing; nil where nobody asked them.
local function events_cell(sample)
  local m = sample and sample.m
  local why = m and m.reasons and m.reasons.hardware_flops
  if m and m.hardware_flops then return of("flops", m.hardware_flops, "measured") end
  return why and absent("flops", "measured", why) or nil
end

local function reason_of(sample, row)
  if not sample then return native.reason "not-run" end
  if not sample.m then return sample.reason end
  return sample.m.reasons and sample.m.reasons[row] or native.reason "not-read"
end

-- Traffic between two levels: by the cache simulator, and by hardware events.
local function link_row(index, link, reasons)
  local function cell(kind)
    if link[kind] then return of("link", link[kind], kind) end
    return absent("link", kind, reasons[kind] or native.reason "not-read")
  end
  return { id = "link:" .. index, from = link.from, to = link.to, modelled = cell "modelled",
    measured = cell "measured" }
end

-- Whether a measurement has a quantity, or says why not: results recorded before there was one lack it.
local function knows(sample, quantity)
  local m = sample and sample.m
  return not m or m[quantity.member] ~= nil or (m.reasons and m.reasons[quantity.member]) ~= nil
end

-- One row, or nil when nothing at all can stand in it.
local function row_of(ctx, sample, row, figures, kinds, said, model, memory)
  local cells = { id = row }
  if said[row] then cells.predicted = of(row, said[row], "predicted") end
  if model[row] then cells.modelled = of(row, model[row], "modelled") end
  if ROW[row].kind == "counted" then
    if not knows(sample, ROW[row]) then return nil end
    if figures[row] and kinds[row] == "counted" then
      cells.counted = of(row, figures[row], "counted")
    else
      cells.counted = absent(row, "counted", reason_of(sample, row))
    end
    if row == "flops" then cells.measured = events_cell(sample) end
  elseif row == "dram_bytes" then
    cells.measured = memory and memory.measured and of(row, memory.measured, "measured") or
      absent(row, "measured", ctx.machine:no_counters() or native.reason "not-read")
  elseif row == "seconds" then
    cells.measured = sample and seconds_cell(sample, figures) or absent(row, "measured", reason_of(sample, row))
  elseif kinds[row] == "measured" then
    local timed = row == "rate" or row == "bandwidth" or row == "roof"
    cells.measured = timed and rate_cell(sample, row, figures) or of(row, figures[row], "measured")
  elseif not (cells.predicted or cells.modelled) then
    return nil
  end
  return cells
end

-- Words beside the rate: which roof the model says decides.
local function bound_of(ctx, roofs)
  return roofs.bound and ctx:say(roofs.bound == "memory" and "bound_memory" or "bound_compute")
end

-- Words beside the time: how clean it was.
local function note_of(ctx, sample)
  local m = sample and sample.m
  if not m then return nil end
  if m.verdict == "noisy" then return ctx:say("noisy", m.reasons and m.reasons.verdict or "") end
  return ctx:say "clean"
end

---The rows of a run, in the order of kernels/model/quantity.def.
---@param ctx memwall.Context
---@param shown memwall.Shown
---@return table[]
return function(_, ctx, shown)
  local list = native.array {}
  local run, sample, figures, kinds, said = shown.step, shown.sample, shown.figures, shown.kinds, shown.said
  local links, reasons = runs.links(sample and sample.m)
  local roofs = workload.roofs(ctx, run, shown.key)
  local model = modelled(ctx, run, figures, kinds, links, roofs)
  for _, quantity in ipairs(native.quantities) do
    local row = quantity.id
    if row == "link" then
      for i = 1, #links - 1 do list[#list + 1] = link_row(i, links[i], reasons) end
    end
    local cells = quantity.in_counters and row ~= "link" and
      row_of(ctx, sample, row, figures, kinds, said, model, links[#links])
    if cells then
      if row == "seconds" then
        cells.note, cells.noisy = note_of(ctx, sample), sample and runs.is_noisy(sample.m) or nil
      end
      if row == "rate" then cells.note = bound_of(ctx, roofs) end
      if shown.live and quantity.live then cells.live = true end
      list[#list + 1] = cells
    end
  end
  local last = list[#list]
  if figures.rise then
    local low, high = tonumber(sample.ratio.low), tonumber(sample.ratio.high)
    if low and high and low > 0 then last.measured = of(last.id, figures.rise, "measured", 1 / high, 1 / low) end
  elseif figures.ratio or figures.reached then
    last.measured = of(last.id, last.measured.value, "measured", sample.ratio.low, sample.ratio.high)
  end
  return list
end
