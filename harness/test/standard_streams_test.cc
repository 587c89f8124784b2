// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "program_workspace.h"
#include "report_readers.h"

namespace volley::test {

TEST_CASE("closed standard streams confuse no verdict and no report") {
  for (const std::string_view closed : {">&-", "<&-", "2>&-", "<&- >&-", "<&- >&- 2>&-"}) {
    CAPTURE(closed);
    const Workspace workspace;
    workspace.write("a.volley",
                    "scenario \"good\" {\n    start p \"cat\"\n    p > \"x\"\n    p < \"x\"\n}\n"
                    "scenario \"bad\" {\n    expect 1 == 2\n}\n");
    const auto run =
        workspace.shell(fmt::format("exec '{}' run a.volley --report json=out.jsonl {}", volley_program(), closed));
    CHECK(read_json_lines(workspace.path("out.jsonl")) == "passed\ta.volley › good\nfailed\ta.volley › bad\n");
    const bool is_told = !closed.contains(">&-") || closed == "2>&-";
    CHECK(run.status == exited(is_told ? 1 : 3));
  }
}

}  // namespace volley::test
