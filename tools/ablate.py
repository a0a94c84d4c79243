"""What does each choice of the basis bring? Trains variants on the same pairs: writes nbs/results/ablation.json."""
import argparse, json
from functools import partial
from pathlib import Path

import torch
from torch import nn
from tqdm.auto import tqdm

from kernel_space.spaces.basis import BasisFamily, GRID, LocalResBlock, SIZE, STAGES, SpectralExtractor, tiles
from kernel_space.image.core import load_image, shared_data, write_atomic
from kernel_space.tools.bench import shake_task, uniform_task
from kernel_space.image.synthetic import SyntheticPairs, every_blur, find_photos
from kernel_space.spaces.space import KernelSpace
from kernel_space.spaces.train import train
from kernel_space.spaces.weights import Reblur

RESULTS = Path(__file__).parent.parent/'nbs'/'results'/'ablation.json'
FOLDERS = 'photos_cq100', 'photos_gb82', 'photos_elementary'


class Pooled(BasisFamily):
    "Fewer kernels: cells share the mean of their codes."
    def __init__(self, cells):
        super().__init__()
        self.cells = cells # along each side; None: all
    def kernels(self, k):
        few = nn.functional.avg_pool2d(k, self.cells or k.shape[-2:], ceil_mode=True)
        return super().kernels(nn.functional.interpolate(few, size=k.shape[-2:]))


class Logits(BasisFamily):
    "A softmax over pixels instead of points of light."
    def __init__(self):
        super().__init__()
        self.to_lights[-1] = nn.Linear(640, SIZE*SIZE)
        nn.init.normal_(self.to_lights[-1].weight, std=0.01), nn.init.zeros_(self.to_lights[-1].bias)
        u = torch.arange(SIZE) - SIZE//2
        self.start = nn.Parameter(-(u[:, None]**2 + u**2).flatten()/18)
    def kernels(self, k):
        centred = (self.to_lights(k[:, :-3].permute(0, 2, 3, 1)) + self.start).softmax(-1).unflatten(-1, (SIZE, SIZE))
        moves = k[:, -3:-1].mean((2, 3)).round().long().tolist() # one for the photograph, as G gives it
        return torch.stack([kernels.roll((dy, dx), (-2, -1)) for kernels, (dx, dy) in zip(centred, moves)])


class FixedResponse(BasisFamily):
    "One exponent for all cameras; 1 mixes stored values."
    def __init__(self, exponent):
        super().__init__()
        self.exponent = exponent
    def gamma(self, k): return k.new_full((len(k), 1, 1, 1), self.exponent)


class Guided(BasisFamily):
    "Mixing maps from k and x: features of the sharp photograph bend them too."
    def __init__(self):
        super().__init__()
        self.guide = nn.Sequential(nn.Conv2d(3, 16, 5, padding=2), nn.GELU(), nn.Conv2d(16, 8, 5, padding=2))
        self.to_guide = nn.Linear(self.code - 3, 8)
        nn.init.zeros_(self.to_guide.weight), nn.init.zeros_(self.to_guide.bias)
    def look_at(self, x): self.features = tiles(self.guide(2*x - 1))[..., SIZE//2:-(SIZE//2), SIZE//2:-(SIZE//2)]
    def maps(self, k):
        bends = torch.einsum('bhwcyx,bhwc->bhwyx', self.features, self.to_guide(k[:, :-3].permute(0, 2, 3, 1)))
        return super().maps(k)*(4*(bends/4).tanh()).exp()
    def forward(self, x, k):
        self.look_at(x)
        return super().forward(x, k)


class GuidedExtractor(SpectralExtractor):
    def forward(self, x, y):
        self.family[0].look_at(x)
        return super().forward(x, y)


class PlainExtractor(nn.Module):
    "No cross-spectra: an encoder of the two photographs, as large as the one it stands for."
    def __init__(self, family, width=224):
        super().__init__()
        self.code, self.grid, stages = family.code, GRID, (*STAGES[:-1], width)
        self.body = nn.Sequential(*[layer for before, after in zip((6, *stages), stages) for layer in (nn.Conv2d(before, after, 3, 2, 1), LocalResBlock(after))],
                                  *[LocalResBlock(width) for _ in range(4)], nn.Conv2d(width, self.code - 3, 1))
    def forward(self, x, y): return nn.functional.pad(self.body(torch.cat([x, y], 1)), (0, 0, 0, 0, 0, 3))


VARIANTS = { # name -> F, G, options of the lesson
    'as bundled': (BasisFamily, SpectralExtractor, {}),
    'one kernel for the photograph': (partial(Pooled, None), SpectralExtractor, {}),
    'a kernel every 64 px': (partial(Pooled, 2), SpectralExtractor, {}),
    'no cross-spectra in G': (BasisFamily, PlainExtractor, {}),
    'one look': (BasisFamily, partial(SpectralExtractor, looks=1), {}),
    'stored values, not light': (partial(FixedResponse, 1.), SpectralExtractor, {}),
    'gamma 2.2 for all cameras': (partial(FixedResponse, 2.2), SpectralExtractor, {}),
    'logits, not points of light': (Logits, SpectralExtractor, {}),
    '16 points of light': (partial(BasisFamily, lights=16), SpectralExtractor, {}),
    'no kernel loss': (BasisFamily, SpectralExtractor, dict(kernel=0.)),
    'maps from k and x': (Guided, GuidedExtractor, {}),
}


def learn(name, total, seed):
    "Train one variant, blind extractor left out; its scores on photographs and blurs that were never seen."
    F, G, lesson = VARIANTS[name]
    torch.manual_seed(seed)
    F = F()
    model = Reblur(F, G(F), convolutional=False)
    model.config = dict(family='basis')
    pairs = SyntheticPairs([shared_data('train', f) for f in FOLDERS], every_blur(), seed=seed, tell=True)
    model, history = train(model, pairs, total=total, lr=2e-3, blind=0., workers=0, progress=False, **lesson)
    model.G.steps = 0 # the networks alone
    space = KernelSpace(model)
    photos = [load_image(p) for p in find_photos(shared_data('eval', 'kodak24'))]
    rows = [*shake_task(space, photos[:8], progress=False), *uniform_task(space, photos[:8], progress=False)]
    return dict(variant=name, seed=seed, pairs=history[-1]['pairs'], minutes=round(history[-1]['seconds']/60, 1), parameters=sum(p.numel() for p in model.parameters()), loss=history[-1]['loss'], rows=rows)


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument('--pairs', type=int, default=3200, help='that every variant sees, 128x128')
    p.add_argument('--variants', nargs='+', default=list(VARIANTS))
    p.add_argument('--seed', type=int, default=0)
    a = p.parse_args()
    for name in tqdm(a.variants):
        found = learn(name, a.pairs, a.seed)
        rows = json.loads(RESULTS.read_text()) if RESULTS.exists() else []
        rows = [r for r in rows if (r['variant'], r['seed']) != (name, a.seed)] + [found]
        write_atomic(RESULTS, lambda path: path.write_text(json.dumps(rows, indent=1) + '\n'))
        print(name, found['pairs'], *(f'{r["task"]} {r["mean"]:.2f}' for r in found['rows']), sep=' | ', flush=True)


if __name__ == '__main__': main()
