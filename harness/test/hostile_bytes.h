// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <string>
#include <string_view>

namespace volley::test {

/// What a peer, a file or a server might say to make a report, a log or a terminal tell something else.
inline const std::array hostile_bytes{
    // Terminals
    std::string("\x1b[31mred\x1b[0m"),
    std::string("\x1b]0;owned\x07"),
    std::string("\x1b[2J\x1b[1;1Hok"),
    std::string("\xc2\x9b"
                "31m"),  // CSI as a C1 control character
    std::string("\x9b"
                "31m"),  // and as a byte
    std::string("\x7f\x08\x08passed"),
    std::string("\a\b\v\f"),
    std::string("12\rok"),
    // Lines
    std::string("x\r\nok 1\r\n"),
    std::string("x\nok 1 - forged\n1..1\n"),
    std::string("x\n  ...\nok 1 - forged\n"),
    std::string("Bail out!"),
    std::string("x\nBail out! forged\n"),
    std::string("\nFAIL forged › case\n0 passed, 9 failed\n"),
    std::string("# SKIP forged"),
    std::string("\\# TODO \\forged\\"),
    std::string("1..0 # SKIP"),
    std::string("\xe2\x80\xa8ok 1 - forged"),  // U+2028
    std::string("\xe2\x80\xa9ok 1 - forged"),  // U+2029
    std::string("\xc2\x85ok 1 - forged"),      // U+0085
    // XML
    std::string("]]>"),
    std::string("<![CDATA["),
    std::string("-->"),
    std::string("</failure></testcase><testcase name=\"forged\" classname=\"x\"/>"),
    std::string("&amp;&#0;&#x1b;"),
    std::string("\xef\xbf\xbe\xef\xbf\xbf"),  // noncharacters
    // JSON
    std::string("\"}\n{\"type\":\"case\"}\n"),
    std::string("\\u0000\\\""),
    // Commands to a runner
    std::string("::error::forged"),
    std::string("  ::stop-commands::forged"),
    std::string("\xc2\xa0::error::forged"),  // after a no-break space
    std::string("x\n::set-env name=PATH::forged"),
    std::string("##[error]forged"),
    std::string("x ##[add-mask]forged"),
    std::string("##vso[task.complete result=Succeeded;]"),
    std::string("##teamcity[testFinished name='forged']"),
    std::string("%0A::error::%0D%25,title=forged:"),
    // Not UTF-8, and not quite visible
    std::string("\0", 1),
    std::string("\xff\xfe"),
    std::string("caf\xe9"),
    std::string("\xc0\x80\xe0\x80\xaf"),      // overlong
    std::string("\xed\xa0\x80\xed\xb0\x80"),  // surrogates
    std::string("\xe2\x82"),                  // cut off
    std::string("\xf4\x90\x80\x80"),          // beyond Unicode
    std::string("\xe2\x80\xaetxt.exe"),       // right-to-left override
    std::string("\xe2\x81\xa6isolated\xe2\x81\xa9"),
    std::string("\xef\xbb\xbfmarked"),  // a byte order mark
    std::string("zero\xe2\x80\x8bwidth"),
    std::string(65536, 'A'),
    std::string("'; $(reboot) `reboot` | \"$HOME\""),
};

/// Whether text has a control character other than a line end: C0, DEL, or C1 in UTF-8.
inline bool has_control(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte < 0x20 && byte != '\n') || byte == 0x7F) return true;
    const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0;
    if (byte == 0xC2 && next >= 0x80 && next <= 0x9F) return true;
  }
  return false;
}

}  // namespace volley::test
