// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

namespace volley::bench {

/// Ends the program unless `holds`: a benchmark of a wrong answer is none.
void require(bool holds);

/// A scenario file with one trivial TCP exchange: listen, connect, accept, five bytes each way; both ends ours.
extern const std::string exchange;

/// The exchange as one would write it by hand: the system calls without which it would not be the same exchange, each
/// checked.
void exchange_by_hand();

}  // namespace volley::bench
