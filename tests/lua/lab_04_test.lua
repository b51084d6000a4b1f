-- lab_04_test.lua: lab 04 from its first to its last step; its views are kept for the screens.
local walks = test.include "walk.lua"

test.case("the demonstration answers walk through the whole lab", function()
  local walk = walks.new(walks.open())
  local number = 0
  walks.demonstration(walk, walks.answers(), function(name, view)
    number = number + 1
    test.write(("%02d-%s.json"):format(number, name), test.json(view))
  end)
  assert(walk.view.finished)
end)
