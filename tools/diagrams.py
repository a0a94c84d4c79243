"""Draw the diagrams of the book, nbs/images/*.svg; --check only compares."""
import argparse, math, sys
from html import escape
from pathlib import Path

from book import CHAPTERS, map_text

IMAGES = Path(__file__).resolve().parent.parent/'nbs'/'images'
STYLE = '''
text { font: 14px system-ui, "Segoe UI", sans-serif; fill: #1a2230; text-anchor: middle; dominant-baseline: central }
.note { font-size: 12px; fill: #46505f } .left { text-anchor: start } .bold { font-weight: 600 }
.card { fill: #ffffff } .box { fill: #eef2f7; stroke: #66758a } .on { fill: #0072b2; stroke: #0072b2 } text.white { fill: #ffffff }
.line { fill: none; stroke: #66758a; stroke-width: 1.5 } .thick { stroke-width: 3 } .faint { stroke-dasharray: 4 4 } .head { fill: #66758a }
.blue { stroke: #0072b2 } .orange { stroke: #b35900 } .green { stroke: #00785a } .pink { stroke: #a3477d }
@media (prefers-color-scheme: dark) {
text { fill: #e6ebf2 } .note { fill: #aab4c2 } .card { fill: #1c2128 } .box { fill: #2b333e; stroke: #8494a9 } .line { stroke: #8494a9 }
.head { fill: #8494a9 } .blue { stroke: #56b4e9 } .orange { stroke: #e69f00 } .green { stroke: #35c49f } .pink { stroke: #d994bb } }'''


class Drawing:
    "Boxes, arrows and words on a card that is legible on light and on dark pages."
    def __init__(self, width, height, title): self.size, self.title, self.parts = (width, height), title, []

    def add(self, tag, body='', **attributes):
        said = ''.join(f' {name.rstrip("_")}="{value}"' for name, value in attributes.items())
        self.parts.append(f'<{tag}{said}>{body}</{tag}>' if body else f'<{tag}{said}/>')

    def text(self, x, y, words, kind=''):
        for i, line in enumerate(lines := words.split('\n')):
            self.add('text', escape(line), x=f'{x:g}', y=f'{y + 17*(i - (len(lines) - 1)/2):g}', **({'class': kind} if kind else {}))

    def box(self, x, y, width, height, words='', kind='box', ink=''):
        self.add('rect', x=f'{x:g}', y=f'{y:g}', width=f'{width:g}', height=f'{height:g}', rx=5, class_=kind)
        if words: self.text(x + width/2, y + height/2, words, ink)

    def line(self, *points, kind='line'):
        self.add('polyline', points=' '.join(f'{x:.4g},{y:.4g}' for x, y in points), class_=kind)

    def arrow(self, *points, kind='line'):
        self.line(*points, kind=kind)
        (a, b), (x, y) = points[-2:]
        turn = math.degrees(math.atan2(y - b, x - a))
        self.add('path', d='M0 0 L-9 -4 L-9 4 Z', class_='head', transform=f'translate({x:g} {y:g}) rotate({turn:.4g})')

    def svg(self):
        w, h = self.size
        body = '\n'.join(self.parts)
        return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}" viewBox="0 0 {w} {h}" role="img">\n'
                f'<title>{escape(self.title)}</title>\n<style>{STYLE}\n</style>\n'
                f'<rect width="{w}" height="{h}" rx="8" class="card"/>\n{body}\n</svg>\n')


def wander(steps=60):
    "The path of a hand, px."
    t = [i/(steps - 1) for i in range(steps)]
    return [(9*math.sin(5*s + 0.4) + 5*math.sin(13*s), 8*math.cos(4*s) + 4*math.sin(11*s + 1)) for s in t]


def formation():
    "Sharp to blurry: light, path, noise, file."
    d = Drawing(740, 168, 'A photograph is light, moved along the path of the hand at every place, with noise, stored with a camera curve')
    states = 'x\nsharp', 'light', 'moved\nlight', 'noisy\nlight', 'y\nblurry'
    for i, words in enumerate(states):
        photograph = i in (0, 4)
        d.box(14 + 155*i, 70, 92, 56, words, 'on' if photograph else 'box', 'white bold' if photograph else '')
    for i, words in enumerate(('power γ', 'convolve\nwith k', '+ η', 'power 1/γ\n8 bits')):
        d.arrow((108 + 155*i, 98), (167 + 155*i, 98))
        d.text(137 + 155*i, 142 if '\n' in words else 134, words, 'note')
    d.line(*[(293 + 1.4*u, 40 + 1.4*v) for u, v in wander()], kind='line thick orange')
    d.arrow((293, 68), (293, 90), kind='line faint')
    d.text(330, 28, 'k: the path of the hand, drawn by one point of light', 'note left')
    d.text(330, 46, 'and a different k at another place, if the camera turns', 'note left')
    return d


def bars(d, layers, y, x=40, gap=54):
    "Feature maps as bars, tall where the resolution is fine; where each begins and ends."
    places = []
    for i, (channels, finer, name) in enumerate(layers):
        height = 88 - 10*math.log2(finer)
        d.box(x + gap*i, y - height/2, 24, height, kind='on' if name else 'box')
        d.text(x + gap*i + 12, y - height/2 - 10, f'{channels}', 'note')
        d.text(x + gap*i + 12, y + 56, name or (f'1/{finer}' if finer > 1 else '1'), 'note bold' if name else 'note')
        places.append((x + gap*i, height))
    for (a, _), (b, _) in zip(places, places[1:]): d.arrow((a + 25, y), (b - 1, y))
    return places


def networks():
    "F and G, Tables 1 to 4 of the supplement."
    d = Drawing(760, 366, 'The published G: x and y to 64 channels at a quarter of the size, then to the code k of 512 channels at 1/128. '
                'The published F: x down to 1/128, joined by k, and up again with skip connections to y')
    d.text(16, 20, 'G (Tables 1 and 3): the code of a pair', 'left bold')
    G = [(6, 1, 'x, y'), (128, 4, ''), (64, 4, ''), (128, 8, ''), (256, 16, ''),
         (512, 32, ''), (512, 64, ''), (512, 128, ''), (512, 128, 'k')]
    bars(d, G, 92)
    d.text(525, 82, '1/n: side of the feature map\nabove: channels; last: 4 residual\nblocks. x and y each pass a\n'
           'preprocessing block (Table 1)', 'note left')
    d.text(16, 186, 'F (Tables 1, 2 and 4): the code on another photograph', 'left bold')
    F = [(3, 1, 'x'), (64, 4, ''), (64, 8, ''), (128, 16, ''), (256, 32, ''), (512, 64, ''), (512, 128, ''),
         (512, 64, ''), (256, 32, ''), (128, 16, ''), (64, 8, ''), (64, 4, ''), (3, 1, 'y')]
    places = bars(d, F, 268)
    for n, (i, j) in enumerate(((5, 7), (4, 8), (3, 9), (2, 10))): # skip connections
        (a, height), (b, _) = places[i], places[j]
        top, level = 268 - height/2 - 18, 226 - 7*n
        d.arrow((a + 12, top), (a + 12, level), (b + 12, level), (b + 12, top), kind='line faint')
    join = places[6][0] + 39
    d.box(join - 12, 342, 24, 16, kind='on')
    d.arrow((join, 342), (join, 270))
    d.text(join + 26, 350, 'k', 'bold')
    return d


def looks():
    "The three looks of G in the adaptive basis."
    d = Drawing(740, 220, 'G divides the spectra of x and y in every window, a network corrects the code, the decoder draws its kernels, '
                'what they leave of y is divided again, three times; then ten steps of descent')
    for x, words in ((10, 'windows of\nx and y'), (158, 'divide spectra\nY X* / (|X|² + ε)'), (306, 'network\ncorrects k'),
                     (454, 'decoder draws\nkernels of k'), (610, '10 steps of\ndescent on k')):
        d.box(x, 40, 120, 56, words, 'on' if x == 306 else 'box', 'white' if x == 306 else '')
    for a, b in ((130, 158), (278, 306), (426, 454), (574, 610)): d.arrow((a, 68), (b - 2, 68))
    d.box(306, 138, 268, 44, 'what is left: y − F(x, k), in light')
    d.arrow((514, 96), (514, 136))
    d.arrow((306, 160), (218, 160), (218, 98))
    d.text(216, 200, 'three looks: divide, correct, draw, subtract', 'note')
    d.text(670, 120, 'k = G(x, y)', 'bold')
    return d


COLUMNS = {'start': ('none', 'G(y), windows', 'one camera', 'MAP ancestor'),
           'family F': ('convolution', 'downsampling', 'basis', 'network'),
           'prior on x': ('sparse pixels', 'Deep Image Prior', 'StyleGAN, sphere', 'x is known'),
           'prior on k': ('fixed', 'Deep Image Prior', 'softmax network', 'free code'),
           'objective': ('ρ + priors', 'MSE, then SSIM', 'perceptual', ''),
           'schedule': ('x alone', 'joint', 'alternate', 'k alone')}
ROWS = {'map': ('blue', 2, 2, 0, 0, 0, 0), 'paper': ('orange', 0, 3, 1, 1, 0, 2),
        'selfdeblur': ('green', 0, 0, 1, 2, 1, 1), 'PULSE': ('pink', 0, 1, 2, 0, 0, 0)}


def solver():
    "The table of columns, and four methods as ways through it."
    d = Drawing(820, 262, 'One solver: a method is one choice from each of six columns, as map, paper, selfdeblur and PULSE are')
    for i, (name, choices) in enumerate(COLUMNS.items()):
        d.text(72 + 135*i, 22, name, 'bold')
        for j, words in enumerate(choices):
            if words: d.box(16 + 135*i, 44 + 42*j, 112, 28, words, 'box', 'note')
    for r, (name, (color, *chosen)) in enumerate(ROWS.items()):
        at = [(72 + 135*i, 44 + 42*j + 5 + 6*r) for i, j in enumerate(chosen)]
        for (a, y), (b, z) in zip(at, at[1:]): d.line((a + 56, y), (b - 56, z), kind=f'line thick {color}')
        d.line((6, at[0][1]), (16, at[0][1]), kind=f'line thick {color}')
        d.line((803, at[-1][1]), (813, at[-1][1]), kind=f'line thick {color}')
        d.line((20 + 180*r, 236), (56 + 180*r, 236), kind=f'line thick {color}')
        d.text(64 + 180*r, 236, name, 'left')
    return d


def camera():
    "One density of shifts and turns, many kernels."
    d = Drawing(740, 240, 'One camera: where it spent its time in shift and turn is one density; '
                'the kernel at each place is the same path, moved by the turn times the distance from the middle')
    d.text(120, 22, 'one shake s(dx, dy, θ)', 'bold')
    path = wander()
    turns = [0.055*math.sin(3*i/len(path) + 0.3) - 0.03 for i in range(len(path))]
    for i, y in enumerate((60, 120, 180)):
        d.add('path', d=f'M60 {y + 24} L150 {y + 24} L182 {y - 24} L92 {y - 24} Z', class_='box')
        third = len(path)//3
        d.line(*[(121 + 1.3*u, y + 1.1*v) for u, v in path[third*(2 - i):third*(3 - i) + 1]], kind='line thick orange')
        d.text(204, y, f'θ {"> = <"[2*i]} 0', 'note left')
    d.arrow((262, 120), (318, 120))
    d.text(290, 100, 'k at (u, v)', 'note')
    d.box(330, 36, 396, 172)
    for u in (-158, -79, 0, 79, 158):
        for v in (-57, 0, 57):
            drawn = [(528 + u + a - t*v, 122 + v + b + t*u) for (a, b), t in zip(path, turns)]
            d.line(*drawn, kind='line thick orange')
    d.text(528, 22, 'a kernel for every place of the photograph', 'bold')
    d.text(528, 224, 'shifted by θ (−v, u), (u, v) counted from the middle', 'note')
    return d


def training():
    "What the networks are asked."
    d = Drawing(740, 262, 'Training: G reads a code from a pair, F applies it to x, the result is compared with y; '
                'the drawn kernels are compared with the true ones; a second extractor that sees y alone learns the same codes')
    for y, words in ((54, 'x sharp'), (120, 'y blurry'), (200, 'true kernels')): d.box(14, y - 20, 100, 40, words)
    d.box(176, 94, 80, 52, 'G(x, y)', 'on', 'white bold')
    d.box(176, 180, 80, 52, 'G(y)', 'on', 'white bold')
    d.box(320, 94, 60, 52, 'k')
    d.box(444, 94, 80, 52, 'F(x, k)', 'on', 'white bold')
    d.box(592, 94, 134, 52, 'ρ(y, F(x, k))\nL_reblur')
    d.box(592, 180, 134, 52, 'kernels of k\nL_kernel')
    d.arrow((114, 120), (174, 120))
    d.arrow((114, 54), (216, 54), (216, 92))
    d.arrow((216, 54), (484, 54), (484, 92))
    for a, b in ((256, 318), (380, 442), (524, 590)): d.arrow((a, 120), (b, 120))
    d.arrow((134, 120), (134, 196), (174, 196))
    d.arrow((256, 206), (350, 206), (350, 148))
    d.arrow((370, 146), (370, 196), (590, 196))
    d.arrow((64, 220), (64, 248), (659, 248), (659, 234))
    d.arrow((64, 140), (64, 158), (150, 158), (150, 20), (659, 20), (659, 92), kind='line faint')
    d.text(400, 32, 'compare with y', 'note')
    d.text(478, 214, 'decoded', 'note')
    return d


PLACES = {1: (0, .5), 2: (1, 0), 3: (1, 1), 4: (2, 0), 5: (2, 1), 7: (3, 0), 6: (3, 1)}
LEADS = (1, 2), (1, 3), (2, 4), (3, 4), (3, 5), (4, 7), (4, 6), (5, 6)


def book_map(number):
    "The chapters and what leads to what, one of them marked."
    d = Drawing(620, 96, map_text(number))
    corner = lambda n: (10 + 156*PLACES[n][0], 10 + 46*PLACES[n][1])
    for a, b in LEADS: d.arrow((corner(a)[0] + 132, corner(a)[1] + 15), (corner(b)[0] - 2, corner(b)[1] + 15))
    for n, chapter in CHAPTERS.items():
        on = n == number
        d.box(*corner(n), 132, 30, f'{n} {chapter.title}', 'on' if on else 'box', 'white bold' if on else '')
    return d


def drawings():
    "Every file of nbs/images that is drawn here, and its text."
    for draw in formation, networks, looks, solver, camera, training: yield f'{draw.__name__}.svg', draw().svg()
    for number in (0, *CHAPTERS): yield f'map-{number}.svg', book_map(number).svg()


def differing():
    "Files that are not what is drawn here."
    same = lambda path, text: path.exists() and path.read_text(encoding='utf-8') == text
    return [name for name, text in drawings() if not same(IMAGES/name, text)]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--check', action='store_true', help='exit 1 where a file differs')
    if parser.parse_args().check: sys.exit(f'{", ".join(d)}: run tools/diagrams.py' if (d := differing()) else 0)
    for name, text in drawings(): (IMAGES/name).write_text(text, encoding='utf-8')


if __name__ == '__main__': main()
