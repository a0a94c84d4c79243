"""The public path of deconvolution.map_blind: one kernel from one blurry photograph."""
from .deconvolution.cho_lee import cho_lee
from .deconvolution.dark_channel import dark_channel, normalized_sparsity
from .deconvolution.map_blind import *
from .deconvolution.map_frame import Deblurred, find_and_restore, l0_gradients
from .deconvolution.marginal import marginal_likelihood
from .deconvolution.naive_map import hyper_laplacian_map, total_variation
from .tools.docstrings import document as _document

_document()
