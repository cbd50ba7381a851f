"""What lies beside the package goes into it: pages, examples and, where it was built, the site."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).parent
BESIDE = {"docs": ROOT / "docs", "examples": ROOT / "examples", "site": ROOT / "build" / "site"}
"""Folders of the package and where they are in the source, as `optomag.io.shipped` finds them."""


class BuildWithPages(build_py):
    def run(self):
        super().run()
        if self.editable_mode:
            return  # they are found where they are
        for name, source in BESIDE.items():
            if name == "docs" and BESIDE["site"].is_dir():
                continue  # the site is made of them
            target = Path(self.build_lib, "optomag", name)
            shutil.rmtree(target, ignore_errors=True)
            if source.is_dir():
                shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "*.py"))


setup(cmdclass={"build_py": BuildWithPages})
