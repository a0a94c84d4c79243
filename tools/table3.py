"""Table 3 of the paper: train a space on each of two domains, retrieve the blurs of both; writes nbs/results/table3.json."""
import argparse, copy, json
from pathlib import Path

import torch

from kernel_space.studies.consistency import consistency
from kernel_space.image.core import shared_data, write_atomic
from kernel_space.image.frames import FolderPairs, FramePairs
from kernel_space.image.synthetic import Shakes, SyntheticPairs
from kernel_space.spaces.space import KernelSpace
from kernel_space.spaces.weights import load_weights, save_weights
from kernel_space.studies.transfer import grow
from kernel_space.studies.unseen import film, part_of, retrieve, scenes

RESULTS = Path(__file__).parent.parent/'nbs'/'results'/'table3.json'
CLEAN = 'photos_cq100', 'photos_gb82', 'photos_elementary'
TRAINED, HELD_OUT = (0, 220), (230, 299) # frames of the film


def tests():
    "Twelve pairs of each domain, and twelve crops of the real pairs."
    frames = part_of(shared_data('train', 'frames_gopro240_GOPR0477'), *HELD_OUT)
    return {'A': FramePairs(frames, 11, size=256, batch=12, crops=1)[0],
            'B': scenes([shared_data('eval', 'kodak24')], size=256, batch=12, blurs=None)[0],
            'GoPro pairs': FolderPairs(shared_data('eval', 'gopro_pairs'), size=256, batch=12, crops=2)[0]}


def by_G(model, pairs):
    "Mean PSNR of each test in the midst of a training, without a search."
    space = KernelSpace(copy.deepcopy(model)) # a space freezes its networks
    return {test: retrieve(space, x, y, 0)['G'].mean().item() for test, (x, y) in pairs.items()}


def measure(name, space, pairs, steps):
    "A row for each test."
    for test, (x, y) in pairs.items():
        scores = {**retrieve(space, x, y, steps), 'lost by swapping': consistency(space, x, y)['lost by swapping']}
        yield dict(space=name, test=test, pairs=len(x), steps=steps, **{k: dict(mean=v.mean().item(), spread=v.std().item()) for k, v in scores.items()})
        print(name, test, *(f'{k} {v.mean():.2f}' for k, v in scores.items()), flush=True)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    p.add_argument('--minutes', type=float, default=45., help='of training for each domain')
    p.add_argument('--width', type=int, default=16)
    p.add_argument('--steps', type=int, default=100, help='of step (B)')
    p.add_argument('--domains', nargs='*', default=['A', 'B'], help='to train; the weights of the others must be there already')
    p.add_argument('--threads', type=int, default=torch.get_num_threads())
    p.add_argument('--checkpoints', type=Path, default=Path('checkpoints-table3'))
    p.add_argument('--resume', action='store_true', help='go on from the newest checkpoints')
    a = p.parse_args()
    torch.set_num_threads(a.threads)
    photos, frames = [shared_data('train', name) for name in CLEAN], part_of(shared_data('train', 'frames_gopro240_GOPR0477'), *TRAINED)
    domains = {'A': lambda **size: film(photos, frames, **size), 'B': lambda **size: scenes(photos, **size)}
    shakes, pairs = SyntheticPairs(photos, Shakes(steps=16), 256, batch=8, blurs=2), tests() # for G alone; to measure on
    for domain in a.domains:
        model, history = grow(domains[domain], a.minutes, a.width, a.checkpoints/domain, alone=shakes, watch=lambda model: by_G(model, pairs), resume=a.resume, workers=0, every=200)
        save_weights(model, a.checkpoints/f'{domain}.safetensors')
        write_atomic(a.checkpoints/f'{domain}.json', lambda path: path.write_text(json.dumps(history)))
    domains = [d for d in domains if (a.checkpoints/f'{d}.safetensors').exists()]
    spaces = {d: KernelSpace(load_weights(a.checkpoints/f'{d}.safetensors')[0]) for d in domains}
    training = {d: json.loads((a.checkpoints/f'{d}.json').read_text()) for d in domains}
    rows = [row for name, space in [*spaces.items(), ('default', KernelSpace.from_pretrained())] for row in measure(name, space, pairs, a.steps if name in domains else 0)]
    result = dict(protocol='plain psnr, 16 px cut, 256x256', width=a.width, threads=a.threads, rows=rows, training={d: [row for row in h if 'watch' in row] for d, h in training.items()})
    write_atomic(RESULTS, lambda path: path.write_text(json.dumps(result, indent=1) + '\n'))


if __name__ == '__main__': main()
