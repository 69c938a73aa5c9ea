#include "include/Pool.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

// Threads that wait for work: for a moment by looking, since work that comes comes soon, and then asleep. One piece of work
// at a time. It is open until the caller has seen its last part taken; threads that wake later find it closed.

enum { MOST_THREADS = 64, LOOKS = 4000, OPEN = 1 << 30 };

static struct {
  pthread_mutex_t in_use;     // held by the caller whose work it is
  pthread_mutex_t lock;       // for those that sleep
  pthread_cond_t work_came;
  atomic_uint generation;
  atomic_int sleeping;
  atomic_int state;           // OPEN, and how many threads are at it
  atomic_long next;           // the part to take next
  int started;                // threads that exist, but for the callers'
  int wanted;
  long parts;
  void (*body)(void *, long);
  void *context;
} pool = {.in_use = PTHREAD_MUTEX_INITIALIZER, .lock = PTHREAD_MUTEX_INITIALIZER, .work_came = PTHREAD_COND_INITIALIZER};

static inline void pause_briefly(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

static void take_parts(void) {
  for (;;) {
    long part = atomic_fetch_add_explicit(&pool.next, 1, memory_order_relaxed);
    if (part >= pool.parts) return;
    pool.body(pool.context, part);
  }
}

static unsigned wait_for_work(unsigned seen) {
  for (int look = 0; look < LOOKS; look++) {
    unsigned now = atomic_load_explicit(&pool.generation, memory_order_acquire);
    if (now != seen) return now;
    pause_briefly();
  }
  pthread_mutex_lock(&pool.lock);
  atomic_fetch_add(&pool.sleeping, 1);
  unsigned now;
  while ((now = atomic_load(&pool.generation)) == seen) pthread_cond_wait(&pool.work_came, &pool.lock);
  atomic_fetch_sub(&pool.sleeping, 1);
  pthread_mutex_unlock(&pool.lock);
  return now;
}

static void *worker(void *unused) {
  (void)unused;
  unsigned seen = 0;
  for (;;) {
    seen = wait_for_work(seen);
    int state = atomic_load(&pool.state);
    while ((state & OPEN) && (state & ~OPEN) < pool.wanted) {
      if (!atomic_compare_exchange_weak(&pool.state, &state, state + 1)) continue;
      take_parts();
      atomic_fetch_sub(&pool.state, 1);
      break;
    }
  }
  return 0;
}

static void start_threads(int count) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attributes, 8 << 20);
  while (pool.started < count) {
    pthread_t thread;
    if (pthread_create(&thread, &attributes, worker, 0) != 0) break;
    pool.started++;
  }
  pthread_attr_destroy(&attributes);
}

void weir_pool_run(int threads, long parts, void (*body)(void *, long), void *context) {
  if (threads > parts) threads = (int)parts;
  if (threads > MOST_THREADS) threads = MOST_THREADS;
  if (threads <= 1 || pthread_mutex_trylock(&pool.in_use) != 0) {
    for (long part = 0; part < parts; part++) body(context, part);
    return;
  }
  start_threads(threads - 1);
  pool.parts = parts;
  pool.body = body;
  pool.context = context;
  pool.wanted = threads - 1;
  atomic_store(&pool.next, 0);
  atomic_store(&pool.state, OPEN);
  atomic_fetch_add(&pool.generation, 1);
  if (atomic_load(&pool.sleeping) > 0) {
    pthread_mutex_lock(&pool.lock);
    pthread_cond_broadcast(&pool.work_came);
    pthread_mutex_unlock(&pool.lock);
  }
  take_parts();
  atomic_fetch_and(&pool.state, ~OPEN);
  for (int look = 0; atomic_load(&pool.state) != 0; look++) {
    if (look < LOOKS) pause_briefly();
    else sched_yield();
  }
  pthread_mutex_unlock(&pool.in_use);
}
