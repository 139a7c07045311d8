// Reads the TOML file and the --set assignments into Settings. A file's [group] tables hold the names after the dot.

#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include <filesystem>
#include <sstream>

#include "base/text.h"
#include "config/settings.h"

namespace config {

namespace {

class Loader {
 public:
  void read_file(const std::string& file) {
    auto parsed = toml::parse_file(file);
    if (!parsed) return complain(syntax_error(file, parsed.error()));
    file_ = std::filesystem::path(file).filename().string();
    for (auto&& [key, node] : parsed.table()) read_group(key.str(), node);
  }

  void read_assignment(std::string_view assignment) {
    auto equals = assignment.find('=');
    if (equals == std::string_view::npos) return complain("--set " + std::string(assignment) + ": must be name=value");
    note(settings_.assign(base::trim(assignment.substr(0, equals)), assignment.substr(equals + 1), "--set"));
  }

  base::Result<Settings> finish() {
    if (settings_.text("tls.certificate").empty() != settings_.text("tls.key").empty())
      complain("tls.certificate and tls.key must be given together");
    if (!problems_.empty()) return base::Error{base::ErrorKind::kInvalid, std::move(problems_), {}};
    return std::move(settings_);
  }

 private:
  static std::string syntax_error(const std::string& file, const toml::parse_error& error) {
    std::ostringstream text;
    if (error.source().begin)
      text << file << ":" << error.source().begin.line << ": " << error.description();
    else
      text << "cannot read " << file << ": " << error.description();
    return text.str();
  }

  std::string place(const toml::node& node) const { return file_ + ":" + std::to_string(node.source().begin.line); }

  void read_group(std::string_view group, const toml::node& node) {
    const auto* table = node.as_table();
    if (!table) return note(settings_.assign(group, "", place(node)));
    for (auto&& [key, value] : *table) read_value(std::string(group) + "." + std::string(key.str()), value);
  }

  void read_value(const std::string& name, const toml::node& node) {
    // A deeper table is an unknown name, which assign() reports.
    if (node.is_table()) return note(settings_.assign(name + ".", "", place(node)));
    auto text = to_text(node);
    if (!text) return complain(place(node) + ": " + name + " must be a text, a number, true or false, or an array of these");
    note(settings_.assign(name, *text, place(node)));
  }

  static std::optional<std::string> to_text(const toml::node& node) {
    if (auto text = node.as_string()) return text->get();
    if (auto number = node.as_integer()) return std::to_string(number->get());
    if (auto flag = node.as_boolean()) return flag->get() ? "true" : "false";
    const auto* array = node.as_array();
    if (!array) return std::nullopt;
    std::string joined;
    for (const auto& item : *array) {
      auto text = item.is_array() ? std::nullopt : to_text(item);
      if (!text) return std::nullopt;
      joined += (joined.empty() ? "" : ",") + *text;
    }
    return joined;
  }

  void note(const base::Result<void>& result) {
    if (!result.ok()) complain(result.error().text);
  }
  void complain(const std::string& problem) { problems_ += (problems_.empty() ? "" : "\n") + problem; }

  Settings settings_;
  std::string file_;
  std::string problems_;
};

}  // namespace

base::Result<Settings> load(const Sources& sources) {
  Loader loader;
  if (!sources.file.empty()) loader.read_file(sources.file);
  for (const auto& assignment : sources.assignments) loader.read_assignment(assignment);
  return loader.finish();
}

}  // namespace config
