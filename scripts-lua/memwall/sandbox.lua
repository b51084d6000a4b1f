-- sandbox.lua: the globals a lab sees: the host's, read-only, and `require "memwall"`.

local function read_only(library, name)
  return setmetatable({}, {
    __index = library,
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
