#!/usr/bin/perl
# A second implementation of DKIM and ARC (Debian's libmail-dkim-perl), for src/mailauth/interop_test.cpp.
#
#   mail_dkim_peer.pl verify KEYS MESSAGE        "pass" or "fail" for each DKIM-Signature, a line each
#   mail_dkim_peer.pl arc-verify KEYS MESSAGE    "none", "pass" or "fail"
#
# KEYS has lines "name TAB record".
use strict;
use warnings;
use Mail::DKIM::Verifier;
use Mail::DKIM::ARC::Verifier;
use Mail::DKIM::PublicKey;

sub slurp { local $/; open my $file, '<:raw', $_[0] or die "$_[0]: $!"; return scalar <$file> }

my ($what, $keys, $message) = @ARGV;
my %records = map { split /\t/, $_, 2 } split /\n/, slurp($keys);

{
  package Answer;
  sub new { my ($class, $text) = @_; return bless { text => $text }, $class }
  sub type { 'TXT' }
  sub char_str_list { ($_[0]{text}) }
  sub txtdata { $_[0]{text} }
}
{
  no warnings qw(redefine once);
  *Mail::DKIM::DNS::query = sub { my ($name) = @_; return exists $records{$name} ? (Answer->new($records{$name})) : () };
  *Mail::DKIM::DNS::query_async = sub {
    my ($name, $type, %callbacks) = @_;
    my @found = exists $records{$name} ? (Answer->new($records{$name})) : ();
    my $result = $callbacks{Callbacks}{Success}->(@found);
    return sub { $result };
  };
}

my $verifier = $what eq 'verify' ? Mail::DKIM::Verifier->new : Mail::DKIM::ARC::Verifier->new;
$verifier->PRINT(slurp($message));
$verifier->CLOSE;
if ($what eq 'verify') {
  for my $signature ($verifier->signatures) {
    print STDERR $signature->result_detail, "\n";
    print $signature->result eq 'pass' ? "pass\n" : "fail\n";
  }
} else {
  print STDERR $verifier->result_detail, "\n";
  print $verifier->result, "\n";
}
