"""What every data folder kept here holds, and how it was made: one description for the maker and for the test."""
PASSWORDS = {"tom@example.com": "tom's secret", "anna@example.com": "anna's secret", "ola@andere.example": "ola's secret"}
TOM, ANNA, OLA = PASSWORDS


def text(subject, size=200):
    return f"From: a@remote.test\r\nTo: {TOM}\r\nSubject: {subject}\r\nMessage-ID: <{subject}@remote.test>\r\n\r\n".encode() + b"line of text\r\n" * (size // 14)


# (mailbox, flags, message) of tom, in the order they were appended; 40 small ones fill the INBOX so that a page has gaps.
LETTERS = [("INBOX", "\\Seen", text("first")), ("INBOX", "\\Flagged kept", text("large", 20_000)), ("Projects/2026", "", text("filed"))]
FILLING = 40
EXPUNGED = "6:10"  # UIDs of the INBOX
