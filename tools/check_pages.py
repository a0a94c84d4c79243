"""Check the pages: sidebar, links, Colab, stored outputs, pictures and numbers, sizes. One line per problem, exit 1 if any."""
import ast, os, re, subprocess, sys
from pathlib import Path

import nbformat, yaml

import book, colab, diagrams, sources

ROOT = Path(__file__).resolve().parent.parent
NBS = ROOT/'nbs'
LINK = re.compile(r'\]\((?!\w+:|/)([^)\s]*)|src="(?!\w+:|/)([^"]+)')
WIDGET = 'application/vnd.jupyter.widget-view+json'
MB = 1e6


def prose(nb):
    "The Markdown of a notebook without its code fences."
    text = '\n\n'.join(c.source for c in nb.cells if c.cell_type == 'markdown')
    return re.sub(r'^```.*?^```', '', text, flags=re.M | re.S)


def outputs(nb):
    "All stored outputs of a notebook."
    return [o for c in nb.cells if c.cell_type == 'code' for o in c.outputs]


def links(nb):
    "Relative link targets of a notebook, as (file, anchor)."
    return [(a or b).partition('#')[::2] for a, b in LINK.findall(prose(nb))]


def slug(heading):
    "The anchor that Quarto gives a heading."
    plain = re.sub(r'\[([^]]*)\]\([^)]*\)', r'\1', heading).lower()
    return re.sub(r'^[^a-z]+', '', re.sub(r'\s', '-', re.sub(r'[^\w\s.-]', '', plain).strip()))


def anchors(nb):
    "Headings, explicit ids and exported names: everything a link can point to."
    text = prose(nb)
    code = '\n'.join(c.source for c in nb.cells if c.cell_type == 'code' and '#| export' in c.source)
    heads = re.findall(r'^#+ (.*?)\s*(?:\{.*\})?$', text, re.M)
    names = re.findall(r'^(?:def|class) (\w+)', code, re.M)
    return {slug(h) for h in heads} | set(re.findall(r'\{#([\w-]+)', text)) | set(names)


def sidebar(entries):
    "The files of a sidebar, sections unfolded."
    for entry in entries:
        if isinstance(entry, str): yield entry
        else: yield from sidebar(entry['contents'])


def check_sidebar(pages):
    "Sidebar and notebooks name the same files."
    top = yaml.safe_load((NBS/'sidebar.yml').read_text(encoding='utf-8'))
    listed = set(sidebar(top['website']['sidebar']['contents']))
    for name in sorted(listed - pages.keys()): yield f'sidebar.yml: {name} does not exist'
    for name in sorted(pages.keys() - listed): yield f'{name}: not in sidebar.yml'


def check_order(pages):
    "Previous and next of a page in a chapter are its neighbours in the sidebar."
    top = yaml.safe_load((NBS/'sidebar.yml').read_text(encoding='utf-8'))
    order = [f for f in sidebar(top['website']['sidebar']['contents']) if f in pages]
    for before, name, after in zip(order, order[1:], order[2:]):
        said = re.findall(r'(?i)(previous|next): \[[^]]*\]\(([^)#]*)', prose(pages[name]))
        given = {word.lower(): os.path.normpath(Path(name).parent/target) for word, target in said}
        for word, wanted in dict(previous=before, next=after).items():
            if '/' in name and given.get(word) != wanted: yield f'{name}: {word} is {given.get(word)}; {wanted} is, in the sidebar'


def check_links(name, pages):
    "Files and anchors that links of one page point to exist."
    for file, anchor in links(pages[name]):
        target = os.path.normpath(Path(name).parent/file) if file else name
        if not (NBS/target).exists(): yield f'{name}: link to {target}, which does not exist'
        elif anchor and target in pages and anchor not in anchors(pages[target]):
            yield f'{name}: link to {target}#{anchor}, but no heading there has this anchor'


def check_lost_page(pages):
    "The page that a wrong address shows links to pages and headings that exist."
    for file, anchor in re.findall(r'\]\(/([^)#\s]+)#?([^)\s]*)\)', (NBS/'404.qmd').read_text(encoding='utf-8')):
        if file not in pages or (anchor and anchor not in anchors(pages[file])):
            yield f'404.qmd: link to /{file}#{anchor}, but no page or heading there has this address'


def check_outputs(name, nb):
    "Outputs are stored, without errors and widgets, under 1 MB."
    found = outputs(nb)
    data = [o.get('data', {}).keys() for o in found]
    if not found: yield f'{name}: no stored outputs'
    if any(o.output_type == 'error' for o in found): yield f'{name}: an error is stored as output'
    if any(WIDGET in d for d in data): yield f'{name}: a stored widget hides the picture beside it'
    said = ' '.join(f"{o.get('text', '')} {o.get('data', {}).get('text/plain', '')}" for o in found)
    if own := re.search(r'/(tmp|home)/\S+|/\S*site-packages\S*| at 0x\w+', said): yield f'{name}: of one machine, and stored: {own[0]}'
    size = (NBS/name).stat().st_size
    if size > MB: yield f'{name}: {size/MB:.2f} MB, the limit is 1 MB'


def words_before(nb, mark):
    "Prose of a page up to a text that stands in one of its cells."
    whole = '\n\n'.join(c.source if c.cell_type == 'markdown' or mark in c.source else '' for c in nb.cells if book.shown(c))
    return book.words(whole.partition(mark)[0]) if mark in whole else float('inf')


def check_promises(pages):
    "A reader sees a deblurred photograph within 300 words, and meets F and G within 4,000."
    index, tour = pages['index.ipynb'], pages['tour.ipynb']
    for name, words in (('index', words_before(index, 'images/hero.jpg')), ('tour', words_before(tour, 'ks.show_images('))):
        if words >= 300: yield f'{name}.ipynb: {words} words before the first deblurred photograph, fewer than 300 are wanted'
    words = words_before(index, '(tour.ipynb)') + words_before(tour, ': F and G')
    if words >= 4000: yield f'tour.ipynb: {words} words before F and G, fewer than 4,000 are wanted'


def check_book(pages):
    "Every page but the index says where it is, and the diagrams are as drawn."
    for name, nb in pages.items():
        if name != 'index.ipynb' and book.behind(name, nb): yield f'{name}: it does not say where it is; run tools/book.py'
    told = next((c.source for c in pages['index.ipynb'].cells if c.get('id') == book.PATH), '')
    words_of = lambda text: re.sub(r'\d+', '', text) # minutes and counts change with every edit
    if words_of(told) != words_of(book.path_table(pages)):
        yield 'index.ipynb: not the path of tools/book.py; run it'
    path, wanted = NBS/'llms.txt', book.llms({name: nb for name, nb in pages.items() if name != 'index.ipynb'}, pages['index.ipynb'])
    if not path.exists() or path.read_text(encoding='utf-8') != wanted: yield 'llms.txt: not the pages of the book; run tools/book.py'
    for name in diagrams.differing(): yield f'images/{name}: not as drawn; run tools/diagrams.py'


def shown(cell):
    "Calls of show_* as a statement, and whether the notebook displays them: only the last statement of a cell is."
    source = '' if 'eval: false' in cell.source else re.sub(r'(?m)^\s*[%!].*', '', cell.source)
    tree = ast.parse(source)
    for node in ast.walk(tree):
        call = node.value if isinstance(node, ast.Expr) else None
        name = getattr(call, 'func', None) and ast.unparse(call.func).split('.')[-1]
        if name and name.startswith('show_'): yield name, node is tree.body[-1]


def pictures(nb):
    "Every stored picture of a page, as (cell, its alternative text)."
    for cell in nb.cells:
        for output in cell.get('outputs', []):
            for kind in output.get('data', {}):
                if kind.startswith('image/'): yield cell.id, output.metadata.get(kind, {}).get('alt', '')


def check_pictures(name, nb):
    "Pictures are there, displayed, and said in words too."
    found, drawn = [*pictures(nb)], re.findall(r'!\[(.*?)\]\((.*?)\)|<img(?!.*alt="\w)', prose(nb))
    if not found and not any(target and 'map-' not in target for _, target in drawn): yield f'{name}: no stored picture'
    for cell, alt in found:
        if not alt: yield f'{name}: a picture of cell {cell} has no alternative text'
    for alt, target in drawn:
        if not alt: yield f'{name}: the picture {target or "<img>"} has no alternative text'
    for cell in nb.cells:
        if cell.cell_type != 'code': continue
        for call, seen in shown(cell):
            if not seen: yield f'{name}: {call} of cell {cell.id} is not displayed; the last line of a cell is'


def check_html(name, nb):
    "Stored HTML stands alone: nothing to fetch or to run at once, and every picture said in words."
    for cell in nb.cells:
        for html in filter(None, (o.get('data', {}).get('text/html') for o in cell.get('outputs', []))):
            if found := re.search(r'<(script|link|iframe)|(src|href)="(?!data:|#)[^"]*', html):
                yield f'{name}: the HTML of cell {cell.id} does not stand alone: {found[0]}'
            if re.search(r'<img(?![^>]* alt="[^"])', html): yield f'{name}: a picture in the HTML of cell {cell.id} has no alternative text'


def check_math(name, nb):
    "Formulas that the site shows as dollars: a space inside of a single $ before or behind the formula, or a $ without another."
    for paragraph in re.sub(r'\$\$.*?\$\$|`[^`]*`', '', prose(nb), flags=re.S).split('\n\n'):
        formulas, rest = paragraph.split('$')[1::2], paragraph.split('$')[2::2]
        wrong = [f for f, after in zip(formulas, [*rest, '']) if f != f.strip() or not f or after[:1].isdigit()]
        if len(formulas) != len(rest): wrong = wrong or [paragraph[:40]]
        for formula in wrong: yield f'{name}: no formula to Quarto: ${formula}$'


def check_numbers(pages):
    "Numbers of the prose stand in an output, in code, in a file or on a page that the paragraph names, or in a paper's table."
    for name, cell, around in sources.sourceless(pages, ROOT):
        yield f'{name}: cell {cell} has a number without a source (tools/sources.py says what counts): {around}'


def check_sizes():
    "Tracked files and weights stay under their limits."
    listed = subprocess.run(['git', 'ls-files', '-z'], cwd=ROOT, capture_output=True, text=True, check=True)
    tracked = [ROOT/f for f in listed.stdout.split('\0') if f and (ROOT/f).is_file()]
    weights = [f for f in (ROOT/'kernel_space').rglob('*.safetensors')]
    for what, files, limit in (('tracked files', tracked, 40), ('weights', weights, 24)):
        size = sum(f.stat().st_size for f in files)/MB
        if size > limit: yield f'{what}: {size:.1f} MB, the limit is {limit} MB'


def main():
    paths = [p for p in sorted(NBS.rglob("*.ipynb")) if not p.name.startswith('_')]
    pages = {p.relative_to(NBS).as_posix(): nbformat.read(p, as_version=4) for p in paths}
    of_all = check_sidebar, check_book, check_promises, check_order, check_numbers
    problems = [*(found for check in of_all for found in check(pages)), *check_sizes()]
    for name, nb in pages.items():
        of_page = check_outputs, check_pictures, check_html, check_math, colab.problems
        problems += [*check_links(name, pages), *(found for check in of_page for found in check(name, nb))]
    print('\n'.join(problems) or f'{len(pages)} pages: no problem found')
    sys.exit(bool(problems))


if __name__ == '__main__': main()
