#pragma once
// Result and Error: what a caller decides about is returned, what ends a session is thrown (as Failure).

#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>

namespace base {

// Kinds that callers branch on; a protocol maps each to its own reply.
enum class ErrorKind {
  kInvalid,      // the request itself is wrong; repeating it will not help
  kNotFound,     // the thing named does not exist (or is another enterprise's: the caller cannot tell)
  kExists,       // the thing to be made is already there
  kDenied,       // known, and not allowed
  kOverQuota,    // a mailbox or enterprise is full
  kLimit,        // a configured limit was reached
  kUnavailable,  // temporary: a server, disk or lock; the same request may work later
  kCorrupt,      // stored bytes break a promise
};

// `text` may be shown to anybody; `cause` is for the log alone.
struct Error {
  ErrorKind kind = ErrorKind::kInvalid;
  std::string text = {};
  std::string cause = {};

  bool temporary() const { return kind == ErrorKind::kUnavailable; }
};

// An Error as an exception: ends the statement, transaction or session that meets it.
class Failure : public std::runtime_error {
 public:
  explicit Failure(Error error)
      : std::runtime_error(error.cause.empty() ? error.text : error.text + ": " + error.cause), error_(std::move(error)) {}
  Failure(ErrorKind kind, std::string text, std::string cause = {}) : Failure(Error{kind, std::move(text), std::move(cause)}) {}
  const Error& error() const { return error_; }

 private:
  Error error_;
};

// Either a value or an Error. REQUIRES for value access: ok().
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }
  T& value() & { return std::get<0>(state_); }
  const T& value() const& { return std::get<0>(state_); }
  T&& value() && { return std::get<0>(std::move(state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  const Error& error() const { return std::get<1>(state_); }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}
  bool ok() const { return !error_; }
  explicit operator bool() const { return ok(); }
  const Error& error() const { return *error_; }

 private:
  std::optional<Error> error_;
};

// The value, or the error thrown as a Failure.
template <typename T>
T value_or_throw(Result<T> result) {
  if (!result.ok()) throw Failure(result.error());
  if constexpr (!std::is_void_v<T>) return std::move(result).value();
}

}  // namespace base
