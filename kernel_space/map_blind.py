"""The public path of deconvolution.map_blind: one kernel from one blurry photograph."""
from .deconvolution.map_blind import *
