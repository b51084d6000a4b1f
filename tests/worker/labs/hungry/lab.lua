-- lab.lua: a lab that takes memory until there is none.
local t, page = {}, ("x"):rep(1 << 12)
while true do t[#t + 1] = page:rep(1 << 12) end
