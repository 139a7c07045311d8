#pragma once
// Opens a database by its address and brings its schema up to date:
//   sqlite:/path/file.db          (or sqlite:relative.db)
//   postgres://user@host/name?... (anything libpq takes; postgresql:// too)

#include <memory>
#include <span>
#include <string>

#include "sql/database.h"
#include "sql/migration.h"
#include "sql/settings.h"

namespace sql {

// Throws base::Failure: kInvalid for an address not understood, kUnavailable when it cannot be opened, and what migrate() throws.
std::unique_ptr<Database> open(const std::string& url, const Settings& settings = {},
                               std::span<const Migration> migrations = built_in_migrations());

}  // namespace sql
