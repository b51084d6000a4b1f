/* arguments.c: KEY=VALUE from a command line, and back into words. */
#include "tui/commands/arguments.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "labs/bench/rungs.h"
#include "labs/engine/wire/member.h"
#include "labs/locale/locale.h"
#include "tui/commands/console.h"

bool mw_arguments_read(const mw_request *request, json_t *args, json_t *vs_args, int *code)
{
    const char *command = request->command->name;
    for (int i = 1; i < request->count; i++) {
        const char *word = request->operands[i];
        const char *equals = strchr(word, '=');
        bool other = vs_args && strncmp(word, "vs.", 3) == 0;
        if (!equals || equals == word + (other ? 3 : 0)) {
            *code = mw_console_refuse(command, "'%s' is not KEY=VALUE, as in n=4096", word);
            return false;
        }
        char key[64];
        const char *from = word + (other ? 3 : 0);
        snprintf(key, sizeof key, "%.*s", (int)(equals - from), from);
        json_t *target = other ? vs_args : args;
        if (json_object_get(target, key)) {
            *code = mw_console_refuse(command, "parameter '%s' is given twice", key);
            return false;
        }
        json_t *value = mw_argument_value(equals + 1);
        if (!value || json_object_set_new(target, key, value) != 0) {
            *code = mw_console_refuse(command, "parameter '%s' is not UTF-8 text", key);
            return false;
        }
    }
    return true;
}

void mw_arguments_title(const json_t *answer, char *text, size_t size)
{
    size_t used =
        (size_t)snprintf(text, size, "%.*s", (int)size - 1, mw_json_text(answer, "kernel"));
    const char *key;
    json_t *value;
    json_object_foreach(json_object_get(answer, "args"), key, value)
    {
        char shown[96];
        const json_t *chosen = json_object_get(json_object_get(answer, "chosen"), key);
        if (json_is_string(value) && json_string_length(value) == 0)
            continue;
        if (json_is_string(value))
            snprintf(shown, sizeof shown, "%s", json_string_value(value));
        else if (strcmp(key, "threads") == 0 &&
                 mw_json_number(answer, "threads_had", json_number_value(value)) <
                     json_number_value(value))
            snprintf(shown, sizeof shown, _("%.0f of %.0f"),
                     mw_json_number(answer, "threads_had", 1), json_number_value(value));
        else if (chosen)
            snprintf(shown, sizeof shown, "%.0f (%.0f)", json_number_value(value),
                     json_number_value(chosen));
        else
            snprintf(shown, sizeof shown, "%.0f", json_number_value(value));
        int n = snprintf(text + used, size - used, "  %s %s", key, shown);
        if (n < 0 || (size_t)n >= size - used)
            break;
        used += (size_t)n;
    }
}
