"""Run notebooks and store their outputs, leaving cells marked slow, cuda or `eval: false` as they are."""
import argparse, re, sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbdev.clean import nbdev_clean


def directives(source):
    "The `#| name` lines of a cell, as nbdev reads them."
    return {line.lower() for line in re.findall(r'^#\|\s*(.*?)\s*$', source, re.M)}


def to_run(cell, flags):
    "Whether `cell` is run here; skipped cells keep the outputs they have."
    skip = {'eval: false', 'slow', 'cuda'} - set(flags)
    return cell.cell_type == 'code' and not directives(cell.source) & skip


def run(path, flags):
    "Run one notebook in its own folder; the file changes only when every cell has passed."
    nb = nbformat.read(path, as_version=4)
    client = NotebookClient(nb, timeout=None, coalesce_streams=True, extra_arguments=['--log-level=ERROR'],
                            resources={'metadata': {'path': str(path.parent)}})
    with client.setup_kernel():
        for i, cell in enumerate(nb.cells):
            if to_run(cell, flags):
                cell.outputs = []
                client.execute_cell(cell, i)
    nbformat.write(nb, path)
    nbdev_clean(str(path))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('notebooks', nargs='+', type=Path)
    parser.add_argument('--flags', nargs='*', default=[], choices=['slow', 'cuda'], help='run these cells too')
    args = parser.parse_args()
    failed = 0
    for path in args.notebooks:
        try: run(path.resolve(), args.flags)
        except CellExecutionError as e: failed, result = failed + 1, f'FAILED, left as it was\n{e}'
        else: result = 'stored'
        print(f'{path}: {result}', flush=True)
    sys.exit(bool(failed))


if __name__ == '__main__': main()
