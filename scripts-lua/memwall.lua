-- memwall.lua: everything a lab can say.
--
-- A lab is one file, lab.lua, that returns `mw.lab { … }`; its prose is text/<locale>.md beside it.
--
--   local mw = require "memwall"
--   return mw.lab {
--     format = 1, id = "store", version = "1.0", minutes = { 8, 12 }, memory = "600 MiB",
--     variant = { mib = { 128, 192, 256 } },            -- drawn from the student's seed
--     q = { n    = { "1", "mib*2^20/4" },               -- name = { unit, formula }
--           prog = { "B", "4*n" } },
--     steps = {
--       mw.predict "program" { within = 0.01, ask = {
--         bytes = { "prog", wrong = { elements = "n" } } } },
--       mw.run "plain" { kernel = "stream/store", n = "n", dtype = "f32" },
--     },
--     points = { made = 1 },
--   }
--
-- Formulas are worked out with the names of the lab (memwall/expr.lua). Each of these holds:
--   4*1024^2 == 4 MiB/1 B
--   max(3, 5) - floor(2.9) == 3
--   log2(8) == 3 and ceil(2.1) == 3
--   gcd(12, 18) == 6
--   if(n > 32, 2, 1/0) == 2             what is not chosen is not worked out
--   sum(i, 1, 4, i^2) == 30             a million terms at most
--
-- A quantity has a unit, and formulas of different units do not mix (kernels/model/units.def has all units):
--   12 cycles/3 GHz == 4 ns
--   2 kJ/500 s == 4 J/1 s
--   64 words*4 B/1 word == 256 B
--   1.5 M$ == 1500 k$
--
-- An answer is right within 2 %, or by one of four words:
--   mw.check "near" { ask = {
--     bytes  = { "W", within = 0.01, wrong = { elements = "n^2" } },      -- 1 %
--     times  = { "n/16", factor = 2, unit = "1" },                        -- from half to twice
--     moved  = { "W + W", abs = 64, wrong = { once = "W" } },             -- 64 bytes up or down
--     lines  = { "W/64", exact = true, unit = "1" } } },
--
-- The rules behind it:
--   * Formulas are strings in one small language (see memwall/expr.lua). Students type the same one.
--   * A wrong answer is data with an id; the text explains it under "### wrong: id".
--   * `predict` and `place` earn their mark (`points.made`, all together) by being committed; `check`,
--     `goal` and `explain` earn theirs by being right, so their truth may not mention `machine`, only
--     the variant and `reference`, the machine printed in the text.
--   * A run waits for the prediction above it. Order is enough; `after = "id"` is for exceptions.
--   * `interleave = "stream/read"` measures the roof again beside every sample; `reached` is the part
--     of it that the sample reaches, pair by pair, so that the drift of the machine cancels out. When it
--     is another roof than the remembered one by more than a factor 2, the lab says so and goes on with it.
--   * `interleave = "first"` runs each sample of a sweep in turns with its first one; `rise` is how many
--     times as long it takes.
--   * `find = { knee = "first batch where …" }` names an observation, so that text, chart, transcript
--     and grader speak of the same number: {{serve.knee}}. `find = { knee = "crossing" }` is where the
--     flat line of the times and the rising one meet, with its interval; scatter gives no number.
--   * A side of a comparison may say what it really moves, `b = { kernel = …, bytes = "3*W" }`: its point
--     then lies at that intensity. `rival` is that side in words, `rival_seconds` its time.
--   * `fit` lets a size of the variant follow the machine: { of = "W", above = "2*machine.llc",
--     below = "machine.memory/2", step = 1024 }. A changed size is said on the screen.
--   * A run without a measurement never blocks: the text then shows "### unmeasured", not "### done".
--   * A recording beside lab.lua, published.json (`memwall run LAB --record FILE` on a quiet machine), is shown by its
--     machine's name where the student's own runs are noisy; nothing is marked by it.
--   * Prose stands under the step's id; the order of "### field: id" is the order of the questions.
--
-- Names in formulas: the variant's, those of `q`, of one core machine.flops (f32, a burst), machine.sustained (f32, what
-- lasts) and machine.read(bytes), then machine.llc, machine.memory, machine.cpus, machine.clock, reference.*,
-- `<step>.<finding>`, and in texts also answer.<step>.<field>, machine.level(bytes), and the figures of a finished run:
-- `<step>.<quantity>`, as in the table of quantities in ARCHITECTURE.md, and `<step>.rival`.

local native = require "memwall.native"
local registry = require "memwall.registry"

-- Each kind of step is a word: mw.read "id" { … }.
---@class memwall
---@field read fun(id: string): fun(fields: memwall.ReadFields): memwall.Step text to read
---@field predict fun(id: string): fun(fields: memwall.AskFields): memwall.Step the mark is earned by committing an answer
---@field check fun(id: string): fun(fields: memwall.AskFields): memwall.Step questions that earn their mark by being right
---@field place fun(id: string): fun(fields: memwall.PlaceFields): memwall.Step a point to place above the run that measures it
---@field run fun(id: string): fun(fields: memwall.RunFields): memwall.Step parameters given as a list become controls
---@field sweep fun(id: string): fun(fields: memwall.SweepFields): memwall.Step one list is gone through: n = { 1, 2, 4 }
---@field compare fun(id: string): fun(fields: memwall.CompareFields): memwall.Step two sides in turns, sample by sample
---@field goal fun(id: string): fun(fields: memwall.GoalFields): memwall.Step values to choose so that conditions hold
---@field explain fun(id: string): fun(fields: memwall.ExplainFields): memwall.Step why it happened: a choice and a sentence
local mw = {}

---@class memwall.Step
---@field kind string
---@field id string
---@field file string
---@field line integer
---@field fields table

local Step = { __name = "memwall.step" }

---@param kind string
---@return fun(id: string): fun(fields: table): memwall.Step
local function constructor(kind)
  return function(id)
    local file, line = native.where(2)
    return function(fields)
      return setmetatable({ kind = kind, id = id, file = file, line = line, fields = fields }, Step)
    end
  end
end

setmetatable(mw, {
  __index = function(_, kind) return registry.kinds[kind] and constructor(kind) end,
  __metatable = false,
})

---@alias memwall.Formula string|number a formula in the expression language, or a plain number

---@class memwall.Question
---@field [1]? memwall.Formula the true answer
---@field wrong? table<string, memwall.Formula> known wrong answers by id
---@field unit? string unit of the answer, when the formula does not tell
---@field within? number relative tolerance
---@field factor? number tolerance as a factor
---@field abs? number tolerance in the unit of the answer
---@field exact? boolean only the number itself is right
---@field choices? string[] option ids instead of a number; a '*' marks what is right
---@field many? boolean several options may be right

---@class memwall.ReadFields
---@field after? string

---@class memwall.AskFields
---@field ask table<string, memwall.Question>
---@field within? number relative tolerance of all questions (0.02)
---@field factor? number tolerance as a factor, instead of `within`
---@field abs? number the same in the unit of the answers
---@field exact? boolean only the numbers themselves are right
---@field after? string

---@class memwall.PlaceFields
---@field intensity memwall.Formula true intensity [FLOP/B]
---@field on? memwall.Formula memory roof that the point lies on [B/s]
---@field factor? number tolerance in x (1.6; never below what a cell of the plot can show)
---@field height? number tolerance in y (2)
---@field wrong? table<string, memwall.Formula> wrong intensities by id
---@field after? string

---@class memwall.RunFields
---@field kernel string "family/variant"; its parameters stand beside as further fields
---@field interleave? string "stream/read" beside every sample; in a sweep also "first", its first sample
---@field flops? memwall.Formula modelled work of one execution [FLOP]
---@field bytes? memwall.Formula modelled traffic of one execution [B]
---@field budget? number seconds of sampling
---@field after? string
---@field [string] any a parameter: a formula, or a list that becomes a control

---@class memwall.SweepFields: memwall.RunFields
---@field chart? table<string, memwall.Formula> what is drawn over the swept parameter, by curve
---@field trail? boolean join the samples on the roofline
---@field find? table<string, string> named observations: a condition, or "crossing"

---@class memwall.CompareFields
---@field with? table<string, memwall.Formula> parameters of both sides
---@field a table { kernel = …, parameters … }
---@field b table { kernel = …, parameters …, bytes = what it moves, when it is more than it must }
---@field expect? string condition on `ratio` = T(b)/T(a), above 1 when a is faster
---@field flops? memwall.Formula
---@field bytes? memwall.Formula
---@field budget? number
---@field after? string

---@class memwall.GoalFields
---@field set table<string, { [1]: number, [2]: number }> what the student chooses, with its range
---@field pass string[] conditions that must all hold
---@field solution table<string, number>
---@field wrong? table<string, table<string, number>> known wrong choices by id
---@field after? string

---@class memwall.ExplainFields
---@field choices string[] option ids; a '*' marks the right one
---@field reason? { min_words?: integer, credit?: "hand" } a text in the student's own words
---@field after? string

---@class memwall.LabFields
---@field format 1
---@field id string
---@field version string
---@field minutes { [1]: integer, [2]: integer } what students really take, from … to
---@field memory string|number bytes that the kernels of the lab allocate at once
---@field variant? table<string, any[]> finite lists; one value of each is drawn from the seed
---@field fit? table<string, { of: string, above: memwall.Formula, below: memwall.Formula, step: integer }>
---@field reference? table<string, number> the machine printed in the text: flops, read, …
---@field q? table<string, { [1]: string, [2]: memwall.Formula }> name = { unit, formula }
---@field steps memwall.Step[]
---@field points? table<string, number> marks by step id; `made` for all predictions together

---@class memwall.LabTable
---@field fields memwall.LabFields
---@field line? integer

local Lab = { __name = "memwall.lab" }

---The lab itself; lab.lua returns it.
---@param fields memwall.LabFields
---@return memwall.LabTable
function mw.lab(fields)
  local _, line = native.where(2)
  return setmetatable({ fields = fields, line = line }, Lab)
end

---Numbers that look random and are the same everywhere: `mw.random(7):integer(1, 6)`.
---@type fun(seed: integer|string): memwall.Random
mw.random = require "memwall.random"

---What is this? The engine tells steps and labs from plain tables by it.
---@param value any
---@return "step"|"lab"|nil
function mw.kind_of(value)
  local meta = type(value) == "table" and getmetatable(value)
  return meta == Step and "step" or meta == Lab and "lab" or nil
end

return mw
