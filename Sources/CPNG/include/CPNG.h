// libpng's low-level reader and writer behind calls that never let a longjmp leave C.
#pragma once
#include <stddef.h>
#include <stdint.h>
