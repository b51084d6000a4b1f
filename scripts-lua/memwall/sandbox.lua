-- sandbox.lua: the globals a lab sees: the host's, read-only, and `require "memwall"`.

-- A stable merge sort: the library's own asks the clock for a pivot when a long list is lopsided.
local function sort(list, less)
  less = less or function(a, b) return a < b end
  local from, to, count = list, {}, #list
  local width = 1
  while width < count do
    for low = 1, count, 2 * width do
      local middle, high = math.min(low + width, count + 1), math.min(low + 2 * width, count + 1)
      local left, right = low, middle
      for i = low, high - 1 do
        if left < middle and (right >= high or not less(from[right], from[left])) then
          to[i], left = from[left], left + 1
        else
          to[i], right = from[right], right + 1
        end
      end
    end
    from, to, width = to, from, 2 * width
  end
  if from ~= list then table.move(from, 1, count, 1, list) end
end

local OWN = { table = { sort = sort } }

local function read_only(library, name)
  local own = OWN[name] or {}
  return setmetatable({}, {
    __index = function(_, key)
      if own[key] ~= nil then return own[key] end
      return library[key]
    end,
    __newindex = function(_, key)
      error(("'%s.%s' cannot be changed"):format(name, tostring(key)), 2)
    end,
    __pairs = function() return pairs(library) end,
    __metatable = false,
  })
end

local GLOBALS = {
  "_VERSION", "assert", "error", "getmetatable", "ipairs", "pairs", "pcall", "print", "rawequal", "rawget",
  "rawlen", "rawset", "select", "setmetatable", "tonumber", "tostring", "type", "xpcall",
}

---A fresh environment.
---@return table
return function()
  local globals = {}
  for _, name in ipairs(GLOBALS) do globals[name] = _G[name] end
  for _, name in ipairs { "string", "table", "math", "utf8" } do globals[name] = read_only(_G[name], name) end
  globals.require = function(name)
    if name ~= "memwall" then
      error(("there is no module '%s': only \"memwall\" can be required"):format(tostring(name)), 2)
    end
    return require "memwall"
  end
  return setmetatable({}, {
    __index = function(_, name)
      local value = globals[name]
      if value == nil then error(("'%s' is not defined"):format(tostring(name)), 2) end
      return value
    end,
    __newindex = function(_, name)
      error(("'%s' would be a global: write local %s"):format(tostring(name), tostring(name)), 2)
    end,
    __metatable = false,
  })
end
