#!/usr/bin/python3
"""Another implementation of DKIM and ARC (Debian's python3-dkim), for src/mailauth/interop_test.cpp.

  dkimpy_peer.py verify KEYS MESSAGE               "pass" or "fail" for each DKIM-Signature, a line each
  dkimpy_peer.py arc-verify KEYS MESSAGE           "none", "pass" or "fail"
  dkimpy_peer.py sign KEY DOMAIN CANON MESSAGE     the DKIM-Signature field; CANON is for example relaxed/simple
  dkimpy_peer.py arc-sign KEY DOMAIN ID MESSAGE    the set's three fields; ID is the authserv-id whose results it is to use

KEYS has lines "name TAB record". KEY is a file: PEM for RSA, the base64 of the seed for Ed25519. The selector is "s".
"""
import sys

import dkim


def read(path):
    with open(path, "rb") as file:
        return file.read()


def table(path):
    records = dict(line.split(b"\t", 1) for line in read(path).splitlines())
    return lambda name, timeout=5: records.get(name.rstrip(b"."))


def algorithm(key):
    return b"rsa-sha256" if b"BEGIN" in key else b"ed25519-sha256"


def verify(keys, message):
    checked = dkim.DKIM(read(message))
    count = sum(1 for name, _ in checked.headers if name.lower() == b"dkim-signature")
    for index in range(count):
        try:
            passed = checked.verify(idx=index, dnsfunc=table(keys))
        except dkim.DKIMException as error:
            print(error, file=sys.stderr)
            passed = False
        print("pass" if passed else "fail")


def arc_verify(keys, message):
    status, _, reason = dkim.arc_verify(read(message), dnsfunc=table(keys))
    print((status or b"fail").decode())
    print(reason, file=sys.stderr)


def sign(key, domain, canon, message):
    key = read(key)
    forms = tuple(form.encode() for form in canon.split("/"))
    field = dkim.sign(read(message), b"s", domain.encode(), key, canonicalize=forms, signature_algorithm=algorithm(key))
    sys.stdout.buffer.write(field)


def arc_sign(key, domain, authserv_id, message):
    key = read(key)
    fields = dkim.arc_sign(read(message), b"s", domain.encode(), key, authserv_id.encode(), signature_algorithm=algorithm(key))
    sys.stdout.buffer.write(b"".join(fields))


if __name__ == "__main__":
    {"verify": verify, "arc-verify": arc_verify, "sign": sign, "arc-sign": arc_sign}[sys.argv[1]](*sys.argv[2:])
