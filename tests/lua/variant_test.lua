-- What differs from one attempt to the next: seed, sizes that follow the machine, language.
local walks = test.include "walk.lua"
local field = walks.field
local fresh, answer, up_to = walks.fresh, walks.answer, walks.up_to

test.case("another seed draws another variant, the same seed the same one", function()
  local seen, count = {}, 0
  for seed = 1, 40 do
    local variant = test.json(walks.open({ request = { seed = tostring(seed) } }).state.drawn)
    assert(variant == test.json(walks.open({ request = { seed = tostring(seed) } }).state.drawn))
    if not seen[variant] then count = count + 1 end
    seen[variant] = true
  end
  assert(count > 15, count)
end)

test.case("W follows the machine: above the last cache level, below the memory a lab may take", function()
  local function sized(change)
    local walk = walks.new(walks.open(), walks.machine(change))
    return walk.session.state.variant.n, table.concat(walk.view.notices, "\n"), walk
  end
  local small = walks.machine().levels
  local n, notices = sized()
  assert(n == walks.open().state.drawn.n and notices == "")
  local large = test.parse_json(test.json(small))
  large[3].effective_bytes = 150e6
  n, notices = sized { levels = large }
  assert(4 * n * n >= 300e6 and 4 * (n - 1024) ^ 2 < 300e6 and n % 1024 == 0)
  assert(notices:find(("n is %d instead of"):format(n), 1, true), notices)
  local walk
  n, notices, walk = sized { memory_limit_bytes = 100 * 2 ^ 20 }
  assert(4 * n * n <= 50 * 2 ^ 20 and 4 * (n + 1024) ^ 2 > 50 * 2 ^ 20)
  assert(notices:find("this machine gives a lab at most 50 MiB", 1, true) and notices:find("lie in LLC", 1, true), notices)
  assert(notices:find("This lab wants 700 MiB", 1, true))
  answer(walk, "count")
  walk:feed { e = "goto", step = "point" }
  assert(walk.view.text:find("lies in LLC", 1, true), walk.view.text)
end)

test.case("a machine measured again keeps the sizes once something was answered", function()
  local walk = fresh()
  local n = walk.session.state.variant.n
  answer(walk, "count")
  local levels = test.parse_json(test.json(walks.machine().levels))
  levels[3].effective_bytes = 400e6
  walk:feed { e = "machine", machine = walks.machine { levels = levels } }
  assert(walk.session.state.variant.n == n)
end)

test.case("nominal roofs are said to be nominal and do not change sizes", function()
  local levels = test.parse_json(test.json(walks.machine().levels))
  for _, level in ipairs(levels) do level.effective_bytes = nil end
  local walk = walks.new(walks.open(), walks.machine { levels = levels, verdict = "nominal" })
  assert(walk.session.state.variant.n == walk.session.state.drawn.n)
  assert(walk.view.notices[1] == "The roofs shown are nominal, not measured.")
  assert(walks.roofline(walk.view).memory[1].number.kind == "given")
end)

test.case("numbers of the variant stand in the text to the last digit", function()
  local walk = fresh()
  local view = up_to(walk, "transfer")
  local w = walk.session.state.variant.w
  assert(view.text:find(("takes only %.10g bytes"):format(w), 1, true), view.text)
  walk.session.state.variant.w = 1.0625
  walk:feed { e = "goto", step = "transfer" }
  assert(walk.view.text:find("takes only 1.0625 bytes", 1, true))
end)

test.case("a Chinese session speaks Chinese, and falls back to English where a text is missing", function()
  local texts = { en = test.read(walks.DIR .. "text/en.md"), zh_CN = test.read(walks.DIR .. "text/zh_CN.md") }
  local walk = walks.new(walks.open { locale = "zh_CN", texts = texts })
  assert(walk.view.lab.title == "一个用户还是许多用户" and walk.view.lab.course == "内存墙")
  answer(walk, "count", { flop = "", bytes = "1" })
  assert(field(walk.view, "flop").feedback.text == "这里还没有填写。")
  texts.zh_CN = "# 标题\n## count: 数\n正文\n"
  walk = walks.new(walks.open { locale = "zh_CN", texts = texts })
  assert(field(walk.view, "flop").label == "FLOP of one product" and walk.view.text:find("正文", 1, true))
  walk = walks.new(walks.open { locale = "fr" })
  assert(walk.view.lab.title == "One user or many")
end)

test.case("a quantity of the lab may be called as a figure of a run is", function()
  local source = walks.SMALL:gsub('4%*n%*n" }', '4*n*n" }, bytes = { "B", "W/2" }')
    :gsub('n = "n", dtype', 'n = "bytes/(2*n)", dtype'):gsub('bytes = "4%*rows%*n"', 'bytes = "2*bytes"')
  local walk = walks.small(source)
  walk:feed { e = "goto", step = "level" }
  answer(walk, "level", { where = { "here", "both" } })
  walk:feed { e = "goto", step = "go" }
  walk:feed { e = "run", step = "go" }
  assert(walk.open.args.n == 64, "n = bytes/(2*n) of the lab's bytes")
end)
