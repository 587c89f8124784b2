# SPDX-License-Identifier: Apache-2.0
# Reads TAP with Perl's own parser and prints OUTCOME, a tab and the description of each test point; then what a
# diagnostic block says as its message, behind a tab. Status 1: the parser found something wrong.
# The parser of Debian 12 knows versions to 13, which reads the same but for subtests: the version line is set back.
use strict;
use warnings;
use TAP::Parser;

open my $file, '<', $ARGV[0] or die "$ARGV[0]: $!";
my $tap = do { local $/; <$file> };
$tap =~ s/\ATAP version 14\n/TAP version 13\n/ or die "not version 14";
my $parser = TAP::Parser->new({tap => $tap});
while (my $result = $parser->next) {
  if ($result->is_test) {
    my $outcome = $result->has_skip ? 'skipped' : $result->has_todo ? 'todo' : $result->is_actual_ok ? 'passed' : 'failed';
    my $description = $result->description =~ s/^- //r;
    print "$outcome\t", $description =~ s/\\([\\#])/$1/gr, "\n";
  } elsif ($result->is_yaml) {
    print "\t", $result->data->{message}, "\n";
  } elsif ($result->is_bailout) {
    print "bailout\t", $result->explanation, "\n";
  } elsif (!$result->is_plan && !$result->is_version) {
    print 'unexpected ', ref $result, "\n";
  }
}
print "error\t$_\n" for $parser->parse_errors;
exit($parser->parse_errors ? 1 : 0);
