"""A headless Chromium on a pipe, for tests of pages: open, press keys, ask, look. None where there is no Chromium."""
import base64, contextlib, json, os, shutil, subprocess, tempfile
from pathlib import Path

NAMES = 'chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'
OPTIONS = ('--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--hide-scrollbars', '--no-first-run',
           '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1') # a page that asks the network gets no answer
KEYS = {'ArrowRight': 39, 'ArrowLeft': 37, 'Home': 36, 'End': 35, 'Tab': 9}


def chromium():
    "The path of a Chromium, or None."
    return next(filter(None, map(shutil.which, NAMES)), None)


class Browser:
    "One tab, driven by the DevTools protocol: messages of JSON, with a zero byte behind each."
    def __init__(self, to, back):
        self.to, self.back, self.count, self.buffer, self.session = to, back, 0, b'', None
        target = self.ask('Target.createTarget', url='about:blank')['targetId']
        self.session = self.ask('Target.attachToTarget', targetId=target, flatten=True)['sessionId']
        self.ask('Page.enable')

    def receive(self):
        "The next message."
        while b'\0' not in self.buffer:
            self.buffer += (more := os.read(self.back, 1 << 16))
            if not more: raise RuntimeError('Chromium has gone')
        message, _, self.buffer = self.buffer.partition(b'\0')
        return json.loads(message)

    def ask(self, method, **params):
        "Send a command, and wait for what it gives."
        self.count += 1
        session = dict(sessionId=self.session) if self.session else {}
        os.write(self.to, json.dumps(dict(id=self.count, method=method, params=params, **session)).encode() + b'\0')
        while (message := self.receive()).get('id') != self.count: pass
        if 'error' in message: raise RuntimeError(f'{method}: {message["error"]["message"]}')
        return message['result']

    def open(self, page, width=1400, height=900, dark=False):
        "Load a file, or an address of this machine, in a window of this size, in pixels."
        self.ask('Emulation.setDeviceMetricsOverride', width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.ask('Emulation.setEmulatedMedia', features=[dict(name='prefers-color-scheme', value='dark' if dark else 'light')])
        self.ask('Page.navigate', url=page if str(page).startswith('http://') else Path(page).resolve().as_uri())
        while self.receive().get('method') != 'Page.loadEventFired': pass

    def run(self, code):
        "The value of an expression of JavaScript, awaited where it is a promise."
        answer = self.ask('Runtime.evaluate', expression=code, returnByValue=True, awaitPromise=True)
        if 'exceptionDetails' in answer: raise RuntimeError(answer['exceptionDetails']['exception'].get('description', code))
        return answer['result'].get('value')

    def press(self, key):
        "A key, down and up, as a hand does."
        for kind in ('rawKeyDown', 'keyUp'):
            self.ask('Input.dispatchKeyEvent', type=kind, key=key, code=key, windowsVirtualKeyCode=KEYS[key])

    def look(self, path, whole=False):
        "A screenshot as PNG, of the window or of the whole page."
        shot = self.ask('Page.captureScreenshot', format='png', captureBeyondViewport=whole)
        Path(path).write_bytes(base64.b64decode(shot['data']))


@contextlib.contextmanager
def browser():
    "A browser for the length of a `with`; None where there is no Chromium."
    if not chromium():
        yield None
        return
    (theirs_in, to), (back, theirs_out) = os.pipe(), os.pipe()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = f'exec "$@" 3<&{theirs_in} 4>&{theirs_out}' # DevTools reads from 3 and writes to 4
        options = [*OPTIONS, '--remote-debugging-pipe', f'--user-data-dir={profile}']
        process = subprocess.Popen(['bash', '-c', command, 'sh', chromium(), *options], pass_fds=(theirs_in, theirs_out),
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(theirs_in), os.close(theirs_out)
        try: yield Browser(to, back)
        finally:
            os.close(to), os.close(back)
            process.terminate()
            process.wait()
