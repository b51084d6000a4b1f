-- rectangle.lua: a toy: a source that works a formula out in Lua and answers at once: rectangle = "m²", a = "n", b = "4".

local parameters = require "memwall.parameters"

local Rectangle = require("memwall.source").new()

local SPEC = { name = "rectangle", params = { { name = "a", unit = "m", min = 1, max = 100 }, { name = "b", unit = "m" } } }

function Rectangle:compile(at, step, fields, given)
  self.name = at:field(step, fields, "rectangle", "string", true)
  self.params = parameters.compile(at, step, SPEC, given)
end

function Rectangle:figures() -- luacheck: ignore 212
  return {
    { name = "area", unit = "1", kind = "counted", foretold = true },
    { name = "diagonal", unit = "1", kind = "modelled" },
  }
end

function Rectangle:effect(ctx, step, chosen)
  local sides = parameters.values(ctx, step, self.params, chosen)
  return nil, { status = "ok", measurement = { area = sides.a * sides.b, diagonal = math.sqrt(sides.a ^ 2 + sides.b ^ 2) } }
end

function Rectangle:take(m) -- luacheck: ignore 212
  if not m then return {}, {} end
  return { area = m.area, diagonal = m.diagonal }, { area = "counted", diagonal = "modelled" }
end

return Rectangle
