#include "transcript/script.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/text.h"
#include "transcript/pattern.h"

namespace transcript {
namespace {

// A word ends at an unquoted space; inside quotes, escapes count.
std::vector<std::string> split_words(std::string_view text) {
  std::vector<std::string> words;
  for (size_t i = 0; i < text.size();) {
    if (text[i] == ' ' || text[i] == '\t') {
      ++i;
      continue;
    }
    std::string word;
    while (i < text.size() && text[i] != ' ' && text[i] != '\t') {
      if (text[i] != '"') {
        word += text[i++];
        continue;
      }
      const size_t begin = ++i;
      while (i < text.size() && text[i] != '"') i += text[i] == '\\' ? 2 : 1;
      if (i >= text.size()) throw std::runtime_error("a quote is not closed");
      word += unescape(text.substr(begin, i - begin));
      ++i;
    }
    words.push_back(std::move(word));
  }
  return words;
}

uint64_t number_of(const std::string& text) {
  const auto value = base::parse_number(text);
  if (!value) throw std::runtime_error("not a number: " + text);
  return *value;
}

// "90s", "5m", "2h", "3d", "200ms".
uint64_t micros_of(const std::string& text) {
  const size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const std::string unit = text.substr(digits);
  constexpr std::pair<std::string_view, uint64_t> kUnits[] = {
      {"ms", 1'000}, {"s", 1'000'000}, {"m", 60'000'000}, {"h", 3'600'000'000}, {"d", 86'400'000'000}};
  for (const auto& [name, factor] : kUnits)
    if (unit == name) return number_of(text.substr(0, digits)) * factor;
  throw std::runtime_error("not a duration: " + text);
}

struct Shape {
  std::string_view verb;
  Kind kind;
  size_t least, most;                     // words after the verb
  std::vector<std::string_view> options;  // name=value words
  std::vector<std::string_view> marks;    // bare words that may follow
};

const std::vector<Shape>& server_steps() {
  static const std::vector<Shape> kShapes = {
      {"domain", Kind::kDomain, 1, 1, {"state", "enterprise"}, {}},
      {"account", Kind::kAccount, 1, 1, {"quota", "password", "alias", "enterprise"}, {"disabled"}},
      {"catchall", Kind::kCatchAll, 2, 2, {}, {}},
      {"deliver", Kind::kDeliver, 3, 3, {"flags", "date"}, {}},
      {"set", Kind::kSet, 1, 1, {}, {}},
      {"advance", Kind::kAdvance, 1, 1, {}, {}},
      {"mailbox", Kind::kMailbox, 4, 4, {}, {}},
      {"message", Kind::kMessage, 5, 5, {}, {}},
  };
  return kShapes;
}

const Shape kConnectShape = {"connect", Kind::kConnect, 0, 1, {"from"}, {"tls"}};

bool holds(const std::vector<std::string_view>& names, std::string_view name) {
  for (std::string_view one : names)
    if (one == name) return true;
  return false;
}

// Sorts the words after the verb into words, marks (kept at the end of words) and options.
void fill(Step& step, const Shape& shape, const std::vector<std::string>& words) {
  std::vector<std::string> marks;
  for (const std::string& word : words) {
    const size_t equals = word.find('=');
    if (equals != std::string::npos && holds(shape.options, word.substr(0, equals)))
      step.options.emplace(word.substr(0, equals), word.substr(equals + 1));
    else if (holds(shape.marks, word))
      marks.push_back(word);
    else
      step.words.push_back(word);
  }
  if (step.words.size() < shape.least || step.words.size() > shape.most)
    throw std::runtime_error("wrong number of words after " + std::string(shape.verb));
  for (const std::string& mark : marks) step.options.emplace(mark, "yes");
}

Step parse_server_step(std::string_view line) {
  std::vector<std::string> words = split_words(line);
  for (const Shape& shape : server_steps()) {
    if (words[0] != shape.verb) continue;
    Step step{shape.kind};
    fill(step, shape, {words.begin() + 1, words.end()});
    if (shape.kind == Kind::kAdvance) step.count = micros_of(step.words[0]);
    if (shape.kind == Kind::kMailbox) {
      if (step.words[2] != "count") throw std::runtime_error("want: mailbox ADDRESS NAME count NUMBER");
      step.count = number_of(step.words[3]);
    }
    if (shape.kind == Kind::kMessage) {
      step.count = number_of(step.words[2]);
      if (step.words[3] != "contains" && step.words[3] != "lacks") throw std::runtime_error("want: contains or lacks");
    }
    if (shape.kind == Kind::kSet && step.words[0].find('=') == std::string::npos) throw std::runtime_error("want: set key=value");
    return step;
  }
  throw std::runtime_error("unknown word: " + words[0]);
}

// What follows the mark, without the one space after it.
std::string after_mark(std::string_view rest, size_t mark) {
  rest.remove_prefix(mark);
  if (rest.starts_with(' ')) rest.remove_prefix(1);
  return std::string(rest);
}

Step parse_send_many(const std::string& text) {
  const size_t space = text.find(' ');
  if (space == std::string::npos) throw std::runtime_error("want: C*: COUNT TEXT");
  Step step{Kind::kSendMany};
  step.count = number_of(text.substr(0, space));
  step.text = unescape(text.substr(space + 1));
  return step;
}

Step text_step(Kind kind, std::string text) {
  Step step{kind};
  step.text = std::move(text);
  return step;
}

Step parse_connection_step(std::string_view rest) {
  if (rest.starts_with("C:")) return text_step(Kind::kSend, after_mark(rest, 2) + "\r\n");
  if (rest.starts_with("C-:")) return text_step(Kind::kSend, unescape(after_mark(rest, 3)));
  if (rest.starts_with("C*:")) return parse_send_many(after_mark(rest, 3));
  if (rest.starts_with("S:")) return text_step(Kind::kExpect, after_mark(rest, 2));
  if (rest.starts_with("S*:")) return text_step(Kind::kSkipTo, after_mark(rest, 3));
  const std::string_view words = base::trim(rest);
  if (words == "S closed") return Step{Kind::kExpectEnd};
  if (words == "C close") return Step{Kind::kClose};
  if (words == "starttls") return Step{Kind::kStartTls};
  std::vector<std::string> parts = split_words(words);
  if (parts.empty() || parts[0] != "connect") throw std::runtime_error("unknown: " + std::string(rest));
  Step step{Kind::kConnect};
  fill(step, kConnectShape, {parts.begin() + 1, parts.end()});
  return step;
}

Step parse_line(std::string_view line) {
  if (!base::is_digit(line.front())) return parse_server_step(line);
  const size_t space = line.find(' ');
  if (space == std::string_view::npos) throw std::runtime_error("want something after the connection's number");
  Step step = parse_connection_step(line.substr(space + 1));
  step.connection = static_cast<int>(number_of(std::string(line.substr(0, space))));
  return step;
}

}  // namespace

std::string Step::option(const std::string& name, const std::string& otherwise) const {
  const auto found = options.find(name);
  return found == options.end() ? otherwise : found->second;
}

Script parse_script(const std::string& path, const std::string& text) {
  Script script;
  script.path = path;
  script.protocol = std::filesystem::path(path).parent_path().filename();
  int number = 0;
  for (std::string_view line : base::split(text, '\n')) {
    ++number;
    if (base::trim(line).empty() || line.front() == '#') continue;
    try {
      script.steps.push_back(parse_line(line));
    } catch (const std::runtime_error& error) {
      throw Failed(path + ":" + std::to_string(number) + ": " + error.what());
    }
    script.steps.back().line = number;
  }
  if (script.steps.empty()) throw Failed(path + ": nothing in it");
  return script;
}

Script read_script(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw Failed(path + ": cannot be read");
  return parse_script(path, {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()});
}

}  // namespace transcript
