#pragma once
// Date and time of RFC 5322 3.3 and 4.3, read as they are found and written as they should be.

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace mime {

struct Date {
  base::Time time;       // whole seconds
  int zone_minutes = 0;  // east of UTC; what an unknown zone says is taken as UTC
  bool operator==(const Date&) const = default;
};

// Takes obsolete zones, two- and three-digit years, comments, a missing day name, zone or seconds, and text after the date.
// nullopt when no day, month, year and hour can be made out, or they do not exist.
std::optional<Date> parse_date(std::string_view value);

// "Mon, 23 Nov 2026 13:15:31 +0800".
std::string format_date(base::Time time, int zone_minutes = 0);

}  // namespace mime
