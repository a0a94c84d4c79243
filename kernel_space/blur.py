"""The public path of image.blur: convolution and what a camera does."""
from .image.blur import *
from .image.motion import shake_photo
from .tools.docstrings import document as _document

_document()
