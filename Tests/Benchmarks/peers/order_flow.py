"""The seeded flow of orders on which the engines are compared; ExchangeFlow.swift makes the same."""

LIMIT, SWEEP, CANCEL = 0, 1, 2
WORD = (1 << 64) - 1


def random_words(seed):
    """Yields the numbers of SplitMix64."""
    state = seed
    while True:
        state = (state + 0x9E3779B97F4A7C15) & WORD
        mixed = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & WORD
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & WORD
        yield mixed ^ (mixed >> 31)


def order_flow(count):
    """Returns operations as (kind, is_buy, price in ticks, lots, the earlier one to cancel).

    Three in ten cancel one of the last 400, one in ten sweeps with a limit 200 ticks away and
    cancels its rest, the others rest near the price or cross it slightly.
    """
    operations = []
    middle = 10_000
    for place, bits in zip(range(count), random_words(42)):
        is_buy = bool((bits >> 8) & 1)
        lots = 1 + (bits >> 16) % 50
        offset = (bits >> 24) % 21
        if place % 64 == 0:
            middle += (bits >> 40) % 3 - 1
        chance = bits % 100
        sign = 1 if is_buy else -1
        if chance < 30 and place > 100:
            earlier = max(0, place - 1 - (bits >> 32) % 400)
            operations.append((CANCEL, False, 0, 0, earlier))
        elif chance < 40:
            operations.append((SWEEP, is_buy, middle + sign * 200, lots, place))
        else:
            operations.append((LIMIT, is_buy, middle + sign * (4 - offset), lots, place))
    return operations
