"""Where a number of the prose comes from: the page's outputs and code, files and pages named in its paragraph, a paper's table."""
import json, os, re
from functools import lru_cache
from pathlib import Path

NUMBER = re.compile(r'(?<![\w.,])\d[\d,]*\.\d+(?![\w.]*\.\d|\w)')
VALUE = re.compile(r'(?<![A-Za-z_\d.])(?:\d[\d,_]*(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?')
UNITS = {'%': 100, 'M': 1e-6, 'million': 1e-6, 'MB': 1e-6, 'GB': 1e-9, 'ms': 1000} # what a printed number may have been multiplied by
NAMES = re.compile(r'[Ss]ections? [\d.]+|\([34]\.\d[\d.]*\)|CC BY[-A-Z ]* [\d.]+|\w\([\d.]+\)|' # of sections, licences, LeakyReLU(0.1),
                   r'(?:Python|torch|nbdev|Quarto|fastcore|version)\s[\d.]+(?: to [\d.]+)?') # and versions: no quantities
PUBLISHED = { # whose table -> what this book quotes of it
    'Tran et al. 2021, Table 2: SRN-Deblur as it was trained, and with exchanged blurs': (30.20, 30.70, 28.49, 29.43),
    'Tran et al. 2021, Table 3: spaces of REDS and GoPro': (34.35, 30.67, 35.13, 31.38),
    'Tran et al. 2021, Table 4: lines alone, and with a space, on three sets': (28.64, 24.22, 22.96, 28.30, 28.37, 23.92),
    'Tran et al. 2021, supplement, Table 5: DeblurGAN-v2, SRN-Deblur and theirs across domains': (24.35, 25.21, 26.17, 24.65, 25.25, 25.97),
    'Tran et al. 2021, supplement: seconds on a V100': (209.53,),
    'Ren et al. 2020 (SelfDeblur), Table 1: Levin et al.': (34.53, 33.07, 30.57, 29.88, 32.69, 30.80),
    'Tao et al. 2018 (SRN-Deblur), Table 1, and what others quote, millions of weights': (3.76, 6.8),
    'Kupyn et al. 2018 (DeblurGAN): millions of weights': (11.4,),
    'Kupyn et al. 2019 (DeblurGAN-v2), Table 1: decibels on GoPro': (30.10, 28.70, 28.17, 28.03),
}


def values(text):
    "All numbers of a text, without signs."
    return {float(found.replace(',', '').replace('_', '')) for found in VALUE.findall(text)}


def flat(value):
    "All numbers of a JSON value, those of its texts and names too."
    if isinstance(value, dict): return set().union(*(flat(v) | values(k) for k, v in value.items()))
    if isinstance(value, list): return set().union(*map(flat, value))
    if isinstance(value, str): return values(value)
    return {abs(float(value))} if isinstance(value, (int, float)) else set()


@lru_cache
def stored(path):
    "All numbers of a JSON file."
    return flat(json.loads(path.read_text(encoding='utf-8')))


def said(output):
    "The words of an output: its text, those drawn in an SVG, and the alternative texts of its pictures."
    data = output.get('data', {})
    drawn = re.findall(r'<!--(.*?)-->|<text[^>]*>(.*?)</text>', data.get('image/svg+xml', ''), re.S)
    alt = [m.get('alt', '') for m in output.get('metadata', {}).values() if isinstance(m, dict)]
    text = [re.sub(r'<[^>]*>', ' ', v) for kind, v in data.items() if kind.startswith('text/')]
    return ' '.join([output.get('text', ''), *text, *map(' '.join, drawn), *alt])


def shown(nb):
    "All numbers of a page's code and of its outputs."
    code = [c for c in nb.cells if c.cell_type == 'code']
    return set().union(*(values(c.source) | values(' '.join(map(said, c.outputs))) for c in code))


def named(text, folder):
    "The results files that a text names."
    return [path for name in re.findall(r'results/(\w+\.json)', text) if (path := folder/name).exists()]


def paragraphs(nb):
    "The prose of a page in paragraphs, lines of lists and rows of tables."
    for cell in nb.cells:
        if cell.cell_type != 'markdown': continue
        text = re.sub(r'^```.*?^```|\$\$.*?\$\$', ' ', cell.source, flags=re.M | re.S)
        for part in re.split(r'\n\s*\n|\n(?=[-*|] )', text): yield cell.id, part


def plain(text):
    "A paragraph without code, formulas, targets of links, and numbers that are names."
    return NAMES.sub(' ', re.sub(r'`[^`]*`|\$[^$]*\$|(?<=\])\([^)]*\)', ' ', text))


def stands(number, unit, among):
    "Whether a printed number is one of these, rounded; what was measured may have been printed in another unit."
    wanted, near = float(number.replace(',', '')), 0.5001*10**-len(number.partition('.')[2])
    return any(abs(factor*v - wanted) <= near for v in among for factor in (1, UNITS.get(unit, 1)))


def difference(number, among):
    "Whether a printed number is the difference of two others beside it, as they are printed."
    wanted, near = float(number.replace(',', '')), 1.01*10**-len(number.partition('.')[2])
    return any(abs(abs(a - b) - wanted) < near for a in among for b in among if wanted not in (a, b))


def sourceless(pages, root):
    "Numbers with a decimal point in the prose of pages that stand nowhere, as (page, cell, what stands around them)."
    on_page, published = {name: shown(nb) for name, nb in pages.items()}, set().union(*PUBLISHED.values())
    for name, text, cell in ((name, text, cell) for name, nb in pages.items() for cell, text in paragraphs(nb)):
        links = {os.path.normpath(Path(name).parent/link) for link in re.findall(r'\]\(([^)#\s:]*\.ipynb)', text)}
        sources = [on_page[name], published, *map(stored, named(text, root/'nbs/results')), *(on_page.get(link, set()) for link in links)]
        words = plain(text)
        for found in NUMBER.finditer(words):
            unit = re.match(r'\s?([%\w]*)', words[found.end():])[1]
            if difference(found[0], values(words)) or any(stands(found[0], unit, among) for among in sources): continue
            yield name, cell, words[max(0, found.start() - 40):found.end() + 20].replace('\n', ' ').strip()
