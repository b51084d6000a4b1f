-- test.lua: FLOPs and bytes of lab 04 as the program counts them.
local labs = test.include "../labs/check.lua"

local lab = labs.open "04-gemv-gemm"

labs.figures(lab, {
  { command = "memwall measure gemv/prefetch m={{n}} n={{n}} --budget 0.01 --no-verify --model 0", at = "flops", is = "f1" },
  { command = "memwall measure gemv/prefetch m={{n}} n={{n}} --budget 0.01 --no-verify --model 0",
    at = "compulsory_bytes", is = "m1" },
  { command = "memwall measure gemm/skinny m={{n}} k={{n}} n={{b}} --budget 0.01 --no-verify --model 0",
    at = "compulsory_bytes", is = "mb" },
})
