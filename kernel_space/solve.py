"""The public path of search.solve: blind deblurring."""
from .search.solve import *
