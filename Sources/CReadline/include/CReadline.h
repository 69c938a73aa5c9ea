// GNU readline behind setters, since Swift 6 does not import mutable C globals.
#pragma once
#include <stddef.h>
