-- question.lua: what kinds of steps and of fields share when they read a question of an author.

local M = {}

---Known wrong answers, by id.
---@param at memwall.Author
---@param step memwall.Kind
---@param wrong? table<string, memwall.Formula>
---@param prefix string where they stand: "ask.bytes."
---@return { id: string, tree: memwall.Node }[]
function M.wrong_answers(at, step, wrong, prefix)
  local list = {}
  for id, formula in pairs(wrong or {}) do
    at:id(step, prefix .. "wrong", id)
    list[#list + 1] = { id = id, tree = at:formula(step, prefix .. "wrong." .. id, formula) }
  end
  return list
end

---How near is near enough: relative, or as a factor.
---@param at memwall.Author
---@param step memwall.Kind
---@param fields table
---@param prefix string
---@param default { within: number?, factor: number? }
---@return number? within
---@return number? factor
function M.tolerance(at, step, fields, prefix, default)
  local within = at:field(step, fields, "within", "number", false, prefix)
  local factor = at:field(step, fields, "factor", "number", false, prefix)
  if within and factor then at:fail(step, prefix .. "within", "stands beside 'factor': only one of them can hold") end
  if within and (within < 0 or within >= 1) then at:fail(step, prefix .. "within", "is between 0 and 1") end
  if factor and factor <= 1 then at:fail(step, prefix .. "factor", "is above 1") end
  if within or factor then return within, factor end
  return default.within, default.factor
end

---Options of a choice; "weights_shared*" marks what is right.
---@param at memwall.Author
---@param step memwall.Kind
---@param list string[]
---@param field string where they stand
---@param many? boolean several may be right
---@return { id: string, right: boolean }[]
function M.options(at, step, list, field, many)
  local result, right, seen = {}, 0, {}
  for i, name in ipairs(list) do
    if type(name) ~= "string" then at:fail(step, field, "option %d is not a text", i) end
    local id, star = name:match "^(.-)(%*?)$"
    at:id(step, field, id)
    if seen[id] then at:fail(step, field, "there are two options '%s'", id) end
    seen[id] = true
    result[i] = { id = id, right = star == "*" }
    if star == "*" then right = right + 1 end
  end
  if #result < 2 then at:fail(step, field, "needs two options or more") end
  if right == 0 then at:fail(step, field, "no option is right: mark it with a '*'") end
  if right > 1 and not many then at:fail(step, field, "%d options are right: say many = true", right) end
  return result
end

local QUESTION = { "wrong", "unit", "within", "factor", "choices", "many" }

---One question of `ask = { id = { … } }`.
---@param at memwall.Author
---@param step memwall.Kind
---@param id string
---@param asked any as the author wrote it
---@param default { within: number?, factor: number? }
---@return table field
function M.compile(at, step, id, asked, default)
  local prefix = "ask." .. id .. "."
  if type(asked) == "string" or type(asked) == "number" then asked = { asked } end
  if type(asked) ~= "table" then at:fail(step, "ask." .. id, "is a question { \"formula\", … }") end
  local rest = {}
  for name, value in pairs(asked) do
    if name ~= 1 then rest[name] = value end
  end
  at:only(step, rest, QUESTION, prefix)
  if asked.choices then
    local many = at:field(step, asked, "many", "boolean", false, prefix)
    local list = at:field(step, asked, "choices", "table", true, prefix)
    return { id = id, kind = many and "choices" or "choice", options = M.options(at, step, list, "ask." .. id, many) }
  end
  if asked[1] == nil then at:fail(step, "ask." .. id, "has no formula for the right answer") end
  local within, factor = M.tolerance(at, step, asked, prefix, default)
  return {
    id = id, kind = "number", tree = at:formula(step, "ask." .. id, asked[1]),
    unit = at:field(step, asked, "unit", "string", false, prefix),
    within = within, factor = factor,
    wrong = M.wrong_answers(at, step, at:field(step, asked, "wrong", "table", false, prefix), prefix),
  }
end

return M
