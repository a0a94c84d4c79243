"""How soon do F and G begin? Short trainings from several first weights, on Levin's kernels; writes nbs/results/start.json."""
import argparse, json, time
from pathlib import Path

import torch
from torch import nn
from torch.optim.swa_utils import AveragedModel
from tqdm import tqdm

from kernel_space.core import cut_border, shared_data, write_atomic
from kernel_space.data import SyntheticPairs, Uniform
from kernel_space.kernels import levin_kernels
from kernel_space.metrics import psnr
from kernel_space.networks import BlurFamily, KernelExtractor, he_init, look_at_edges, start_as_lens
from kernel_space.train import Reblur, charbonnier, contrast, faster_in_bf16, moving_average, rates, scale

RESULTS = Path(__file__).parent.parent/'nbs'/'results'/'start.json'
TRAIN, TEST = ('photos_cq100', 'photos_gb82', 'photos_bsds500'), ('photos_elementary',)


class Numbered(Uniform):
    "All of Levin's kernels, or some of them; `numbers` says which the last batch had."
    def __call__(self, x, offsets, share, generator):
        y = super().__call__(x, offsets, share, generator)
        self.numbers = [int(n) for n in dealt(share[0], len(self.kernels))]
        return y


def dealt(shares, n):
    "The numbers that Uniform draws for these shares."
    left = list(range(n))
    return [left.pop(int(s*len(left))) for s in shares.tolist()]


def pairs(names, batch, blurs, **options):
    "Crops of 128 px, each under the same kernels, and the part that knows their numbers."
    blur = Numbered(levin_kernels(), linear=False)
    return SyntheticPairs([shared_data('train', n) for n in names], blur, 128, batch, noise=0., blurs=blurs, **options), blur


def learn(parameters, lr, loss_of, data, steps, every, watch, what):
    "Adam at a constant rate after a warm-up; a row of the watch every so many steps."
    optimiser, rows, start = torch.optim.Adam(parameters, lr=lr, betas=(0.9, 0.99), fused=True), [], time.perf_counter()
    for step in tqdm(range(steps), what):
        for group in optimiser.param_groups: group['lr'] = lr*group.get('together', 1)*min(1, (step + 1)/100)
        loss = loss_of(*data[step])
        loss.backward()
        nn.utils.clip_grad_norm_([p for group in optimiser.param_groups for p in group['params']], 1.)
        optimiser.step()
        optimiser.zero_grad()
        if (step + 1) % every == 0: rows.append(dict(step=step + 1, seconds=round(time.perf_counter() - start, 1), **watch(step)))
    return rows


def family(a, F, slow_coder):
    "F alone, told by an oracle which kernel it was: eight random codes of variance 1."
    torch.manual_seed(a.seed)
    codes, (data, blur), (test, seen) = torch.randn(8, F.code, 1, 1), pairs(TRAIN, 8, 2), pairs(TEST, 32, 8, seed=1)
    (x, y), average = test[0], AveragedModel(F, multi_avg_fn=moving_average)
    right = torch.tensor(seen.numbers).repeat(len(x))
    def loss(x, y):
        with precise(a): estimate = F(x, codes[torch.tensor(blur.numbers).repeat(len(x))])
        return charbonnier(cut_border(estimate.float(), 8), cut_border(y, 8))
    @torch.no_grad()
    def watch(step):
        with precise(a): own, swapped = (psnr(cut_border(average.module(x, codes[(right + shift) % 8]).float(), 8), cut_border(y, 8)).mean().item() for shift in (0, 3))
        return dict(psnr=own, lost=own - swapped)
    def loss_and_follow(x, y):
        average.update_parameters(F)
        return loss(x, y)
    groups = rates(Reblur(F, nn.Identity()))
    if not slow_coder: groups = [dict(group, together=1.) for group in groups]
    return learn([group for group in groups if group['params']], 1e-3, loss_and_follow, data, a.steps, 100, watch, 'F')


def as_they_are(k, blurs):
    "The contrast of codes whose mean is left in."
    z = nn.functional.normalize(k.flatten(1), dim=1).unflatten(0, (-1, blurs))
    asked = (torch.einsum('ipc,jqc->ijpq', z, z)/0.1)[~torch.eye(len(z), dtype=torch.bool)].flatten(0, 1)
    return nn.functional.cross_entropy(asked, torch.arange(len(asked)) % blurs)


def extractor(a, G, likeness):
    "G alone, by contrast of eight kernels on two photographs."
    (data, _), (test, _) = pairs(TRAIN, 16, 8), pairs(TEST, 32, 8, seed=1)
    x, y = test[0]
    recent = []
    def read(x, y):
        with precise(a): return G(x, y).float()
    def loss(x, y):
        k = read(x, y)
        recent.append((cost := likeness(k, 8)).item())
        return cost + scale(k)/10
    @torch.no_grad()
    def watch(step): return dict(train=sum(recent[-50:])/50, test=contrast(read(x, y), 8).item())
    return learn(G.parameters(), 1e-3, loss, data, a.steps, 50, watch, 'G')


def precise(a):
    "bfloat16 where it is faster."
    return torch.autocast(a.device, torch.bfloat16, enabled=a.half)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    p.add_argument('--width', type=int, default=16)
    p.add_argument('--steps', type=int, default=900)
    p.add_argument('--seed', type=int, default=0)
    p.add_argument('--threads', type=int, default=torch.get_num_threads())
    a = p.parse_args()
    torch.set_num_threads(a.threads)
    a.device, a.half = 'cpu', faster_in_bf16(torch.device('cpu'))
    def F(carries):
        torch.manual_seed(a.seed)
        network = BlurFamily(a.width)
        if not carries: start_as_lens(he_init(network))
        return network.to(memory_format=torch.channels_last)
    def G(changes):
        torch.manual_seed(a.seed)
        network = KernelExtractor(a.width)
        if not changes: look_at_edges(he_init(network).preprocess[0])
        return network.to(memory_format=torch.channels_last)
    families = {'a lens alone': (False, False), 'a lens that carries the code': (True, False), 'the same, coder at a tenth of the rate': (True, True)}
    extractors = {'codes as they are': (False, as_they_are), 'less their mean': (False, contrast), 'the same, looking at changes': (True, contrast)}
    result = dict(width=a.width, seed=a.seed, threads=a.threads, precision='bf16' if a.half else 'fp32',
                  F={name: family(a, F(carries), slow) for name, (carries, slow) in families.items()},
                  G={name: extractor(a, G(changes), likeness) for name, (changes, likeness) in extractors.items()})
    write_atomic(RESULTS, lambda path: path.write_text(json.dumps(result, indent=1) + '\n'))
    for name, rows in result['F'].items(): print(f'F, {name}: {rows[-1]["psnr"]:.2f} dB, {rows[-1]["lost"]:.2f} lost by swapping, {rows[-1]["seconds"]:.0f} s')
    for name, rows in result['G'].items(): print(f'G, {name}: contrast {rows[-1]["train"]:.2f}, {rows[-1]["test"]:.2f} on other photographs, {rows[-1]["seconds"]:.0f} s')


if __name__ == '__main__': main()
