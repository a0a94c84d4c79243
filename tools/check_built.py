"""Check what nbdev hands to Quarto (_proc): signatures once, levels of headings, links that arrive. One line per problem, exit 1 if any."""
import re, sys
from pathlib import Path

import nbformat

from check_pages import slug

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT/'_proc'
LINK = re.compile(r'\]\(https://[\w.-]+github\.io/kernel_space/([\w/]+\.html)#([\w.]+)\)')
HIDDEN = {'uninterrupted'} # exported for the package's own use, and not shown


def said(cell):
    "The Markdown that a cell shows: its own, or that of its outputs."
    if cell.cell_type != 'code': return cell.source
    return '\n\n'.join(''.join(o.get('data', {}).get('text/markdown', '')) for o in cell.outputs)


def address(path, nb):
    "Where Quarto puts a page."
    name = re.search(r'^output-file: (\S+)', nb.cells[0].source, re.M)
    return (path.relative_to(PAGES).parent/(name[1] if name else f'{path.stem}.html')).as_posix()


def anchors(nb):
    "What a link can point to: headings, and explicit places."
    text = '\n'.join(map(said, nb.cells))
    return {slug(h) for h in re.findall(r'^#+ (.+)$', text, re.M)} | set(re.findall(r'\[\]\{#([\w.]+)\}', text))


def check_signatures(nb):
    "No function has its signature above an open source that shows it."
    sources = '\n'.join(c.source for c in nb.cells if 'Exported source' in c.source and 'code-fold: true' not in c.source)
    shown = set(re.findall(r'^(?:def|class) (\w+)', sources, re.M))
    for name in re.findall(r'^(?:def|class) (\w+)', '\n'.join(said(c) for c in nb.cells if 'show_doc(' in c.source), re.M):
        if name in shown: yield f'the signature of {name} stands twice'


def check_levels(nb):
    "A heading is at most one level below the heading before it; the title is level 1."
    text, above = re.sub(r'^(```+|~~~+).*?^\1', '', '\n'.join(map(said, nb.cells)), flags=re.M | re.S), 1
    for marks, heading in re.findall(r'^(#{2,6}) (.+)$', text, re.M):
        if len(marks) > above + 1: yield f'level {len(marks)} of "{heading}" follows level {above}'
        above = len(marks)


def check_names(nb, places):
    "Links to names arrive."
    for page, anchor in LINK.findall('\n'.join(map(said, nb.cells))):
        private = anchor[0] == '_' or anchor in HIDDEN # a link to its page is enough
        if page not in places or not private and anchor.lower() not in places[page]: yield f'link to {page}#{anchor}, which is not there'


def check_nested(nb):
    "No link within a link: it would stand as it is written."
    for found in re.findall(r'\[\[`[^`]*`\]\([^)]*\)\]\(', '\n'.join(map(said, nb.cells))): yield f'a link within a link: {found}'


def check_llms(places):
    "What llms.txt names is there, and whole."
    path = PAGES/'llms.txt'
    named = set(re.findall(r'github\.io/kernel_space/([\w./]+\.html)\.md\)', path.read_text(encoding='utf-8'))) if path.exists() else set()
    for page in sorted(places.keys() ^ named): yield f'llms.txt: {page} {"is not built" if page in named else "is missing"}'


def main():
    pages = {p: nbformat.read(p, as_version=4) for p in sorted(PAGES.rglob('*.ipynb'))}
    places = {address(p, nb): anchors(nb) for p, nb in pages.items()}
    found = {address(p, nb): [*check_signatures(nb), *check_levels(nb), *check_names(nb, places), *check_nested(nb)]
             for p, nb in pages.items()}
    problems = [f'{page}: {problem}' for page, those in found.items() for problem in those]
    problems += check_llms(places)
    if not pages: problems = ['nothing is built: run nbdev_docs, or proc_nbs of nbdev.serve']
    print('\n'.join(problems) or f'{len(pages)} built pages: no problem found')
    sys.exit(bool(problems))


if __name__ == '__main__': main()
