#pragma once
// Fields of a message's header that delivery takes out.

#include <functional>
#include <string>
#include <string_view>

#include "mime/message.h"

namespace delivery {

// Removes the fields for which `unwanted` holds from the header of `bytes`, in place.
void remove_fields_if(std::string& bytes, const std::function<bool(const mime::Header&)>& unwanted);
void remove_fields(std::string& bytes, std::string_view name);

}  // namespace delivery
