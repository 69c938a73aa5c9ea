// Starts a program in a terminal of its own; -1 where that failed.
#pragma once
#include <sys/types.h>

pid_t weir_start_in_terminal(
  char *const words[], char *const variables[], const char *folder, int columns, int rows, int *terminal);
