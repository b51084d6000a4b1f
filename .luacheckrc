std = "lua54"
max_line_length = 130
max_cyclomatic_complexity = false
exclude_files = { "build" }
files["tests"] = { globals = { "test" } }
