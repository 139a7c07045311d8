// Runs every transcript of a folder tree as one test each, under one configuration.
//   transcripts --database=sqlite|postgres [--bytewise] [--folder=test/transcripts] [GoogleTest's own flags]
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.h"
#include "transcript/runner.h"

namespace transcript {
namespace {

class Test : public testing::Test {
 public:
  Test(std::string path, Config config) : path_(std::move(path)), config_(config) {}
  void TestBody() override {
    try {
      run(read_script(path_), config_);
    } catch (const std::exception& error) {
      FAIL() << error.what();
    }
  }

 private:
  std::string path_;
  Config config_;
};

std::vector<std::string> transcripts_in(const std::string& folder) {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.path().extension() == ".t") paths.push_back(entry.path().string());
  std::sort(paths.begin(), paths.end());
  return paths;
}

void register_tests(const std::string& folder, const Config& config) {
  for (const std::string& path : transcripts_in(folder)) {
    const std::filesystem::path file(path);
    testing::RegisterTest(file.parent_path().filename().c_str(), file.stem().c_str(), nullptr, nullptr, path.c_str(), 1,
                          [path, config]() -> testing::Test* { return new Test(path, config); });
  }
}

}  // namespace
}  // namespace transcript

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  transcript::Config config;
  std::string folder = POSTHOUSE_SOURCE_DIR "/test/transcripts";
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--bytewise") {
      config.bytewise = true;
    } else if (word == "--database=postgres") {
      config.database = sql::testing::Kind::kPostgres;
    } else if (word.starts_with("--folder=")) {
      folder = word.substr(9);
    } else if (word != "--database=sqlite") {
      std::fprintf(stderr, "unknown: %s\n", argv[i]);
      return 2;
    }
  }
  base::set_up_log(base::LogLevel::kOff, base::LogFormat::kText);
  transcript::register_tests(folder, config);
  return RUN_ALL_TESTS();
}
