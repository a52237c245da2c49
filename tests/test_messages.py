"""What `make words` collects."""

import io

from lib.messages import extract

CODE = """
_("One")
language._("Two")
_("Three {n}").format(n=n_("{n} foot", "{n} feet", 2))
later("Fo" "ur")
_(named)
other("not this")
f"{_('in an f-string')} and {words.count_of(2, 'goose', 'geese')}"
"""


def test_texts_are_found_wherever_they_stand():
    found = list(extract(io.BytesIO(CODE.encode()), ["_", "n_", "later", "count_of"], [], {}))
    assert [texts for _line, _function, texts, _comments in found] == [
        "One", "Two", "Three {n}", ("{n} foot", "{n} feet", None), "Four", (None,), "in an f-string", (None, "goose", "geese"),
    ]  # fmt: skip
    assert [line for line, *_rest in found] == sorted(line for line, *_rest in found)
