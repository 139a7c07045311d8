// The table, printed: as documentation, as a sample file, and with the values in force.

#include "config/settings.h"

namespace config {

namespace {

constexpr std::string_view kIntroduction =
    "# Settings\n\n"
    "Written by `posthouse config reference` from `src/config/settings.h`; do not edit.\n\n"
    "A setting has its default, or the value of the TOML file given with `--config`, or that of the last `--set name=value` on the command "
    "line.\n"
    "In the file, `smtp.listen` is `listen` in the section `[smtp]`. An unknown name or a wrong value stops the start with the file's "
    "line;\n"
    "`posthouse config check` does nothing else.\n\n"
    "| type | written as |\n|---|---|\n"
    "| bool | `true`, `false` |\n"
    "| number | `1000` |\n"
    "| bytes | `\"25MB\"`: B, KB, MB, GB, TB, each 1024 of the one before; a bare number is bytes |\n"
    "| duration | `\"5m\"`, `\"1h30m\"`: ms, s, m, h, d |\n"
    "| text, choice | `\"text\"` |\n"
    "| list, networks | `[\"one\", \"two\"]`; after `--set` separated by commas. Networks are addresses and CIDR ranges |\n"
    "| listen | list of `\"127.0.0.1:25\"`, `\"[::1]:25\"`, `\"unix:/run/posthouse/lmtp\"`; empty: off |\n";

std::string_view type_name(Type type) {
  switch (type) {
    case Type::kBool:
      return "bool";
    case Type::kNumber:
      return "number";
    case Type::kBytes:
      return "bytes";
    case Type::kDuration:
      return "duration";
    case Type::kText:
      return "text";
    case Type::kChoice:
      return "choice";
    case Type::kList:
      return "list";
    case Type::kNetworks:
      return "networks";
    case Type::kListen:
      return "listen";
    case Type::kUnserved:
      return "text";
  }
  return "";
}

bool belongs(const Setting& setting, const Group& group) {
  return setting.name.size() > group.name.size() && setting.name.starts_with(group.name) && setting.name[group.name.size()] == '.';
}

// "|" would end the cell.
std::string cell(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '|') out += '\\';
    out += c;
  }
  return out;
}

std::string code(std::string_view text) { return text.empty() ? "" : "`" + cell(text) + "`"; }

std::string reference_row(const Setting& setting) {
  std::string range(setting.range);
  if (!setting.unit.empty()) range += " " + std::string(setting.unit);
  return "| `" + std::string(setting.name) + "` | " + std::string(type_name(setting.type)) + " | " + cell(range) + " | " +
         code(setting.initial) + " | " + cell(setting.description) + " |\n";
}

// The value as TOML writes it.
std::string toml_value(Type type, std::string_view text) {
  if (type == Type::kBool || type == Type::kNumber) return std::string(text);
  const bool list = type == Type::kList || type == Type::kNetworks;
  if (list && text.empty()) return "[]";
  return "\"" + std::string(text) + "\"";
}

}  // namespace

std::string reference() {
  std::string out(kIntroduction);
  for (const auto& group : kGroups) {
    out += "\n## " + std::string(group.name) + "\n\n" + std::string(group.description) + ".\n\n";
    out += "| setting | type | range | default | |\n|---|---|---|---|---|\n";
    for (const auto& setting : kSettings)
      if (belongs(setting, group)) out += reference_row(setting);
  }
  return out;
}

std::string sample() {
  std::string out = "# Posthouse settings. Every line that is commented out shows the default.\n";
  for (const auto& group : kGroups) {
    out += "\n# " + std::string(group.description) + "\n[" + std::string(group.name) + "]\n";
    for (const auto& setting : kSettings) {
      if (!belongs(setting, group)) continue;
      out += "# " + std::string(setting.description) + "\n";
      out += "#" + std::string(setting.name.substr(group.name.size() + 1)) + " = " + toml_value(setting.type, setting.initial) + "\n";
    }
  }
  return out;
}

std::string show(const Settings& settings) {
  std::string out;
  for (size_t i = 0; i < kSettingCount; ++i)
    out += std::string(kSettings[i].name) + " = " + toml_value(kSettings[i].type, settings.written(i)) + "  # " + settings.origin(i) + "\n";
  return out;
}

}  // namespace config
