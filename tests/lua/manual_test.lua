-- The manual of the language, the head of memwall.lua: what it shows is true, and can be written like that.

local expr = require "memwall.expr"
local labs = require "memwall.lab"
local machines = require "memwall.machine"
local scope = require "memwall.scope"

-- The lab in which its parts are tried.
local AROUND = [[
local mw = require "memwall"
return mw.lab { format = 1, id = "manual", version = "1", minutes = { 1, 2 }, memory = "1 MiB",
  variant = { n = { 64, 128 } }, q = { W = { "B", "4*n^2" } },
  steps = {
%s
  } }
]]

-- Its blocks of code: lines that stand three blanks in.
local function blocks()
  local head = test.read("scripts-lua/memwall.lua"):match "^(.-)\n\n"
  local list, lines = {}, nil
  for line in (head .. "\n--\n"):gmatch "([^\n]*)\n" do
    local code = line:match "^%-%-   (.*)$"
    if code then
      lines = lines or {}
      lines[#lines + 1] = code
    elseif lines then
      list[#list + 1], lines = table.concat(lines, "\n"), nil
    end
  end
  return list
end

local function each(pattern, visit)
  local count = 0
  for _, block in ipairs(blocks()) do
    if block:match(pattern) then
      visit(block)
      count = count + 1
    end
  end
  return count
end

test.case("the labs of the manual are read", function()
  assert(each("^local mw = require", function(block) labs.read(block) end) == 1)
end)

test.case("the steps of the manual are read", function()
  assert(each("^mw%.", function(block) labs.read(AROUND:format(block)) end) >= 1)
end)

test.case("the formulas of the manual hold", function()
  local lab, count = labs.read(AROUND:format 'mw.read "a" {}'), 0
  local names = scope.new(lab, { n = 64 }, machines.new())
  each("^[^\n]+ == ", function(block)
    for line in (block .. "\n"):gmatch "([^\n]*)\n" do
      local formula = line:match "^(.-)   " or line
      local value, problem = expr.eval(assert(expr.parse(formula)), names)
      assert(value == true, formula .. ": " .. tostring(problem or value))
      assert(expr.units(expr.parse(formula), scope.dimension_of(lab.units)), formula)
      count = count + 1
    end
  end)
  assert(count >= 6, count)
end)
