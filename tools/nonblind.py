"""Restoration with known blur: Levin's captured images, Kodak photographs under shakes, and the prices of edges; writes nbs/results/nonblind.json."""
import argparse, json, time
from pathlib import Path

import torch
from skimage import restoration
from tqdm.auto import tqdm

from kernel_space.image.blur import add_noise, convolve, round8, to_linear, to_srgb
from kernel_space.image.core import cut_border, generator, load_image, shared_data, write_atomic
from kernel_space.image.layouts import find_pairs
from kernel_space.image.synthetic import find_photos
from kernel_space.image.kernels import draw_path, levin_kernels
from kernel_space.image.motion import expose, kernel_field, random_motion
from kernel_space.image.metrics import psnr, psnr_aligned
from kernel_space.deconvolution.nonblind import hyper_laplacian, richardson_lucy, total_variation, wiener

RESULTS = Path(__file__).parent.parent/'nbs'/'results'/'nonblind.json'
MISFIT = 0.0055 # rms of what Levin's kernels leave unexplained of the captured images: 45.1 dB
OURS = dict(wiener=wiener, richardson_lucy=richardson_lucy, total_variation=total_variation, hyper_laplacian=hyper_laplacian)


def skimage_lucy(y, k, steps=20):
    "scikit-image's Richardson-Lucy, one channel at a time."
    return torch.stack([torch.from_numpy(restoration.richardson_lucy(c.numpy(), k.numpy(), steps)) for c in y[0]])[None].float()


def skimage_wiener(y, k):
    "scikit-image's Wiener filter, which finds its regularisation by itself."
    return torch.stack([torch.from_numpy(restoration.unsupervised_wiener(c.double().numpy(), k.double().numpy(), clip=False, rng=0)[0]) for c in y[0]])[None].float()


def in_light(method, y, k): return to_srgb(method(to_linear(y), k)).clamp(0, 1)


def rows(name, cases, methods, score, **facts):
    "A row for each method: mean score of what it gives for each (x, y, k), its spread, and the seconds of one image."
    for method, restore in methods.items():
        began, scores = time.perf_counter(), []
        for x, y, k in tqdm(cases, f'{name}: {method}', leave=False): scores.append(score(restore(y, k), x).item())
        scores = torch.tensor(scores)
        yield dict(test=name, method=method, images=len(cases), psnr=scores.mean().item(), spread=scores.std().item(), seconds=(time.perf_counter() - began)/len(cases), **facts)
        print(name, method, f'{scores.mean():.2f} dB', flush=True)


def levin(): # (x, y, k) of the 32 captured images; their kernels are numbered in the files' names
    kernels = levin_kernels()
    return [(load_image(p.sharp), load_image(p.blurry), kernels[int(p.blurry.stem.split('kernel')[1].split('_')[0]) - 1]) for p in find_pairs(shared_data('eval', 'levin'))]


def shaken(photos, noise): # under one kernel each
    for i, x in enumerate(photos):
        k = draw_path(random_motion(i)[0, :, :2])
        yield x, round8(to_srgb(add_noise(convolve(to_linear(x), k), noise, generator(i)))), k


def turned(photos, noise): # under a field of kernels each
    for i, x in enumerate(photos):
        motion, (height, width) = random_motion(i), x.shape[-2:]
        grid = -(-height//32), -(-width//32)
        yield x, round8(to_srgb(add_noise(to_linear(expose(x, motion)), noise, generator(i)))), kernel_field(motion, 32*grid[0], 32*grid[1], *grid, size=33)


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument('--noise', type=float, default=0.01, help='standard deviation, in light')
    p.add_argument('--threads', type=int, default=torch.get_num_threads())
    a = p.parse_args()
    torch.set_num_threads(a.threads)
    inner = lambda estimate, truth: psnr(cut_border(estimate, 16), cut_border(truth, 16))
    light = {name: lambda y, k, f=f: in_light(f, y, k) for name, f in dict(blurry=lambda y, k: y, **OURS).items()}
    peers = {f'scikit-image {name}': lambda y, k, f=f: in_light(f, y, k) for name, f in dict(wiener=skimage_wiener, richardson_lucy=skimage_lucy).items()}
    middle = {"hyper_laplacian, the middle's kernel": lambda y, k: in_light(hyper_laplacian, y, k[0, k.shape[1]//2, k.shape[2]//2])}
    photos, train = ([load_image(path) for path in find_photos(shared_data(*place))] for place in (('eval', 'kodak24'), ('train', 'photos_cq100')))
    train = [x[..., :256, :256] for x in train[::10]]
    plain = {name: lambda y, k, f=f: f(y, k).clamp(0, 1) for name, f in dict(blurry=lambda y, k: y, **OURS).items()}
    table, aligned = [], dict(protocol='shift-aligned psnr (Levin)')
    told = {name: lambda y, k, f=OURS[name]: f(y, k, MISFIT).clamp(0, 1) for name in OURS if name != 'richardson_lucy'}
    table += rows('Levin, noise estimated', levin(), plain, psnr_aligned, **aligned)
    table += rows('Levin, the misfit as noise', levin(), told, psnr_aligned, noise=MISFIT, **aligned)
    protocol = dict(protocol='plain psnr, 16 px cut', noise=a.noise)
    table += rows('Kodak, one kernel', [*shaken(photos, a.noise)], {**light, **peers}, inner, **protocol)
    table += rows('Kodak, turning camera', [*turned(photos, a.noise)], {**light, **middle}, inner, **protocol)
    for name, method, option, values in (('hyper_laplacian', hyper_laplacian, 'price', (4, 8, 16, 32, 64)), ('total_variation', total_variation, 'price', (10, 20, 40, 80)), ('wiener', wiener, 'contrast', (.01, .02, .04, .08))):
        for noise in (0.003, 0.01):
            tried = {f'{name}, {option} {v:g}': lambda y, k, v=v: in_light(lambda *pair: method(*pair, **{option: v}), y, k) for v in values}
            table += rows('training photographs', [*shaken(train, noise)], tried, inner, protocol=protocol['protocol'], noise=noise)
    write_atomic(RESULTS, lambda path: path.write_text(json.dumps(dict(threads=a.threads, rows=table), indent=1) + '\n'))


if __name__ == '__main__': main()
