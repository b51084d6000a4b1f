local mw = require "memwall"
return mw.lab { format = 1,
