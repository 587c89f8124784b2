// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <fmt/format.h>

#include <string>
#include <string_view>

namespace volley::test {

/// A target that greets each client with `greeting` and closes; a second port closes at once. `and_then` is Perl that
/// runs after each greeting.
inline std::string greeter(std::string_view name, std::string_view greeting, std::string_view and_then = "") {
  return fmt::format(R"(target {} {{
    run "perl" "greeter.pl" "${{host}}:${{port}}" "${{host}}:${{port.silent}}"
    file "greeter.pl" "use IO::Socket::INET; use IO::Select;\n" \
        "my @doors = map {{ IO::Socket::INET->new(Listen => 64, LocalAddr => \$_) or die }} @ARGV;\n" \
        "\$SIG{{TERM}} = sub {{ exit 0 }}; \$| = 1; print qq(ready\n);\n" \
        "my \$select = IO::Select->new(@doors);\n" \
        "while (1) {{ for my \$door (\$select->can_read) {{ my \$c = \$door->accept or next;\n" \
        "if (\$door == \$doors[0]) {{ print {{\$c}} '{}'; close \$c; {} }} }} }}\n"
    ready output ~ /ready/
}}
)",
                     name, greeting, and_then);
}

/// Two servers of one protocol, and the family of both.
inline std::string greeters() {
  return greeter("polite", "hello") + greeter("rude", "what") + "target host = polite | rude\n";
}

/// A scenario that wants to be greeted with hello by `target`.
inline std::string wants_hello(std::string_view name, std::string_view target, std::string_view property = "") {
  return fmt::format("scenario \"{}\" {{\n    {}\n    connect c tcp {}\n    c < \"hello\"\n    c < eof\n}}\n", name,
                     property.empty() ? "tag greeting" : property, target);
}

}  // namespace volley::test
