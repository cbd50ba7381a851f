"""optomag: which laser beam, tightly focused, writes the magnetization I want?

Public names are declared once, in `__init__.pyi`, and loaded on first use, so that importing the package
and asking the command for help stay fast.
"""

import lazy_loader

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
