local labs = require "memwall.lab"
local lint = require "memwall.lint"
local texts = require "memwall.text"
local DIR = "labs/memory-wall/04-gemv-gemm/"
test.case("lint", function()
  local lab = labs.read(test.read(DIR .. "lab.lua"))
  local prose = { texts.parse(test.read(DIR .. "text/en.md"), "text/en.md"), texts.parse(test.read(DIR .. "text/zh_CN.md"), "text/zh_CN.md") }
  for _, p in ipairs(lint.lint(lab, prose)) do print(p) end
end)
