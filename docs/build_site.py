"""Build the site: what a release ships for `optomag docs`.

    pip install -e '.[docs]' && python docs/build_site.py [FOLDER]

Without a folder it goes where the next wheel takes it from, build/site. Warnings are errors.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

DOCS = Path(__file__).parent
SITE = DOCS.parent / "build" / "site"


def main() -> int:
    """Run Sphinx; its exit code."""
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else SITE
    kept = DOCS.parent / "build" / "site-cache"
    command = ["-m", "sphinx", "-W", "--keep-going", "-q", "-d", str(kept), str(DOCS), str(out)]
    return subprocess.run([sys.executable, *command], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
