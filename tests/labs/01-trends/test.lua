-- test.lua: the fits and figures of lab 01, computed from the tables in assets/data.
local csv = test.include "../labs/csv.lua"
local labs = test.include "../labs/check.lua"

local lab = labs.open "01-trends"
labs.figures(lab, {})

local TEXTS = {
  en = test.read "labs/memory-wall/01-trends/text/en.md",
  zh_CN = test.read "labs/memory-wall/01-trends/text/zh_CN.md",
}

-- ---- dots and fits ----

-- Days since 1 March of the year 0 in the Gregorian calendar, by which all years end with February.
local function days(date)
  local y, m, d = date:match "^(%d+)%-(%d+)%-(%d+)$"
  y, m, d = math.tointeger(y), math.tointeger(m), math.tointeger(d)
  if m <= 2 then y, m = y - 1, m + 12 end
  return 365 * y + y // 4 - y // 100 + y // 400 + (153 * (m - 3) + 2) // 5 + d
end

---The dots of a table: t in years, y = log10 of the value.
local function dots(rows, value, keep)
  local list = {}
  for _, row in ipairs(rows) do
    if keep(row) then
      list[#list + 1] = {
        t = days(row.date) / 365.25, y = math.log(tonumber(row[value]), 10), value = tonumber(row[value]),
        year = tonumber(row.date:sub(1, 4)), name = row.model, row = row,
      }
    end
  end
  table.sort(list, function(a, b) return a.t < b.t end)
  return list
end

local function mean(list, key)
  local sum = 0
  for _, dot in ipairs(list) do sum = sum + dot[key] end
  return sum / #list
end

-- The two sums of a least-squares fit.
local function sums(list)
  local t, y, ty, tt = mean(list, "t"), mean(list, "y"), 0, 0
  for _, dot in ipairs(list) do
    ty, tt = ty + (dot.t - t) * (dot.y - y), tt + (dot.t - t) ^ 2
  end
  return ty, tt
end

local function slope(list)
  local ty, tt = sums(list)
  return ty / tt
end

local function growth(list, years) return 10 ^ (slope(list) * years) end

local function without(list, leave)
  local rest = {}
  for _, dot in ipairs(list) do
    if not leave(dot) then rest[#rest + 1] = dot end
  end
  return rest
end

-- Growth between the first and the last dot.
local function walked(list, years)
  local first, last = list[1], list[#list]
  return 10 ^ ((last.y - first.y) / (last.t - first.t) * years)
end

local hardware, models = csv.read "hardware_trends", csv.read "model_trends"

local function hardware_series(series)
  return dots(hardware, "normalized_value", function(row) return row.series == series end)
end

local flops, dram, link = hardware_series "flops", hardware_series "dram_bw", hardware_series "interconnect_bw"
local ten = dots(models, "params_B_plot", function(row) return row.in_figure_2a_fit == "yes" end)
local trained = dots(models, "train_PFLOPs_plot", function(row) return row.in_figure_2b_fit == "yes" end)
local others = dots(models, "train_PFLOPs_plot", function(row)
  return row.in_figure_2b_fit == "no" and row.train_PFLOPs_plot ~= ""
end)
local memory = dots(csv.read "accelerator_memory", "memory_GB_label", function() return true end)

-- A value rounds to what a text prints of it.
local function same(value, shown, what)
  local decimals = #(shown:match "%.(%d+)$" or "")
  local step = 10 ^ -decimals
  assert(math.abs(value - tonumber(shown)) <= 0.5 * step * (1 + 1e-9),
    ("%s: %.8g is computed, %s is printed"):format(what or "a figure", value, shown))
end

local function near(a, b, within) return math.abs(a - b) <= within * math.abs(b) end

-- Chinese counts in 亿, ten to the eighth, where English counts in billions.
local IN_CHINESE = { ["0.065"] = "0.65 亿", ["530"] = "5300 亿", ["13.3"] = "133 亿" }

---The texts of a step print all these, in both languages.
local function printed(step, ...)
  for locale, text in pairs(TEXTS) do
    local from = assert(text:find("\n## " .. step .. ":", 1, true), step)
    local part = text:sub(from, (text:find("\n## ", from + 1, true) or #text + 1) - 1)
    for _, english in ipairs { ... } do
      local words = locale == "zh_CN" and IN_CHINESE[english] or english
      assert(part:find(words, 1, true), ("%s.md: %s does not print '%s'"):format(locale, step, words))
    end
  end
end

---The value of a name of the lab under the first variant.
local function of_lab(name)
  local scope = require "memwall.scope"
  return assert(scope.new(lab.read, lab.variants[1], lab.machine):value(name))
end

-- ---- the tables ----

-- As assets/data/README.md lists them.
local function listed_tables()
  local list = {}
  for name, rows in test.read("assets/data/README.md"):gmatch "\n| `([%w_]+)%.csv` |[^\n]-| (%d+) |" do
    list[#list + 1] = { name = name, rows = tonumber(rows) }
  end
  assert(#list >= 10)
  return list
end

test.case("every row of every table that is shipped names its source", function()
  for _, one in ipairs(listed_tables()) do
    local rows = csv.read(one.name)
    assert(#rows == one.rows, ("%s.csv has %d rows; README.md says %d"):format(one.name, #rows, one.rows))
    for i, row in ipairs(rows) do
      assert(row.source and #row.source >= 10, ("%s.csv: row %d has no source"):format(one.name, i))
    end
  end
end)

test.case("quoted cells are read whole, and a table with a torn row is refused", function()
  local rows, columns = csv.parse 'a,b\r\n"x, ""y""","two\nlines"\n,z'
  assert(#columns == 2 and #rows == 2)
  assert(rows[1].a == 'x, "y"' and rows[1].b == "two\nlines" and rows[2].a == "" and rows[2].b == "z")
  assert(not pcall(csv.parse, "a,b\n1\n") and not pcall(csv.parse, 'a,b\n"1,2\n') and not pcall(csv.parse, 'a\n"1"2\n'))
end)

test.case("all six fits are those of trend_fits.csv", function()
  local series = { flops = flops, dram_bw = dram, interconnect_bw = link, transformer_params = ten,
                   accelerator_memory = memory, transformer_train_compute = trained }
  local count = 0
  for _, fit in ipairs(csv.read "trend_fits") do
    local list = assert(series[fit.series], fit.series)
    count = count + 1
    assert(#list == tonumber(fit.points), fit.series)
    assert(near(growth(list, 2), tonumber(fit.computed_per_2yr), 5e-5), fit.series)
    assert(fit.computed_per_20yr == "" or near(growth(list, 20), tonumber(fit.computed_per_20yr), 5e-5), fit.series)
  end
  assert(count == 6)
  same(growth(flops, 2), "3.026") same(growth(dram, 2), "1.592") same(growth(link, 2), "1.415")
  same(growth(flops, 20), "64313") same(growth(dram, 20), "104.25") same(growth(link, 20), "32.19")
end)

test.case("wulf_mckee.csv holds what its formulas give, transformer_profile.csv its own differences", function()
  for _, row in ipairs(csv.read "wulf_mckee") do
    local p, t_m = tonumber(row.hit_rate), tonumber(row.t_m_cycles)
    local t_avg = p + (1 - p) * t_m
    assert(near(tonumber(row.t_avg_cycles), t_avg, 1e-3) and (row.wall_reached_t_avg_gt_5 == "yes") == (t_avg > 5))
    assert(near(tonumber(row.overlap_model_cycles_per_access), math.max(1, (1 - p) * t_m), 1e-3))
  end
  for i, row in ipairs(csv.read "transformer_profile") do
    local off = row.computed - row.published
    assert(math.abs(off - row.residual) <= 5e-3 * math.abs(off) + 1e-5 * row.computed, "row " .. i)
  end
end)

test.case("the small tables agree with what the texts say of them", function()
  local doubling = {}
  for _, row in ipairs(csv.read "gpu_price_performance") do
    doubling[row.group] = tonumber(row.doubling_years)
    assert(tonumber(row.low_95) < doubling[row.group] and doubling[row.group] < tonumber(row.high_95))
  end
  local all, top = doubling["all cards"], doubling["top cards"]
  assert(all == 2.46 and top == 2.95 and doubling["cards used for machine learning"] == 2.07 and doubling.FP16 == 2.30)
  same(2 ^ (2 / all), "1.76") same(2 ^ (2 / top), "1.60") same(growth(dram, 2), "1.59")
  same(growth(flops, 2) / 2 ^ (2 / all), "1.7")
  printed("dollar", "470", "2006", "2021", "2.46", "2.95", "1.76", "1.60", "1.7")

  local exponent = {}
  for _, row in ipairs(csv.read "scaling_laws") do exponent[row.what_grows] = tonumber(row.exponent) end
  assert(exponent.parameters == 0.076 and exponent["training tokens"] == 0.095)
  assert(of_lab "halve" == 2 ^ (1 / exponent.parameters))
  printed("halve", "0.076")

  local energy = {}
  for _, row in ipairs(csv.read "energy") do energy[row.operation:match "%a+$" or "MAC"] = tonumber(row.energy_in_macs) end
  assert(energy.MAC == 1 and energy.buffer == 6 and energy.DRAM == 200)

  for _, row in ipairs(csv.read "resnet_fusion") do -- the printed intensity needs the bytes before rounding
    local bytes = row.FLOPs_G / row.AI
    assert(("%.2f"):format(bytes) == row.MOPs_G, row.what)
  end

  for _, row in ipairs(csv.read "flash_published") do same(row.standard / row.flash, row.ratio, row.metric) end
end)

-- ---- the steps ----

test.case("words: the printed rates, and as many dots", function()
  local published = {}
  for _, fit in ipairs(csv.read "trend_fits") do published[fit.series] = fit end
  printed("words", "| 37 | 3.0× | 60 000× |", "| 12 | 1.6× | 100× |", "| 10 | 1.4× | 30× |")
  for series, printed_as in pairs { flops = "3.0 60000", dram_bw = "1.6 100", interconnect_bw = "1.4 30" } do
    assert(printed_as == published[series].published_per_2yr .. " " .. published[series].published_per_20yr)
  end
end)

test.case("twenty: slopes, fits and end points are those of the dots", function()
  for name, list in pairs { flops = flops, dram = dram, link = link } do
    assert(near(of_lab(name .. "_slope"), slope(list), 2e-6), name)
    assert(near(of_lab(name .. "20"), growth(list, 20), 3e-5), name)
    for _, field in ipairs(lab.read.by_id.twenty.fields) do
      for _, wrong in ipairs(field.id == name and field.wrong or {}) do
        if wrong.id == "endpoints" then assert(near(wrong.tree.value, walked(list, 20), 3e-5), name) end
      end
    end
  end
  same(3.0 ^ 10, "59049") same(1.6 ^ 10, "110") same(1.4 ^ 10, "29")
  same(growth(flops, 20) / growth(dram, 20), "617")
  same(10 ^ 0.2404, "1.74")
  printed("twenty", "64 313", "104", "32", "59 049", "110", "29", "617", "3.026", "1.592", "1.415", "1.74")
end)

-- The ten dots and their line, in cells: what stands in the texts.
local LETTERS = {
  Transformer = "T", ["GPT-1"] = "1", ["BERT Large"] = "B", ["GPT-2"] = "2", ["Megatron LM"] = "L",
  ["Microsoft T-NLG"] = "N", ["GPT-3"] = "3", GShard = "G", ["Switch Transformer"] = "S", ["Megatron-Turing NLG"] = "M",
}

local function drawing()
  local WIDTH, TOP, BOTTOM, PER_ROW = 28, 4, -1.5, 0.5
  local from, to = days "2017-10-01" / 365.25, days "2021-12-01" / 365.25
  local function column(t) return 1 + math.floor((t - from) / (to - from) * (WIDTH - 1) + 0.5) end
  local function row_of(y) return 1 + math.floor((TOP - y) / PER_ROW + 0.5) end
  local grid = {}
  for r = 1, row_of(BOTTOM) do
    grid[r] = {}
    for c = 1, WIDTH do grid[r][c] = " " end
  end
  local b, t0, y0 = slope(ten), mean(ten, "t"), mean(ten, "y")
  for c = column(ten[1].t), column(ten[#ten].t) do
    local y = y0 + b * (from + (c - 1) / (WIDTH - 1) * (to - from) - t0)
    grid[row_of(y)][c] = "."
  end
  for _, dot in ipairs(ten) do grid[row_of(dot.y)][column(dot.t)] = assert(LETTERS[dot.name], dot.name) end
  local lines = {}
  for r, cells in ipairs(grid) do
    local y = TOP - (r - 1) * PER_ROW
    local label = y == math.floor(y) and ("%g"):format(10 ^ y) or ""
    lines[r] = (("%5s |%s"):format(label, table.concat(cells)):gsub("%s+$", ""))
  end
  local axis, years = {}, {}
  for c = 1, WIDTH do axis[c], years[c] = "-", " " end
  for year = 2018, 2021 do
    local c = column(days(("%d-01-01"):format(year)) / 365.25)
    axis[c] = "+"
    for i = 1, 4 do years[c - 2 + i] = tostring(year):sub(i, i) end
  end
  lines[#lines + 1] = "      +" .. table.concat(axis)
  lines[#lines + 1] = ("       " .. table.concat(years)):gsub("%s+$", "")
  return table.concat(lines, "\n")
end

test.case("one_dot: the drawing is that of the dots, and the ten refits are those of the table", function()
  printed("one_dot", "\n```\n" .. drawing() .. "\n```\n")
  local table_of = { Transformer = "480", ["GPT-1"] = "345", ["BERT Large"] = "371", ["GPT-2"] = "408", ["Megatron LM"] = "414",
    ["Microsoft T-NLG"] = "431", ["GPT-3"] = "378", GShard = "328", ["Switch Transformer"] = "312",
    ["Megatron-Turing NLG"] = "1094" }
  assert(#ten == 10)
  local farthest, worst
  for _, left in ipairs(ten) do
    local rate = growth(without(ten, function(dot) return dot == left end), 2)
    same(rate, table_of[left.name], left.name)
    printed("dropped", ("| %s | %s | %s |"):format(LETTERS[left.name], left.name, table_of[left.name]))
    if not worst or math.abs(math.log(rate / growth(ten, 2))) > worst then
      farthest, worst = left, math.abs(math.log(rate / growth(ten, 2)))
    end
  end
  assert(farthest.name == "Megatron-Turing NLG")
  for _, dot in ipairs(ten) do -- it lies farthest from the mean date, and farthest from the line
    local function off(one) return math.abs(one.y - mean(ten, "y") - slope(ten) * (one.t - mean(ten, "t"))) end
    assert(math.abs(dot.t - mean(ten, "t")) <= math.abs(farthest.t - mean(ten, "t")) and off(dot) <= off(farthest))
  end
  assert(math.abs(mean(ten, "t") - days "2019-10-07" / 365.25) < 0.01)
end)

test.case("dropped: 413, 1094 and 119.7, and 213.7 without the sparse models", function()
  local nine = without(ten, function(dot) return dot.name == "Megatron-Turing NLG" end)
  local ty, tt = sums(ten)
  same(ty, "16.908") same(tt, "12.926") same(10 ^ (2 * 16.908 / 12.926), "413")
  ty, tt = sums(nine)
  same(ty, "13.348") same(tt, "8.784")
  assert(near(of_lab "nine_ty", ty, 1e-5) and near(of_lab "nine_tt", tt, 1e-5))
  same(growth(ten, 2), "413") same(growth(nine, 2), "1094.2") same(of_lab "refit", "1094") same(walked(ten, 2), "119.7")
  assert(near(of_lab "ends", walked(ten, 2), 1e-4) and near(of_lab "apart", ten[10].t - ten[1].t, 1e-5))
  same(ten[10].value / ten[1].value, "8154")
  local dense = without(ten, function(dot) return dot.name == "GShard" or dot.name == "Switch Transformer" end)
  same(growth(dense, 2), "213.7")
  printed("dropped", "16.908", "12.926", "13.348", "8.784", "0.065", "530", "3.76", "8154", "413", "214")
end)

test.case("left_out: recommenders, and the compute of training", function()
  local function with(...)
    local list = { table.unpack(ten) }
    for _, billions in ipairs { ... } do list[#list + 1] = { t = days "2020-06-20" / 365.25, y = math.log(billions, 10) } end
    return list
  end
  local known = {}
  for _, row in ipairs(models) do
    if row.family == "RecSys" then known[#known + 1] = row.date .. " " .. row.params_M_table end
  end
  assert(table.concat(known, ", ") == "2020-06-20 2000000, 2020-06-20 10000000")
  same(growth(with(10000), 2), "644") same(growth(with(2000, 10000), 2), "795")
  same(growth(trained, 2), "755")
  local function trained_without(name) return growth(without(trained, function(dot) return dot.name == name end), 2) end
  same(trained_without "GPT-3", "403") same(trained_without "ELECTRA Large", "1865")
  local low, high = math.huge, 0
  for _, left in ipairs(trained) do
    low, high = math.min(low, trained_without(left.name)), math.max(high, trained_without(left.name))
  end
  assert(low == trained_without "GPT-3" and high == trained_without "ELECTRA Large")
  assert(#others == 11)
  same(growth(others, 2), "6.05")
  printed("left_out", "644", "795", "755", "403", "1865", "6.05", "16")
  assert(2 ^ (24 / 6) == 16)
end)

test.case("no dot of the hardware matters as much, but for DRAM's first", function()
  local function range(list)
    local low, high = { rate = math.huge }, { rate = 0 }
    for _, left in ipairs(list) do
      local rate = growth(without(list, function(dot) return dot == left end), 20)
      if rate < low.rate then low = { rate = rate, dot = left } end
      if rate > high.rate then high = { rate = rate, dot = left } end
    end
    return low, high
  end
  local low, high = range(dram)
  assert(low.dot.row.figure_label == "GDDR3" and high.dot.row.figure_label == "GDDR5")
  same(low.rate, "61") same(high.rate, "125")
  low, high = range(flops)
  assert(near(low.rate, 47400, 1e-3) and near(high.rate, 74400, 1e-3))
  printed("left_out", "61")
end)

test.case("matrix_units: without the six 2.830 and 32 974, without the seventh 2.821 and 31 916", function()
  local first = days "2017-05-01" / 365.25
  local units = without(flops, function(dot) return dot.t < first end)
  local old = without(flops, function(dot) return dot.t >= first end)
  assert(#units == 6 and #old == 31)
  local names = {}
  for i, dot in ipairs(units) do
    names[i] = (dot.row.figure_label .. dot.row.inferred_identity):match "[TVAH]%w+"
  end
  table.sort(names)
  assert(table.concat(names, " ") == "A100 H100 TPUv2 TPUv3 TPUv4 V100", table.concat(names, " "))
  same(growth(old, 2), "2.830") same(growth(old, 20), "32974")
  local older = without(old, function(dot) return dot.row.date == "2017-01-01" and dot.row.implied_absolute == "2.12e+04" end)
  assert(#older == 30)
  same(growth(older, 2), "2.821") same(growth(older, 20), "31916")
  for _, list in ipairs { flops, dram, link } do assert(list[1].value == 1) end
  assert(flops[1].row.figure_label == "R10000" and flops[1].year == 1997)
  printed("matrix_units", "R10000", "37", "2.830", "32 974", "64 313", "2.821", "31 916", "21.2")
end)

-- ---- the windows ----

local function inside(list, from, to)
  return without(list, function(dot) return dot.year < from or dot.year > to end)
end

-- Every window of whole years, both included, in which both series have six dots: its two rates and their quotient.
local windows = {}
for from = 1997, 2017 do
  for to = 2002, 2022 do
    local f, d = inside(flops, from, to), inside(dram, from, to)
    if #f >= 6 and #d >= 6 then
      local one = { from = from, to = to, flops = growth(f, 2), memory = growth(d, 2) }
      one.gap = one.flops / one.memory
      windows[#windows + 1] = one
    end
  end
end

local function window(from, to)
  for _, one in ipairs(windows) do
    if one.from == from and one.to == to then return one end
  end
end

test.case("window: the goal accepts just those of the 102 windows whose gap is four or more", function()
  local judge, scope = require "memwall.judge", require "memwall.scope"
  local step = lab.read.by_id.window
  local names = scope.new(lab.read, lab.variants[1], lab.machine)
  local function judged(from, to)
    local values = { from = from - 2000.0, to = to - 2000.0 }
    return judge.judge_goal(step, values, scope.sample(names, values))
  end
  assert(#windows == 102)
  local accepted = {}
  for from = 1997, 2017 do
    for to = 2002, 2022 do
      local one, verdict = window(from, to), judged(from, to)
      assert((verdict.verdict == "right") == (one ~= nil and one.gap >= 4), from .. "–" .. to)
      assert((verdict.failed == 1) == (one == nil), from .. "–" .. to .. ": six dots")
      if verdict.verdict == "right" then accepted[#accepted + 1] = from .. "–" .. to end
    end
  end
  assert(table.concat(accepted, " ") == "2015–2020 2015–2021 2016–2020 2016–2021")
  printed("window", "102", "98", table.unpack(accepted))
  assert(judged(2015.5, 2020).failed == 1)
  for id, years in pairs { whole = { 1997, 2022 }, recent = { 2017, 2022 }, few = { 2017, 2020 }, newest = { 2015, 2022 } } do
    assert(judged(years[1], years[2]).wrong == id, id)
  end
  assert(judged(2013, 2020).wrong == nil)
end)

test.case("window: the rates of the text are the fits of those years", function()
  for _, years in ipairs { { 1997, 2022 }, { 2009, 2020 }, { 2013, 2020 }, { 2013, 2022 }, { 2017, 2022 } } do
    local one = window(years[1], years[2])
    printed("window", ("| %d–%d | %.2f | %.2f | %.2f |"):format(one.from, one.to, one.flops, one.memory, one.gap))
  end
  local least, most = windows[1], windows[1]
  for _, one in ipairs(windows) do
    if one.gap < least.gap then least = one end
    if one.gap > most.gap then most = one end
  end
  same(least.gap, "1.43") same(most.gap, "5.14")
  assert(least.from == 2003 and least.to == 2016 and most.from == 2016 and most.to == 2020)
  same(window(2014, 2020).gap, "3.95")
  same(window(2015, 2022).gap, "2.50") same(window(2015, 2020).flops, "6.2") same(window(2015, 2022).flops, "3.8")
  assert(#inside(dram, 2017, 2020) == 4)
  local years = {}
  for i, dot in ipairs(dram) do years[i] = dot.year end
  assert(table.concat(years, " ") == "2003 2006 2008 2015 2016 2016 2017 2018 2020 2020 2021 2022")
  printed("window", "1.43", "5.14", "3.95", "2.50", "1.90", "1.79")
end)

test.case("double: doubling times of the fits, and of what a memory chip waits", function()
  local function doubling(list) return math.log(2, 10) / slope(list) end
  same(doubling(flops), "1.25") same(doubling(dram), "2.98") same(doubling(link), "3.99")
  local rate, cycle, rows = {}, {}, csv.read "dram_timing"
  for i, row in ipairs(rows) do
    rate[i] = { t = tonumber(row.year), y = math.log(tonumber(row.transfers_MT_s), 10) }
    cycle[i] = { t = tonumber(row.year), y = math.log(tonumber(row.row_cycle_ns), 10) }
  end
  same(-math.log(2, 10) / slope(cycle), "56") same(growth(rate, 2), "1.30")
  assert(rows[1].year == "1999" and rows[1].row_cycle_ns == "60" and rows[6].year == "2017" and rows[6].row_cycle_ns == "46")
  same(rows[6].transfers_MT_s / rows[1].transfers_MT_s, "20")
  printed("double", "1.25", "2.98", "3.99", "1999", "60", "2017", "46", "56", "20")
end)

test.case("halve: models and the memory they must fit in", function()
  same(of_lab "halve", "9139")
  same(growth(memory, 2), "1.863") same(80 / 6, "13.3")
  assert(#memory == 7)
  for _, row in ipairs(csv.read "accelerator_memory") do
    assert(near(tonumber(row.plotted_max_params_B), row.memory_GB_label / 6, 1e-3), row.accelerator)
    assert(tonumber(row.zero_16B_per_param_max_B) == row.memory_GB_label / 16, row.accelerator)
  end
  printed("halve", "413", "1.86", "13.3", "16")
end)

test.case("closing: what agreed, and what did not", function()
  printed("closing", "3.026", "1.592", "1.415", "413", "755", "1.86", "1094", "120", "1.43", "5.14")
end)
