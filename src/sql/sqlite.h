#pragma once
// The SQLite driver; see database.h for how it behaves and sqlite.cpp for how it is built.

#include <memory>
#include <string>

#include "sql/database.h"
#include "sql/settings.h"

namespace sql {

// Makes the file when it is not there. Throws base::Failure (kUnavailable, kCorrupt).
std::unique_ptr<Database> open_sqlite(const std::string& path, const Settings& settings);

}  // namespace sql
