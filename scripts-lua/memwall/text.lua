-- text.lua: the prose of a lab, text/<locale>.md.
--
--   # Title of the lab
--   What the lab is about (shown with its first step).
--   ## count: Title of the step
--   Its text, with {{names}} filled in.
--   ### field: bytes            the label of a number field
--   ### option: id              the text of a choice
--   ### hint                    rungs of the ladder, separated by " | "
--   ### wrong: id               what is said to a wrong answer
--   ### right                   what is said to a right one
--   ### done                    joins the text when the step is done
--   ### unmeasured              the same, when a run gave no measurement

local native = require "memwall.native"
local problem = require "memwall.problem"

local M = {}

local KINDS = { field = true, option = true, hint = true, wrong = true, right = true, done = true, unmeasured = true }

---@class memwall.Section
---@field text string
---@field line integer

---@class memwall.StepText
---@field title string
---@field line integer
---@field body memwall.Section
---@field field table<string, memwall.Section>
---@field option table<string, memwall.Section>
---@field wrong table<string, memwall.Section>
---@field hint? memwall.Section
---@field right? memwall.Section
---@field done? memwall.Section
---@field unmeasured? memwall.Section
---@field fields string[] ids in the order of the text

---@class memwall.Text
---@field file string
---@field title string
---@field intro string
---@field steps table<string, memwall.StepText>

local function trimmed(lines)
  return (table.concat(lines, "\n"):gsub("^%s+", ""):gsub("%s+$", ""))
end

local function invalid(file, line, message, ...)
  problem.raise("invalid", problem.describe({ file = file, line = line }, message, ...))
end

local function open_step(text, file, number, heading)
  local id, title = heading:match "^([%w_]+)%s*:%s*(.+)$"
  id = id or heading:match "^([%w_]+)$"
  if not id then invalid(file, number, "'## %s' is not a step: write '## id' or '## id: Title'", heading) end
  if text.steps[id] then invalid(file, number, "there is a second section '%s'", id) end
  local step = {
    title = title or id, line = number, body = { text = "", line = number },
    field = {}, option = {}, wrong = {}, fields = {},
  }
  text.steps[id] = step
  return step
end

-- Returns the table and key that the sub-section's text goes to.
local function open_section(step, file, number, heading)
  local kind, id = heading:match "^(%a+)%s*:%s*([%w_]+)$"
  kind = kind or heading:match "^(%a+)$"
  if not step then invalid(file, number, "'### %s' stands before the first step", heading) end
  if not KINDS[kind] or (id == nil) == (kind == "field" or kind == "option" or kind == "wrong") then
    invalid(file, number, "'### %s' is not known: there are '### hint', '### right', '### done', '### unmeasured', " ..
      "'### field: id', '### option: id' and '### wrong: id'", heading)
  end
  local home, key = step, kind
  if id then home, key = step[kind], id end
  if home[key] then invalid(file, number, "there is a second '### %s'", heading) end
  if kind == "field" then step.fields[#step.fields + 1] = id end
  return home, key
end

-- What is shown at once has to fit a message of 128 KiB, beside pictures and the steps of the lab.
local STEP_MOST, TITLE_MOST = 32 * 1024, 200

---Holds every part of a text to the size that can be shown; what is longer is raised with file and heading.
---@param source string
---@param file string name for messages
function M.measure(source, file)
  local size, number, start, heading = 0, 0, 1, "the beginning"
  for line in (source .. "\n## \n"):gmatch "([^\n]*)\n" do
    number = number + 1
    local marks, title = line:match "^(##?)%s+(.-)%s*$"
    if marks and #title > TITLE_MOST then
      invalid(file, number, "this title has %d bytes: at most %d fit", #title, TITLE_MOST)
    end
    if marks == "##" then
      if size > STEP_MOST then
        invalid(file, start, "%s has %d KiB of text: at most %d KiB fit a step", heading, size // 1024, STEP_MOST // 1024)
      end
      size, start, heading = 0, number, ("'## %s'"):format(title)
    end
    size = size + #line + 1
  end
end

---Reads a text; mistakes are raised with file and line.
---@param source string
---@param file string name for messages
---@return memwall.Text
function M.parse(source, file)
  source = source:gsub("\r\n", "\n")
  local line, code = native.harmful(source)
  if line then
    invalid(file, line, "byte 0x%02x: control characters and malformed UTF-8 are not text", code)
  end
  M.measure(source, file)
  local text = { file = file, title = "", intro = "", steps = {} }
  local step, lines, home, key, number, start = nil, {}, text, "intro", 0, 1
  local function close()
    local content = trimmed(lines)
    home[key] = home == text and content or { text = content, line = start }
    lines = {}
  end
  for content in (source .. "\n"):gmatch "([^\n]*)\n" do
    number = number + 1
    local marks, heading = content:match "^(#+)%s+(.-)%s*$"
    if marks == "#" then
      if text.title ~= "" then invalid(file, number, "there is a second title") end
      text.title = heading
    elseif marks == "##" then
      close()
      step = open_step(text, file, number, heading)
      home, key, start = step, "body", number
    elseif marks == "###" then
      close()
      home, key = open_section(step, file, number, heading)
      start = number
    else
      lines[#lines + 1] = content
    end
  end
  close()
  if text.title == "" then invalid(file, 1, "the first line must be '# Title of the lab'") end
  return text
end

---The rungs of a hint section.
---@param section? memwall.Section
---@return string[]
function M.rungs(section)
  local list = {}
  if section then
    for piece in (section.text .. " | "):gmatch "(.-)%s+|%s+" do
      local rung = piece:gsub("^%s+", "")
      if rung ~= "" then list[#list + 1] = rung end
    end
  end
  return list
end

---Fills {{name}} and {{formula|option}} by `fill(formula, option)`.
---@param text string
---@param fill fun(formula: string, option: string?): string
---@return string
function M.fill(text, fill)
  return (text:gsub("{{%s*(.-)%s*}}", function(inside)
    local formula, option = inside:match "^(.-)%s*|%s*(.-)$"
    return fill(formula or inside, option)
  end))
end

return M
