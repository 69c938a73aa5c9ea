#define _GNU_SOURCE
#include "CReadline.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <readline/history.h>
#include <readline/readline.h>

// MARK: signals

// A handler sets a flag and writes to the pipe, on which the reading of keys waits too: so it does not matter which
// thread the signal reached, and none is lost between a look at the flag and the wait.
static volatile sig_atomic_t interrupted, stopped, resized, ended;
static int wake[2] = {-1, -1};

static void note(int signal) {
  int before = errno;
  switch (signal) {
    case SIGINT: interrupted = 1; break;
    case SIGTSTP: stopped = 1; break;
    case SIGWINCH: resized = 1; break;
    default: ended = signal;
  }
  if (wake[1] >= 0) {
    ssize_t ignored = write(wake[1], "", 1);
    (void)ignored;
  }
  errno = before;
}

static void catch(int signal, struct sigaction *before) {
  struct sigaction action = {.sa_handler = note, .sa_flags = SA_RESTART};
  sigemptyset(&action.sa_mask);
  sigaction(signal, &action, before);
}

void weir_catch_interrupts(void) {
  if (wake[0] < 0 && pipe2(wake, O_CLOEXEC | O_NONBLOCK) != 0) wake[0] = wake[1] = -1;
  catch(SIGINT, NULL);
}

int weir_take_interrupt(void) {
  if (!interrupted) return 0;
  interrupted = 0;
  return 1;
}

static void drain(void) {
  char bytes[64];
  while (wake[0] >= 0 && read(wake[0], bytes, sizeof bytes) > 0) {}
}

// MARK: keys

static int outcome;
// How many more line ends to hand out, so that a search or a quoted key that was under way ends too.
static int line_ends;

// Takes the signal as if we had no handler: the terminal is given back first, and taken again afterwards.
static void obey(int signal) {
  struct sigaction plain = {.sa_handler = SIG_DFL}, before;
  sigemptyset(&plain.sa_mask);
  rl_deprep_terminal();
  sigaction(signal, &plain, &before);
  kill(getpid(), signal);
  // Here again after `fg`.
  sigaction(signal, &before, NULL);
  rl_prep_terminal(1);
  rl_on_new_line();
  rl_forced_update_display();
}

static int take_signals(void) {
  if (resized) {
    resized = 0;
    rl_resize_terminal();
  }
  if (ended) {
    int signal = ended;
    ended = 0;
    obey(signal);
  }
  if (stopped) {
    stopped = 0;
    obey(SIGTSTP);
  }
  if (!interrupted) return 0;
  interrupted = 0;
  outcome = WEIR_LINE_INTERRUPTED;
  rl_point = rl_end;
  rl_redisplay();
  fputs("^C", rl_outstream);
  fflush(rl_outstream);
  return 1;
}

static int next_key(FILE *stream) {
  int file = fileno(stream);
  for (;;) {
    if (line_ends > 0) {
      line_ends--;
      return '\n';
    }
    if (take_signals()) {
      line_ends = 3;
      continue;
    }
    struct pollfd waits[2] = {{.fd = file, .events = POLLIN}, {.fd = wake[0], .events = POLLIN}};
    if (poll(waits, wake[0] >= 0 ? 2 : 1, -1) < 0) {
      if (errno == EINTR) continue;
      return EOF;
    }
    if (waits[1].revents) drain();
    if (!waits[0].revents) continue;
    unsigned char key;
    ssize_t got = read(file, &key, 1);
    if (got == 1) return key;
    if (got == 0 || (errno != EINTR && errno != EAGAIN)) return EOF;
  }
}

// MARK: completion

struct weir_completion {
  size_t start;
  char *replacement, *listing;
};

static weir_completer completer;
static void *completer_context;

void weir_set_completer(weir_completer function, void *context) {
  completer = function;
  completer_context = context;
}

void weir_completion_set(weir_completion *completion, size_t start, const char *replacement, const char *listing) {
  free(completion->replacement);
  free(completion->listing);
  completion->start = start;
  completion->replacement = replacement ? strdup(replacement) : NULL;
  completion->listing = listing ? strdup(listing) : NULL;
}

static int blank_before_cursor(void) {
  for (int i = 0; i < rl_point; i++) {
    if (rl_line_buffer[i] != ' ' && rl_line_buffer[i] != '\t') return 0;
  }
  return 1;
}

static int complete(int count, int key) {
  (void)count;
  (void)key;
  if (blank_before_cursor()) return rl_insert_text("  "), 0;
  weir_completion found = {0};
  if (completer) completer(completer_context, rl_line_buffer, (size_t)rl_point, &found);
  if (found.replacement && found.start <= (size_t)rl_point) {
    rl_begin_undo_group();
    rl_delete_text((int)found.start, rl_point);
    rl_point = (int)found.start;
    rl_insert_text(found.replacement);
    rl_end_undo_group();
  }
  if (found.listing) {
    rl_crlf();
    fputs(found.listing, rl_outstream);
    rl_crlf();
    rl_on_new_line();
    rl_forced_update_display();
  }
  if (!found.replacement && !found.listing) rl_ding();
  free(found.replacement);
  free(found.listing);
  return 0;
}

// MARK: lines

static const char *prefilled;

static int prefill(void) {
  if (prefilled) rl_insert_text(prefilled);
  return 0;
}

static void start(void) {
  static int started;
  if (started) return;
  started = 1;
  rl_readline_name = "weir";
  rl_catch_signals = 0;
  rl_catch_sigwinch = 0;
  rl_getc_function = next_key;
  rl_startup_hook = prefill;
  if (!isatty(STDOUT_FILENO)) rl_outstream = stderr;
  // Before the user's inputrc is read, which may say otherwise.
  rl_variable_bind("revert-all-at-newline", "on");
  rl_variable_bind("enable-bracketed-paste", "on");
  rl_parse_and_bind("\"\\e[A\": history-search-backward");
  rl_parse_and_bind("\"\\e[B\": history-search-forward");
  rl_parse_and_bind("\"\\eOA\": history-search-backward");
  rl_parse_and_bind("\"\\eOB\": history-search-forward");
  using_history();
  rl_initialize();
  rl_add_defun("weir-complete", complete, -1);
  rl_bind_key_in_map('\t', complete, rl_get_keymap_by_name("emacs-standard"));
  rl_bind_key_in_map('\t', complete, rl_get_keymap_by_name("vi-insert"));
}

void weir_add_history(const char *entry) {
  start();
  add_history(entry);
}

int weir_read_line(const char *prompt, const char *initial, char **text) {
  static const int signals[] = {SIGTSTP, SIGWINCH, SIGTERM, SIGHUP};
  enum { COUNT = sizeof signals / sizeof *signals };
  struct sigaction before[COUNT];
  start();
  *text = NULL;
  outcome = WEIR_LINE_TEXT;
  line_ends = 0;
  interrupted = stopped = ended = 0;
  // The window may have changed while something ran.
  resized = 1;
  drain();
  prefilled = initial;
  for (int i = 0; i < COUNT; i++) catch(signals[i], &before[i]);
  char *line = readline(prompt);
  for (int i = 0; i < COUNT; i++) sigaction(signals[i], &before[i], NULL);
  prefilled = NULL;
  if (outcome == WEIR_LINE_INTERRUPTED) {
    free(line);
    return WEIR_LINE_INTERRUPTED;
  }
  if (!line) return WEIR_LINE_END;
  *text = line;
  return WEIR_LINE_TEXT;
}

void weir_release_line(char *text) { free(text); }
