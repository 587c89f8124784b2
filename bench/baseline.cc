// SPDX-License-Identifier: Apache-2.0
// volley_baseline: whole programs to compare volley with. Without an argument it does nothing; with a number it makes
// so many exchanges by hand.
#include <cstdlib>

#include "exchange.h"

int main(int count, char** arguments) {
  const long exchanges = count > 1 ? std::strtol(arguments[1], nullptr, 10) : 0;
  for (long i = 0; i < exchanges; ++i) volley::bench::exchange_by_hand();
  return 0;
}
