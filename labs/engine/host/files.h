/* files.h: folders of the user. */
#ifndef MW_HOST_FILES_H
#define MW_HOST_FILES_H

#include <stdbool.h>

/* mkdir -p, private to the user; false with errno. */
bool mw_folders_make(const char *folder);

#endif
