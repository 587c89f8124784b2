// SPDX-License-Identifier: Apache-2.0
// Prefix::parse takes an address that IpAddress::parse takes, a slash and a length, if no bit is set after that length;
// an error's offset lies in the part that is wrong. The block around an address contains it and reads back from its
// text.
#include <volley/prefix.h>

#include <charconv>

#include "require.h"

using volley::IpAddress;
using volley::Prefix;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = as_text(data, size);
  const auto prefix = Prefix::parse(text);
  const std::size_t slash = text.find('/');
  const auto address = IpAddress::parse(text.substr(0, slash));
  if (!address) require(!prefix && prefix.error() == address.error());
  if (!address || slash == std::string_view::npos) return 0;
  if (!prefix) require(prefix.error().offset > slash && prefix.error().offset <= size);
  unsigned length = 0;
  const char* const end = text.data() + size;
  const auto [last, error] = std::from_chars(text.data() + slash + 1, end, length);
  const bool decimal = error == std::errc() && last == end && (text[slash + 1] != '0' || slash + 2 == size);
  if (!decimal || length > address->bits()) {
    require(!prefix);
    return 0;
  }
  const Prefix block = Prefix::around(*address, length);
  require(Prefix::parse(block.to_string()) == block);
  require(block.contains(*address) && block.contains(block.address()));
  require(prefix.has_value() == (block.address() == *address));
  if (prefix) require(*prefix == block);
  return 0;
}
