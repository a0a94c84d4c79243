"""Seconds per pair in training, and of F alone: the official code and ours in one run, interleaved; writes nbs/results/speed.json."""
import argparse, copy, gc, json, platform, sys, time
from pathlib import Path

import torch
from torch.utils.flop_counter import FlopCounterMode

from kernel_space.image.core import write_atomic
from kernel_space.spaces.official import official_name
from kernel_space.spaces.losses import charbonnier
from kernel_space.spaces.weights import build

RESULTS = Path(__file__).parent.parent/'nbs'/'results'/'speed.json'
LAST = torch.channels_last
# (family, bfloat16 with channels last, blurs of each photograph, compiled)
OURS = {'ours, float32': ('official', False, 1, False), 'published, float32': ('published', False, 1, False),
        'ours, bfloat16': ('official', True, 1, False), 'ours, bfloat16, 4 blurs': ('official', True, 4, False),
        'published, bfloat16': ('published', True, 1, False), 'published, bfloat16, 4 blurs': ('published', True, 4, False),
        'published, bfloat16, 8 blurs': ('published', True, 8, False)}
COMPILED = {'ours, bfloat16, 4 blurs, compiled': ('official', True, 4, True)}


def official_model(clone, width):
    "KernelWizard of a clone of the official code, with the sizes of its options; its U-Net wants 8*nf channels of k."
    sys.path.insert(0, str(clone))
    from models.kernel_encoding.kernel_wizard import KernelWizard
    if not torch.cuda.is_available(): torch.Tensor.cuda = lambda self, *_, **__: self # it calls .cuda() whatever the machine
    extractor = dict(norm='none', use_sharp=True, n_blocks=4, padding_type='reflect', use_dropout=False)
    return KernelWizard(dict(nf=width, kernel_dim=8*width, use_vae=False, input_nc=3, front_RBs=10, back_RBs=20, KernelExtractor=extractor,
                             Adapter=dict(norm='none', use_dropout=False)))


def official_step(clone, width, x, y):
    "One step as its train.py does it: k, adaptKernel, the sum of Charbonnier's loss, Adam."
    model = official_model(clone, width).to(x.device)
    from models.losses.charbonnier_loss import CharbonnierLoss
    loss, adam = CharbonnierLoss(), torch.optim.Adam(model.parameters(), lr=1e-4, betas=(0.9, 0.99))
    def step():
        adam.zero_grad()
        k, sigma = model(x, y)
        loss(model.adaptKernel(x, k + sigma*torch.randn_like(k)), y).backward()
        adam.step()
    return step


def sizes(family, width): return dict(family=family, width=width, code=8*width)


def lesson(model, half):
    "(x, y) -> the loss; features of x that F and G share are computed once."
    def loss(x, y):
        with torch.autocast('cuda' if x.is_cuda else 'cpu', torch.bfloat16, enabled=half):
            seen = dict(features=model.F.features(x)) if model.config['family'] == 'official' else {}
            estimate = model.F(x, model.G(x, y, **seen), **seen)
        return charbonnier(estimate.float(), y)
    return loss


def our_step(width, x, y, family, half, blurs, compiled):
    "One step of ours on the same pairs, or on as many blurry images of fewer photographs."
    model, x = build(**sizes(family, width)).to(x.device), x[:max(1, len(x)//blurs)]
    if half: x, y = x.contiguous(memory_format=LAST), y.contiguous(memory_format=LAST)
    loss, adam = lesson(model, half), torch.optim.Adam(model.parameters(), lr=1e-4, betas=(0.9, 0.99), fused=True)
    loss = torch.compile(loss) if compiled else loss
    def step():
        loss(x, y).backward()
        adam.step()
        adam.zero_grad()
    return step


def clock(job):
    "Seconds of one call on the wall, and of the processor: where they differ, the machine did other things too."
    wall, processor = time.perf_counter(), time.process_time()
    job()
    if torch.cuda.is_available(): torch.cuda.synchronize()
    return time.perf_counter() - wall, time.process_time() - processor


def compare(jobs, repeats, per):
    "Run the jobs in turn, so that what else the machine does touches all alike; `per` pairs in each."
    first = {name: clock(job)[0] for name, job in jobs.items()}
    times = {name: [] for name in jobs}
    for _ in range(repeats):
        for name, job in jobs.items(): times[name].append(clock(job))
    best = {name: [min(t)/per for t in zip(*pairs)] for name, pairs in times.items()}
    base, rows = next(iter(best.values())), []
    for name, (wall, processor) in best.items():
        rows.append(dict(what=name, seconds=round(wall, 5), slowest=round(max(t for t, _ in times[name])/per, 5), processor_seconds=round(processor, 5),
                         pairs_per_second=round(1/wall, 3), ratio=round(base[0]/wall, 2), processor_ratio=round(base[1]/processor, 2), first_call=round(first[name], 1)))
    return rows


def multiplications(width, family, blurs=1, shared=True):
    "Billions of multiply-adds of a training step per pair: three times those of the forward pass."
    with torch.device('meta'): model, x, y = build(**sizes(family, width)), torch.rand(1, 3, 256, 256), torch.rand(blurs, 3, 256, 256)
    with FlopCounterMode(display=False) as counter: (lesson(model, False) if shared else model)(x, y)
    return 3*counter.get_total_flops()/2e9/blurs


def training(a, width, device):
    "The rows of one width."
    torch.manual_seed(0)
    x, y = torch.rand(2, a.batch, 3, 256, 256, device=device)
    jobs = {'official code, float32': official_step(a.official, width, x, y)} if a.official else {}
    ours = OURS | (COMPILED if a.compile else {})
    jobs |= {name: our_step(width, x, y, *how) for name, how in ours.items()}
    rows = compare(jobs, a.repeats, a.batch)
    for row in rows:
        family, _, blurs, _ = ours.get(row['what'], ('official', False, 1, False))
        row.update(width=width, task='training', gmac=round(multiplications(width, family, blurs, row['what'] in ours), 2))
        if a.peak_tflops: row['share_of_peak'] = round(2*row['gmac']/row['seconds']/1e3/a.peak_tflops, 3)
    gc.collect()
    return rows


def translated(model, width):
    "F of our official family with the weights of an official model."
    ours = build(**sizes('official', width))
    ours.load_state_dict({official_name(name): value for name, value in model.state_dict().items()})
    return ours.F


@torch.inference_mode()
def forward(a, width, device):
    "F alone on one photograph, with the same weights: float32 and bfloat16, and how far apart they are."
    torch.manual_seed(0)
    x, k = torch.rand(1, 3, 256, 256, device=device), torch.randn(1, 8*width, 2, 2, device=device)
    model = (official_model(a.official, width) if a.official else build(**sizes('official', width))).to(device).eval()
    F = (translated(model, width) if a.official else model.F).to(device)
    slow = lambda: model.adaptKernel(x, k) if a.official else F(x, k)
    half, last = copy.deepcopy(F).to(torch.bfloat16, memory_format=LAST), x.contiguous(memory_format=LAST)
    jobs = {'official code, float32' if a.official else 'ours, float32': slow, 'ours, float32, channels last': lambda: F(last, k), 'ours, bfloat16': lambda: half(last, k)}
    if a.compile:
        jobs['ours, bfloat16, compiled'] = torch.compile(lambda: half(last, k), options=dict(freezing=True))
    rows = compare(jobs, 2*a.repeats, 1)
    for row in rows: row.update(width=width, task='F', difference=(jobs[row['what']]() - slow()).abs().max().item(), correction=(slow() - x).std().item())
    return rows


@torch.inference_mode()
def convolution(a, device):
    "What one 3x3 convolution of 64 channels at 64x64 reaches: the ceiling for the rest."
    x, w = torch.rand(a.batch, 64, 64, 64, device=device), torch.rand(64, 64, 3, 3, device=device)
    run = lambda x, w: lambda: [torch.conv2d(x, w, padding=1) for _ in range(20)]
    last = x.contiguous(memory_format=LAST)
    jobs = {'float32': run(x, w), 'float32, channels last': run(last, w), 'bfloat16, channels last': run(last.bfloat16(), w.bfloat16())}
    rows, gmac = compare(jobs, 2*a.repeats, 20*a.batch), 9*64**4/1e9
    for row in rows: row.update(width=64, task='convolution', gmac=gmac, gmac_per_second=round(gmac/row['seconds'], 1))
    return rows


def machine():
    "Its name, as far as it tells."
    if torch.cuda.is_available(): return torch.cuda.get_device_name()
    names = [line.split(':')[1].strip() for line in Path('/proc/cpuinfo').read_text().splitlines() if line.startswith('model name')] if Path('/proc/cpuinfo').exists() else []
    return names[0] if names else platform.processor() or platform.machine()


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    p.add_argument('--official', type=Path, help='clone of VinAIResearch/blur-kernel-space-exploring; without it only ours is measured')
    p.add_argument('--widths', type=int, nargs='+', default=[16, 32, 64])
    p.add_argument('--batch', type=int, default=8, help='pairs in a step, a multiple of 8')
    p.add_argument('--repeats', type=int, default=5, help='steps timed of each; the fastest counts')
    p.add_argument('--threads', type=int, default=torch.get_num_threads())
    p.add_argument('--compile', action='store_true', help='torch.compile too; two minutes more for each width')
    p.add_argument('--peak-tflops', type=float, help='the bfloat16 rate the chip is sold with, to state the share of it')
    p.add_argument('--out', type=Path, default=RESULTS)
    a = p.parse_args()
    torch.set_num_threads(a.threads)
    device = 'cuda' if torch.cuda.is_available() else 'cpu'
    rows = convolution(a, device) + forward(a, a.widths[-1], device) + [row for width in a.widths for row in training(a, width, device)]
    result = dict(machine=machine(), device=device, threads=a.threads, torch=torch.__version__, size=256, batch=a.batch, repeats=a.repeats, seed=0,
                  peak_tflops=a.peak_tflops, protocol='fastest of the repeats, all in turn in one process', rows=rows)
    write_atomic(a.out, lambda path: path.write_text(json.dumps(result, indent=1) + '\n'))
    for row in rows: print(f'{row["task"]:12}{row["width"]:4}  {row["what"]:36}{row["seconds"]:9.3f} s{row["ratio"]:7.2f} x, processor {row["processor_ratio"]:.2f} x', row.get('difference', ''))


if __name__ == '__main__': main()
