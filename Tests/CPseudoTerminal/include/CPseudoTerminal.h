// Starts a program in a terminal of its own; -1 where that failed.
#pragma once
#include <spawn.h>
#include <sys/types.h>

pid_t weir_start_in_terminal(
  char *const words[], char *const variables[], const char *folder, int columns, int rows, int *terminal);

// What GNU's C library has beyond POSIX: a folder to start in, and a pipe that children do not inherit.
int weir_spawn_in_folder(posix_spawn_file_actions_t *actions, const char *folder);
int weir_pipe(int ends[2]);
