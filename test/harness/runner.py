"""Runs the unittest files of a folder and ends with "NAME: N passed, N failed". Arguments choose tests by a part of their name."""
import pathlib
import sys
import time
import unittest


class Result(unittest.TestResult):
    def __init__(self, stream=None, descriptions=None, verbosity=None):
        super().__init__(stream, descriptions, verbosity)
        self.passed = 0

    def startTest(self, test):
        super().startTest(test)
        self.started = time.monotonic()

    def _say(self, word, test, text=""):
        name = test.id() if isinstance(test, unittest.TestCase) else str(test)
        print(f"{word:6} {name} ({time.monotonic() - getattr(self, 'started', time.monotonic()):.1f} s)", flush=True)
        if text:
            print(text, flush=True)

    def addSuccess(self, test):
        super().addSuccess(test)
        self.passed += 1
        self._say("ok", test)

    def addFailure(self, test, error):
        super().addFailure(test, error)
        self._say("FAILED", test, self.failures[-1][1])

    def addError(self, test, error):
        super().addError(test, error)
        self._say("FAILED", test, self.errors[-1][1])

    def addSubTest(self, test, subtest, error):
        super().addSubTest(test, subtest, error)
        if error:
            self._say("FAILED", subtest, (self.failures + self.errors)[-1][1])

    def addSkip(self, test, reason):  # nothing may be left out in silence
        super().addSkip(test, reason)
        self.failures.append((test, "skipped: " + reason))
        self._say("FAILED", test, "skipped: " + reason)


def tests_of(suite):
    for item in suite:
        yield from tests_of(item) if isinstance(item, unittest.TestSuite) else [item]


def main(name, folder):
    sys.path.insert(0, str(folder))
    wanted = sys.argv[1:]
    found = unittest.TestLoader().discover(str(folder), pattern="*_test.py")
    chosen = unittest.TestSuite(test for test in tests_of(found) if not wanted or any(word in test.id() for word in wanted))
    result = Result()
    chosen.run(result)
    failed = len(result.failures) + len(result.errors)
    print(f"{name}: {result.passed} passed, {failed} failed")
    return 1 if failed or not result.passed else 0
