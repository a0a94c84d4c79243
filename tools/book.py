"""The book's path: its chapters, how long a page takes, "you are here" on every page, and llms.txt; --check only compares."""
import argparse, configparser, re, sys
from dataclasses import dataclass
from pathlib import Path

import nbformat

NBS = Path(__file__).resolve().parent.parent/'nbs'
WORDS, LINES = 200, 30 # of prose, and of shown code, that a person reads in a minute
SHORTEST = ('tour', '1_image/06_blur', '2_deconvolution/02_nonblind', '2_deconvolution/08_naive_map', '2_deconvolution/05_camera',
            '3_spaces/03_basis', '6_studies/01_consistency', '4_search/03_solve', '6_studies/18_paper') # from the question to the paper
HERE, PATH = 'herebook', 'pathbook' # ids of the cells that this tool writes


@dataclass(frozen=True)
class Chapter:
    "A folder of pages."
    title: str
    folder: str
    teaches: str # in one sentence
    needs: tuple = () # numbers of the chapters that come first
    first: str = '' # page to begin with


CHAPTERS = {
    1: Chapter('Image', '1_image',
               'What a photograph is, what blurs it, and how an estimate is compared with the truth.', (), '06_blur'),
    2: Chapter('Deconvolution', '2_deconvolution',
               'A known blur is divided out; an unknown one is found in the edges.', (1,), '02_nonblind'),
    3: Chapter('Spaces', '3_spaces',
               'Two networks learn what blurs there are: G reads a blur as a code, F applies it.', (1,), '03_basis'),
    4: Chapter('Search', '4_search',
               'One search for x and k, of which every published method is a row.', (2, 3), '03_solve'),
    5: Chapter('Rivals', '5_rivals',
               'Networks that learn x from y at once, and what they do with a blur they were not shown.', (3,), '00_rival'),
    6: Chapter('Studies', '6_studies',
               'The tables of the paper and our own questions, each with the command that answers it again.', (4, 5), '15_trust'),
    7: Chapter('Tools', '7_tools',
               'Commands, explorers and benches, and the tests that hold the library to its promises.', (4,), '03_cli')}


def number_of(page):
    "The chapter of a page, 0 at the front."
    return next((n for n, c in CHAPTERS.items() if Path(page).parts[0] == c.folder), 0)


def words(text):
    "How many words a person reads: formulas and link targets are none."
    text = re.sub(r'\$\$.*?\$\$|\$[^$\n]*\$|<[^>]*>|!\[[^]]*\]\([^)]*\)|\]\([^)]*\)', ' ', text, flags=re.S)
    return len(re.findall(r'[A-Za-z][\w\'-]*|\d[\d.,]*', text))


def shown(cell):
    "Whether a reader sees the cell as a part of the lesson."
    return cell.get('id') not in (HERE, 'colabbdg') and not re.search(r'^#\|\s*hide\b', cell.source, re.M)


def minutes(nb):
    "Reading time of a page."
    prose = sum(words(c.source) for c in nb.cells if c.cell_type == 'markdown' and shown(c))
    lines = sum(bool(line.strip()) for c in nb.cells if c.cell_type == 'code' and shown(c) for line in c.source.splitlines())
    return max(1, round(prose/WORDS + lines/LINES))


def link(number, up):
    "A chapter as a link to the page that begins it."
    chapter = CHAPTERS[number]
    return f'[chapter {number}]({up}{chapter.folder}/{chapter.first}.ipynb)'


def prerequisites(number, up=''):
    "What to have read before."
    needed = ' and '.join(link(n, up) for n in CHAPTERS[number].needs) if number else ''
    return needed or ('none' if number == 0 else f'the [tour]({up}tour.ipynb)')


def map_text(number):
    "What a person who cannot see the map is told."
    here = f'; you are in chapter {number}, {CHAPTERS[number].title}' if number else ''
    return f'Map of the book: chapter 1 leads to 2 and 3, both to 4; 3 leads to 5, 4 and 5 to 6, and 4 to 7{here}'


def here(page, nb):
    "The cell at the top of a page."
    number, up = number_of(page), '../'*(len(Path(page).parts) - 1)
    picture = f'![{map_text(number)}]({up}images/map-{number}.svg)'
    place = f'chapter {number} of {len(CHAPTERS)}' if number else 'the front of the book'
    time = f'about {minutes(nb)} minute{"s"*(minutes(nb) > 1)}'
    return f'{picture}<br>You are here: {place} · prerequisites: {prerequisites(number, up)} · {time}'


def path_table(pages):
    "The chapters, a sentence each: the cell of the index."
    rows = ['| chapter | in one sentence | prerequisites | pages | minutes |', '|---|---|---|---|---|']
    for n, c in CHAPTERS.items():
        own = [nb for page, nb in pages.items() if number_of(page) == n]
        title = f'[{n} {c.title}]({c.folder}/{c.first}.ipynb)'
        rows.append(f'| {title} | {c.teaches} | {prerequisites(n)} | {len(own)} | {round(sum(map(minutes, own)), -1)} |')
    return '\n'.join([*rows, '', shortest_way(pages)])


def shortest_way(pages):
    "A few pages in the order of their questions."
    chosen = [f'{page}.ipynb' for page in SHORTEST]
    names = (re.sub(r'^\d+\w?_', '', Path(page).stem) for page in chosen)
    links = ', '.join(f'[{name}]({page})' for name, page in zip(names, chosen))
    return f'The shortest way from the question to the paper: {links}. Together about {sum(minutes(pages[p]) for p in chosen)} minutes.'


def site():
    "Where the site is."
    settings = configparser.ConfigParser()
    settings.read(NBS.parent/'settings.ini', encoding='utf-8')
    return settings['DEFAULT']['doc_host'] + settings['DEFAULT']['doc_baseurl']


def entry(page, nb):
    "A page in llms.txt: its text without the site around it, and what it is about."
    title, about = (re.search(rf'^{mark} (.+)$', nb.cells[0].source, re.M)[1] for mark in '#>')
    name = re.sub(r'^\d+[a-z]?_', '', Path(page).stem)
    return f'- [{title}]({site()}/{(Path(page).parent/name).as_posix()}.html.md): {about}'


def llms(pages, index):
    "The site for a program that reads text (llmstxt.org): what it is, then every page by chapter."
    title, about = (re.search(rf'^{mark} (.+)$', index.cells[0].source, re.M)[1] for mark in '#>')
    parts = {'Begin here': ['index.ipynb', 'tour.ipynb'],
             **{f'{n} {c.title}': [p for p in pages if number_of(p) == n] for n, c in CHAPTERS.items()},
             'Optional': [p for p in pages if number_of(p) == 0 and p != 'tour.ipynb']}
    every = {**pages, 'index.ipynb': index}
    sections = ['\n'.join([f'## {name}', '', *(entry(p, every[p]) for p in own)]) for name, own in parts.items()]
    chapters = '\n'.join(f'- Chapter {n}, {c.title}: {c.teaches}' for n, c in CHAPTERS.items())
    return '\n\n'.join([f'# {title}', f'> {about}', chapters, *sections]) + '\n'


MINUTES = re.compile(r'about (\d+) minutes?')


def behind(page, nb):
    "Whether a page does not say where it is, or is wrong about its minutes by more than a third and three."
    told, wanted = next((c.source for c in nb.cells if c.get('id') == HERE), ''), here(page, nb)
    if MINUTES.sub('', told) != MINUTES.sub('', wanted): return True
    before, after = (int(MINUTES.search(text)[1]) for text in (told, wanted))
    return abs(before - after) > 3 + after/3


def put(page, nb):
    "Write the cell at the top of a page, after the title and the badge; whether anything changed."
    cell = next((c for c in nb.cells if c.get('id') == HERE), None)
    if not cell:
        cell = nbformat.v4.new_markdown_cell('', id=HERE)
        nb.cells.insert(1 + (nb.cells[1].get('id') == 'colabbdg'), cell)
    changed, cell.source = cell.source != here(page, nb), here(page, nb)
    return changed


def pages_of_book():
    "Every page but the index, by its path below nbs/."
    paths = (p for p in sorted(NBS.rglob('*.ipynb')) if not p.name.startswith('_') and p.name != 'index.ipynb')
    return {p.relative_to(NBS).as_posix(): nbformat.read(p, as_version=4) for p in paths}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--check', action='store_true', help='change nothing, exit 1 where a page does not say where it is')
    pages = pages_of_book()
    if parser.parse_args().check:
        lost = [page for page, nb in pages.items() if behind(page, nb)]
        sys.exit('\n'.join(f'{page}: run tools/book.py' for page in lost) or 0)
    for page in pages:
        nb = nbformat.read(NBS/page, as_version=4) # once more: somebody may be editing other pages meanwhile
        if put(page, nb): nbformat.write(nb, NBS/page)
    index = nbformat.read(NBS/'index.ipynb', as_version=4)
    for cell in index.cells:
        if cell.get('id') == PATH: cell.source = path_table(pages)
    nbformat.write(index, NBS/'index.ipynb')
    (NBS/'llms.txt').write_text(llms(pages, index), encoding='utf-8')


if __name__ == '__main__': main()
