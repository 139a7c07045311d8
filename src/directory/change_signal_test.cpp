#include "directory/change_signal.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "base/error.h"
#include "base/test_folder.h"

namespace directory {
namespace {

class ChangeSignalTest : public testing::Test {
 protected:
  base::TestFolder folder_;
  const std::string file_ = folder_ / "directory.version";
};

TEST_F(ChangeSignalTest, AnotherProcessIsHeard) {
  ChangeSignal signal(file_);
  const auto before = signal.value();
  const pid_t child = fork();
  if (child == 0) {
    ChangeSignal(file_).raise();
    _exit(0);
  }
  waitpid(child, nullptr, 0);
  EXPECT_EQ(signal.value(), before + 1);
}

TEST_F(ChangeSignalTest, TheCountStaysInTheFile) {
  ChangeSignal(file_).raise();
  EXPECT_EQ(ChangeSignal(file_).value(), 1u);
  EXPECT_EQ(std::filesystem::file_size(file_), 8u);
}

TEST_F(ChangeSignalTest, WithoutAFileItIsItsOwn) {
  ChangeSignal one(""), other("");
  one.raise();
  EXPECT_EQ(one.value(), 1u);
  EXPECT_EQ(other.value(), 0u);
}

TEST_F(ChangeSignalTest, AnUnusableFileIsAnError) { EXPECT_THROW(ChangeSignal(folder_ / "none/file"), base::Failure); }

}  // namespace
}  // namespace directory
