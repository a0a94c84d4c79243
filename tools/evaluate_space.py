"""Reconstruction and transfer of the bundled spaces on Kodak photographs: writes the scores into their cards."""
import json

import torch
from tqdm.auto import tqdm

from kernel_space.image.core import cut_border, load_image, shared_data, write_atomic
from kernel_space.image.synthetic import find_photos
from kernel_space.image.motion import shake_photo
from kernel_space.image.metrics import psnr
from kernel_space.spaces.space import BUNDLED, KernelSpace

inner = lambda t: cut_border(t, 16)
score = lambda estimate, truth: psnr(inner(estimate), inner(truth)).item()


@torch.no_grad()
def evaluate(space, photos):
    "Means over photographs: shake each with its own seed, reconstruct it with its code and with another's, transfer its blur to the next."
    rows, shaken = [], [shake_photo(x, seed) for seed, x in enumerate(photos)]
    codes = [space.extract(x, y) for x, y in zip(tqdm(photos), shaken)]
    for i, (x, y, k) in enumerate(zip(photos, shaken, codes)):
        x2, other = photos[(i + 1) % len(photos)], codes[i - 1]
        y2 = shake_photo(x2, i)
        rows.append([score(x, y), score(space.blur(x, k), y), score(space.blur(x, other), y), score(x2, y2), score(space.blur(x2, k), y2)])
    identity, rebuilt, swapped, identity2, moved = torch.tensor(rows).T
    mean = lambda t: round(t.mean().item(), 3)
    return dict(identity=mean(identity), reconstruction=mean(rebuilt), reconstruction_gain=mean(rebuilt - identity),
                spread=round((rebuilt - identity).std().item(), 3), transfer_gain=mean(moved - identity2), lost_by_swapping=mean(rebuilt - swapped),
                photographs=len(rows), protocol=f'plain psnr, 16 px cut, 8-bit shakes of 6 to 14 px, seeds 0 to {len(rows) - 1}')


def main():
    folder = shared_data('eval', 'kodak24')
    if folder is None: raise SystemExit('shared/data/eval/kodak24 is absent: nothing to evaluate on')
    photos = [load_image(p) for p in find_photos(folder)]
    photos = [p for p in photos if p.shape == photos[0].shape]
    for path in sorted(BUNDLED.glob('*.json')):
        card = json.loads(path.read_text(encoding='utf8'))
        card['scores'] = evaluate(KernelSpace.from_pretrained(path.stem), photos)
        text = json.dumps(card, indent=1, ensure_ascii=False) + '\n'
        write_atomic(path, lambda temporary: temporary.write_text(text, encoding='utf8'))
        print(path.stem, card['scores'])


if __name__ == '__main__': main()
