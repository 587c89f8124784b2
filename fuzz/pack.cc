// SPDX-License-Identifier: Apache-2.0
// What a ReadCursor reads as integers of any width, sign and byte order, a WriteCursor writes back as the same bytes;
// so do unpack and pack. The checksum of the pieces, put together, is that of the whole.
#include <volley/checksum.h>
#include <volley/cursor.h>
#include <volley/pack.h>

#include <vector>

#include "require.h"

namespace volley {

/// Copies one integer; `how` has its width in three bits, its order and its sign in one each.
static bool copy_integer(ReadCursor& from, WriteCursor& to, unsigned how) {
  const std::size_t width = how % 8 + 1;
  const ByteOrder order = (how & 8) != 0 ? ByteOrder::little : ByteOrder::big;
  if ((how & 16) != 0) {
    const auto value = from.read_int(width, order);
    return value && to.write_int(*value, width, order);
  }
  const auto value = from.read_uint(width, order);
  return value && to.write_uint(*value, width, order);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  ReadCursor from(bytes);
  std::vector<std::byte> copy(size);
  WriteCursor to(copy);
  InternetChecksum sum;
  while (from.remaining() > 0) {
    const auto before = from.position();
    const auto how = std::to_integer<unsigned>(from.rest().front());
    const bool copied = copy_integer(from, to, how);
    require(copied == (how % 8 < size - before));
    if (!copied) require(to.write_bytes(from.read_bytes(from.remaining()).value()));
    sum.add(to.written().subspan(before));
  }
  require(std::ranges::equal(copy, bytes));
  require(sum.value() == internet_checksum(bytes));
  using Odd = Int<24, ByteOrder::little>;
  const auto fields = unpack<Uint<40>, Odd>(bytes);
  if (fields) require(std::ranges::equal(pack(Uint<40>(get<0>(*fields)), Odd(get<1>(*fields))), bytes.first(8)));
  return 0;
}

}  // namespace volley
