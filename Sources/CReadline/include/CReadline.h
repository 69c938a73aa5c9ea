// GNU readline behind calls, since Swift 6 does not import mutable C globals; and the signals of a prompt.
//
// All of it belongs to one thread, the one that reads lines; only the interrupt flag may be asked from any.
#pragma once
#include <stddef.h>

enum { WEIR_LINE_TEXT = 0, WEIR_LINE_END = 1, WEIR_LINE_INTERRUPTED = 2 };

// Takes over Ctrl-C: from here on it sets a flag and ends no process.
void weir_catch_interrupts(void);
// Whether Ctrl-C came since the last call or the last line.
int weir_take_interrupt(void);

// What Tab does: the bytes from `start` to the cursor are replaced, and the listing shown below the line.
typedef struct weir_completion weir_completion;
typedef void (*weir_completer)(void *context, const char *line, size_t cursor, weir_completion *completion);
// Copies both texts; either may be NULL.
void weir_completion_set(weir_completion *completion, size_t start, const char *replacement, const char *listing);
void weir_set_completer(weir_completer completer, void *context);

void weir_add_history(const char *entry);

// Reads a line after `prompt`, with `initial` (or NULL) already typed. After WEIR_LINE_TEXT the caller owns `*text`
// and gives it to `weir_release_line`.
int weir_read_line(const char *prompt, const char *initial, char **text);
void weir_release_line(char *text);
