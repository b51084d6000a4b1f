-- words.lua: what the engine itself says, by language. {1}, {2} are filled in.

local native = require "memwall.native"

---Why a number is absent or what disturbed a run, as the wire has it (kernels/model/reason.def); made by native.reason.
---@class memwall.Reason
---@field id string
---@field figures (number|string)[]

local M = {}

local LANGUAGES = {}

LANGUAGES.en = {
  other_unit = "This asks for {1}; you gave {2}.",
  no_unit = "This asks for a plain number, without {1}.",
  some_missing = "What you chose is right, but something is missing.",
  two_units = "There are two units in this: {1} and {2}.",
  not_a_number = "A number is needed here, not a condition or a text.",
  above_zero = "A number above zero is asked for here.",
  empty = "Nothing is written here yet.",
  no_option = "Choose one of the options.",
  no_place = "Put the point on the roofline first.",
  no_pair = "Type two numbers, {1} and then {2}, as in 0.1, 20.",
  place_range = "{1} lies outside the range: give a value from {2} to {3}.",
  no_such_option = "'{1}' is no choice: give a number from 1 to {2}.",
  not_offered = "{1} is not offered; there are {2}",
  not_taken = "This was not understood when it was given: give it again.",
  name_asked = "'{1}' is what is asked here, or follows from it: write the answer without it.",
  name_bytes = "{1} takes one value: {1}(bytes)",
  name_takes_bytes = "{1} takes bytes, not {2}",
  name_alone = "'{1}' takes no values in parentheses",
  range = "Choose a value from {1} to {2}.",
  few_words = "{1} words or more: say why in a sentence of your own.",
  committed = "Committed. The run will tell.",
  committed_unchecked = "Committed. This machine's roofs are not known, so nothing can be compared yet.",
  right = "Right.",
  partly = "Not all of it is right yet.",
  too_high = "That is {1} times too high.",
  too_low = "That is {1} times too low.",
  percent_high = "That is {1} % too high.",
  percent_low = "That is {1} % too low.",
  not_right = "That is not it.",
  above_roof = "The intensity is right, but the point is too high: this roof allows {1} there.",
  below_roof = "The intensity is right, but the point is too low: this roof allows {1} there.",
  condition_failed = "Condition {1} of {2} does not hold.",
  you_high = "you: ×{1} too high",
  you_low = "you: ×{1} too low",
  you_right = "you: right on it",
  you_found = "You predicted {1}; measured: {2} ({3}).",
  you_absent = "You predicted {1}; nothing was found to compare: {2}.",
  outside = "{1} = {2} cannot be had here, only {3} to {4}",
  ran_noisy = "Noisy: {1}. The figures of this run are uncertain.",
  ran_again = "Noisy: {1}. It is run once more: what moves is that run, all other figures are of the run before.",
  second_try = "{1}, second try",
  sweep_noisy = "{1} of {2} samples are noisy ({3}). Their figures are uncertain.",
  ran_twice = "Two tries gave no clean measurement ({1}). Trust the counted and modelled figures; the lab goes on with them.",
  published_found = "Recorded on a quiet machine ({1}, published): {2} {3}.",
  published_run = "Recorded on a quiet machine ({1}, published): {2} under a read roof of {3}.",
  published_ratio = "Recorded on a quiet machine ({1}, published): the ratio is {2}.",
  published_series = "recorded: {1}",
  quiet_offer = "Wait for a quiet moment and measure again, or go on: what was counted and modelled does not depend on it.",
  failed_once = "The run failed ({1}); it is tried once more.",
  failed_twice = "The run failed twice ({1}). The lab goes on with counted and modelled figures.",
  cancelled = "Stopped. Run again to go on.",
  expect_met = "As expected: the ratio is {1}.",
  expect_not_met = "On this machine the ratio is {1}, which the lab did not expect ({2}). Trust what you measured.",
  locked = "This waits for: {1}.",
  answered_in = "You answered this in version {1} of the lab; that answer stays.",
  answered_wrong_in = "You answered this in version {1} of the lab; you may answer again.",
  begun_in = "This attempt was begun with version {1} of the lab and goes on with version {2}: the points earned stay, " ..
    "and what does not fit any more is left out.",
  no_roofs = "The roofs of this machine are not measured.",
  roofs_nominal = "The roofs shown are nominal, not measured.",
  fit_cache = "{1} is {2} instead of {3}, so that the data lie well outside the last cache level of this machine.",
  fit_memory = "{1} is {2} instead of {3}: this machine gives a lab at most {4}. " ..
    "The data then lie in {5}, and so does their roof.",
  memory_short = "This lab wants {1} of memory; this machine gives a lab at most {2}.",
  hint_worked = "{1} = {2}",
  hint_answer = "The answer is {1}.",
  hint_option = "The answer: {1}",
  read_by_hand = "Your text will be read by a person.",
  roof_now = "{1} (now)",
  roof_remembered = "{1} (remembered)",
  roofs_then = "The roofs and the model are those that this ran under; the machine was measured anew since, which counts " ..
    "for later runs.",
  roof_moved = "The read roof of {1}, measured beside the run, is {2}; {3} was remembered. " ..
    "From here on this lab uses the new one. Your marks stay as they are.",
  by_new_roof_place = "The new roof allows {1} there ({2}).",
  by_new_roof = "By the new roof the answer is {1} ({2}).",
  of_step = "{1}: {2}",
  found_between = "{1} ({2} to {3})",
  not_found = "not known here: {1}",
  label_point = "You",
  label_x = "FLOP/byte",
  label_y = "FLOP/s",
  predicted_mark = "predicted {1}",
  measured_mark = "measured {1}",
  model_series = "roofline model",
  bound_memory = "bound by memory",
  bound_compute = "bound by arithmetic",
  clean = "clean",
  noisy = "noisy: {1}",
  no_name = "there is no name '{1}' in this lab",
  formula_end = "the end",
  formula_empty = "nothing is written here",
  formula_bytes = "the formula is longer than {1} bytes",
  formula_long = "the formula is too long",
  formula_deep = "the formula is nested too deeply",
  formula_no_number = "'{1}' is not a number",
  formula_no_meaning = "'{1}' has no meaning here",
  formula_no_value = "expected a number or a name, not {1}",
  formula_expected = "expected '{1}' before {2}",
  formula_unexpected = "{1} is not expected here",
  formula_product = "{1} is not expected here: is a '*' missing before it?",
  formula_name = "{1} is not expected here: is a '*' missing before it, or is it a unit that is not known?",
  formula_behind_number = "'{1}' right after {2}: is a '*' missing, or is it a unit that is not known?",
  formula_unknown = "'{1}' is not known here",
  formula_no_function = "there is no function '{1}'; there are abs, ceil, floor, log2, max, min and sqrt",
  formula_is_function = "'{1}' is a function: write {1}(…)",
  formula_one_value = "{1} takes 1 value, not {2}",
  formula_some_values = "{1} takes {2} to {3} values, not {4}",
  formula_number_needed = "a number is needed where there is a condition or a text",
  formula_condition_needed = "a condition is needed where there is a number",
  formula_by_zero = "division by zero",
  formula_not_finite = "the result is not a finite number",
  formula_index = "'{1}[…]' can only stand where a sweep is looked at",
  formula_where = "'{1} … where' can only stand where a sweep is looked at",
  units_sum = "a sum of {1} and {2}",
  units_difference = "a difference of {1} and {2}",
  units_comparison = "a comparison of {1} and {2}",
  units_function = "{3}() of {1} and {2}",
}

LANGUAGES.zh_CN = {
  other_unit = "这里要的单位是 {1}，你给的是 {2}。",
  no_unit = "这里要的是一个没有单位的数，不带 {1}。",
  some_missing = "选的都对，但还没有选全。",
  two_units = "这里写了两个单位：{1} 和 {2}。",
  not_a_number = "这里需要一个数，而不是条件或文字。",
  above_zero = "这里要的是大于零的数。",
  empty = "这里还没有填写。",
  no_option = "请选择一个选项。",
  no_place = "请先把点放到屋顶线图上。",
  no_pair = "请输入两个数，先 {1}，再 {2}，例如 0.1, 20。",
  place_range = "{1} 超出了范围：请给出 {2} 到 {3} 之间的值。",
  no_such_option = "没有 '{1}' 这个选项：请给出 1 到 {2} 的编号。",
  not_offered = "不能选 {1}；可选的有 {2}",
  not_taken = "当时没有读懂这个答案：请再给一次。",
  name_asked = "'{1}' 正是这里要求的，或由它得出：请不用它来写答案。",
  name_bytes = "{1} 需要一个值：{1}(字节数)",
  name_takes_bytes = "{1} 需要字节数，而不是 {2}",
  name_alone = "'{1}' 后面不能有括号里的值",
  range = "请选择 {1} 到 {2} 之间的值。",
  few_words = "至少写 {1} 个词：用自己的一句话说明原因。",
  committed = "已提交。运行之后见分晓。",
  committed_unchecked = "已提交。还不知道这台机器的屋顶，暂时无法比较。",
  right = "正确。",
  partly = "还没有全部答对。",
  too_high = "高了 {1} 倍。",
  too_low = "低了 {1} 倍。",
  percent_high = "高了 {1}%。",
  percent_low = "低了 {1}%。",
  not_right = "不是这个。",
  above_roof = "强度是对的，但点放得太高：在那里屋顶只允许 {1}。",
  below_roof = "强度是对的，但点放得太低：在那里屋顶允许 {1}。",
  condition_failed = "共 {2} 个条件，第 {1} 个不成立。",
  you_high = "你：高了 ×{1}",
  you_low = "你：低了 ×{1}",
  you_right = "你：正好",
  you_found = "你预测 {1}；实测 {2}（{3}）。",
  you_absent = "你预测 {1}；没有可比较的结果：{2}。",
  outside = "这里没有 {1} = {2}，只有 {3} 到 {4}",
  ran_noisy = "有干扰：{1}。这次运行的数字不可靠。",
  ran_again = "有干扰：{1}。正在再运行一次：变动的是这一次的数字，其余的是上一次的。",
  second_try = "{1}，第二次",
  sweep_noisy = "{2} 个样本中有 {1} 个受到干扰（{3}），它们的数字不可靠。",
  ran_twice = "两次都没有得到干净的测量（{1}）。请相信计数和建模的数字，实验用它们继续。",
  published_found = "在一台安静的机器上的记录（{1}，已发表）：{2} {3}。",
  published_run = "在一台安静的机器上的记录（{1}，已发表）：{2}，读取屋顶 {3}。",
  published_ratio = "在一台安静的机器上的记录（{1}，已发表）：比值是 {2}。",
  published_series = "记录：{1}",
  quiet_offer = "可以等到安静的时候再测一次，也可以继续：计数和建模的数字与干扰无关。",
  failed_once = "运行失败（{1}），再试一次。",
  failed_twice = "运行失败了两次（{1}）。实验用计数和建模的数字继续。",
  cancelled = "已停止。再次运行即可继续。",
  expect_met = "与预期一致：比值是 {1}。",
  expect_not_met = "在这台机器上比值是 {1}，与实验的预期（{2}）不同。请相信你测到的。",
  locked = "需要先完成：{1}。",
  answered_in = "这一步是在实验的 {1} 版中回答的，答案保留。",
  answered_wrong_in = "这一步是在实验的 {1} 版中回答的，可以重新回答。",
  begun_in = "这次作答始于实验的 {1} 版，现在用 {2} 版继续：已得的分数保留，不再适用的记录略去。",
  no_roofs = "还没有测量这台机器的屋顶。",
  roofs_nominal = "图中的屋顶是标称值，不是测量值。",
  fit_cache = "{1} 取 {2} 而不是 {3}，使数据远大于这台机器的最后一级缓存。",
  fit_memory = "{1} 取 {2} 而不是 {3}：这台机器最多给一个实验 {4}。数据因此位于 {5}，屋顶也是它的。",
  memory_short = "这个实验需要 {1} 内存；这台机器最多给一个实验 {2}。",
  hint_worked = "{1} = {2}",
  hint_answer = "答案是 {1}。",
  hint_option = "答案：{1}",
  read_by_hand = "你的文字会由老师阅读。",
  roof_now = "{1}（此刻）",
  roof_remembered = "{1}（记住的）",
  roofs_then = "屋顶和模型是这次运行时的；此后重新测量过这台机器，新的结果只用于以后的运行。",
  roof_moved = "与运行同时测得的 {1} 读取屋顶是 {2}，而记住的是 {3}。从这里起实验使用新的屋顶。已得的分数不变。",
  by_new_roof_place = "新的屋顶在那里允许 {1}（{2}）。",
  by_new_roof = "按新的屋顶，答案是 {1}（{2}）。",
  of_step = "{1}：{2}",
  found_between = "{1}（{2} 到 {3}）",
  not_found = "这里无法得知：{1}",
  label_point = "你",
  label_x = "FLOP/字节",
  label_y = "FLOP/s",
  predicted_mark = "预测 {1}",
  measured_mark = "实测 {1}",
  model_series = "屋顶线模型",
  bound_memory = "受内存限制",
  bound_compute = "受计算限制",
  clean = "干净",
  noisy = "有干扰：{1}",
  no_name = "这个实验里没有 '{1}' 这个名字",
  formula_end = "结尾",
  formula_empty = "这里什么也没有写",
  formula_bytes = "公式超过了 {1} 个字节",
  formula_long = "公式太长",
  formula_deep = "公式嵌套太深",
  formula_no_number = "'{1}' 不是一个数",
  formula_no_meaning = "'{1}' 在这里没有意义",
  formula_no_value = "这里应该是一个数或一个名字，而不是{1}",
  formula_expected = "在{2}之前应该有 '{1}'",
  formula_unexpected = "{1}不应出现在这里",
  formula_product = "{1}不应出现在这里：前面是不是少了 '*'？",
  formula_name = "{1}不应出现在这里：前面是不是少了 '*'，或者它是一个不认识的单位？",
  formula_behind_number = "{2} 后面紧跟着 '{1}'：是不是少了 '*'，或者它是一个不认识的单位？",
  formula_unknown = "这里不认识 '{1}'",
  formula_no_function = "没有 '{1}' 这个函数；可用的有 abs、ceil、floor、log2、max、min 和 sqrt",
  formula_is_function = "'{1}' 是一个函数：要写成 {1}(…)",
  formula_one_value = "{1} 需要 1 个值，而不是 {2} 个",
  formula_some_values = "{1} 需要 {2} 到 {3} 个值，而不是 {4} 个",
  formula_number_needed = "这里需要一个数，却写了条件或文字",
  formula_condition_needed = "这里需要一个条件，却写了一个数",
  formula_by_zero = "除数为零",
  formula_not_finite = "结果不是有限的数",
  formula_index = "'{1}[…]' 只能用在查看扫描结果的地方",
  formula_where = "'{1} … where' 只能用在查看扫描结果的地方",
  units_sum = "把单位 {1} 和 {2} 相加了",
  units_difference = "把单位 {1} 和 {2} 相减了",
  units_comparison = "把单位 {1} 和 {2} 相比了",
  units_function = "{3}() 里混用了单位 {1} 和 {2}",
}

local function filled(sentence, values)
  return (sentence:gsub("{(%d)}", function(i) return tostring(values[tonumber(i)] or "") end))
end

-- Levels whose names are words; "L2" and "DRAM" are the same everywhere.
local LEVELS = {
  zh_CN = { ["largest tested"] = "测过的最大范围", ["main memory"] = "主存" },
}
local IN_SENTENCES = { en = { ["largest tested"] = "the largest sizes tested" } }

---A level's name beside a roof, or as a sentence can hold it.
---@param locale string
---@param name string
---@param sentence? boolean
---@return string
function M.level(locale, name, sentence)
  local own = LEVELS[locale]
  local said = own and own[name]
  return said or sentence and not own and IN_SENTENCES.en[name] or name
end

---The sentence of a key in a language (English when it is missing there). Reasons in it are left to the front end, which
---knows their words.
---@param locale string
---@param key string
---@param ... string|number|memwall.Mistake|memwall.Reason
---@return string
function M.say(locale, key, ...)
  local sentence = (LANGUAGES[locale] or LANGUAGES.en)[key] or LANGUAGES.en[key]
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
