-- text_test.lua: text/<locale>.md by sections, and mistakes in it by their lines.
local texts = require "memwall.text"

local function refused(source, said)
  local ok, problem = pcall(texts.parse, source, "text/en.md")
  assert(not ok, "the text was taken")
  assert(problem.message:find(said, 1, true), problem.message)
end

test.case("a text becomes sections by step, kind and id", function()
  local text = texts.parse("# Title\n\nIntro.\n\n## one: First step\nBody {{n}}.\n\nMore.\n### hint\nA | B\n" ..
    "### wrong: b\nWrong.\n### field: x\nLabel\n### field: a\nOther\n## two\nEnd.\r\n", "text/en.md")
  assert(text.title == "Title" and text.intro == "Intro.")
  local one = text.steps.one
  assert(one.title == "First step" and one.body.text == "Body {{n}}.\n\nMore.")
  assert(one.wrong.b.text == "Wrong." and one.wrong.b.line == 11)
  assert(one.fields[1] == "x" and one.fields[2] == "a")
  assert(text.steps.two.title == "two" and text.steps.two.body.text == "End.")
  local rungs = texts.rungs(one.hint)
  assert(#rungs == 2 and rungs[1] == "A" and rungs[2] == "B")
end)

test.case("a mistake in a text names its line", function()
  refused("No title\n", "text/en.md:1: the first line must be")
  refused("# A\n## one\nx\n## one\ny\n", "text/en.md:4: there is a second section 'one'")
  refused("# A\n## one\n### hnit\nx\n", "text/en.md:3: '### hnit' is not known")
  refused("# A\n### hint\n", "text/en.md:2: '### hint' stands before the first step")
  refused("# A\n## one\n### wrong\nx\n", "text/en.md:3:")
  refused("# A\n## one\n### hint\nx\n### hint\ny\n", "text/en.md:5: there is a second '### hint'")
  refused("# A\n## two words: T\n", "text/en.md:2:")
  refused("# A\n\nx \27]0;title\7 y\n", "text/en.md:3: byte 0x1b")
  refused("# A\nbad \xff\xfe bytes\n", "text/en.md:2: byte 0xff")
  refused("# A\nturned \u{202E}around\n", "text/en.md:2: byte 0xe2")
end)

test.case("a text that is too long for a screen is said when the lab is loaded, by its heading", function()
  local long = ("word "):rep(32 * 1024 // 5 + 10)
  refused("# A\n## one\nx\n## point: P\n" .. long .. "\n### hint\ny\n", "text/en.md:4: '## point: P' has 32 KiB of text")
  refused("# A\n" .. long, "text/en.md:1: the beginning has 32 KiB of text")
  refused("# A\n## one: " .. ("t"):rep(300) .. "\nx\n", "text/en.md:2: this title has")
  refused("# " .. ("t"):rep(300) .. "\n", "text/en.md:1: this title has")
  texts.parse("# A\n## one\n" .. ("word "):rep(32 * 1024 // 5 - 10) .. "\n", "text/en.md")
end)

test.case("names are filled in, with their options", function()
  local filled = texts.fill("a {{W}} b {{ knee | 2 }} c {{x|exact}}", function(formula, option)
    return "<" .. formula .. (option and ":" .. option or "") .. ">"
  end)
  assert(filled == "a <W> b <knee:2> c <x:exact>", filled)
end)

test.case("reasons are left to the front end, which knows the reader's language; texts are said as they are", function()
  local native, words = require "memwall.native", require "memwall.words"
  local reason = native.reason("switched", 64)
  assert(reason.id == "switched" and reason.figures[1] == 64 and #reason.figures == 1)
  for _, locale in ipairs { "en", "zh_CN" } do
    local said = words.say(locale, "noisy", reason)
    assert(said:find('{{{"figures":[64.0],"id":"switched"}}}', 1, true), said)
    assert(words.say(locale, "noisy", "something old"):find("something old", 1, true))
  end
  assert(native.english(reason) == "another program ran on this CPU: 64 involuntary switches per second")
  assert(native.english "as it is" == "as it is" and native.place "as it is" == "as it is")
end)

test.case("a reason that has no row, or other figures than its own, is an error", function()
  local native = require "memwall.native"
  for _, wrong in ipairs {
    { "no-such-reason" }, { "told", "x" }, { "switched" }, { "switched", "many" }, { "switched", 1, 2 }, { "no-pmu", 1 }, {},
  } do
    assert(not pcall(native.reason, table.unpack(wrong)), wrong[1])
  end
  for _, odd in ipairs { {}, { id = 5 }, { id = "switched" }, { id = "switched", figures = {} }, { 1 }, 7, true } do
    assert(type(native.english(odd)) == "string" and type(native.place(odd)) == "string")
  end
end)
