-- words.lua: what the engine itself says, in the language of the reader: lang/ has the words.

local native = require "memwall.native"

---Why a number is absent or what disturbed a run, as the wire has it (kernels/model/reason.def); made by native.reason.
---@class memwall.Reason
---@field id string
---@field figures (number|string)[]

local M = {}

---@class memwall.Language
---@field sentences table<string, string> by key
---@field levels? table<string, string> names of levels of the memory
---@field levels_in_sentences? table<string, string> the same as a sentence can hold them

-- A language is a file in lang/ and a line here.
---@type table<string, memwall.Language>
local LANGUAGES = {
  en = require "memwall.lang.en",
  zh_CN = require "memwall.lang.zh_CN",
}

local function filled(sentence, values)
  return (sentence:gsub("{(%d)}", function(i) return tostring(values[tonumber(i)] or "") end))
end

---A level's name beside a roof, or as a sentence can hold it.
---@param locale string
---@param name string
---@param sentence? boolean
---@return string
function M.level(locale, name, sentence)
  local language = LANGUAGES[locale] or LANGUAGES.en
  return sentence and language.levels_in_sentences and language.levels_in_sentences[name] or
    language.levels and language.levels[name] or name
end

---The sentence of a key in a language (English when it is missing there). Reasons in it are left to the front end, which
---knows their words.
---@param locale string
---@param key string
---@param ... string|number|memwall.Mistake|memwall.Reason
---@return string
function M.say(locale, key, ...)
  local sentence = (LANGUAGES[locale] or LANGUAGES.en).sentences[key] or LANGUAGES.en.sentences[key]
  local values = { ... }
  for i, value in ipairs(values) do
    if type(value) == "table" then values[i] = M.told(locale, value) end
  end
  return filled(sentence, values)
end

---A mistake in words.
---@param locale string
---@param mistake memwall.Mistake|memwall.Reason
---@return string
function M.told(locale, mistake)
  if mistake.id then return native.place(mistake) end
  return mistake.text or M.say(locale, mistake.key, table.unpack(mistake))
end

---The same in English, for authors.
---@param mistake memwall.Mistake|memwall.Reason
---@return string
function M.english(mistake)
  return mistake.id and native.english(mistake) or M.told("en", mistake)
end

return M
