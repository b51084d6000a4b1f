-- registry.lua: the registry of the engine and the toys, a line each.

local mw = require "memwall"
local registry = require "memwall.registry"

registry.fields.word = test.include "../kinds/word.lua"
table.insert(registry.pictures, test.include "../kinds/tries.lua")
registry.kinds.recall = test.include "../kinds/recall.lua"

-- What memwall.lua has for each kind, so that a lab may say it.
function mw.recall(id)
  return function(fields)
    local step = mw.read(id)(fields)
    step.kind = "recall"
    return step
  end
end

return registry
