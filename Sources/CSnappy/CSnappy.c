#include "CSnappy.h"
#include <dlfcn.h>
#include <pthread.h>
#include <snappy-c.h>

// The library is C++; loaded with the process it would bring the C++ runtime into the start of every command. The
// commands that read a file packed by it are few, so it is loaded by the first that does.

static struct {
  snappy_status (*unpack)(const char *, size_t, char *, size_t *);
  snappy_status (*length)(const char *, size_t, size_t *);
  snappy_status (*pack)(const char *, size_t, char *, size_t *);
} snappy;

static void load(void) {
  void *library = dlopen("libsnappy.so.1", RTLD_NOW | RTLD_LOCAL);
  if (!library) return;
  snappy.unpack = (snappy_status(*)(const char *, size_t, char *, size_t *))dlsym(library, "snappy_uncompress");
  snappy.length = (snappy_status(*)(const char *, size_t, size_t *))dlsym(library, "snappy_uncompressed_length");
  snappy.pack = (snappy_status(*)(const char *, size_t, char *, size_t *))dlsym(library, "snappy_compress");
}

static int is_there(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, load);
  return snappy.unpack && snappy.length && snappy.pack;
}

int64_t weir_snappy_unpack(uint8_t *out, size_t capacity, const uint8_t *in, size_t count) {
  if (!is_there()) return WEIR_SNAPPY_ABSENT;
  size_t length = 0;
  if (snappy.length((const char *)in, count, &length) != SNAPPY_OK || length > capacity) return -1;
  if (snappy.unpack((const char *)in, count, (char *)out, &capacity) != SNAPPY_OK) return -1;
  return (int64_t)capacity;
}

size_t weir_snappy_bound(size_t count) { return 32 + count + count / 6; }

int64_t weir_snappy_pack(uint8_t *out, size_t capacity, const uint8_t *in, size_t count) {
  if (!is_there()) return WEIR_SNAPPY_ABSENT;
  if (capacity < weir_snappy_bound(count)) return -1;
  if (snappy.pack((const char *)in, count, (char *)out, &capacity) != SNAPPY_OK) return -1;
  return (int64_t)capacity;
}
