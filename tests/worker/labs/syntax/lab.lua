-- lab.lua: a lab that ends inside its table, so that line 4 is missed.
local mw = require "memwall"
return mw.lab { format = 1,
