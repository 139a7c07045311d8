// Reads a date as a series of tokens and decides by their looks: a month's name, "h:m:s", a number, a zone. Their order is almost free, so
// that asctime's "Tue Jul  1 10:52:37 2003" and "1-Jul-2003 10:52" are read too.

#include "mime/date.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <cstdlib>

#include "base/text.h"

namespace mime {
namespace {

constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<std::string_view, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

struct Zone {
  std::string_view name;
  int minutes;
};
// RFC 5322 4.3. Military letters and unknown names are UTC, as it advises.
constexpr Zone kZones[] = {{"EST", -300}, {"EDT", -240}, {"CST", -360}, {"CDT", -300},
                           {"MST", -420}, {"MDT", -360}, {"PST", -480}, {"PDT", -420}};

constexpr size_t kLongest = 200;  // a date is not longer

class DateParser {
 public:
  explicit DateParser(std::string_view text) : text_(text.substr(0, kLongest)) {}

  std::optional<Date> run() {
    while (at_ < text_.size()) step();
    return result();
  }

 private:
  void step() {
    char c = text_[at_];
    if (base::is_alpha(c)) {
      take_word();
    } else if (base::is_digit(c)) {
      take_number();
    } else if ((c == '+' || c == '-') && hour_ >= 0) {
      take_zone(c == '-' ? -1 : 1);
    } else if (c == '(') {
      skip_comment();
    } else {
      ++at_;
    }
  }

  void skip_comment() {
    int depth = 0;
    for (; at_ < text_.size(); ++at_) {
      if (text_[at_] == '\\')
        ++at_;
      else if (text_[at_] == '(')
        ++depth;
      else if (text_[at_] == ')' && --depth == 0)
        break;
    }
    ++at_;
  }

  void take_word() {
    size_t begin = at_;
    while (at_ < text_.size() && base::is_alpha(text_[at_])) ++at_;
    std::string_view word = text_.substr(begin, at_ - begin);
    if (hour_ >= 0 && month_ != 0) {
      for (const auto& zone : kZones)
        if (zone_ == kNoZone && base::iequals(word, zone.name)) zone_ = zone.minutes;
      return;
    }
    for (size_t m = 0; m < kMonths.size(); ++m)
      if (month_ == 0 && base::istarts_with(word, kMonths[m])) month_ = static_cast<unsigned>(m) + 1;
  }

  int digits(size_t& count) {
    int value = 0;
    size_t begin = at_;
    for (; at_ < text_.size() && base::is_digit(text_[at_]); ++at_)
      if (value < 1'000'000) value = value * 10 + (text_[at_] - '0');
    count = at_ - begin;
    return value;
  }

  // Past a colon, with the white space RFC 5322 4.3 allows around it.
  bool take_colon() {
    size_t at = text_.find_first_not_of(" \t\r\n", at_);
    if (at == text_.npos || text_[at] != ':') return false;
    at = text_.find_first_not_of(" \t\r\n", at + 1);
    if (at == text_.npos || !base::is_digit(text_[at])) return false;
    at_ = at;
    return true;
  }

  void take_number() {
    size_t count;
    int value = digits(count);
    if (hour_ < 0 && count <= 2 && take_colon()) {
      hour_ = value;
      minute_ = digits(count);
      if (take_colon()) second_ = digits(count);
    } else if (day_ < 0 && count <= 2) {
      day_ = value;
    } else if (year_ < 0) {
      year_ = count <= 2 ? value + (value < 50 ? 2000 : 1900) : count == 3 ? value + 1900 : value;
    }
  }

  void take_zone(int sign) {
    ++at_;
    size_t count;
    int value = digits(count);
    if (count == 4 && value % 100 < 60 && value / 100 < 24) zone_ = sign * (value / 100 * 60 + value % 100);
  }

  std::optional<Date> result() const {
    using namespace std::chrono;
    if (year_ < 0 || year_ > 9999 || month_ == 0 || day_ < 1 || hour_ < 0) return std::nullopt;
    if (hour_ > 23 || minute_ > 59 || second_ > 60) return std::nullopt;
    year_month_day date(year(year_), month(month_), day(static_cast<unsigned>(day_)));
    if (!date.ok()) return std::nullopt;
    auto local = sys_days(date) + hours(hour_) + minutes(minute_) + seconds(second_);
    int zone = zone_ == kNoZone ? 0 : zone_;
    return Date{time_point_cast<base::Duration>(local - minutes(zone)), zone};
  }

  static constexpr int kNoZone = 100'000;

  std::string_view text_;
  size_t at_ = 0;
  int year_ = -1, day_ = -1, hour_ = -1, minute_ = 0, second_ = 0, zone_ = kNoZone;
  unsigned month_ = 0;
};

}  // namespace

std::optional<Date> parse_date(std::string_view value) { return DateParser(value).run(); }

std::string format_date(base::Time time, int zone_minutes) {
  using namespace std::chrono;
  auto local = floor<seconds>(time) + minutes(zone_minutes);
  auto day = floor<days>(local);
  year_month_day date(day);
  hh_mm_ss clock(local - day);
  int zone = std::abs(zone_minutes);
  return fmt::format("{}, {} {} {:04} {:02}:{:02}:{:02} {}{:02}{:02}", kDays[weekday(day).c_encoding()], static_cast<unsigned>(date.day()),
                     kMonths[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count(), zone_minutes < 0 ? '-' : '+', zone / 60, zone % 60);
}

}  // namespace mime
