"""The public path of spaces.space: a learned space of blurs."""
from .spaces.space import *
