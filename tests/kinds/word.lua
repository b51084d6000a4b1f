-- word.lua: a toy: a field that takes one word, in any case.

local Word = require("memwall.field").new()

function Word:read(_, _, given) -- luacheck: ignore 212
  local word = type(given) == "string" and given:match "^%s*(%a+)%s*$"
  if not word then return given, { key = "no_option" } end
  return word:lower()
end

function Word:judge(_, _, st)
  local given = st.values[self.id]
  if given == self.right then return { verdict = "right" } end
  for _, wrong in ipairs(self.wrong) do
    if wrong.id == given then return { verdict = "wrong", wrong = wrong.id } end
  end
  return { verdict = "wrong" }
end

function Word:mistaken(_, _, _) -- luacheck: ignore 212
  return ("It begins with '%s'."):format(self.right:sub(1, 1))
end

function Word:show(shown)
  shown.letters = #self.right
end

function Word:lint(lint, step)
  for _, wrong in ipairs(self.wrong) do
    if wrong.id == self.right then lint:lab_problem(step, "the word '%s' is right and wrong", wrong.id) end
  end
end

return Word
