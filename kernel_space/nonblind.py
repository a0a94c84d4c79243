"""The public path of deconvolution.nonblind: deconvolution with a known blur."""
from .deconvolution.nonblind import *
from .tools.docstrings import document as _document

_document()
