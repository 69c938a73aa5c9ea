#define _GNU_SOURCE
#include "COpenBLAS.h"
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// OpenBLAS is loaded at the first call, not with the process. Loaded with it, the library starts one thread for each core, and
// those wait by spinning: a process that computes nothing would burn a core for its first tenth of a second. Loaded here, it is
// told beforehand to use one thread; rows are split by the callers. A command that needs no linear algebra never loads it.

static void *library;

static void load(void) {
  const char *before = getenv("OPENBLAS_NUM_THREADS");
  char *kept = before ? strdup(before) : NULL;
  setenv("OPENBLAS_NUM_THREADS", "1", 1);
  library = dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL);
  if (!library) library = dlopen("libopenblas.so", RTLD_NOW | RTLD_LOCAL);
  if (kept) {
    setenv("OPENBLAS_NUM_THREADS", kept, 1);
    free(kept);
  } else {
    unsetenv("OPENBLAS_NUM_THREADS");
  }
}

static void *find(const char *name) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, load);
  void *function = library ? dlsym(library, name) : NULL;
  if (!function) {
    // As for any missing shared library: nothing can be computed, and nothing is half done.
    fprintf(stderr, "weir: OpenBLAS is needed and not found (%s); install libopenblas0\n", name);
    _Exit(127);
  }
  return function;
}

#define FORWARD(result, name, parameters, arguments)                  \
  result name parameters {                                            \
    static result(*_Atomic function) parameters;                      \
    result(*known) parameters = function;                             \
    if (!known) function = known = (result(*) parameters)find(#name); \
    return known arguments;                                           \
  }

FORWARD(char *, openblas_get_corename, (void), ())
FORWARD(void, openblas_set_num_threads, (int count), (count))

FORWARD(double, cblas_dnrm2, (const int n, const double *x, const int incx), (n, x, incx))

FORWARD(void, cblas_dgemv,
        (const enum CBLAS_ORDER order, const enum CBLAS_TRANSPOSE trans, const int m, const int n, const double alpha,
         const double *a, const int lda, const double *x, const int incx, const double beta, double *y, const int incy),
        (order, trans, m, n, alpha, a, lda, x, incx, beta, y, incy))

FORWARD(void, cblas_dgemm,
        (const enum CBLAS_ORDER order, const enum CBLAS_TRANSPOSE transa, const enum CBLAS_TRANSPOSE transb, const int m,
         const int n, const int k, const double alpha, const double *a, const int lda, const double *b, const int ldb,
         const double beta, double *c, const int ldc),
        (order, transa, transb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc))

FORWARD(void, cblas_sgemm,
        (const enum CBLAS_ORDER order, const enum CBLAS_TRANSPOSE transa, const enum CBLAS_TRANSPOSE transb, const int m,
         const int n, const int k, const float alpha, const float *a, const int lda, const float *b, const int ldb,
         const float beta, float *c, const int ldc),
        (order, transa, transb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc))

FORWARD(void, cblas_dsyrk,
        (const enum CBLAS_ORDER order, const enum CBLAS_UPLO uplo, const enum CBLAS_TRANSPOSE trans, const int n, const int k,
         const double alpha, const double *a, const int lda, const double beta, double *c, const int ldc),
        (order, uplo, trans, n, k, alpha, a, lda, beta, c, ldc))

FORWARD(void, dgesdd_,
        (const char *jobz, const int *m, const int *n, double *a, const int *lda, double *s, double *u, const int *ldu,
         double *vt, const int *ldvt, double *work, const int *lwork, int *iwork, int *info),
        (jobz, m, n, a, lda, s, u, ldu, vt, ldvt, work, lwork, iwork, info))

FORWARD(void, dsyevd_,
        (const char *jobz, const char *uplo, const int *n, double *a, const int *lda, double *w, double *work,
         const int *lwork, int *iwork, const int *liwork, int *info),
        (jobz, uplo, n, a, lda, w, work, lwork, iwork, liwork, info))

FORWARD(void, dgeqrf_,
        (const int *m, const int *n, double *a, const int *lda, double *tau, double *work, const int *lwork, int *info),
        (m, n, a, lda, tau, work, lwork, info))

FORWARD(void, dormqr_,
        (const char *side, const char *trans, const int *m, const int *n, const int *k, const double *a, const int *lda,
         const double *tau, double *c, const int *ldc, double *work, const int *lwork, int *info),
        (side, trans, m, n, k, a, lda, tau, c, ldc, work, lwork, info))

FORWARD(void, dtrtrs_,
        (const char *uplo, const char *trans, const char *diag, const int *n, const int *nrhs, const double *a, const int *lda,
         double *b, const int *ldb, int *info),
        (uplo, trans, diag, n, nrhs, a, lda, b, ldb, info))

FORWARD(void, dpotrf_, (const char *uplo, const int *n, double *a, const int *lda, int *info), (uplo, n, a, lda, info))

FORWARD(void, dpotrs_,
        (const char *uplo, const int *n, const int *nrhs, const double *a, const int *lda, double *b, const int *ldb,
         int *info),
        (uplo, n, nrhs, a, lda, b, ldb, info))

FORWARD(void, dtrcon_,
        (const char *norm, const char *uplo, const char *diag, const int *n, const double *a, const int *lda, double *rcond,
         double *work, int *iwork, int *info),
        (norm, uplo, diag, n, a, lda, rcond, work, iwork, info))

FORWARD(void, dgelsd_,
        (const int *m, const int *n, const int *nrhs, double *a, const int *lda, double *b, const int *ldb, double *s,
         const double *rcond, int *rank, double *work, const int *lwork, int *iwork, int *info),
        (m, n, nrhs, a, lda, b, ldb, s, rcond, rank, work, lwork, iwork, info))

FORWARD(void, dorgqr_,
        (const int *m, const int *n, const int *k, double *a, const int *lda, const double *tau, double *work, const int *lwork,
         int *info),
        (m, n, k, a, lda, tau, work, lwork, info))

FORWARD(void, dgetrf_, (const int *m, const int *n, double *a, const int *lda, int *pivots, int *info),
        (m, n, a, lda, pivots, info))

FORWARD(void, dgetrs_,
        (const char *trans, const int *n, const int *nrhs, const double *a, const int *lda, const int *pivots, double *b,
         const int *ldb, int *info),
        (trans, n, nrhs, a, lda, pivots, b, ldb, info))

FORWARD(void, dgecon_,
        (const char *norm, const int *n, const double *a, const int *lda, const double *anorm, double *rcond, double *work,
         int *iwork, int *info),
        (norm, n, a, lda, anorm, rcond, work, iwork, info))

FORWARD(void, dgeev_,
        (const char *jobvl, const char *jobvr, const int *n, double *a, const int *lda, double *wr, double *wi, double *vl,
         const int *ldvl, double *vr, const int *ldvr, double *work, const int *lwork, int *info),
        (jobvl, jobvr, n, a, lda, wr, wi, vl, ldvl, vr, ldvr, work, lwork, info))
