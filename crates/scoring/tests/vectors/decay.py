"""Writes `decay.toml`: what is left of points as time passes, worked out by other means than those of the crate.

`exact` is points × 2^(−age / half-life) with 80 decimal digits (`decimal`), truncated toward zero. `left` is what the
crate documents: 2^(−i/64) as 30-bit fractions, rounded from 80 digits here, with linear interpolation between them in
whole numbers of any size, truncated toward zero.

    python3 decay.py > decay.toml
"""

from decimal import ROUND_HALF_EVEN, Decimal, getcontext

getcontext().prec = 80
TWO = Decimal(2)
TABLE = [int((TWO ** (Decimal(-i) / 64) * 2**30).to_integral_value(ROUND_HALF_EVEN)) for i in range(65)]

HOUR = 3_600_000
DAY = 24 * HOUR
HALF_LIVES = [1, 997, HOUR, DAY, 7 * DAY, 14 * DAY, 30 * DAY + 1, 365 * DAY, 2**63 + 11]
SHARES = [(0, 1), (1, 64), (1, 3), (1, 2), (62, 63), (1, 1), (5, 4), (31, 10), (7, 1), (63, 2), (62, 1), (63, 1)]
POINTS = [1, -1, 999, 12_500, -40_000, 1_000_000_000, 2**63 - 1, -(2**63)]


def toward_zero(numerator, denominator):
    whole = abs(numerator) // denominator
    return -whole if numerator < 0 else whole


def left(points, age, half_life):
    halvings, part = divmod(age, half_life)
    if halvings >= 63:
        return 0
    position = part * 2**38 // half_life
    index, between = divmod(position, 2**32)
    low, high = TABLE[index], TABLE[index + 1]
    fraction = low + (high - low) * between // 2**32
    return toward_zero(points * fraction, 2 ** (halvings + 30))


def exact(points, age, half_life):
    return int(Decimal(points) * TWO ** (-Decimal(age) / Decimal(half_life)))


print("# Written by decay.py, which says how. Points in milli-points, times in milliseconds; texts hold what no TOML")
print("# number can. Where a half-life is short, ages are shares of it rounded down.")
seen = set()
for half_life in HALF_LIVES:
    for over, under in SHARES:
        age = half_life * over // under
        if age >= 2**64 or (half_life, age) in seen:
            continue
        seen.add((half_life, age))
        rows = ", ".join(f'["{p}", "{left(p, age, half_life)}", "{exact(p, age, half_life)}"]' for p in POINTS)
        print(f'\n[[row]]\nhalf_life_ms = "{half_life}"\nage_ms = "{age}"\npoints_left_exact = [{rows}]')
