"""The public path of search.stylegan: generators of faces, and their files."""
from .search.stylegan import *
from .tools.docstrings import document as _document

_document()
