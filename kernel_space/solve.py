"""The public path of search.solve: blind deblurring."""
from .search.photo import deblur_photo
from .search.solve import *
from .tools.docstrings import document as _document

_document()
