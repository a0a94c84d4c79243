"""Bundle a trained space: fit the Gaussian of its codes, write float16 weights and their card into kernel_space/weights."""
import argparse, csv, json
from pathlib import Path

import torch

from kernel_space.image.core import shared_data, write_atomic
from kernel_space.image.synthetic import SyntheticPairs, every_blur, find_photos
from kernel_space.spaces.space import BUNDLED, KernelSpace, fit_codes
from kernel_space.spaces.weights import load_weights
from kernel_space.studies.unseen import domain_b

FOLDERS = 'photos_cq100', 'photos_gb82', 'photos_elementary'
DAVIS = 'Perazzi et al., DAVIS, CVPR 2016'


def authors(folder):
    "Name, author or source page, and licence of every photograph of a training folder."
    rows = csv.DictReader((folder.parent.parent/'MANIFEST.csv').open(encoding='utf8'))
    licences = {Path(r['file']).name: (r['source_repo'], r['licence']) for r in rows if Path(r['file']).parent.name == folder.name}
    table = folder/'metadata.csv'
    if table.exists(): licences.update({f"{r['Modified Filename']}.jpg": (r['Author'], r['License']) for r in csv.DictReader(table.open(encoding='utf8'))})
    return [[p.stem, *licences[p.name]] for p in find_photos(folder)]


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument('name', help='bundled name, such as default')
    p.add_argument('weights', help='file from ks_train; its curve lies beside it')
    p.add_argument('--machine', required=True, help='where it was trained')
    p.add_argument('--lr', required=True, help='largest learning rates')
    p.add_argument('--batch', default='16', help='pairs in a batch')
    p.add_argument('--crops', default='128x128', help='their sizes, px')
    p.add_argument('--blur', default='every_blur()', help='what was done to them')
    p.add_argument('--frames', nargs='*', default=[], help='sequences of frames_davis it was trained on')
    p.add_argument('--note', default='', help='what a reader should know about the training')
    a = p.parse_args()
    folders = [shared_data('train', f) for f in FOLDERS]
    space = KernelSpace(load_weights(a.weights)[0])
    fit_codes(space, SyntheticPairs(folders, every_blur(), seed=1) if space.grid < 128 else domain_b(folders, batch=8, blurs=None, seed=1))
    BUNDLED.mkdir(exist_ok=True)
    space.save(BUNDLED/f'{a.name}.safetensors', torch.float16)
    history = [{n: v for n, v in row.items() if n != 'watch'} for row in json.loads(Path(a.weights).with_suffix('.json').read_text())]
    training = dict(pairs=history[-1]['pairs'], minutes=history[-1]['seconds']/60, machine=a.machine, note=a.note, lr=a.lr, batch=a.batch, seed=0, crops=a.crops,
                    blur=a.blur, parameters=sum(t.numel() for t in space.model.parameters()), history=history[::max(1, len(history)//100)])
    card = dict(name=a.name, licence='Apache-2.0; photographs under the licences named below', training=training,
                data=list(FOLDERS), photographs=sum((authors(f) for f in folders), []), frames=[[name, DAVIS, 'CC BY 4.0'] for name in a.frames])
    text = json.dumps(card, indent=1, ensure_ascii=False) + '\n'
    write_atomic(BUNDLED/f'{a.name}.json', lambda path: path.write_text(text, encoding='utf8'))
    print(f'{a.name}: {training["pairs"]} pairs, {training["minutes"]:.0f} min, {(BUNDLED/f"{a.name}.safetensors").stat().st_size/1e6:.1f} MB')


if __name__ == '__main__': main()
