"""Table 1 of the paper: train F and G on Levin's eight kernels, and measure the transfer of each; writes nbs/results/table1.json."""
import argparse, json
from pathlib import Path

import torch

from kernel_space.core import shared_data, write_atomic
from kernel_space.data import find_photos
from kernel_space.transfer import measure_table1

RESULTS = Path(__file__).parent.parent/'nbs'/'results'/'table1.json'


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    p.add_argument('--minutes', type=float, default=120.)
    p.add_argument('--width', type=int, default=32)
    p.add_argument('--threads', type=int, default=torch.get_num_threads())
    p.add_argument('--checkpoints', default='checkpoints-table1')
    p.add_argument('--resume', action='store_true', help='go on from the newest checkpoint')
    p.add_argument('--out', type=Path, default=RESULTS)
    a = p.parse_args()
    torch.set_num_threads(a.threads)
    train = [shared_data('train', name) for name in ('photos_cq100', 'photos_gb82', 'photos_elementary', 'photos_bsds500')]
    sources, targets = (find_photos(shared_data('eval', *parts)) for parts in (('lai', 'sharp'), ('kodak24',)))
    result = measure_table1(train, sources, targets, a.minutes, a.width, folder=a.checkpoints, resume=a.resume, workers=0, every=300)
    result['threads'] = a.threads
    write_atomic(a.out, lambda path: path.write_text(json.dumps(result, indent=1) + '\n'))
    print(*(f'{v:.2f}' for v in result['psnr']))


if __name__ == '__main__': main()
