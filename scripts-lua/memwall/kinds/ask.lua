-- ask.lua: the kinds of steps that ask: predict, check, explain, and place, a prediction on the roofline.

local new_kind = require("memwall.kind").new
local options = require("memwall.fields.choice").choice.read_options
local questions = require "memwall.question"

-- A cell of an 80-column plot is a factor of 1.25 wide: no place step asks for more than it shows.
local LEAST_PLACE_FACTOR = 1.3

local Predict, Check, Explain = new_kind(), new_kind(), new_kind()

Predict.predicts = true
Check.marked = true
Explain.marked = true

local Place = new_kind(Predict)

function Predict:passed(ctx)
  return ctx:of(self.id).committed
end

function Predict:state(ctx)
  local st = ctx.state.steps[self.id]
  return st and (st.right and "right" or st.committed and "committed") or "open"
end

function Check:check(check)
  for _, field in ipairs(self.fields) do
    field:check(check, self)
    if field.claimed then
      check.at:fail(self, "ask." .. field.id, "is marked for being right, so its truth may not depend on the computer at " ..
        "hand: use 'reference' instead of 'machine'")
    end
  end
end

local function compile(at, step, fields)
  at:only(step, fields, { "ask", "after", table.unpack(questions.TOLERANCES) })
  local tolerance = questions.tolerance(at, step, fields, "", { within = 0.02 })
  local asked = at:field(step, fields, "ask", "table", true)
  for id, entry in pairs(asked) do
    at:id(step, "ask", id)
    step.fields[#step.fields + 1] = questions.compile(at, step, id, entry, tolerance)
  end
  if #step.fields == 0 then at:fail(step, "ask", "asks nothing") end
end

Predict.compile, Check.compile = compile, compile

function Place.compile(at, step, fields)
  at:only(step, fields, { "intensity", "on", "factor", "height", "wrong", "after" })
  local factor = at:field(step, fields, "factor", "number") or 1.6
  local height = at:field(step, fields, "height", "number") or 2
  step.fields[1] = {
    id = "point", kind = "place",
    tree = at:formula(step, "intensity", at:field(step, fields, "intensity", "string", true)),
    on = fields.on and at:formula(step, "on", fields.on),
    factor = math.max(factor, LEAST_PLACE_FACTOR), height = math.max(height, LEAST_PLACE_FACTOR),
    wrong = questions.wrong_answers(at, step, at:field(step, fields, "wrong", "table"), ""),
  }
end

function Explain.compile(at, step, fields)
  at:only(step, fields, { "choices", "reason", "after" })
  local list = at:field(step, fields, "choices", "table", true)
  step.fields[1] = { id = "choice", kind = "choice", options = options(at, step, list, "choices") }
  local reason = at:field(step, fields, "reason", "table")
  if reason then
    at:only(step, reason, { "min_words", "credit" }, "reason.")
    local words = at:field(step, reason, "min_words", "number", false, "reason.") or 1
    local credit = at:field(step, reason, "credit", "string", false, "reason.")
    if credit and credit ~= "hand" then at:fail(step, "reason.credit", "is \"hand\": a person reads the text") end
    step.fields[2] = { id = "reason", kind = "text", min_words = words, credit = credit }
  end
end

return { predict = Predict, check = Check, explain = Explain, place = Place }
