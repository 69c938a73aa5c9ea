#define _GNU_SOURCE
#include "CPseudoTerminal.h"
#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <unistd.h>

pid_t weir_start_in_terminal(
  char *const words[], char *const variables[], const char *folder, int columns, int rows, int *terminal) {
  struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};
  pid_t child = forkpty(terminal, NULL, NULL, &size);
  if (child == 0) {
    // Only calls that are safe after a fork of a program with threads.
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    for (int number = 1; number < 32; number++) signal(number, SIG_DFL);
    if (chdir(folder) == 0) execve(words[0], words, variables);
    _exit(127);
  }
  if (child > 0) fcntl(*terminal, F_SETFD, FD_CLOEXEC);
  return child;
}

int weir_spawn_in_folder(posix_spawn_file_actions_t *actions, const char *folder) {
  return posix_spawn_file_actions_addchdir_np(actions, folder);
}

int weir_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }
