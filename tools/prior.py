"""Are the draws of `sample` told from codes of training pairs? A Gaussian and a mixture against held-out codes; writes nbs/results/prior.json."""
import argparse, json
from pathlib import Path

import torch
from scipy.ndimage import label
from scipy.stats import ks_2samp
from torch.distributions import Normal

from kernel_space.image.core import shared_data, write_atomic
from kernel_space.image.synthetic import SyntheticPairs, every_blur
from kernel_space.image.kernels import centre_of_mass
from kernel_space.spaces.space import KernelSpace, collect_codes, log_density

RESULTS = Path(__file__).parent.parent/'nbs'/'results'/'prior.json'
FOLDERS = 'photos_cq100', 'photos_gb82', 'photos_elementary'
AXES = 8, 32, 64 # widest axes of the codes in which the test looks
PERMUTATIONS = 999


def widest_axes(codes, axes):
    "A function that brings codes to mean 0 and variance 1 along the widest axes of other codes."
    mean, (values, vectors) = codes.mean(0), torch.linalg.eigh(torch.cov(codes.T))
    return lambda k: (k - mean)@(vectors[:, -axes:]/values[-axes:].sqrt())


def energy_test(a, b, permutations=PERMUTATIONS, seed=0):
    "Energy distance (Szekely and Rizzo 2004) of two sets, and the share of random partings that are as far apart."
    together, g = torch.cat([a, b]), torch.Generator().manual_seed(seed)
    apart = torch.cdist(together, together)
    sides = torch.cat([torch.full((len(a),), 1/len(a)), torch.full((len(b),), -1/len(b))])
    parted = torch.stack([sides, *[sides[torch.randperm(len(sides), generator=g)] for _ in range(permutations)]])
    energy = -(parted@apart*parted).sum(1)
    return dict(energy=round(energy[0].item(), 4), p=round((energy >= energy[0]).float().mean().item(), 3))


def nats(space, codes):
    "How much better does the space's mixture expect these codes than its Gaussian does, in nats a code?"
    z = (codes - space.mean)@space.root/space.root.square().sum(0)
    return (log_density(z, space.shares, space.means, space.roots, space.spreads) - Normal(0, 1).log_prob(z).sum(1)).mean().item()


share = lambda answers: round(answers.float().mean().item(), 3)


def gaussian(space):
    "The space with one Gaussian of the same mean and covariance."
    return KernelSpace(space.model, space.mean, space.root)


def describe(kernels):
    "What an eye sees first: spread and distance from the middle, px, and in how many pieces the bright part lies."
    u = torch.arange(kernels.shape[-1]) - kernels.shape[-1]//2
    centre = centre_of_mass(kernels)
    second = (kernels*(u**2 + u[:, None]**2)).sum((-1, -2))
    pieces = [label(k > 0.1*k.max(), torch.ones(3, 3))[1] for k in kernels.numpy()]
    return dict(spread=(second - centre.square().sum(-1)).clamp(min=0).sqrt(), off=centre.norm(dim=-1), pieces=torch.tensor(pieces).float())


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    p.add_argument('--space', default='default', help='bundled name or file, of the basis family')
    p.add_argument('--batches', type=int, default=64, help='of 16 codes, in each of three sets')
    a = p.parse_args()
    torch.set_grad_enabled(False)
    space = KernelSpace.from_pretrained(a.space)
    pairs = SyntheticPairs([shared_data('train', f) for f in FOLDERS], every_blur())
    def fresh(seed): # codes that the fit, with seed 1, has not seen
        pairs.seed = seed
        return collect_codes(space, pairs, a.batches)
    reference, held_out, again = fresh(5), fresh(6), fresh(7)
    like = torch.empty(len(held_out), 3, space.grid, space.grid)
    draw = lambda space: space.sample(like)[:, :, 0, 0]
    sets = {'codes': again, 'Gaussian': draw(gaussian(space)), 'mixture': draw(space)}
    axes = {n: widest_axes(reference, n) for n in AXES}
    looks = lambda k: describe(space.F.kernels(k[:, :, None, None])[:, 0, 0])
    usual = {name: torch.quantile(v, torch.tensor([0.01, 0.99])) for name, v in looks(reference).items()}
    truth = looks(held_out)
    def row(k):
        seen = looks(k)
        inside = torch.stack([(v >= usual[name][0]) & (v <= usual[name][1]) for name, v in seen.items()]).all(0)
        return dict(tests={n: energy_test(white(k), white(held_out)) for n, white in axes.items()}, usual=share(inside), one_piece=share(seen['pieces'] == 1), off=round(seen['off'].median().item(), 2),
                    apart={name: round(float(ks_2samp(seen[name], truth[name]).statistic), 3) for name in ('spread', 'off')})
    result = dict(codes=len(held_out), permutations=PERMUTATIONS, parts=len(space.shares), dims=space.roots.shape[-1], nats=round(nats(space, held_out), 2),
                  usual={name: [round(v, 2) for v in ends.tolist()] for name, ends in usual.items()}, sets={name: row(k) for name, k in sets.items()})
    write_atomic(RESULTS, lambda path: path.write_text(json.dumps(result, indent=1) + '\n'))
    print(json.dumps(result, indent=1))


if __name__ == '__main__': main()
