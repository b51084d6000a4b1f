-- test.lua: FLOPs, traffic and shares of panels in lab 09.
local labs = test.include "../labs/check.lua"
local expr = require "memwall.expr"
local judge = require "memwall.judge"
local random = require "memwall.random"
local scope = require "memwall.scope"

local lab = labs.open "09-factor"

-- A quantity of the lab for one variant.
local function quantity(name, variant)
  return assert(expr.eval(lab.read.q[name].tree, scope.new(lab.read, variant, lab.machine)))
end

local COUNT = "memwall measure lu/blocked n={{n}} lda={{n+16}} block={{b}} --budget 0.01 --no-verify --model 0"
local PLAIN = "memwall measure lu/unblocked n={{n}} lda={{n+16}} --budget 0.01 --no-verify --model 0"
local EACH_COLUMN = "memwall model lu/unblocked n={{n}} lda={{n+16}} --cache L2=256K,16,64"
local PANELS = "memwall model lu/blocked n=768 lda=784 block=%d --cache L2=256K,16,64"
local BYTES = "levels.1.link.bytes"

-- How a product is blocked depends on the instruction set: the traffic of panels is known to 3 %.
labs.figures(lab, {
  { command = COUNT, at = "flops", is = "n*(n - 1)/2 + n*(n - 1)*(2*n - 1)/3" },
  { command = COUNT, at = "flops", is = "flop", within = 0.002 },
  { command = PLAIN, at = "flops", is = "n*(n - 1)/2 + n*(n - 1)*(2*n - 1)/3" },
  { command = EACH_COLUMN, at = BYTES, is = "all", within = 0.03 },
  { command = "memwall model lu/blocked n={{n}} lda={{n+16}} block={{b}} --cache L2=256K,16,64", at = BYTES, is = "moved",
    within = 0.1 },
  { command = "memwall model lu/unblocked n=768 lda=784 --cache L2=256K,16,64", at = BYTES, is = 1201794240 },
  { command = PANELS:format(32), at = BYTES, is = 51*2^20, within = 0.03 },
  { command = PANELS:format(64), at = BYTES, is = 35*2^20, within = 0.03, shown = "35 MiB" },
  { command = "memwall model lu/blocked n=512 lda=528 block=64 --cache L2=256K,16,64", at = BYTES, is = 11.3*2^20,
    within = 0.03 },
  { command = "memwall model lu/blocked n=512 lda=512 block=64 --cache L2=256K,16,64", at = BYTES, is = 57*2^20,
    within = 0.03, shown = "57 MiB" },
})

test.case("09-factor prints the rows of its table of traffic in both texts", function()
  for _, locale in ipairs { "en", "zh_CN" } do
    local text = lab.prose[locale].steps.panels.right.text
    for _, row in ipairs { "1146 MiB", "51 MiB", "35 MiB" } do assert(text:find(row, 1, true), locale .. ": " .. row) end
  end
end)

test.case("panels save at least a quarter of their width in traffic", function()
  for _, variant in ipairs(lab.variants) do
    local n, b = variant.n, variant.b
    local function bytes(kernel)
      return labs.run(("memwall model %s n=%d lda=%d --cache L2=256K,16,64"):format(kernel, n, n + 16)).levels[1].link.bytes
    end
    assert(bytes "lu/unblocked" >= b / 4 * bytes("lu/blocked block=" .. b), ("n = %d, b = %d"):format(n, b))
  end
end)

-- The parts of lu.c's own closed form: elimination in the panel, the rows beside it, the product.
local function parts(n, b)
  local panel, beside, product = 0, 0, 0
  for k0 = 0, n - 1, b do
    local width = math.min(b, n - k0)
    local rest = n - k0 - width
    for k = k0, k0 + width - 1 do
      local rows, columns = n - 1 - k, k0 + width - 1 - k
      panel = panel + rows + 2 * rows * columns
    end
    beside = beside + width * (width - 1) * rest
    product = product + 2 * rest * rest * width
  end
  return panel, beside, product
end

test.case("the share of the FLOPs inside the products is that of the kernel's parts", function()
  for _, variant in ipairs(lab.variants) do
    local n, b = variant.n, variant.b
    local panel, beside, product = parts(n, b)
    local command = COUNT:gsub("{{n%+16}}", tostring(n + 16)):gsub("{{n}}", tostring(n)):gsub("{{b}}", tostring(b))
    local counted = labs.run(command).flops
    assert(panel + beside + product == counted, "the parts do not add up to what is counted")
    local share = quantity("inside", variant)
    assert(math.abs(product / counted - share) < 0.002, ("%g against %g"):format(product / counted, share))
    assert(share > 0.8, "less than four fifths")
  end
end)

test.case("the accepted ranks of the goal are those between the half-lives and a quarter of the bytes", function()
  local step = lab.read.by_id.rank
  local wanted = { [12] = { 80, 128 }, [16] = { 107, 128 }, [18] = { 120, 128 } }
  for _, variant in ipairs(lab.variants) do
    local names = scope.new(lab.read, variant, lab.machine)
    local low, high = wanted[variant.h][1], wanted[variant.h][2]
    for r = 1, 1024 do
      local right = judge.judge_goal(step, { r = r }, scope.sample(names, { r = r })).verdict == "right"
      assert(right == (r >= low and r <= high), ("h = %g, r = %d"):format(variant.h, r))
    end
  end
end)

local function error_of(values, kept)
  local lost, all = 0, 0
  for i, value in ipairs(values) do
    all = all + value ^ 2
    if i > kept then lost = lost + value ^ 2 end
  end
  return math.sqrt(lost / all)
end

local function spectrum(of)
  local values = {}
  for i = 1, 1024 do values[i] = of(i) end
  return values
end

test.case("what is left at a rank of 128 is 6.4 % for 1/i, and 2^(-r/h) where values halve", function()
  assert(math.abs(error_of(spectrum(function(i) return 1 / i end), 128) - 0.064) < 0.0005)
  for _, h in ipairs { 12, 16, 18 } do
    local values = spectrum(function(i) return 2 ^ (-i / h) end)
    for _, r in ipairs { 16, 128 } do
      assert(math.abs(error_of(values, r) / 2 ^ (-r / h) - 1) < 1e-6)
    end
    local least = quantity("need", { n = 768, b = 32, m = 1024, h = h })
    assert(error_of(values, least) <= 0.001 and error_of(values, least - 1) > 0.001)
  end
  assert(math.ceil(20 * math.log(100, 2)) > 128, "a half-life of 20 has a rank")
end)

-- The quarter-circle law: the density of singular values s of a large random matrix is √(4 - s²)/π on 0 … 2, and
-- with s = 2·sin t both the share of values and the share of squares below s are elementary.
local function values_below(t) return 2 / math.pi * (t + math.sin(t) * math.cos(t)) end
local function squares_below(t) return 2 / math.pi * (t - math.sin(4 * t) / 4) end

local function squares_of_lowest(share)
  local low, high = 0, math.pi / 2
  for _ = 1, 60 do
    local middle = (low + high) / 2
    if values_below(middle) < share then low = middle else high = middle end
  end
  return squares_below(low)
end

test.case("the table of eighths is that of the quarter-circle law", function()
  local printed = {}
  for eighth = 8, 1, -1 do
    local share = squares_of_lowest(eighth / 8) - squares_of_lowest((eighth - 1) / 8)
    printed[#printed + 1] = ("%.1f"):format(100 * share)
  end
  local row = "| % | " .. table.concat(printed, " | ") .. " |"
  for _, locale in ipairs { "en", "zh_CN" } do
    assert(lab.prose[locale].steps.half.body.text:find(row, 1, true), locale .. ": " .. row)
  end
  assert(math.abs(math.sqrt(squares_of_lowest(0.5)) - 0.326) < 0.0005, "half")
  assert(math.abs(math.sqrt(squares_of_lowest(7 / 8)) - 0.79) < 0.0005, "an eighth")
  assert(math.abs(math.sqrt(squares_of_lowest(0.05)) - 0.01) < 0.0005, "95 %")
end)

-- Eigenvalues of a symmetric matrix, ascending: to three diagonals by Householder's reflections, then each by bisection on
-- the number of negative pivots (Sturm).
local function eigenvalues(a)
  local n = #a
  local diagonal, beside = {}, {}
  for k = 1, n - 2 do
    local norm = 0
    for i = k + 1, n do norm = norm + a[i][k] ^ 2 end
    norm = math.sqrt(norm)
    local alpha = a[k + 1][k] > 0 and -norm or norm
    local v, length = {}, 0
    for i = k + 1, n do
      v[i] = a[i][k] - (i == k + 1 and alpha or 0)
      length = length + v[i] ^ 2
    end
    beside[k] = alpha
    if length > 0 then
      local p, dot = {}, 0
      for i = k + 1, n do
        local row, sum = a[i], 0
        for j = k + 1, n do sum = sum + row[j] * v[j] end
        p[i] = 2 * sum / length
        dot = dot + p[i] * v[i]
      end
      for i = k + 1, n do p[i] = p[i] - dot / length * v[i] end
      for i = k + 1, n do
        local row, vi, pi = a[i], v[i], p[i]
        for j = k + 1, n do row[j] = row[j] - vi * p[j] - pi * v[j] end
      end
    end
  end
  beside[n - 1] = a[n][n - 1]
  local bound = 0
  for i = 1, n do
    diagonal[i] = a[i][i]
    bound = math.max(bound, math.abs(a[i][i]) + math.abs(beside[i] or 0) + math.abs(beside[i - 1] or 0))
  end
  local function below(x)
    local count, pivot = 0, 1
    for i = 1, n do
      pivot = diagonal[i] - x - (i > 1 and beside[i - 1] ^ 2 / pivot or 0)
      if pivot == 0 then pivot = 1e-300 end
      if pivot < 0 then count = count + 1 end
    end
    return count
  end
  local values = {}
  for i = 1, n do
    local low, high = -bound, bound
    for _ = 1, 40 do
      local middle = (low + high) / 2
      if below(middle) >= i then high = middle else low = middle end
    end
    values[i] = high
  end
  return values
end

test.case("a random matrix of 256 rows follows the quarter-circle law to 3 %", function()
  local n, numbers = 256, random(9)
  local a, squares = {}, {}
  for i = 1, n do
    a[i] = {}
    for j = 1, n do a[i][j] = numbers:integer(-1000, 1000) / 1000 end
  end
  for i = 1, n do squares[i] = {} end
  for i = 1, n do
    for j = 1, i do
      local one, other, sum = a[i], a[j], 0
      for k = 1, n do sum = sum + one[k] * other[k] end
      squares[i][j], squares[j][i] = sum, sum
    end
  end
  local lowest, all = eigenvalues(squares), 0
  for i = 1, n do all = all + lowest[i] end
  for _, kept in ipairs { 0.05, 0.1, 0.125, 0.25, 0.5 } do
    local dropped, lost = math.floor(n * (1 - kept) + 0.5), 0
    for i = 1, dropped do lost = lost + lowest[i] end
    local found, law = math.sqrt(lost / all), math.sqrt(squares_of_lowest(dropped / n))
    assert(math.abs(found / law - 1) < 0.03, ("kept %g: %g, not %g"):format(kept, found, law))
  end
end)
