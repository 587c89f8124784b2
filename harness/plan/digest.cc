// SPDX-License-Identifier: Apache-2.0
#include "plan/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <cstdlib>

namespace volley::plan {
namespace {

const unsigned char* octets(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

using Digest = std::array<unsigned char, EVP_MAX_MD_SIZE>;

Bytes bytes_of(const Digest& digest, unsigned size) {
  Bytes bytes(size, '\0');
  std::ranges::transform(digest.begin(), digest.begin() + size, bytes.begin(),
                         [](unsigned char byte) { return static_cast<char>(byte); });
  return bytes;
}

/// The library would read its configuration, which may load code.
void begin() {
  static const int begun = OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr);
  static_cast<void>(begun);
}

/// There is nothing that a caller could do about a library without its own digests.
Bytes digest_of(std::string_view bytes, const EVP_MD* (*kind_of)()) {
  begin();
  Digest digest;
  unsigned size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, kind_of(), nullptr) != 1) std::abort();
  return bytes_of(digest, size);
}

}  // namespace

Bytes sha1(std::string_view bytes) {
  return digest_of(bytes, EVP_sha1);
}

Bytes sha256(std::string_view bytes) {
  return digest_of(bytes, EVP_sha256);
}

Bytes hmac_sha1(std::string_view key, std::string_view message) {
  begin();
  Digest digest;
  unsigned size = 0;
  const auto* made = HMAC(EVP_sha1(), octets(key), static_cast<int>(key.size()), octets(message), message.size(),
                          digest.data(), &size);
  if (!made) std::abort();
  return bytes_of(digest, size);
}

Bytes base64(std::string_view bytes) {
  Bytes text((bytes.size() + 2) / 3 * 4 + 1, '\0');  // it ends with a NUL, which is not wanted
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), octets(bytes), static_cast<int>(bytes.size()));
  text.pop_back();
  return text;
}

}  // namespace volley::plan
