#ifndef WEIR_CLONES_H
#define WEIR_CLONES_H

// A function with CLONES is compiled for several instruction sets, and the loader picks one. The thread sanitizer can't
// start with such functions. Sums in them must not depend on the clone: the target is compiled without contraction.
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define WEIR_NO_CLONES
#endif
#endif

#if defined(__x86_64__) && defined(__linux__) && !defined(WEIR_NO_CLONES)
#define CLONES __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define CLONES
#endif

#endif
