-- registry.lua: the registry of the engine and the toys, a line each.

local registry = require "memwall.registry"

registry.fields.word = test.include "../kinds/word.lua"
table.insert(registry.pictures, test.include "../kinds/tries.lua")
registry.kinds.recall = test.include "../kinds/recall.lua"
registry.sources.rectangle = test.include "../kinds/rectangle.lua"

return registry
