"""Write README.md from nbs/index.ipynb without Quarto; --check only compares, --hero redoes the picture at its top."""
import argparse, re, sys
from pathlib import Path
from posixpath import normpath

import nbformat

ROOT = Path(__file__).resolve().parent.parent
NOTICE = '<!-- Made from nbs/index.ipynb by tools/readme.py: edit the notebook. -->'
HIDDEN = re.compile(r'^#\|\s*(hide|default_exp|echo: false|include: false)\b', re.M)


def from_root(text):
    "Relative links and pictures of a page in nbs/, as seen from the top folder."
    relative = r'(?!\w+:|#|/)([^)"\s]+)'
    return re.sub(rf'(\]\(|src="){relative}', lambda m: m[1] + normpath(f'nbs/{m[2]}'), text)


def fenced(text, language=''):
    "`text` as a fenced block."
    return f'```{language}\n{text.strip()}\n```'


def output_text(output):
    "What a cell printed or returned as text; pictures are left to the pages."
    if output.output_type == 'stream': return output.text
    data = output.get('data', {})
    return '' if any(kind.startswith('image/') for kind in data) else data.get('text/plain', '')


def code_blocks(cell):
    "A code cell without its directives, then its text output."
    if HIDDEN.search(cell.source): return
    yield fenced(re.sub(r'^#\|.*\n?', '', cell.source, flags=re.M), 'python')
    printed = ''.join(map(output_text, cell.outputs))
    if printed.strip(): yield fenced(printed)


def readme(nb):
    "The README's text: the title cell, a notice, then the other cells in order."
    title, *cells = nb.cells
    blocks = [re.sub(r'^- .*$', '', title.source, flags=re.M).strip(), NOTICE]
    for cell in cells:
        if cell.cell_type == 'markdown': blocks.append(from_root(cell.source))
        elif cell.cell_type == 'code': blocks += code_blocks(cell)
    return '\n\n'.join(blocks) + '\n'


def hero(path):
    "A corner of what ks_deblur shows, pixel by pixel; the numbers are those of the whole photograph."
    from kernel_space.image.core import sample_photo
    from kernel_space.image.kernels import tile_kernels
    from kernel_space.image.metrics import psnr_aligned
    from kernel_space.image.motion import shake_photo
    from kernel_space.image.show import show_images
    from kernel_space.search.photo import deblur_photo
    from kernel_space.spaces.space import KernelSpace, point_spreads
    x, space = sample_photo('astronaut'), KernelSpace.from_pretrained()
    y = shake_photo(x, seed=1)
    result = deblur_photo(y, space=space)
    face, score = (..., slice(10, 215), slice(120, 325)), lambda image: f'{psnr_aligned(image, x).item():.2f} dB'
    blur = tile_kernels(point_spreads(space, result.k, 6, 6)).cpu()
    picture = show_images([image[face] for image in (y, result.x, x)] + [blur[:205, :205]],
                          [f'blurry: {score(y)}', f'deblurred: {score(result.x)}', 'sharp', 'estimated blur'], height=2)
    picture.save(path)
    print(f'{path}: {path.stat().st_size/1e3:.0f} kB, searched for {result.seconds:.0f} s')


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--check', action='store_true', help='exit 1 when README.md differs')
    parser.add_argument('--hero', action='store_true', help='redo nbs/images/hero.jpg')
    a, path = parser.parse_args(), ROOT/'README.md'
    if a.hero: return hero(ROOT/'nbs'/'images'/'hero.jpg')
    text = readme(nbformat.read(ROOT/'nbs'/'index.ipynb', as_version=4))
    if not a.check: path.write_text(text, encoding='utf-8')
    elif not path.exists() or path.read_text(encoding='utf-8') != text:
        sys.exit('README.md differs from nbs/index.ipynb: run tools/readme.py')


if __name__ == '__main__': main()
