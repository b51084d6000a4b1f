-- picture.lua: what a picture of the view is, whatever it shows.
--
-- A kind of picture is a file in pictures/ and a line of registry.lua, whose order is that of the view. It has one
-- function, `build`, and says with its picture what is drawn: data, axes and words, but no place on a screen. How it is
-- drawn, told and written as rows says the file of the same name in labs/chart/pictures/.

local M = {}

---@class memwall.Picture
---@field kind string the name of its file
---@field id string by which fields and commands name it
---@field title? string

---@class memwall.PictureKind
---@field build fun(ctx: memwall.Context, step: memwall.Kind): memwall.Picture? nil: nothing to show here

---A number as pictures and counters have it.
---@param value number
---@param of string its unit
---@param kind string
---@param low? number
---@param high? number
---@return table
function M.number(value, of, kind, low, high)
  return { value = value, unit = of, kind = kind, low = low, high = high }
end

---The picture of this id.
---@param pictures memwall.Picture[]
---@param id string
---@return memwall.Picture?
function M.find(pictures, id)
  for _, one in ipairs(pictures) do
    if one.id == id then return one end
  end
end

return M
