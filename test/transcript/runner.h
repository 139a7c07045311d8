#pragma once
// Runs one transcript under one configuration.

#include "transcript/script.h"
#include "transcript/world.h"

namespace transcript {

// Throws Failed with file, line, what was expected and what came.
void run(const Script& script, const Config& config);

}  // namespace transcript
