"""Which guess of the kernels, from y alone? Thirty photographs of BSDS500 that no bundled space has seen; writes nbs/results/blind.json."""
import argparse, json, time
from functools import partial
from pathlib import Path

import torch
from torch import nn
from tqdm import tqdm

from kernel_space.spaces.basis import SIZE, local_kernels
from kernel_space.image.blur import round8, to_linear
from kernel_space.deconvolution.camera import EDGE, camera_shake, contrast, salient_edges
from kernel_space.image.core import load_image, shared_data, write_atomic
from kernel_space.image.synthetic import find_photos
from kernel_space.image.motion import expose, random_motion
from kernel_space.deconvolution.map_blind import l0_kernel
from kernel_space.image.metrics import psnr_aligned
from kernel_space.search.solve import LEAVE, TRUST, blind_kernels, deblur, restored
from kernel_space.spaces.space import KernelSpace

RESULTS = Path(__file__).parent.parent/'nbs'/'results'/'blind.json'
FIRST = 500 # seed of the first photograph's shake


def photographs(count=30):
    "Every seventh photograph, where it is wide: 320 x 480 px."
    files = find_photos(shared_data('train', 'photos_bsds500'))[3::7]
    wide = (x for x in map(load_image, files) if x.shape[-1] > x.shape[-2])
    return [x[..., :320, :480] for x, _ in zip(wide, range(count))]


def one_kernel(y):
    "A classical kernel for all cells."
    k, edge = l0_kernel(y), (SIZE - 25)//2
    return nn.functional.pad(k, (edge, edge, edge, edge))[:, None].expand(1, *(n//32 for n in y.shape[-2:]), SIZE, SIZE)


def with_windows(y, guess):
    "One camera, and what single windows add."
    light, kernels = to_linear(y).mean(1, keepdim=True), camera_shake(y, guess)
    return local_kernels(salient_edges(light, kernels, EDGE*contrast(light)), light, kernels, pull=LEAVE)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    p.add_argument('--photos', type=int, default=30)
    p.add_argument('--seconds', type=float, default=60., help='of map, for each photograph')
    a = p.parse_args()
    space = KernelSpace.from_pretrained()
    guess = lambda y: space.F.kernels(space.guess(y))
    kernels = {'one kernel': one_kernel, 'G(y)': guess, 'G(y), windows': partial(blind_kernels, space=space), 'one camera': camera_shake,
               'one camera, G(y)': partial(camera_shake, guess=guess), 'one camera, G(y), windows': partial(with_windows, guess=guess)}
    methods = {name: lambda y, f=f: restored(y, f(y), TRUST, y.shape[-2:], space) for name, f in kernels.items()}
    methods |= {name: partial(deblur, space=space, method=name, seconds=a.seconds, progress=False) for name in ('fast', 'map')}
    rows = {name: dict(gains=[], seconds=[]) for name in ('true kernels', *methods)}
    for i, x in enumerate(tqdm(photographs(a.photos))):
        y = round8(expose(x, random_motion(FIRST + i)))
        told = dict(methods, **{'true kernels': lambda y, x=x: restored(y, space.F.kernels(space.extract(x, y)), TRUST, y.shape[-2:], space)})
        for name in rows:
            began = time.perf_counter()
            found = told[name](y)
            rows[name]['seconds'].append(round(time.perf_counter() - began, 2))
            rows[name]['gains'].append(round((psnr_aligned(found.x, x) - psnr_aligned(y, x)).item(), 3))
    write_atomic(RESULTS, lambda path: path.write_text(json.dumps(dict(photos=a.photos, first=FIRST, threads=torch.get_num_threads(), rows=rows)) + '\n'))
    for name, r in rows.items(): print(f'{name:28} {sum(r["gains"])/a.photos:+.2f} dB, worst {min(r["gains"]):+.2f}, {sum(r["seconds"])/a.photos:.1f} s')


if __name__ == '__main__': main()
