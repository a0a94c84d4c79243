"""The public path of image.core: reading, padding and writing images."""
from .image.core import *
from .image.read import *
from .image.write import *
from .image.show import *
from .tools.docstrings import document as _document

_document()
