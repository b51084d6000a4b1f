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

---One question of `ask = { id = { … } }`: a field of the kind whose word stands in it, else of the one that has none.
---@param at memwall.Author
---@param step memwall.Kind
---@param id string
---@param asked any as the author wrote it
---@param default { within: number?, factor: number? }
---@return table field
function M.compile(at, step, id, asked, default)
  if type(asked) == "string" or type(asked) == "number" then asked = { asked } end
  if type(asked) ~= "table" then at:fail(step, "ask." .. id, "is a question { \"formula\", … }") end
  local kind, without
  for _, one in pairs(at.registry.fields) do
    if one.question == 1 then
      without = one
    elseif one.question and asked[one.question] ~= nil then
      kind = one
    end
  end
  return (kind or without).compile(at, step, id, asked, "ask." .. id .. ".", default)
end

return M
