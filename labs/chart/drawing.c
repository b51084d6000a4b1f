/* drawing.c: loads the drawing module with dlopen and looks up what it offers. */
#include "labs/chart/drawing.h"

#include <dlfcn.h>
#include <stddef.h>

static const char missing[] = "pictures cannot be drawn here: %.300s";

const void *mw_drawing_find(const char *symbol, mw_error *error)
{
    /* Found by the program's run path, beside its other parts. Loading it again only counts. */
    void *module = dlopen(MW_DRAWING_MODULE, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    const void *found = module ? dlsym(module, symbol) : NULL;
    if (!found)
        mw_fail(error, MW_UNSUPPORTED, missing, dlerror());
    if (module)
        dlclose(module);
    return found;
}
