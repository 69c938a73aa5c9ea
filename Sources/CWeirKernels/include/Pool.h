#ifndef WEIR_POOL_H
#define WEIR_POOL_H

/// Runs `body(context, part)` for each part below `parts` on at most `threads` threads, this one among them, and returns
/// when all have run. Where the threads are at work for somebody else (or for the caller of this), this one does it alone.
void weir_pool_run(int threads, long parts, void (*body)(void *context, long part), void *context);

#endif
