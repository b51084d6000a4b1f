-- judge.lua: from what a student answered to a verdict; typed.lua has read it.

local expr = require "memwall.expr"

local M = {}

---@class memwall.Judgement
---@field verdict "right"|"wrong"|"unchecked"
---@field wrong? string id of the known wrong answer
---@field value? number as understood
---@field truth? number
---@field off? number value over truth

-- How near an answer must be to a known wrong one to be taken for it.
local NEAR = 0.02
local NEAR_FACTOR = 1.1 -- where the tolerance is a factor

local function matches(value, truth, within, factor)
  if value == truth then return true end
  if factor then
    if value <= 0 or truth <= 0 then return false end
    return math.max(value / truth, truth / value) <= factor
  end
  return math.abs(value - truth) <= (within or NEAR) * math.abs(truth)
end
M.matches = matches

-- What is the same number but for the last digits of its arithmetic.
local ROUNDING = 1e-12

---@class memwall.Tolerance
---@field within? number relative
---@field factor? number
---@field abs? number in the unit of the truth
---@field exact? boolean

---Whether a value is near enough to a truth.
---@param value number
---@param truth number
---@param tolerance memwall.Tolerance
---@return boolean
function M.close(value, truth, tolerance)
  if tolerance.exact then return matches(value, truth, ROUNDING) end
  if tolerance.abs then return math.abs(value - truth) <= tolerance.abs + ROUNDING * math.abs(truth) end
  return matches(value, truth, tolerance.within, tolerance.factor)
end

-- Whether a value is a known wrong answer: as near to it as a truth would have to be, where that is not relative.
local function is_wrong(value, wrong, tolerance)
  if tolerance.exact or tolerance.abs then return M.close(value, wrong, tolerance) end
  return matches(value, wrong, NEAR, tolerance.factor and math.min(NEAR_FACTOR, tolerance.factor))
end

---True when every field of a submit could be read.
---@param step table
---@param st table
---@return boolean
function M.all_read(step, st)
  for _, field in ipairs(step.fields) do
    if st.problems[field.id] then return false end
  end
  return true
end

---Judges a number.
---@param field table
---@param value number
---@param scope memwall.Scope
---@return memwall.Judgement
function M.judge_number(field, value, scope)
  local truth = expr.eval(field.tree, scope)
  if type(truth) ~= "number" then return { verdict = "unchecked", value = value } end
  local judged = { verdict = "wrong", value = value, truth = truth }
  if truth ~= 0 then judged.off = value / truth end
  if M.close(value, truth, field) then
    judged.verdict = "right"
    return judged
  end
  for _, wrong in ipairs(field.wrong) do
    local other = expr.eval(wrong.tree, scope)
    if type(other) == "number" and is_wrong(value, other, field) then
      judged.wrong = wrong.id
      return judged
    end
  end
  return judged
end

---How high a place lies at its true intensity: what the roof that it lies on allows there.
---@param field table
---@param scope memwall.Scope
---@param peak? number highest compute roof [FLOP/s]
---@return number? height [FLOP/s], nil where that is not known
function M.height(field, scope, peak)
  local truth, roof = expr.eval(field.tree, scope), field.on and expr.eval(field.on, scope)
  if type(truth) == "number" and type(roof) == "number" and peak then return math.min(peak, roof * truth) end
end

---Judges a place on the roofline.
---@param field table
---@param x number [FLOP/B]
---@param y number [FLOP/s]
---@param scope memwall.Scope
---@param peak? number highest compute roof [FLOP/s]
---@return memwall.Judgement
function M.judge_place(field, x, y, scope, peak)
  local truth = expr.eval(field.tree, scope)
  if type(truth) ~= "number" then return { verdict = "unchecked", value = x } end
  local judged = { verdict = "wrong", value = x, truth = truth, off = x / truth }
  if not matches(x, truth, nil, field.factor) then
    for _, wrong in ipairs(field.wrong) do
      local other = expr.eval(wrong.tree, scope)
      if type(other) == "number" and matches(x, other, nil, 1.3) then
        judged.wrong = wrong.id
        return judged
      end
    end
    return judged
  end
  local height = M.height(field, scope, peak)
  if height then
    judged.height = y / height
    if not matches(y, height, nil, field.height) then
      judged.wrong = y > height and "above_roof" or "below_roof"
      return judged
    end
  end
  judged.verdict = "right"
  return judged
end

---Judges a choice, or several.
---@param field table
---@param value string|string[]
---@return memwall.Judgement
function M.judge_choice(field, value)
  local chosen = {}
  for _, id in ipairs(type(value) == "table" and value or { value }) do chosen[id] = true end
  local judged = { verdict = "right" }
  for _, option in ipairs(field.options) do
    if (chosen[option.id] or false) ~= option.right then
      judged.verdict = "wrong"
      if chosen[option.id] and not judged.wrong then judged.wrong = option.id end
    end
  end
  return judged
end

-- Whole numbers are chosen exactly: 64 is not 63.
local function is_choice(chosen, value)
  if value == math.floor(value) then return chosen == value end
  return matches(chosen, value, NEAR)
end

---Judges chosen values against the conditions of a goal.
---@param step table
---@param values table<string, number>
---@param sample memwall.Scope with the values as names
---@return memwall.Judgement
function M.judge_goal(step, values, sample)
  for i, condition in ipairs(step.pass) do
    local holds = expr.eval(condition, sample)
    if holds ~= true then
      local judged = { verdict = "wrong", failed = i }
      for _, wrong in ipairs(step.wrong) do
        local same = true
        for name, value in pairs(wrong.values) do same = same and is_choice(values[name], value) end
        if same then judged.wrong = wrong.id end
      end
      return judged
    end
  end
  return { verdict = "right" }
end

---Words of a text; where a script has no spaces two characters count as one.
---@param text string
---@return integer
function M.words(text)
  local wide = 0
  local rest = text:gsub("[\xE3-\xE9][\x80-\xBF][\x80-\xBF]", function()
    wide = wide + 1
    return " "
  end)
  local count = 0
  for _ in rest:gmatch "[%w\x80-\xFF]+" do count = count + 1 end
  return count + wide // 2
end

return M
