#pragma once
// What a step decides, and the SMTP reply that tells the peer.

#include <string>
#include <utility>

namespace delivery {

// One reply of RFC 5321 4.2 with its enhanced code (RFC 3463).
struct Reply {
  int code = 250;
  std::string enhanced = "2.0.0";
  std::string text;

  bool positive() const { return code < 400; }
  bool temporary() const { return code >= 400 && code < 500; }
  bool operator==(const Reply&) const = default;
};

struct Verdict {
  enum class Kind {
    kContinue,  // to the next step
    kAccept,    // done, and every recipient has its outcome: later steps are not asked
    kRefuse,    // nothing was stored and nothing will be: 5xx
    kDefer,     // nothing was stored, the same message may be accepted later: 4xx
  };
  Kind kind = Kind::kContinue;
  Reply reply;  // of kRefuse and kDefer

  static Verdict go_on() { return {}; }
  static Verdict accept() { return {Kind::kAccept, {}}; }
  static Verdict refuse(int code, std::string enhanced, std::string text) {
    return {Kind::kRefuse, {code, std::move(enhanced), std::move(text)}};
  }
  static Verdict defer(int code, std::string enhanced, std::string text) {
    return {Kind::kDefer, {code, std::move(enhanced), std::move(text)}};
  }
};

}  // namespace delivery
