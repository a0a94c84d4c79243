"""The public path of image.blur: convolution and what a camera does."""
from .image.blur import *
