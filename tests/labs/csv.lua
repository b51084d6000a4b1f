-- csv.lua: a table of assets/data as a list of rows, each by its column names.
--
--   local csv = test.include "../labs/csv.lua"
--   for _, row in ipairs(csv.read "hardware_trends") do print(row.date, row.value) end
--
-- Cells are texts. A cell in quotes may hold commas, line ends and doubled quotes.

local M = {}

-- One record from `at`: its cells, and where the next one begins.
local function record(text, at)
  local cells = {}
  while true do
    local cell, stop
    if text:sub(at, at) == '"' then
      local close = at
      repeat
        close = assert(text:find('"', close + 1, true), "a quoted cell is not closed")
        local doubled = text:sub(close + 1, close + 1) == '"'
        if doubled then close = close + 1 end
      until not doubled
      cell, stop = text:sub(at + 1, close - 1):gsub('""', '"'), close + 1
    else
      cell, stop = text:match("^([^,\n\"]*)()", at)
    end
    cells[#cells + 1] = cell
    local separator = text:sub(stop, stop)
    if separator ~= "," then
      assert(separator == "\n" or separator == "", ("'%s' stands behind a cell"):format(separator))
      return cells, stop + 1
    end
    at = stop + 1
  end
end

---Parses a table whose first record names the columns.
---@param text string
---@return table<string, string>[] rows
---@return string[] columns
function M.parse(text)
  text = text:gsub("\r\n", "\n")
  local columns, at = record(text, 1)
  local rows = {}
  while at <= #text do
    local cells
    cells, at = record(text, at)
    assert(#cells == #columns, ("row %d has %d cells, not %d"):format(#rows + 1, #cells, #columns))
    local row = {}
    for i, column in ipairs(columns) do row[column] = cells[i] end
    rows[#rows + 1] = row
  end
  return rows, columns
end

---Reads assets/data/NAME.csv.
---@param name string
---@return table<string, string>[] rows
---@return string[] columns
function M.read(name)
  return M.parse(test.read(("assets/data/%s.csv"):format(name)))
end

return M
