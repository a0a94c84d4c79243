"""Blind deblurring of four scikit-image photographs, two held-out shakes each: writes nbs/results/deblur.json."""
import argparse, json
from pathlib import Path

import torch
from skimage import data
from tqdm.auto import tqdm

from kernel_space.image.core import write_atomic
from kernel_space.image.motion import shake_photo
from kernel_space.image.metrics import psnr, psnr_aligned, ssim
from kernel_space.search.solve import deblur
from kernel_space.spaces.space import KernelSpace

RESULTS = Path(__file__).parent.parent/'nbs'/'results'/'deblur.json'


def middle(name, side=256):
    "The middle of a photograph, (1, 3, side, side)."
    photo = torch.from_numpy(getattr(data, name)()).permute(2, 0, 1)[None].float()/255
    top, left = ((n - side)//2 for n in photo.shape[-2:])
    return photo[..., top:top + side, left:left + side]


def measure(space, method, name, seed, seconds):
    "One row of the table."
    x = middle(name)
    y = shake_photo(x, seed)
    result = deblur(y, space, method, seconds, progress=False)
    scores = dict(before=psnr_aligned(y, x), after=psnr_aligned(result.x, x), plain_before=psnr(y, x), plain_after=psnr(result.x, x),
                  ssim_before=ssim(y, x), ssim_after=ssim(result.x, x))
    return dict(method=method, photo=name, seed=seed, protocol='shift-aligned psnr (Levin)', budget=seconds, seconds=round(result.seconds, 1),
                **{n: round(v.item(), 4) for n, v in scores.items()})


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument('--methods', nargs='+', default=['fast', 'map', 'paper', 'joint'])
    p.add_argument('--photos', nargs='+', default=['astronaut', 'chelsea', 'coffee', 'rocket'])
    p.add_argument('--seeds', nargs='+', type=int, default=[0, 1])
    p.add_argument('--seconds', type=float, default=60.)
    a = p.parse_args()
    space = KernelSpace.from_pretrained()
    cases = [(m, n, s) for m in a.methods for s in (a.seeds if m in ('fast', 'map') else a.seeds[:1]) for n in a.photos]
    rows = [measure(space, *case, a.seconds) for case in tqdm(cases)]
    RESULTS.parent.mkdir(exist_ok=True)
    write_atomic(RESULTS, lambda path: path.write_text(json.dumps(rows, indent=1) + '\n'))
    for method in a.methods:
        gains = [r['after'] - r['before'] for r in rows if r['method'] == method]
        print(f'{method}: mean shift-aligned gain {sum(gains)/len(gains):+.2f} dB over {len(gains)}: {" ".join(f"{g:+.2f}" for g in gains)}')


if __name__ == '__main__': main()
