"""Bundle a trained space: fit the distribution of its codes, write float16 weights and their card into kernel_space/weights."""
import argparse, csv, json
from pathlib import Path

import torch

from kernel_space.image.write import write_json
from kernel_space.image.heads import find_photos
from kernel_space.image.synthetic import SyntheticPairs, every_blur
from kernel_space.spaces.space import BUNDLED, KernelSpace, fit_codes
from kernel_space.spaces.weights import load_weights
from kernel_space.studies.consistency import run as measure
from kernel_space.studies.setup import CLEAN, training_folders
from kernel_space.studies.unseen import domain_b

DAVIS = 'Perazzi et al., DAVIS, CVPR 2016'


def read_csv(path):
    "The rows of a table, as dicts."
    with path.open(encoding='utf8') as file: return list(csv.DictReader(file))


def authors(folder):
    "Name, author or source page, and licence of every photograph of a training folder."
    rows = [r for r in read_csv(folder.parent.parent/'MANIFEST.csv') if Path(r['file']).parent.name == folder.name]
    licences, table = {Path(r['file']).name: (r['source_repo'], r['licence']) for r in rows}, folder/'metadata.csv'
    if table.exists(): licences.update({f"{r['Modified Filename']}.jpg": (r['Author'], r['License']) for r in read_csv(table)})
    return [[p.stem, *licences[p.name]] for p in find_photos(folder)]


def put_scores():
    "Measure the bundled spaces, and write what was found into their cards."
    for name, scores in measure()['spaces'].items():
        path = BUNDLED/f'{name}.json'
        write_json(path, dict(json.loads(path.read_text(encoding='utf8')), scores=scores))
        print(name, scores)


def arguments():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument('name', nargs='?', help='bundled name, such as default')
    p.add_argument('weights', nargs='?', help='file from ks_train; its curve lies beside it')
    p.add_argument('--machine', help='where it was trained')
    p.add_argument('--lr', help='largest learning rates')
    p.add_argument('--batch', default='16', help='pairs in a batch')
    p.add_argument('--crops', default='128x128', help='their sizes, px')
    p.add_argument('--blur', default='every_blur()', help='what was done to them')
    p.add_argument('--frames', nargs='*', default=[], help='sequences of frames_davis it was trained on')
    p.add_argument('--note', default='', help='what a reader should know about the training')
    p.add_argument('--scores', action='store_true', help='measure all bundled spaces and write the scores into their cards')
    a = p.parse_args()
    if a.name and not (a.weights and a.machine and a.lr): p.error('NAME is given; WEIGHTS, --machine and --lr are wanted too')
    if not (a.name or a.scores): p.error('nothing to do; NAME and WEIGHTS, or --scores, are wanted')
    return a


def card_of(a, space, folders):
    "Where the weights come from."
    history = json.loads(Path(a.weights).with_suffix('.json').read_text())
    history = [{n: v for n, v in row.items() if n != 'watch'} for row in history]
    training = dict(pairs=history[-1]['pairs'], minutes=history[-1]['seconds']/60, machine=a.machine, note=a.note, lr=a.lr, batch=a.batch,
                    seed=0, crops=a.crops, blur=a.blur, parameters=sum(t.numel() for t in space.model.parameters()),
                    history=history[::max(1, len(history)//100)])
    return dict(name=a.name, licence='Apache-2.0; photographs under the licences named below', training=training, data=list(CLEAN),
                photographs=sum((authors(f) for f in folders), []), frames=[[name, DAVIS, 'CC BY 4.0'] for name in a.frames])


def bundle(a):
    "Write the weights and their card."
    folders, space = training_folders(fast=False), KernelSpace(load_weights(a.weights)[0])
    seen = SyntheticPairs(folders, every_blur(), seed=1) if space.grid < 128 else domain_b(folders, batch=8, blurs=None, seed=1)
    fit_codes(space, seen)
    BUNDLED.mkdir(exist_ok=True)
    path = BUNDLED/f'{a.name}.safetensors'
    space.save(path, torch.float16)
    card = card_of(a, space, folders)
    write_json(path.with_suffix('.json'), card)
    print(f'{a.name}: {card["training"]["pairs"]} pairs, {card["training"]["minutes"]:.0f} min, {path.stat().st_size/1e6:.1f} MB')


def main():
    a = arguments()
    if a.name: bundle(a)
    if a.scores: put_scores()


if __name__ == '__main__': main()
