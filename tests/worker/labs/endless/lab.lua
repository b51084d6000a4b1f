-- lab.lua: a lab that never ends to load.
while true do end
