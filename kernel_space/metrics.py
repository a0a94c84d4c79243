"""The public path of image.metrics: how far an estimate is from the truth."""
from .image.metrics import *
from .tools.docstrings import document as _document

_document()
