#ifndef WEIR_KERNELS_H
#define WEIR_KERNELS_H

// Inner loops that need `restrict`, and what the system's libraries offer to C alone. Nothing here checks its arguments:
// the Swift above does.

#include "Arithmetic.h"
#include "CSV.h"
#include "Distances.h"
#include "Groups.h"
#include "Joins.h"
#include "Linear.h"
#include "MatrixProduct.h"
#include "Memory.h"
#include "NetworkImages.h"
#include "NetworkProducts.h"
#include "NetworkSequences.h"
#include "NetworkUpsampling.h"
#include "Networks.h"
#include "Order.h"
#include "Parquet.h"
#include "Pool.h"
#include "Preparation.h"
#include "Rows.h"
#include "Sums.h"
#include "SupportVectors.h"
#include "Tensors.h"
#include "Trees.h"

#endif
