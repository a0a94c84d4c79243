"""Teach a trained space of the published networks a variational head, and compare its prior with a fitted Gaussian; writes nbs/results/sample.json."""
import argparse, json
from pathlib import Path

import torch

from kernel_space.studies.consistency import consistency, echo
from kernel_space.image.core import cut_border, shared_data, write_atomic
from kernel_space.image.metrics import psnr
from kernel_space.spaces.space import KernelSpace, fit_codes
from kernel_space.spaces.train import add_sigma, train
from kernel_space.spaces.weights import load_weights, save_weights
from kernel_space.studies.unseen import scenes

RESULTS = Path(__file__).parent.parent/'nbs'/'results'/'sample.json'
CLEAN = 'photos_cq100', 'photos_gb82', 'photos_elementary'
inner = lambda t: cut_border(t, 16)


class Drawn(torch.nn.Module):
    "A space whose G answers every first pair with a sample: what `echo` then measures is the echo of that sample."
    def __init__(self, space, k):
        super().__init__()
        self.space, self.k, self.blur = space, k, space.blur
    def extract(self, x, y):
        k, self.k = self.k, None
        return self.space.extract(x, y) if k is None else k


@torch.no_grad()
def measure(space, x, y, seeds=4):
    "How much do samples blur, how much do they differ from each other, and does G know them again?"
    report = {name: v.mean().item() for name, v in consistency(space, x, y).items()}
    strengths, echoes = [], []
    for seed in range(seeds):
        k = space.sample(x, seed)
        strengths.append(psnr(inner(space.blur(x, k)), inner(x)))
        echoes.append(psnr(*map(inner, echo(Drawn(space, k), x, x))))
    strengths, echoes = torch.cat(strengths), torch.cat(echoes)
    return dict(report, strength=strengths.mean().item(), strength_spread=strengths.std().item(), echo=echoes.mean().item(), echo_spread=echoes.std().item(), samples=len(strengths))


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    p.add_argument('weights', help='of published networks, such as those that tools/table3.py leaves for domain B')
    p.add_argument('--minutes', type=float, default=12., help='of training with the head')
    p.add_argument('--threads', type=int, default=torch.get_num_threads())
    p.add_argument('--checkpoints', type=Path, default=Path('checkpoints-sample'))
    p.add_argument('--resume', action='store_true')
    a = p.parse_args()
    torch.set_num_threads(a.threads)
    photos = [shared_data('train', name) for name in CLEAN]
    plain = load_weights(a.weights)[0]
    pairs = scenes(photos, blurs=2, seed=2)
    model, history = train(add_sigma(plain), pairs, minutes=a.minutes, folder=a.checkpoints, resume=a.resume, lr=3e-4, workers=0)
    save_weights(model, a.checkpoints/'variational.safetensors')
    x, y = scenes([shared_data('eval', 'kodak24')], batch=12, blurs=None)[0]
    fitted = fit_codes(KernelSpace(plain), scenes(photos, batch=8, blurs=None, seed=1), parts=(1,), batches=40)
    variational = KernelSpace(model)
    with torch.no_grad(): k, sigma = variational.extract(x, y, return_sigma=True)
    nats = ((k**2 + sigma**2 - sigma.square().clamp(min=1e-8).log() - 1)/2).mean((0, 2, 3))
    truth = psnr(inner(y), inner(x))
    result = dict(protocol='plain psnr, 16 px cut, 256x256, domain B on Kodak', minutes=history[-1]['seconds']/60, pairs=history[-1]['pairs'], blurs=dict(strength=truth.mean().item(), strength_spread=truth.std().item()),
                  spaces={'Gaussian fitted': measure(fitted, x, y), 'variational': measure(variational, x, y)},
                  code=dict(mean=k.abs().mean().item(), sigma=sigma.abs().mean().item(), used=int((nats > 0.1).sum()), channels=len(nats), nats=nats.sum().item()))
    write_atomic(RESULTS, lambda path: path.write_text(json.dumps(result, indent=1) + '\n'))
    print(json.dumps(result, indent=1))


if __name__ == '__main__': main()
