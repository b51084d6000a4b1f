/* commands.h: the functions behind the command table, one per file. */
#ifndef MW_COMMANDS_COMMANDS_H
#define MW_COMMANDS_COMMANDS_H

#include "tui/commands/command.h"

int mw_course_command(const mw_request *request);
int mw_run_command(const mw_request *request);
int mw_machine_command(const mw_request *request);
int mw_kernels_command(const mw_request *request);
int mw_measure_command(const mw_request *request);
int mw_model_command(const mw_request *request);
int mw_bench_command(const mw_request *request);
int mw_doctor_command(const mw_request *request);
int mw_export_command(const mw_request *request);
int mw_screen_command(const mw_request *request);
int mw_version_command(const mw_request *request);
int mw_help_command(const mw_request *request);

/* `memwall` alone: the laboratory on a terminal, else lab 04 with its demonstration answers. */
int mw_default_command(void);

#endif
