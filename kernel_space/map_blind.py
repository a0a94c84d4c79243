"""The public path of deconvolution.map_blind: one kernel from one blurry photograph."""
from .deconvolution.map_blind import *
from .tools.docstrings import document as _document

_document()
