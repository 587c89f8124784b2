#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Reads a report with Python's own readers and prints OUTCOME, a tab and the IDENTITY of each case.

read_report.py json FILE SCHEMA   JSON lines, each validated against the schema
read_report.py junit FILE         JUnit's XML
read_report.py packets FILE       what libpcap reads: the link type; bytes kept, length and first byte of each packet
read_report.py commands FILE      workflow commands as GitHub's runner finds them: NAME, FILE, LINE, TITLE, MESSAGE
"""
import json
import re
import sys
import xml.etree.ElementTree as xml


def show(*words):
    print("\t".join(words))


def read_json(path, schema):
    import jsonschema
    validator = jsonschema.Draft202012Validator(json.load(open(schema, encoding="utf-8")))
    lines = open(path, "rb").read().split(b"\n")
    assert lines.pop() == b"", "the last line has no end"
    values = []
    for line in lines:
        assert all(0x20 <= byte < 0x7F for byte in line), "a line is not printable ASCII"
        values.append(json.loads(line))
        validator.validate(values[-1])
    assert [value["type"] for value in values] == ["run"] + ["case"] * (len(values) - 2) + ["summary"]
    for value in values[1:-1]:
        show(value["outcome"], value["identity"])


def read_junit(path):
    for case in xml.parse(path).getroot().iter("testcase"):
        results = [child.tag for child in case if child.tag in ("failure", "error", "skipped")]
        outcome = {"failure": "failed", "error": "error", "skipped": "skipped"}[results[0]] if results else "passed"
        show(outcome, case.get("classname") + " › " + case.get("name"))


def unescaped(text, tokens):
    for token in tokens:
        text = text.replace("%%%02X" % ord(token), token)
    return text


def read_commands(path):
    names = "add-mask|add-matcher|add-path|debug|echo|endgroup|error|group|notice|remove-matcher|save-state|set-env|" \
            "set-output|stop-commands|warning"
    for line in open(path, "rb").read().decode("utf-8", "replace").splitlines():
        command = re.match(r"::(\S*?)(?: (.*?))?::(.*)$", line.lstrip("\ufeff\u200b \t").strip())
        if command and command.group(1) in names.split("|"):
            properties = {}
            for part in filter(None, (command.group(2) or "").split(",")):
                key, _, value = part.partition("=")
                properties[key] = unescaped(value, "\r\n:,%")
            message = unescaped(command.group(3), "\r\n%").split("\n")[0]
            show(command.group(1), *(properties.get(key, "") for key in ("file", "line", "title")), message)
            continue
        older = re.search(r"##(?:\[(" + names + r")[ \]]|vso\[|teamcity\[)", line)
        if older:
            show("##", line)


def read_packets(path):
    import ctypes
    pcap = ctypes.CDLL("libpcap.so.0.8")
    pcap.pcap_open_offline.restype = ctypes.c_void_p
    error = ctypes.create_string_buffer(256)
    handle = pcap.pcap_open_offline(path.encode(), error)
    assert handle, error.value.decode()

    class Header(ctypes.Structure):
        _fields_ = [("seconds", ctypes.c_long), ("microseconds", ctypes.c_long), ("kept", ctypes.c_uint32),
                    ("length", ctypes.c_uint32)]
    header, data = ctypes.POINTER(Header)(), ctypes.POINTER(ctypes.c_ubyte)()
    show("link type", str(pcap.pcap_datalink(ctypes.c_void_p(handle))))
    while (result := pcap.pcap_next_ex(ctypes.c_void_p(handle), ctypes.byref(header), ctypes.byref(data))) == 1:
        show(str(header.contents.kept), str(header.contents.length), "%02x" % data[0])
    assert result == -2, "an error before the end"


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")
    {"json": read_json, "junit": read_junit, "commands": read_commands, "packets": read_packets}[sys.argv[1]](*sys.argv[2:])
