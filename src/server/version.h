#pragma once

namespace server {

inline constexpr const char* kVersion = "0.1.0";

}  // namespace server
