#pragma once
// A fresh database with one or several Directory objects on it, for the tests of this folder; on both drivers.

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "base/test_folder.h"
#include "directory/directory.h"
#include "sql/testing.h"

namespace directory {

class DatabaseTest : public testing::TestWithParam<sql::testing::Kind> {
 protected:
  explicit DatabaseTest(const Limits& limits = {}) : directory_(*db_, clock_, ids_, limits, version_file()) {}

  // Another one on the same database and change file, as in another process.
  std::unique_ptr<Directory> open(const Limits& limits) { return std::make_unique<Directory>(*db_, clock_, ids_, limits, version_file()); }

  std::string version_file() const { return folder_ / "directory.version"; }

  const base::TestFolder folder_;
  std::unique_ptr<sql::Database> db_ = sql::testing::make(GetParam());
  base::ManualClock clock_{base::Time(std::chrono::hours(24 * 365 * 56))};
  base::IdMaker ids_{clock_, 1};
  Directory directory_;
};

}  // namespace directory
