// rspamd's JSON, read with Boost.JSON, which is compiled here and nowhere else.
#include <algorithm>
#include <boost/json/src.hpp>
#include <cmath>

#include "base/text.h"
#include "mime/charset.h"
#include "spam/rspamd.h"

namespace spam {

namespace json = boost::json;

namespace {

base::Error wrong(std::string what) { return {base::ErrorKind::kInvalid, "rspamd's answer " + std::move(what), {}}; }

// UTF-8 on one line.
std::string line(std::string_view text, size_t most) {
  std::string out = mime::repair_utf8(text.substr(0, most));
  for (char& c : out) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  return out;
}

std::optional<std::string_view> text_of(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  const auto* text = value ? value->if_string() : nullptr;
  if (text == nullptr) return std::nullopt;
  return std::string_view(text->data(), text->size());
}

// A finite number, also when written as an integer.
std::optional<double> number_of(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  if (value == nullptr || !value->is_number()) return std::nullopt;
  boost::system::error_code ignored;
  const double number = value->to_number<double>(ignored);
  if (ignored || !std::isfinite(number)) return std::nullopt;
  return std::clamp(number, -1e6, 1e6);
}

const json::object* object_of(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value ? value->if_object() : nullptr;
}

// RFC 5322 2.2.
bool is_field_name(std::string_view name) {
  return !name.empty() && name.size() <= 100 && std::ranges::all_of(name, [](char c) { return c > 0x20 && c < 0x7f && c != ':'; });
}

void read_symbols(const json::object& symbols, const RspamdSettings& limits, RspamdAnswer& answer) {
  for (const auto& entry : symbols) {
    const auto* symbol = entry.value().if_object();
    if (symbol == nullptr) continue;
    RspamdSymbol read;
    read.name = base::printable(std::string_view(entry.key().data(), entry.key().size()), 100);
    read.score = number_of(*symbol, "score").value_or(0);
    read.description = line(text_of(*symbol, "description").value_or(""), limits.text);
    answer.symbols.push_back(std::move(read));
  }
  std::ranges::stable_sort(answer.symbols, [](const auto& a, const auto& b) { return std::abs(a.score) > std::abs(b.score); });
  if (answer.symbols.size() > limits.symbols) answer.symbols.resize(limits.symbols);
}

void add_header(std::string_view name, const json::value& value, const RspamdSettings& limits, RspamdAnswer& answer) {
  if (answer.add_headers.size() >= limits.headers) return;
  if (const auto* text = value.if_string()) {
    answer.add_headers.emplace_back(name, line({text->data(), text->size()}, 8 * limits.text));
  } else if (const auto* object = value.if_object()) {
    if (auto text = text_of(*object, "value")) answer.add_headers.emplace_back(name, line(*text, 8 * limits.text));
  }
}

// "add_headers": {"X": "v"}, {"X": {"value": "v", "order": 0}}, or an array of either; "remove_headers": {"X": 0}.
void read_milter(const json::object& milter, const RspamdSettings& limits, RspamdAnswer& answer) {
  if (const auto* added = object_of(milter, "add_headers")) {
    for (const auto& entry : *added) {
      const std::string_view name(entry.key().data(), entry.key().size());
      if (!is_field_name(name)) continue;
      if (const auto* list = entry.value().if_array()) {
        for (const auto& value : *list) add_header(name, value, limits, answer);
      } else {
        add_header(name, entry.value(), limits, answer);
      }
    }
  }
  if (const auto* removed = object_of(milter, "remove_headers")) {
    for (const auto& entry : *removed) {
      const std::string_view name(entry.key().data(), entry.key().size());
      if (is_field_name(name) && answer.remove_headers.size() < limits.headers) answer.remove_headers.emplace_back(name);
    }
  }
}

}  // namespace

base::Result<RspamdAnswer> parse_rspamd_answer(std::string_view text, const RspamdSettings& limits) {
  if (text.size() > limits.answer_bytes) return wrong("is too large");
  boost::system::error_code error;
  json::parse_options options;
  options.max_depth = 20;
  options.allow_invalid_utf8 = true;
  const auto value = json::parse(json::string_view(text.data(), text.size()), error, {}, options);
  if (error) return wrong("is no JSON: " + error.message());
  const auto* root = value.if_object();
  if (root == nullptr) return wrong("is no JSON object");

  RspamdAnswer answer;
  auto action = text_of(*root, "action");
  auto score = number_of(*root, "score");
  if (!action || !score) return wrong("has no action or no score");
  answer.action = base::printable(*action, 50);
  answer.score = *score;
  answer.required_score = number_of(*root, "required_score").value_or(0);
  if (const auto* thresholds = object_of(*root, "thresholds")) answer.junk_score = number_of(*thresholds, "add header");
  if (const auto* symbols = object_of(*root, "symbols")) read_symbols(*symbols, limits, answer);
  if (auto subject = text_of(*root, "subject")) answer.subject = line(*subject, 8 * limits.text);
  if (const auto* messages = object_of(*root, "messages")) {
    if (auto said = text_of(*messages, "smtp_message")) answer.smtp_message = base::printable(*said, limits.text);
  }
  if (const auto* milter = object_of(*root, "milter")) read_milter(*milter, limits, answer);
  return answer;
}

}  // namespace spam
