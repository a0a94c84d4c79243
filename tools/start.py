"""How soon do F and G begin? Short trainings on Levin's kernels from several first weights; writes nbs/results/start.json."""
import argparse, json, time
from pathlib import Path

import torch
from torch import nn
from torch.optim.swa_utils import AveragedModel
from tqdm import tqdm

from kernel_space.image.core import cut_border, shared_data, write_atomic
from kernel_space.image.synthetic import SyntheticPairs, Uniform
from kernel_space.image.kernels import levin_kernels
from kernel_space.image.metrics import psnr
from kernel_space.spaces.networks import BlurFamily, KernelExtractor, he_init, look_at_edges, start_as_lens
from kernel_space.deconvolution.camera import contrast
from kernel_space.spaces.losses import charbonnier, code_norm_loss
from kernel_space.spaces.train import faster_in_bf16, moving_average, rates
from kernel_space.spaces.weights import Reblur

RESULTS = Path(__file__).parent.parent/'nbs'/'results'/'start.json'
TRAIN, TEST = ('photos_cq100', 'photos_gb82', 'photos_bsds500'), ('photos_elementary',)


class Numbered(Uniform):
    "Levin's kernels, all eight in random order or a few drawn one by one; `numbers` says which the last batch had."
    def __init__(self): super().__init__(levin_kernels(), linear=False)
    def __call__(self, x, offsets, share, generator):
        self.numbers = share[0].argsort() if len(share[0]) == len(self.kernels) else (share[0]*len(self.kernels)).long()
        drawn = Uniform(self.kernels[self.numbers, 0], linear=False)
        return drawn(x, offsets, torch.zeros_like(share), generator) # dealt in this order


def pairs(names, batch, blurs, **options):
    "Crops of 128 px under the same kernels, and the part that knows their numbers."
    blur = Numbered()
    return SyntheticPairs([shared_data('train', n) for n in names], blur, 128, batch, noise=0., blurs=blurs, **options), blur


def precise(a):
    "bfloat16 where it is faster."
    return torch.autocast('cpu', torch.bfloat16, enabled=a.half)


def learn(what, network, groups, loss, data, watch, a):
    "Adam at a constant rate after a warm-up; every 50 steps a row of the watch, which sees the averaged weights."
    optimiser, average = torch.optim.Adam(groups, lr=a.lr, betas=(0.9, 0.99), fused=True), AveragedModel(network, multi_avg_fn=moving_average)
    rows, start = [], time.perf_counter()
    for step in tqdm(range(a.steps), what):
        for group in optimiser.param_groups: group['lr'] = a.lr*group.get('together', 1)*min(1, (step + 1)/100)
        loss(*data[step]).backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.)
        optimiser.step()
        optimiser.zero_grad()
        average.update_parameters(network)
        if (step + 1) % 50 == 0: rows.append(dict(step=step + 1, seconds=round(time.perf_counter() - start, 1), **watch(average.module)))
    return rows


def family(what, F, slow_coder, a):
    "F alone, told by an oracle which kernel it was: eight random codes of variance 1."
    torch.manual_seed(a.seed)
    codes, (data, blur), (test, seen) = torch.randn(8, F.code, 1, 1), pairs(TRAIN, 8, 2), pairs(TEST, 32, 8, seed=1)
    (x, y), right = test[0], seen.numbers.repeat(4)
    def loss(x, y):
        with precise(a): estimate = F(x, codes[blur.numbers.repeat(len(x))])
        return charbonnier(cut_border(estimate.float(), 8), cut_border(y, 8))
    @torch.no_grad()
    def watch(F):
        with precise(a): estimates = [F(x, codes[numbers]).float() for numbers in (right, (right + 3) % 8)]
        own, swapped = (psnr(cut_border(e, 8), cut_border(y, 8)).mean().item() for e in estimates)
        return dict(psnr=own, lost=own - swapped)
    groups = [group for group in rates(Reblur(F, nn.Identity())) if group['params']]
    return learn(what, F, groups if slow_coder else [dict(group, together=1.) for group in groups], loss, data, watch, a)


def as_they_are(k, blurs):
    "The contrast of codes whose mean is left in."
    z = nn.functional.normalize(k.flatten(1), dim=1).unflatten(0, (-1, blurs))
    asked = (torch.einsum('ipc,jqc->ijpq', z, z)/0.1)[~torch.eye(len(z), dtype=torch.bool)].flatten(0, 1)
    return nn.functional.cross_entropy(asked, torch.arange(len(asked)) % blurs)


def extractor(what, G, likeness, a):
    "G alone, by contrast of the eight kernels on two photographs."
    (data, _), (test, _) = pairs(TRAIN, 16, 8), pairs(TEST, 32, 8, seed=1)
    def loss(x, y):
        with precise(a): k = G(x, y).float()
        return likeness(k, 8) + code_norm_loss(k)/10
    @torch.no_grad()
    def watch(G):
        with precise(a): return dict(contrast=contrast(G(*test[0]).float(), 8).item())
    return learn(what, G, [dict(params=list(G.parameters()))], loss, data, watch, a)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    p.add_argument('--width', type=int, default=16)
    p.add_argument('--steps', type=int, default=800)
    p.add_argument('--lr', type=float, default=1e-3)
    p.add_argument('--seed', type=int, default=0)
    p.add_argument('--threads', type=int, default=torch.get_num_threads())
    a = p.parse_args()
    torch.set_num_threads(a.threads)
    a.half = faster_in_bf16(torch.device('cpu'))
    def new(kind, plain): # our first weights, or the plainer ones of a variant
        torch.manual_seed(a.seed)
        network = kind(a.width)
        if plain: plain(he_init(network))
        return network.to(memory_format=torch.channels_last)
    families = {'a lens alone': (start_as_lens, False), 'a lens that carries the code': (None, False), 'the same, coder at a tenth of the rate': (None, True)}
    extractors = {'codes as they are': (lambda G: look_at_edges(G.preprocess[0]), as_they_are), 'less their mean': (lambda G: look_at_edges(G.preprocess[0]), contrast),
                  'the same, looking at changes': (None, contrast)}
    result = dict(width=a.width, seed=a.seed, threads=a.threads, precision='bf16' if a.half else 'fp32',
                  F={name: family(f'F, {name}', new(BlurFamily, plain), slow, a) for name, (plain, slow) in families.items()},
                  G={name: extractor(f'G, {name}', new(KernelExtractor, plain), likeness, a) for name, (plain, likeness) in extractors.items()})
    write_atomic(RESULTS, lambda path: path.write_text(json.dumps(result, indent=1) + '\n'))
    for name, rows in result['F'].items(): print(f'F, {name}: {rows[-1]["psnr"]:.2f} dB, {rows[-1]["lost"]:.2f} lost by swapping, {rows[-1]["seconds"]:.0f} s')
    for name, rows in result['G'].items(): print(f'G, {name}: contrast {rows[-1]["contrast"]:.2f}, {rows[-1]["seconds"]:.0f} s')


if __name__ == '__main__': main()
