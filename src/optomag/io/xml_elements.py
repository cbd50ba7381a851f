"""The elements of an XML file of somebody else: no entities, no other encoding, no deep nesting."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from optomag.errors import refuse

DEEPEST: Final = 32
MOST: Final = 100_000
"""Levels and elements of a file; VTI files have six levels."""


def read_elements(data: bytes, file: Path) -> Element:
    """The root of an XML document in UTF-8.

    Raises
    ------
    InvalidInputError
        If it is no XML, declares a document type (which entities that grow need), nests deeper than 32 levels
        or has more than 100,000 elements; the message names the line.
    """
    builder, depth, count = TreeBuilder(), 0, 0
    # the encoding given here overrides the one that the file declares
    parser = expat.ParserCreate(encoding="UTF-8")
    parser.buffer_text = True

    def where() -> str:
        return f"line {parser.CurrentLineNumber} of {file}"

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth, count
        depth, count = depth + 1, count + 1
        if depth > DEEPEST or count > MOST:
            refuse("XML file", f"of at most {DEEPEST} levels and {MOST} elements", f"more in {where()}")
        builder.start(tag, attributes)

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(tag)

    def document_type(*_: Any) -> None:
        refuse("XML file", "without a document type (DOCTYPE)", where())

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = document_type
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        why = expat.ErrorString(error.code)
        got = f"{why} in line {error.lineno} of {file}"
        refuse("XML file", "complete", got, "It is truncated, damaged or of another kind.")
    return builder.close()
