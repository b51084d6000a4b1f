-- expr_test.lua: the expression language: what is read, in which spelling, and what is refused.
local expr = require "memwall.expr"
local mw = require "memwall"
local typed = require "memwall.typed"
local unit = require "memwall.unit"
local words = require "memwall.words"

local VALUES = { n = 8192, b = 3, W = 4 * 8192 * 8192, zero = 0 }
local UNITS = { n = "1", b = "1", W = "B", F = "FLOP", t = "s", rate = "B/s" }

local scope = {
  value = function(_, name, args)
    if name == "machine.read" and args and args[1] then return 2 * args[1] end
    return VALUES[name]
  end,
}

local function value(text)
  local tree, problem = expr.parse(text)
  if not tree then return nil, problem end
  return expr.eval(tree, scope)
end

local function is(text, wanted)
  local found, problem = value(text)
  local same = found == wanted or type(found) == "number" and type(wanted) == "number" and
    math.abs(found - wanted) <= 1e-12 * math.abs(wanted)
  assert(same, ("%s gave %s (%s), not %s"):format(text, tostring(found), tostring(problem), tostring(wanted)))
end

local function refused(text, said)
  local found, problem = value(text)
  assert(found == nil, ("%s gave %s"):format(text:sub(1, 60), tostring(found)))
  assert(problem:find(said, 1, true), ("%s said: %s"):format(text:sub(1, 60), problem))
end

test.case("numbers, units and operators mean what people write", function()
  local table_of_cases = {
    { "4*8192^2", 268435456 }, { "64 MiB", 67108864 }, { "6.7e7", 6.7e7 }, { "12 GB/s", 12e9 },
    { "2.1 GFLOP", 2.1e9 }, { "20 ms", 0.02 }, { "268M", 268e6 }, { "268 M", 268e6 }, { "1 KiB", 1024 }, { "3 µs", 3e-6 },
    { "2 GFLOP/s", 2e9 }, { "0.5 FLOP/B", 0.5 }, { "50 %", 0.5 }, { ".5", 0.5 }, { "5.", 5 }, { "1e3", 1000 },
    { "2+3*4", 14 }, { "(2+3)*4", 20 }, { "2-3-4", -5 }, { "16/4/2", 2 }, { "-2^2", -4 }, { "2^-1", 0.5 }, { "2^3^2", 512 },
    { "- - 3", 3 }, { "+4", 4 }, { "2**3", 8 }, { "n", 8192 }, { "4*n^2", 268435456 }, { "W/n", 32768 },
    { "min(3, 2, 5)", 2 }, { "max(n, 3)", 8192 }, { "sqrt(16)", 4 }, { "log2(8)", 3 }, { "ceil(2.1)", 3 }, { "floor(2.9)", 2 },
    { "abs(-3)", 3 }, { "machine.read(n)", 16384 },
    { "if(n > 4, 2, 1/zero)", 2 }, { "if(n < 4, 2, 1)", 1 }, { "if(n > 4, b < 5, b > 5)", true },
    { "sum(i, 1, 10, i^2)", 385 }, { "sum(i, 3, 1, i)", 0 }, { "sum(i, -2, 2, i)", 0 }, { "sum(n, 1, b, n) + n", 8198 },
    { "sum(i, 1, 4, sum(j, 1, i, i*j))", 65 }, { "sum(i, 1, 1000000, 1)", 1000000 },
    { "gcd(12, 18)", 6 }, { "gcd(0, 5)", 5 }, { "gcd(-12, 18, 4)", 2 }, { "gcd(2^53, 2^40)", 2 ^ 40 },
    { "3 pJ", 3e-12 }, { "2 kJ", 2000 }, { "1.5 M$", 1.5e6 }, { "5 $", 5 }, { "64 words", 64 }, { "4 Gbit", 4e9 },
    { "7 tokens/s", 7 }, { "12 cycles", 12 }, { "50 dB", 50 }, { "1998 year", 1998 }, { "3 GHz*2 s", 6e9 },
    { "1 < 2", true }, { "2 <= 1", false }, { "1 == 1 and 2 ~= 3", true }, { "not 1 > 2", true }, { "1 > 2 or 3 >= 3", true },
    { "1.0 <= b and b <= 3.0", true }, { "b = 3", true }, { "b != 3", false },
  }
  for _, case in ipairs(table_of_cases) do is(case[1], case[2]) end
end)

test.case("other keyboards spell the same numbers", function()
  is("4×8192²", 268435456)
  is("4·8192^2", 268435456)
  is("８１９２÷２", 4096)
  is("（２＋３）＊４", 20)
  is("6 − 2", 4)
  is("268 435 456", 268435456)
  is("268,435,456 + 1", 268435457)
  is("max(1,234)", 234)
  is("1 024 KiB", 1048576)
end)

test.case("a mistake is told in words that help", function()
  refused("", "nothing is written")
  refused("4*", "expected a number or a name, not the end")
  refused("(4", "expected ')'")
  refused("4)", "')' is not expected here")
  refused("4 b", "'b' is not expected here: is a '*' missing before it, or")
  refused("4 Gib", "is it a unit")
  refused("4..5", "")
  refused("sin(3)", "there is no function 'sin'")
  refused("sqrt", "is a function")
  refused("sqrt(1, 2)", "takes 1 value")
  refused("wrong_name", "'wrong_name' is not known")
  refused("1/zero", "division by zero")
  refused("10^400", "not a finite number")
  refused("sqrt(-1)", "not a finite number")
  refused("1 + (2 < 3)", "a number is needed")
  refused("1 and 2", "a condition is needed")
  refused("seconds[1]", "can only stand where a sweep")
  refused("first n where n > 1", "can only stand where a sweep")
  refused("4 \27[31m", "has no meaning here")
  refused("os.exit(1)", "'os.exit' is not known")
  refused("gcd(1.5, 3)", "gcd takes whole numbers, not 1.5")
  refused("if(n, 1, 2)", "a condition is needed")
  refused("if(n > 1, 2)", "if takes 3 values, not 2")
  refused("sum(3, 1, 2, 3)", "sum begins with the name that it counts by")
  refused("sum(machine.read, 1, 2, 3)", "sum begins with the name")
  refused("sum(i, 1, b)", "expected ',' before ')'")
  refused("sum(i, 0.5, 3, i)", "not by 0.5")
  refused("sum(i, 1, 3, i) + i", "'i' is not known")
end)

test.case("a formula sums a million terms at most, and one that was typed fewer", function()
  refused("sum(i, 1, 1000001, 1)", "more than 1 000 000 terms")
  refused("sum(i, 1, 1000, sum(j, 1, 1000, 1))", "more than 1 000 000 terms")
  refused("sum(i, 1, 1000000, i + i + i)", "more than 1 000 000 terms")
  refused("sum(i, 1, 2^60, 1)", "")
  local typed_scope = setmetatable({ typed = true }, { __index = scope })
  local _, problem = expr.eval(expr.parse "sum(i, 1, 100001, 1)", typed_scope)
  assert(problem == "this sums more than 100 000 terms", problem)
  assert(expr.eval(expr.parse "sum(i, 1, 100000, 1)", typed_scope) == 100000)
  is("sum(i, 1, 600000, 1)", 600000) -- each formula begins anew
end)

test.case("no input can nest too deeply, grow too long, or hang", function()
  refused(("("):rep(100) .. "1" .. (")"):rep(100), "nested too deeply")
  refused(("("):rep(490) .. "1" .. (")"):rep(490), "too long")
  refused(("-"):rep(300) .. "1", "nested too deeply")
  refused(("2^"):rep(150) .. "1", "nested too deeply")
  refused(("sqrt("):rep(100) .. "1" .. (")"):rep(100), "nested too deeply")
  refused(("1+"):rep(450) .. "1", "too long")
  refused(("9"):rep(2000), "longer than 1000 bytes")
  is(("1+"):rep(190) .. "1", 191)
  refused(("9"):rep(999), "not a finite number")
  refused("not " .. ("not "):rep(200) .. "1 > 2", "nested too deeply")
end)

local function units(text)
  local d, problem = expr.units(expr.parse(text), function(name) return unit.dimension[UNITS[name] or "1"] end)
  return d and unit.name(d), problem
end

test.case("units are followed through a formula, and contradictions are found", function()
  for text, wanted in pairs {
    ["W + 4*(n + n)"] = "B", ["F/W"] = "FLOP/B", ["W/t"] = "B/s", ["W/rate"] = "s", ["max(W/rate, t)"] = "s",
    ["if(n > 1, W, 4*n)"] = "B", ["sum(i, 1, n, W)"] = "B", ["gcd(W, 64 B)"] = "B",
    ["3 GHz*t"] = "cycle", ["12 cycles/3 GHz"] = "s", ["F/(3 GHz*t)"] = "FLOP/cycle",
    ["4 $/2 J"] = "$/J", ["64 words*4 B/1 word"] = "B",
    ["2*n*n"] = "1", ["F/F"] = "1", ["64 MiB"] = "B", ["sqrt(W*W)"] = "B", ["rate*t"] = "B", ["1/t"] = "1",
  } do
    local found, problem = units(text)
    assert(found == wanted, ("%s has %s (%s), not %s"):format(text, tostring(found), tostring(problem), wanted))
  end
  for text, said in pairs {
    ["W + F"] = "a sum of B and FLOP", ["t - W"] = "a difference of s and B", ["min(W, t)"] = "min() of B and s",
    ["W < F"] = "a comparison of B and FLOP", ["if(n > 1, W, F)"] = "if() of B and FLOP",
    ["sum(i, 1, W, i)"] = "sum counts in plain numbers, not in B",
  } do
    local found, problem = units(text)
    assert(found == nil and problem == said, ("%s: %s"):format(text, tostring(problem)))
  end
end)

-- The names of a step that asks for nothing.
local function names_of(values)
  local known = {}
  for name in pairs(values) do known[name] = "1" end
  return typed.names({ units = known, q = {} }, { fields = {} }, { value = function(_, name) return values[name] end })
end
local NAMES = names_of(VALUES)

test.case("a field takes an answer without a unit or with its own, and refuses another", function()
  assert(typed.number("4*n^2", "B", NAMES) == 268435456)
  assert(typed.number("256 MiB", "B", NAMES) == 268435456)
  local found, problem = typed.number("2 s", "B", NAMES)
  assert(found == nil and problem.key == "other_unit" and problem[1] == "B" and problem[2] == "s")
  found, problem = typed.number("1 < 2", "B", NAMES)
  assert(found == nil and problem.key == "not_a_number")
  found, problem = typed.number("machine.read(3)", "B/s", NAMES)
  assert(found == nil and problem.key == "no_name" and problem[1] == "machine.read")
end)

test.case("every mistake that a student can make is told in both languages", function()
  local keys = {}
  for text, said in pairs {
    [""] = "这里什么也没有写", ["4*"] = "这里应该是一个数或一个名字，而不是结尾", ["4*)"] = "而不是')'",
    ["(4"] = "在结尾之前应该有 ')'", ["4)"] = "')'不应出现在这里", ["4 b"] = "'b'不应出现在这里", ["4 (2)"] = "前面是不是少了 '*'",
    ["4 Gib"] = "不认识的单位", ["2n"] = "2 后面紧跟着 'n'", ["sin(3)"] = "没有 'sin' 这个函数", ["sqrt"] = "'sqrt' 是一个函数",
    ["sqrt(1, 2)"] = "sqrt 需要 1 个值，而不是 2 个", ["max()"] = "max 需要 1 到 8 个值，而不是 0 个", ["wrong"] = "这个实验里没有 'wrong' 这个名字",
    ["1/0"] = "除数为零", ["10^400"] = "不是有限的数", ["1 + (2 < 3)"] = "却写了条件", ["1 and 2"] = "却写了一个数",
    ["seconds[1]"] = "'seconds[…]' 只能用在", ["first n where n > 1"] = "'first … where' 只能用在", ["4 §"] = "'§' 在这里没有意义",
    ["1 B + 1 s"] = "把单位 B 和 s 相加了", ["1 B - 1 s"] = "相减", ["1 B < 1 s"] = "相比", ["min(1 B, 1 s)"] = "min() 里混用了单位 B 和 s",
    ["gcd(1.5, 2)"] = "gcd 需要整数", ["if(1 > 2, 3)"] = "if 需要 3 个值，而不是 2 个", ["sum(1, 2, 3, 4)"] = "计数用的名字",
    ["sum(i, 0.5, 2, i)"] = "不能是 0.5", ["sum(i, 1, 2^40, i)"] = "项数超过了", ["sum(i, 1 B, 2, i)"] = "没有单位的数",
    [("("):rep(100) .. "1"] = "嵌套太深", [("1+"):rep(450) .. "1"] = "公式太长", [("9"):rep(2000)] = "超过了 1000 个字节",
  } do
    local found, mistake = typed.number(text, "1", NAMES)
    assert(found == nil and mistake.key, text:sub(1, 40))
    keys[mistake.key] = true
    local chinese, english = words.told("zh_CN", mistake), words.told("en", mistake)
    assert(chinese:find(said, 1, true), chinese)
    assert(not english:find "[\xE3-\xE9][\x80-\xBF]" and not english:find("{", 1, true), english)
  end
  local count = 0
  for _ in pairs(keys) do count = count + 1 end
  assert(count == 32, count .. " different mistakes")
end)

test.case("a formula is shown with its numbers in the place of its names", function()
  local tree = expr.parse "W + 4*b*(n + n)"
  assert(expr.show(tree) == "W + 4 × b × (n + n)")
  local shown = expr.show(tree, function(name) return unit.grouped(VALUES[name]) end)
  local counted = expr.parse "sum(i, 1, n, if(i == b, n, i^2))"
  assert(expr.show(counted, function(name) return name == "n" and "8" end) == "sum(i, 1, 8, if(i == b, 8, i^2))")
  assert(shown == "268 435 456 + 4 × 3 × (8192 + 8192)" or shown == "268 435 456 + 4 × 3 × (8 192 + 8 192)", shown)
end)

test.case("what is shown reads back as the same value", function()
  local random = mw.random "show and parse"
  local function tree(depth)
    if depth == 0 or random:real() < 0.2 then
      return random:choice { "n", "b", "W", tostring(random:integer(1, 99)), "3 KiB", "1.5e3" }
    end
    local op = random:choice { "+", "-", "*", "/", "^", "(", "min", "neg" }
    local a = tree(depth - 1)
    if op == "(" then return "(" .. a .. ")" end
    if op == "neg" then return "(-" .. a .. ")" end
    if op == "^" then return "(" .. a .. ")^2" end
    local b = tree(depth - 1)
    if op == "min" then return ("min(%s, %s)"):format(a, b) end
    return a .. " " .. op .. " " .. b
  end
  for _ = 1, 400 do
    local text = tree(4)
    local parsed = assert(expr.parse(text))
    local wanted = expr.eval(parsed, scope)
    local shown = expr.show(parsed)
    if type(wanted) == "number" then is(shown, wanted) end
  end
end)

test.case("formatted numbers read back within their digits", function()
  local random = mw.random "format and parse"
  for _ = 1, 500 do
    local of = random:choice { "B", "FLOP", "FLOP/s", "B/s", "s", "1" }
    local x = 10 ^ (of == "s" and random:real() * 8 - 7 or random:real() * 13)
    local text = unit.format(x, of, 6)
    local found, problem = typed.number(text, of, names_of {})
    assert(found, text .. ": " .. tostring(problem and words.told("en", problem)))
    assert(of ~= "1" or x < 1e-4 or not text:find "e", text)
    assert(math.abs(found / x - 1) < 1e-4, text)
  end
end)

test.case("a plain number has the digits that were asked for, and no exponent", function()
  for _, case in ipairs {
    { 64313.6, nil, "64 314" }, { 64313.6, 6, "64 313.6" }, { 7168, nil, "7168" }, { 51380224, 3, "51 380 224" },
    { 0.1667, nil, "0.1667" }, { 2 / 3, 2, "0.67" }, { 0.00012, 2, "0.00012" }, { -98765.4, nil, "-98 765" },
  } do
    local text = unit.format(case[1], "1", case[2])
    assert(text == case[3], text .. " is not " .. case[3])
  end
  assert(unit.format(0 / 0, "1") == "–" and unit.grouped(1 / 0) == "–")
  assert(unit.grouped(1234567.8) == "1 234 568")
end)

test.case("grouped digits keep every digit", function()
  assert(unit.grouped(268435456) == "268 435 456")
  assert(unit.grouped(999) == "999")
  assert(unit.grouped(1000) == "1 000")
  assert(unit.grouped(-1234567) == "-1 234 567")
  assert(unit.exact(16384, "B") == "16 384 B")
end)

test.case("random numbers are the same in every run", function()
  local random = mw.random(7)
  local list = {}
  for i = 1, 6 do list[i] = random:integer(1, 100) end
  local again = mw.random(7)
  for i = 1, 6 do assert(again:integer(1, 100) == list[i]) end
  assert(random:bits() ~= random:bits())
  -- splitmix64 with seed 1234567: the first outputs of its reference implementation.
  local known = mw.random(1234567)
  assert(known:bits() == 6457827717110365317)
  assert(known:bits() == 3203168211198807973)
end)

test.case("random inputs give a value or a mistake, never an accident", function()
  local random = mw.random "any input"
  local pieces = {
    "n", "b", "1", "2.5", "e", "9e9", " ", "+", "-", "*", "/", "^", "(", ")", "[", "]", ",", "<", "<=", "==", "and", "or",
    "not", "first", "where", "min", "sqrt", "MiB", "GB/s", "%", "×", "²", "（", "\u{FF11}", "\xff", "\0", ".", "..",
    "machine.read", "sum(i, 1, ", "if(", "gcd(", "i",
    "1,234", "12 345", "#", "\"", "\\", "~", "!", "first n where", "last b where",
  }
  local values, mistakes = 0, 0
  for _ = 1, 4000 do
    local parts = {}
    for i = 1, random:integer(0, 7) do parts[i] = random:choice(pieces) end
    local text = table.concat(parts)
    local tree, problem = expr.parse(text)
    if tree then
      expr.units(tree, function() return unit.FREE end)
      assert(type(expr.show(tree)) == "string")
      local found
      found, problem = expr.eval(tree, scope)
      if found ~= nil then values = values + 1 end
    end
    if problem then
      mistakes = mistakes + 1
      assert(type(problem) == "string" and #problem > 0, text)
    end
  end
  assert(values > 50 and mistakes > 1000, values .. " values, " .. mistakes .. " mistakes")
end)
