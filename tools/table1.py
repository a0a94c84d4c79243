"""Table 1 of the paper: transfer of Levin's eight kernels by the bundled spaces, and by F and G trained on them; writes nbs/results/table1.json."""
import argparse, json
from pathlib import Path

import torch
from torch import nn

from kernel_space.image.blur import convolve
from kernel_space.image.core import cut_border, shared_data, write_atomic
from kernel_space.image.synthetic import find_photos
from kernel_space.image.kernels import levin_kernels
from kernel_space.image.metrics import psnr
from kernel_space.spaces.space import KernelSpace
from kernel_space.studies.transfer import confusion, measure_table1, random_crops, transfer_psnr

RESULTS = Path(__file__).parent.parent/'nbs'/'results'/'table1.json'
TRAIN = 'photos_cq100', 'photos_gb82', 'photos_elementary', 'photos_bsds500'


def bundled(sources, targets, count, margin=13, border=16):
    "The identity, the best single blur and the bundled spaces, none of which was trained on the kernels."
    kernels, (S, T) = levin_kernels(), (random_crops(paths, count, 256 + 2*margin) for paths in (sources, targets))
    inner = lambda x: cut_border(x, margin + border)
    score = lambda blur: [psnr(inner(blur(T)), inner(convolve(T, k))).mean().item() for k in kernels]
    middle = lambda k: nn.functional.pad(k, [(27 - k.shape[1])//2]*2 + [(27 - k.shape[0])//2]*2)
    mean = torch.stack([middle(k) for k in kernels]).mean(0)
    spaces = {name: KernelSpace.from_pretrained(name) for name in ('default', 'published')}
    rows = {name: dict(psnr=transfer_psnr(space, S, T, kernels).mean((1, 2)).tolist(), confusion=confusion(space, S, T, kernels).tolist()) for name, space in spaces.items()}
    return dict(protocol='plain psnr, 16 px cut, 256x256', sources=count, targets=count, identity=score(lambda x: x), fixed=score(lambda x: convolve(x, mean)), spaces=rows)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    p.add_argument('--minutes', type=float, default=120., help='of training; 0 measures the bundled spaces anew, and keeps what was trained')
    p.add_argument('--width', type=int, default=24)
    p.add_argument('--count', type=int, default=20, help='crops in S, and in T, of the trained networks; the bundled spaces take 8')
    p.add_argument('--threads', type=int, default=torch.get_num_threads())
    p.add_argument('--checkpoints', default='checkpoints-table1')
    p.add_argument('--resume', action='store_true', help='go on from the newest checkpoint')
    p.add_argument('--out', type=Path, default=RESULTS)
    a = p.parse_args()
    torch.set_num_threads(a.threads)
    sources, targets = (find_photos(shared_data('eval', *parts)) for parts in (('lai', 'sharp'), ('kodak24',)))
    result = bundled(sources, targets, 8)
    if a.minutes:
        folders = [shared_data('train', name) for name in TRAIN]
        result['trained'] = dict(threads=a.threads, **measure_table1(folders, sources, targets, a.minutes, a.width, a.count, a.checkpoints, resume=a.resume, workers=0, every=300))
    elif a.out.exists(): result['trained'] = json.loads(a.out.read_text())['trained']
    write_atomic(a.out, lambda path: path.write_text(json.dumps(result, indent=1) + '\n'))
    print(*(f'{name} {sum(row["psnr"])/8:.2f} dB' for name, row in result['spaces'].items()))


if __name__ == '__main__': main()
