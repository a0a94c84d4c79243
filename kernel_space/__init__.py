"""Learn the space of blurs from sharp/blurry pairs, then extract, transfer, sample, remove and study blur.

`import kernel_space as ks` offers the names of `ks.__all__`, each loaded when it is asked for; `help(ks.deblur)` says the rest."""
__version__ = "0.1.0"

from importlib import import_module as _import_module
from typing import TYPE_CHECKING as _TYPE_CHECKING

__all__ = [
    'deblur', 'deblur_photo', 'KernelSpace', 'load_image', 'save_image', 'show_images', 'convolve', 'shake_photo', 'hyper_laplacian',
    'psnr', 'psnr_aligned', 'ssim']

_MODULES = 'core', 'blur', 'metrics', 'nonblind', 'map_blind', 'space', 'solve'
_WHERE = dict(
    deblur='solve', deblur_photo='solve', KernelSpace='space', load_image='core', save_image='core', show_images='core',
    convolve='blur', shake_photo='blur', hyper_laplacian='nonblind', psnr='metrics', psnr_aligned='metrics', ssim='metrics')

if _TYPE_CHECKING:
    from .blur import convolve, shake_photo
    from .core import load_image, save_image, show_images
    from .metrics import psnr, psnr_aligned, ssim
    from .nonblind import hyper_laplacian
    from .solve import deblur, deblur_photo
    from .space import KernelSpace


def __getattr__(name):
    if name in _MODULES: return _import_module(f'.{name}', __name__)
    if name not in _WHERE: raise AttributeError(f'module {__name__!r} has no attribute {name!r}')
    globals()[name] = value = getattr(_import_module(f'.{_WHERE[name]}', __name__), name)
    return value


def __dir__(): return sorted({*globals(), *__all__, *_MODULES})
