"""Redo the picture of the index page, nbs/images/hero.jpg: what ks_deblur shows, with the bundled weights."""
from pathlib import Path

from kernel_space.image.motion import shake_photo
from kernel_space.search.solve import compare, deblur_photo, demo_photo
from kernel_space.spaces.space import KernelSpace

HERO = Path(__file__).resolve().parent.parent/'nbs'/'images'/'hero.jpg'


def main():
    x, space = demo_photo(), KernelSpace.from_pretrained()
    y = shake_photo(x, seed=1)
    result = deblur_photo(y, space=space, seconds=60.)
    HERO.parent.mkdir(exist_ok=True)
    picture = compare(x, y, result, space)
    picture.figure.set_size_inches(12, 3.4) # 1200 px wide: under 150 kB
    picture.save(HERO)
    print(f'{HERO}: {HERO.stat().st_size/1e3:.0f} kB, searched for {result.seconds:.0f} s')


if __name__ == '__main__': main()
