"""Check the explorers of the page `widgets` where they live: JupyterLab, Chromium and the arrow keys. One line per problem, exit 1 if any.
An argument names a file for a screenshot."""
import contextlib, importlib.util, json, os, signal, subprocess, sys, tempfile, time
from pathlib import Path

import nbformat
from nbformat import v4

from browser import browser, chromium

EXPLORERS = 'blur_explorer', 'kernel_explorer', 'space_explorer'
CELLS = (f'from kernel_space.tools.widgets import example, {", ".join(EXPLORERS)}', 'x = example()[..., 64:128, 64:128]',
         *(f'{name}(x=x)' for name in EXPLORERS))
READY = '!!globalThis.jupyterapp?.shell.currentWidget?.sessionContext?.isReady'
RUN = 'void jupyterapp.commands.execute("notebook:run-all-cells")'
STATE = f'''jupyterapp.shell.currentWidget.context.model.toJSON().cells.flatMap(cell => cell.outputs)
    .filter(output => output.output_type == 'error').map(error => `${{error.ename}}: ${{error.evalue}}`)[0]
    ?? document.querySelectorAll('.widget-vbox img').length == {len(EXPLORERS)}''' # what went wrong, else whether all are there
FOCUS = 'document.querySelectorAll(".widget-vbox")[%d].querySelector(".noUi-handle").focus()'
LOOK = '''(async () => {
    const image = document.querySelectorAll('.widget-vbox img')[%d], canvas = document.createElement('canvas')
    await image.decode()
    Object.assign(canvas, {width: image.naturalWidth, height: image.naturalHeight}).getContext('2d').drawImage(image, 0, 0)
    return {drawn: canvas.toDataURL(), magnified: image.width/image.naturalWidth}
})().catch(() => null)''' # null while one picture takes the place of another


def until(ask, what, seconds=120):
    "The first answer that is something; the end of the check if there is none."
    end = time.monotonic() + seconds
    while not (answer := ask()):
        if time.monotonic() > end: sys.exit(f'{what}: not within {seconds} s')
        time.sleep(0.05)
    return answer


@contextlib.contextmanager
def lab(folder):
    "The address of a JupyterLab that serves a folder to this machine only, with settings of its own."
    own = {name: str(folder/name) for name in ('JUPYTER_CONFIG_DIR', 'JUPYTER_DATA_DIR', 'JUPYTER_RUNTIME_DIR', 'IPYTHONDIR')}
    options = {'ServerApp.ip': '127.0.0.1', 'ServerApp.port': 0, 'ServerApp.root_dir': folder, # port 0: any that is free
               'ServerApp.shutdown_no_activity_timeout': 60, # and two for the case that this check is killed
               'MappingKernelManager.cull_idle_timeout': 60, 'MappingKernelManager.cull_interval': 30}
    command = [sys.executable, '-m', 'jupyterlab', '--no-browser', '--allow-root', '--expose-app-in-browser',
               *(f'--{name}={value}' for name, value in options.items())]
    with open(folder/'log', 'w') as log:
        process = subprocess.Popen(command, env={**os.environ, 'OMP_NUM_THREADS': '1', **own},
                                   stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        runtime = folder/'JUPYTER_RUNTIME_DIR'
        until(lambda: process.poll() is not None or [*runtime.glob('jpserver-*-open.html')], 'JupyterLab starts') # the last that it writes
        if process.poll() is not None: sys.exit((folder/'log').read_text())
        info = json.loads(next(runtime.glob('jpserver-*.json')).read_text())
        yield f'{info["url"]}doc/tree/explorers.ipynb?token={info["token"]}'
    finally:
        process.terminate() # and its kernels, which also end without it
        try: process.wait(20)
        except subprocess.TimeoutExpired: process.kill()


def problems(tab, i, name):
    "What a person at the keyboard misses: another picture, then the first again, and pixels as they are."
    first = until(lambda: tab.run(LOOK % i), f'{name} shows a picture')
    tab.run(FOCUS % i)
    tab.press('ArrowRight')
    until(lambda: (seen := tab.run(LOOK % i)) and seen['drawn'] != first['drawn'], f'{name} shows another picture after ArrowRight')
    tab.press('ArrowLeft')
    until(lambda: tab.run(LOOK % i) == first, f'{name} shows its first picture again after ArrowLeft')
    if first['magnified'] > 1: yield f'{name}: the picture is magnified by {first["magnified"]:.2f}'


def check(folder, shot=None):
    "Run a notebook of the explorers, and move the first slider of each."
    metadata = dict(kernelspec=dict(name='python3', display_name='Python 3', language='python'))
    nbformat.write(v4.new_notebook(cells=[v4.new_code_cell(source) for source in CELLS], metadata=metadata), folder/'explorers.ipynb')
    with lab(folder) as address, browser() as tab:
        tab.open(address, 1400, 1000)
        until(lambda: tab.run(READY), 'the kernel starts')
        tab.run(RUN)
        state = until(lambda: tab.run(STATE), 'the explorers appear')
        found = [state] if state is not True else [p for i, name in enumerate(EXPLORERS) for p in problems(tab, i, name)]
        if shot: tab.look(shot)
    return found


def main():
    missing = not chromium() and 'Chromium' or not importlib.util.find_spec('jupyterlab') and 'JupyterLab'
    if missing: sys.exit(print(f'skipped: no {missing} on this machine'))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143)) # so that the server ends too
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder: found = check(Path(folder), *sys.argv[1:2])
    print('\n'.join(found) or f'{len(EXPLORERS)} explorers answer in a live notebook')
    sys.exit(bool(found))


if __name__ == '__main__': main()
