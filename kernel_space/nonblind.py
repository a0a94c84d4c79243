"""The public path of deconvolution.nonblind: deconvolution with a known blur."""
from .deconvolution.nonblind import *
