-- paths.lua FOLDER SEED RECORDING: how a student goes through a lab, worked out from the lab itself.
--
-- Writes SEED.typed, the lines that are typed in plain mode on a path that reads every hint, gives every known
-- wrong answer where answers may be given again, one of them where they are committed, and then the right ones;
-- SEED.expected.json, what comes of it; and SEED.keys, the right path by keys on the full screen.

local engine = require "memwall.engine"
local expr = require "memwall.expr"
local scope = require "memwall.scope"
local machines = require "memwall.machine"

local folder, seed, recording = table.unpack(test.arguments)
local DIR = "labs/memory-wall/" .. folder .. "/"

local kernels = test.memwall("kernels", "--json")
local answers = test.parse_json(test.read(DIR .. "demo.json"))
local machine = test.parse_json(test.read(recording)).machine

local Path = {}
Path.__index = Path

local function open()
  local session = engine.open {
    source = test.read(DIR .. "lab.lua"), locale = "en", folder = folder, kernels = kernels,
    texts = { en = test.read(DIR .. "text/en.md") }, request = { seed = seed },
    course = test.parse_json(test.read "labs/memory-wall/course.json"),
  }
  local path = setmetatable({ session = session, typed = {}, keys = {}, wrong = {}, hints = 0 }, Path)
  path:feed { e = "machine", machine = machine }
  return path
end

function Path:feed(event)
  local reply = self.session:input(event)
  self.session:commit()
  self.view, self.verdicts = reply.view, reply.verdicts
  return reply
end

function Path:type(format, ...) self.typed[#self.typed + 1] = format:format(...) end
function Path:key(format, ...) self.keys[#self.keys + 1] = format:format(...) end

function Path:can(action)
  for _, name in ipairs(self.view.actions) do
    if name == action then return true end
  end
  return false
end

local function option_number(field, id)
  for i, option in ipairs(field.options) do
    if option.id == id then return i end
  end
  error(("there is no option '%s'"):format(tostring(id)))
end

local function written(value)
  return type(value) == "number" and ("%.17g"):format(value) or value
end

-- One field as it is typed at its prompt.
local function type_field(path, field, value)
  if field.kind == "choice" then
    path:type("%d", option_number(field, value))
  elseif field.kind == "choices" then
    local numbers = {}
    for i, id in ipairs(value) do numbers[i] = option_number(field, id) end
    path:type("%s", table.concat(numbers, ","))
  else
    path:type("%s", written(value))
  end
end

-- Hands in values for every field and goes on.
function Path:answer(values)
  local event = { e = "submit", step = self.view.step.id, values = {} }
  for _, field in ipairs(self.view.fields) do
    type_field(self, field, values[field.id])
    event.values[field.id] = written(values[field.id])
  end
  self:feed(event)
end

-- What is wrong in one thought: { id, values }, every other field as the demonstration answers it.
local function mistakes(step, right, names)
  local list = {}
  local function mistake(id, field, value)
    local values = {}
    for name, one in pairs(right) do values[name] = one end
    if field then values[field] = value else values = value end
    list[#list + 1] = { id = id, values = values }
  end
  for _, field in ipairs(step.fields) do
    for _, wrong in ipairs(field.wrong or {}) do
      local value = assert(expr.eval(wrong.tree, names))
      mistake(wrong.id, field.id, field.kind == "place" and ("%.17g,%s"):format(value, right[field.id]:match ",(.*)$") or value)
    end
    for _, option in ipairs(field.options or {}) do
      if not option.right then mistake(option.id, field.id, field.kind == "choices" and { option.id } or option.id) end
    end
  end
  for _, wrong in ipairs(step.wrong or {}) do mistake(wrong.id, nil, wrong.values) end
  return list
end

function Path:ask(step)
  local right = answers[step.id]
  while self:can "hint" do
    self:type "hint"
    self:feed { e = "hint", step = step.id }
    self.hints = self.hints + 1
  end
  local names = scope.new(self.session.lab, self.session.state.variant, machines.new(machine))
  for _, mistake in ipairs(mistakes(step, right, names)) do
    self:answer(mistake.values)
    local met = false
    for _, verdict in ipairs(self.verdicts) do met = met or verdict.wrong == mistake.id end
    assert(met, ("%s, seed %s: '%s' is not recognised"):format(step.id, seed, mistake.id))
    self.wrong[#self.wrong + 1] = step.id .. " " .. mistake.id
    if not self:can "submit" then return end
  end
  self:answer(right)
end

-- The run itself is the recording's; here it only has to be over.
function Path:run(step)
  local reply = self:feed { e = "run", step = step.id }
  while reply.effects[1] do
    reply = self:feed { e = "result", run = reply.effects[#reply.effects].id, status = "absent", reason = "not here" }
  end
end

local function plain_path()
  local path = open()
  for i, step in ipairs(path.session.lab.steps) do
    if i > 1 then path:feed { e = "goto", step = step.id } end
    if step.runs then
      path:type ""
      path:run(step)
    elseif #step.fields > 0 then
      path:ask(step)
    end
    if path.session.lab.steps[i + 1] then path:type "" end
  end
  assert(path.view.finished, "the lab is not finished")
  return path
end

-- ---- the full screen ----

local RUN_KEYS = { run = "r run", sweep = "s sweep", compare = "c compare" }

-- Fields from the top; the key that hands them in comes last.
local function key_fields(path, view, right)
  for i, field in ipairs(view.fields) do
    local value = right[field.id]
    if i > 1 then path:key "key Tab" end
    if field.kind == "choice" or field.kind == "choices" then
      local at = 1
      for _, id in ipairs(type(value) == "table" and value or { value }) do
        local number = option_number(field, id)
        for _ = at, number - 1 do path:key "key Down" end
        path:key "key Space"
        at = number
      end
    else
      path:key("type %s", written(value))
    end
  end
  local last = view.fields[#view.fields]
  path:key(last.kind == "text" and "give C-d" or "give Enter")
end

local function screen_path()
  local path = open()
  local steps = path.session.lab.steps
  for i, step in ipairs(steps) do
    if i > 1 then
      path:key "see Enter continue"
      path:key "key Enter"
      path:feed { e = "goto", step = step.id }
    end
    path:key("see step %d of %d", i, #steps)
    if step.runs then
      path:key("see %s", RUN_KEYS[step.kind])
      path:key("run %s", RUN_KEYS[step.kind]:sub(1, 1))
      path:run(step)
    elseif #step.fields > 0 then
      path:key "see Enter answer"
      key_fields(path, path.view, answers[step.id])
      path:feed { e = "submit", step = step.id, values = answers[step.id] }
    end
  end
  assert(path.view.finished, "the lab is not finished")
  path:key "see You have done this lab"
  return path
end

test.case(folder .. ": a path through the lab is found, seed " .. seed, function()
  local plain, screen = plain_path(), screen_path()
  test.write(seed .. ".typed", table.concat(plain.typed, "\n") .. "\n")
  test.write(seed .. ".expected.json", test.json { wrong = plain.wrong, hints = plain.hints })
  test.write(seed .. ".keys", table.concat(screen.keys, "\n") .. "\n")
end)
