#ifndef WEIR_PEAKS_H
#define WEIR_PEAKS_H

// What this machine can do at most on so many threads: the yardstick beside the tensor operations. 0 where a thread can't
// be started.

/// Operations a second of chains of multiply-adds of floats that stay in registers (two operations each).
double weir_peak_multiply_adds(int threads);

/// Bytes a second read from `bytes` of memory, over and over, each thread its own part.
double weir_peak_reading(int threads, long bytes);

/// Bytes a second, read and written, of adding two arrays into a third; `bytes` is the length of all three.
double weir_peak_adding(int threads, long bytes);

#endif
