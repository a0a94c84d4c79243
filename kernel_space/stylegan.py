"""The public path of search.stylegan: generators of faces, their files, and the sphere of their latents."""
from .search.sphere import *
from .search.stylegan import *
from .search.stylegan_files import *
from .tools.docstrings import document as _document

_document()
