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

---The words of a tolerance; one of them holds.
M.TOLERANCES = { "within", "factor", "abs", "exact" }

local RANGE = {
  within = function(value) return value >= 0 and value < 1, "is between 0 and 1" end,
  factor = function(value) return value > 1, "is above 1" end,
  abs = function(value) return value >= 0, "is 0 or more, in the unit of the answer" end,
  exact = function(value) return value, "is true, or is left out" end,
}

---How near is near enough: relative, as a factor, absolute, or not at all.
---@param at memwall.Author
---@param step memwall.Kind
---@param fields table
---@param prefix string
---@param default memwall.Tolerance
---@return memwall.Tolerance
function M.tolerance(at, step, fields, prefix, default)
  local found
  for _, word in ipairs(M.TOLERANCES) do
    local value = at:field(step, fields, word, word == "exact" and "boolean" or "number", false, prefix)
    if value ~= nil then
      if found then at:fail(step, prefix .. found, "stands beside '%s': only one of them can hold", word) end
      local holds, rule = RANGE[word](value)
      if not holds then at:fail(step, prefix .. word, "%s", rule) end
      found = word
    end
  end
  return found and { [found] = fields[found] } or default
end

---One question of `ask = { id = { … } }`: a field of the kind whose word stands in it, else of the one that has none.
---@param at memwall.Author
---@param step memwall.Kind
---@param id string
---@param asked any as the author wrote it
---@param default memwall.Tolerance
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
