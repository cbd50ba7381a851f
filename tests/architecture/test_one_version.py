"""The version is written in `optomag.__version__`; what must repeat it agrees."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import optomag

ROOT = Path(__file__).parents[2]


def test_the_package_takes_its_version_from_the_source():
    with open(ROOT / "pyproject.toml", "rb") as file:
        settings = tomllib.load(file)
    assert "version" not in settings["project"]
    assert settings["project"]["dynamic"] == ["version"]
    assert settings["tool"]["setuptools"]["dynamic"]["version"] == {"attr": "optomag.__version__"}


def test_the_citation_and_the_changelog_name_this_version():
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert re.findall(r"^version: (.+)$", citation, re.MULTILINE) == [optomag.__version__]
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.findall(r"^## (\S+)", changelog, re.MULTILINE)[0] == optomag.__version__
