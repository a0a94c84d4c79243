"""The public path of spaces.space: a learned space of blurs."""
from .spaces.space import *
from .tools.docstrings import document as _document

_document()
