"""Files that cannot be trained on: what one may meet, and what is told of each.

Name, content, options, and what the line says besides the name.
"""

from typing import NamedTuple


class Bad(NamedTuple):
    name: str
    content: bytes
    told: str
    options: tuple[str, ...] = ()


LABEL = ("--target", "label")
WORDS = ("--separator", " ")
HEAD = b"input,target\n"
UTF16 = "the tide goes out\n".encode("utf-16")
PRETTY = b'[\n  {\n    "input": "ab",\n    "target": "cd"\n  }\n]\n'

TEXTS = [
    Bad("empty.txt", b"", "the file is empty"),
    Bad("one.txt", b"x", "only one character"),
    Bad("same.txt", b"a" * 400, "only one character"),
    Bad("lines.txt", b"\r\n\r\r\n" * 50, "only one character"),
    Bad("mark-alone.txt", b"\xef\xbb\xbf", "no character"),
    Bad("short.txt", b"ab", "of its 2 characters 2 are to be trained on"),
    Bad("shorter-than-T.txt", b"tide" * 5, "use a longer text, or a --length below 18"),
    Bad("held-out.txt", b"tide" * 20, "use a longer text", ("--valid", "0.99")),
    Bad("notepad.txt", UTF16, "byte 0: it is UTF-16; save it as UTF-8, or add --encoding utf-16"),
    Bad("wide.txt", "tide".encode("utf-32"), "byte 0: it is UTF-32"),
    Bad("bad-byte.txt", b"good line\n" * 20 + b"bad \xff line\n", "line 21, byte 204: ff"),
    Bad("bad-after-cr.txt", b"one\rtwo\r\nthree \x80\n", "line 3, byte 15: 80"),
    Bad("cut-off.txt", b"the tide \xe2\x82", "line 1, byte 9: e2 82"),
    Bad("surrogate.txt", b"the tide \xed\xa0\x80", "line 1, byte 9: ed"),
    Bad("overlong.txt", b"the tide\n\xc0\xafx", "line 2, byte 9: c0"),
    Bad("latin.txt", "Die Flut geht zurück\n".encode("latin-1"), "line 1, byte 17: fc"),
    Bad("far.txt", b"a line\n" * 200_000 + b"\xff", "line 200001, byte 1400000: ff"),
    Bad("odd.txt", UTF16[:-1], "byte", ("--encoding", "utf-16")),
    Bad("ascii.txt", "tide – ebb".encode(), "line 1, byte 5: e2", ("--encoding", "ascii")),
    Bad("nul.txt", b"abc\0def\0\0ghi\n" * 4, "line 1, byte 3: a NUL"),
    Bad("nul-later.txt", b"abc\n" * 10 + b"d\0e", "line 11, byte 41: a NUL"),
    Bad("archive.txt", b"PK\x03\x04\x14\x00\x00\x00", "line 1, byte 5: a NUL"),
    Bad("picture.txt", b"\x89PNG\r\n\x1a\n\0\0", "line 1, byte 0: 89"),
    Bad("programme.txt", b"\x7fELF\x02\x01\x01\0\0", "line 1, byte 7: a NUL"),
]

TABLES = [
    Bad("none.csv", b"", "the file is empty"),
    Bad("blank.csv", b"\n\n  \n", "it has no rows"),
    Bad("header.csv", HEAD, "it has no rows"),
    Bad("header.tsv", b"input\ttarget\n\n", "it has no rows"),
    Bad("quoted.csv", b'id,text,label\r\n1,"said ""no"", then left",0\r\n', "line 1: input has 2"),
    Bad("missing.csv", HEAD + b"ab,cd\nab,\n", "line 3: target is empty"),
    Bad("missing-input.csv", HEAD + b",a\n", "line 2: input is empty", LABEL),
    Bad("missing-label.csv", HEAD + b"ab,x\ncd,y\nef,\n", "line 4: target is empty", LABEL),
    Bad("temperatures.csv", b"t,temp\n0,12.5\n1,\n2,NA\n3,NaN\n4,-\n6,13.0\n", "line 2: '12.5'"),
    Bad("mixed.csv", b"step,value\n1,0.5\n2,high\n3,0.7\n4,1e-3\n5,0x10\n", "line 2: '0.5'"),
    Bad("sine.csv", b"t,value\n0,0.000000\n1,0.198669\n2,0.389418\n", "a series of numbers"),
    Bad("named-sine.csv", HEAD + b"0.00,0.19\n0.19,0.38\n0.38,0.56\n", "line 2: '0.19'"),
    Bad("labelled-sine.csv", HEAD + b"a,0.19\nb,0.38\nc,0.56\n", "a series of numbers", LABEL),
    Bad("twice.csv", b"x,x,y\n1,2,3\n4,5,6\n", "name the columns input and target"),
    Bad("two-inputs.csv", b"input,input,target\na,b,c\n", "line 1: two columns are named input"),
    Bad("no-target.csv", b"input,label\nab,1\n", "none named target; name both"),
    Bad("no-input.csv", b"text,target\nab,1\n", "none named input; name both"),
    Bad("one-column.csv", b"input\nab\n", "none named target"),
    Bad("other-column.csv", b"words\nab\n", "line 1: it has one column only"),
    Bad("semicolons.csv", b"words;labels\nana;1\n", "write sep=; on a line above"),
    Bad("excel.csv", b"\xef\xbb\xbfsep=;\r\nname;score\r\nana;1\r\n", "line 2: input has 4"),
    Bad("tabs.csv", b"input\ttarget\nab\tcd\n", "separated by tabs, name it .tsv"),
    Bad("ragged.csv", HEAD + b"ab,cd\nab,cd,ef\n", "line 3: it has 3 columns, the first row has 2"),
    Bad("short-row.csv", HEAD + b"ab,cd\nab\n", "line 3: it has 1 columns"),
    Bad("lengths.csv", HEAD + b"ab,cd\nabc,de\n", "line 3: input has 3 symbols, target 2"),
    Bad("words.csv", HEAD + b"a b,c d\na b,c\n", "line 3: input has 2 symbols, target 1", WORDS),
    Bad("doubled.csv", HEAD + b"a  b,c d e\n", "line 2: input[1] is empty", WORDS),
    Bad("after-lines.csv", HEAD + b'"a\nb",c\nd\n', "line 2: input has 3 symbols, target 1"),
    Bad("open-quote.csv", HEAD + b'ab,"cd\nef,gh\n', "line 2: unexpected end of data"),
    Bad("quote-inside.csv", HEAD + b'ab,"c"d\n', "line 2: ',' expected after '\"'"),
    Bad("one-target.csv", HEAD + b"ab,aa\nba,aa\n", "every target is 'a'"),
    Bad("one-label.csv", HEAD + b"ab,yes\nba,yes\n", "every target is 'yes'", LABEL),
    Bad("bytes.csv", HEAD + b"ab,\xff\n", "line 2, byte 16: ff"),
    Bad("nul.csv", HEAD + b"a\0,bc\n", "line 2, byte 14: a NUL"),
    Bad("long.csv", HEAD + b"a" * 5_000_000, "line 2 is longer than 4,000,000 characters"),
    Bad("pairs.xlsx", b"PK\x03\x04", "its name must end in .csv, .tsv or .jsonl"),
    Bad("pairs", b"ab,cd\n", "its name must end in .csv, .tsv or .jsonl"),
    Bad("pairs.json", b"[]", "its name must end in .csv, .tsv or .jsonl"),
]

PAIR = b'{"input": "ab", "target": "cd"}\n'
JSON_LINES = [
    Bad("none.jsonl", b"\n\n", "it has no rows"),
    Bad("xy.jsonl", b'{"x": [0, 1], "y": [1, 2]}\n' * 8, "line 1: there is no key 'input'"),
    Bad("no-target.jsonl", b'{"input": "ab"}\n', "there is no key 'target' but 'input'"),
    # the comma at column 15 (Python 3.13) or what follows it at 16
    Bad("comma.jsonl", PAIR + b'{"input": "ab",}\n', "line 2: column 1"),
    Bad("quotes.jsonl", PAIR + b"{'input': 'ab'}\n", "line 2: column 2: it is no JSON"),
    Bad("cut.jsonl", PAIR + b'{"input": "ab', "line 2: column 11: it is no JSON"),
    Bad("many.jsonl", PAIR + b"{\n" * 3 + PAIR, "line 2: column 2: it is no JSON", ()),
    Bad("pretty.jsonl", PRETTY, "line 1: it is one JSON document over many lines"),
    Bad("array.jsonl", b"[1, 2, 3]\n", "line 1: a list, not an object"),
    Bad("string.jsonl", PAIR + b'"just a string"\n', "line 2: a string, not an object"),
    Bad("number.jsonl", PAIR + b"42\n", "line 2: a number, not an object"),
    Bad("true.jsonl", b'{"input": [1, true], "target": [1, 1]}\n', "input[1] is true or false"),
    Bad("null.jsonl", b'{"input": [1, 2], "target": [1, null]}\n', "target[1] is null"),
    Bad("fraction.jsonl", b'{"input": [0.1, 2], "target": [1, 1]}\n', "input[0] is a fraction"),
    Bad("nan.jsonl", b'{"input": [1, NaN], "target": [1, 1]}\n', "line 1: there is NaN"),
    Bad("infinity.jsonl", b'{"input": "a", "target": -Infinity}\n', "there is -Infinity"),
    Bad("one-hot.jsonl", b'{"input": [[1, 0]], "target": [[0, 1]]}\n', "input[0] is a list"),
    Bad("object.jsonl", b'{"input": {"a": 1}, "target": "a"}\n', "input is an object"),
    Bad("lengths.jsonl", PAIR + b'{"input": "abc", "target": "de"}\n', "line 2: input has 3"),
    Bad("label.jsonl", b'{"input": [0, 1], "target": ["a"]}\n', "which is no label", LABEL),
    Bad("twice.jsonl", b'{"input": "a", "input": "b", "target": "c"}\n', "'input' stands twice"),
    Bad("nested.jsonl", b'{"data": {"input": "a", "target": "b"}}\n', "no key 'input' but 'data'"),
    Bad("empty.jsonl", b'{"input": "", "target": ""}\n', "line 1: input is empty"),
    Bad("empty-list.jsonl", b'{"input": [], "target": []}\n', "line 1: input is empty"),
    Bad("empty-symbol.jsonl", b'{"input": ["a", ""], "target": "bc"}\n', "input[1] is empty"),
    Bad("deep.jsonl", b"[" * 100_000 + b"\n", "line 1: lists within lists, too deep"),
    Bad(
        "digits.jsonl",
        b'{"input": ' + b"9" * 5000 + b"}\n",
        "a number has 5,000 digits; write it as a",
    ),
    Bad("escapes.jsonl", b'{"\\u001b[2J": 1}\n', "but '\\x1b[2J'"),
    Bad("mark.jsonl", PAIR.decode().encode("utf-16"), "byte 0: it is UTF-16"),
]
