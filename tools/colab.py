"""Put a Colab badge under each page's title, and the cell that sets the page up there and does nothing elsewhere."""
import re, sys
from pathlib import Path

import nbformat

NBS = Path(__file__).resolve().parent.parent/'nbs'
REPO, CLONE = 'kernel-space/kernel_space', '/content/kernel_space'
ON_GPU = ('3_spaces/07_train', '3_spaces/08_train_space', '4_search/02c_faces', '5_rivals/03_train_rivals') # pages that train for long
BADGE, SET_UP = 'colabbdg', re.compile(r'^%pip install|^if .google\.colab. in sys\.modules', re.M)


def badge(name):
    "Markdown of the link to a page (its path in nbs/) in Colab."
    return ('[![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)]'
            f'(https://colab.research.google.com/github/{REPO}/blob/main/nbs/{name})')


def set_up(name, nb):
    "Source of the cell that, in Colab alone, clones the repository (results and pictures too), installs it and goes to the page's folder."
    code = '\n'.join(c.source for c in nb.cells if c.cell_type == 'code')
    more = [m for m in ('deepinv', 'hypothesis') if re.search(rf'^\s*(from|import) {m}\b', code, re.M)]
    return '\n'.join(['#| hide', '#| eval: false', 'import sys', "if 'google.colab' in sys.modules:",
                      f'    ![ -d {CLONE} ] || git clone -q --depth 1 https://github.com/{REPO} {CLONE}',
                      f'    %pip install -q {" ".join([CLONE, *more])}',
                      f'    %cd -q {(Path(CLONE)/"nbs"/name).parent}'])


def problems(name, nb):
    "What a page lacks to be opened in Colab, one line each."
    sources = [c.source for c in nb.cells]
    if sources.count(badge(name)) != 1: yield f'{name}: no badge of Colab; run tools/colab.py'
    if sources.count(set_up(name, nb)) != 1: yield f'{name}: no cell that sets it up in Colab; run tools/colab.py'


def put(name, nb):
    "Add or renew the badge, the cell, and the wish for a GPU."
    cells = [c for c in nb.cells if c.get('id') != BADGE]
    title = next(i for i, c in enumerate(cells) if c.cell_type == 'markdown')
    cells.insert(title + 1, nbformat.v4.new_markdown_cell(badge(name), id=BADGE))
    old = next((c for c in cells if c.cell_type == 'code' and SET_UP.search(c.source)), None)
    if old is None: cells.insert(title + 2, old := nbformat.v4.new_code_cell(id='colabset'))
    old.source, nb.cells = set_up(name, nb), cells
    if name.removesuffix('.ipynb') in ON_GPU: nb.metadata.update(accelerator='GPU', colab=dict(gpuType='T4'))


def main():
    for path in sorted(NBS.rglob('*.ipynb')):
        if path.name.startswith('_') or '.ipynb_checkpoints' in path.parts: continue
        nb, name = nbformat.read(path, as_version=4), path.relative_to(NBS).as_posix()
        if not [*problems(name, nb)]: continue
        put(name, nb)
        nbformat.write(nb, path)
        print(name)


if __name__ == '__main__': sys.exit(main())
