#pragma once
// The PostgreSQL driver; see database.h for how it behaves and postgres.cpp for how it is built.

#include <memory>
#include <string>

#include "sql/database.h"
#include "sql/settings.h"

namespace sql {

// Throws base::Failure kUnavailable when no connection can be made; later, lost connections are made anew.
std::unique_ptr<Database> open_postgres(const std::string& url, const Settings& settings);

}  // namespace sql
