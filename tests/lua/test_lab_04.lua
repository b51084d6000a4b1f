test.case("x", function() end)
