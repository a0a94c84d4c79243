"""The public path of search.solve: blind deblurring."""
from .search.solve import *
from .tools.docstrings import document as _document

_document()
