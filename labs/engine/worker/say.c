/* say.c: packs an answer or an error with its id, and sends it. */
#include "labs/engine/worker/say.h"

#include <string.h>

void mw_say(mw_wire *wire, json_t *message)
{
    mw_error error = {MW_OK, ""};
    const char *type = json_string_value(json_object_get(message, "t"));
    const char *name = type && strcmp(type, "answer") == 0 ? "id" : "token";
    json_t *value = json_incref(json_object_get(message, name));
    mw_status status = mw_wire_send(wire, message, &error);
    if (status != MW_OK && status != MW_DEAD)
        mw_wire_send_error(wire, name, value, &error);
    else
        json_decref(value);
}

void mw_say_answer(mw_wire *wire, const json_t *id, json_t *body)
{
    mw_say(wire, json_pack("{s:s, s:O, s:o}", "t", "answer", "id", (json_t *)id, "body", body));
}

void mw_say_error(mw_wire *wire, const json_t *id, const mw_error *error)
{
    mw_wire_send_error(wire, "id", json_incref((json_t *)id), error);
}
