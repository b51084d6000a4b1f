-- Newer Lua than 5.4 takes the variables of a loop for constants. Each loop here gets constants of
-- the same names in its first line, so that this Lua refuses what the newer one would.
local test = test

---@param source string
---@return string
local function with_constants(source)
  local function constants(head, names)
    local marked = names:gsub("[%w_]+", "%0 <const>")
    return ("%s local %s = %s;"):format(head, marked, names)
  end
  local name, rest = "[%a_][%w_]*", ".-%f[%w_]do%f[^%w_])"
  source = source:gsub("(%f[%w_]for%s+(" .. name .. ")%s*=" .. rest, constants)
  for more = 0, 3 do
    local names = name .. ("%s*,%s*" .. name):rep(more)
    source = source:gsub("(%f[%w_]for%s+(" .. names .. ")%s+in%s" .. rest, constants)
  end
  return source
end

test.case("an assignment to the variable of a loop is found", function()
  local clean = "for i = 1, 2 do for k, v in f() do local w = k + v + i; w = 1 end end"
  assert(not test.compile(with_constants(clean), "clean"))
  for _, loop in ipairs { "for i = 1, 2 do i = 3 end", "for k, v in f() do for j = 1, v do k = j end end" } do
    local message = test.compile(with_constants(loop), "loop")
    assert(message and message:find("const variable", 1, true), message)
  end
end)

for _, path in ipairs(test.arguments) do
  test.case(path .. " assigns to no variable of a loop", function()
    local message = test.compile(with_constants(test.read(path)), path)
    if message then error(message, 0) end
  end)
end
