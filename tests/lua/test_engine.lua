local engine = require "memwall.engine"
print(engine)
test.case("a lab opens", function()
  local session = engine.open {
    source = test.read "labs/memory-wall/04-gemv-gemm/lab.lua", locale = "en",
    texts = { en = test.read "labs/memory-wall/04-gemv-gemm/text/en.md" }, folder = "04-gemv-gemm",
    request = { seed = "1" },
  }
  local reply = session:input { e = "machine", machine = {} }
  print(test.json(reply))
end)
