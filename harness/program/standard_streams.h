// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace volley::program {

/// Takes the places of standard streams that are closed, so that no file or socket of ours gets their numbers and what
/// is meant for the console: there stands something that can be neither read nor written. First of all in `main`.
void open_standard_streams();

}  // namespace volley::program
