import Trading
import Units

/// One side of a made-up book: levels, best first, with sizes that grow away from the best price.
struct BuiltInSide: Sendable {
  struct Level: Sendable {
    var ticks: Int32
    var lots: Int64
  }

  let side: OrderSide
  /// Levels that are kept; a few more than the exchange shows.
  let depth: Int
  /// Mean ticks between two levels.
  let gap: Int
  /// Lots of a level near the best price, on average.
  let levelLots: Double
  private(set) var levels: [Level] = []

  init(side: OrderSide, depth: Int, gap: Int, levelLots: Double) {
    self.side = side
    self.depth = depth
    self.gap = gap
    self.levelLots = levelLots
  }

  /// The best price, nil when the side is empty.
  var best: Int32? { levels.first?.ticks }

  /// Ticks toward worse prices: down for bids, up for asks.
  private var away: Int32 { side == .buy ? -1 : 1 }

  /// Takes out the levels that are better than a price.
  mutating func cut(betterThan ticks: Int32, _ changes: inout [DepthChange]) {
    var count = 0
    while count < levels.count,
      side == .buy ? levels[count].ticks > ticks : levels[count].ticks < ticks
    {
      changes.append(DepthChange(side: side, ticks: levels[count].ticks, lots: 0))
      count += 1
    }
    if count > 0 { levels.removeFirst(count) }
  }

  /// Brings the best price to `ticks`, fills up the far end and changes a few sizes.
  mutating func move(
    to ticks: Int32, _ random: inout SeededRandom, _ changes: inout [DepthChange]
  ) {
    var added: [Level] = []
    var cursor = ticks
    while cursor > 0, added.count < depth, levels.first.map({ isBetter(cursor, $0.ticks) }) ?? true
    {
      let level = Level(ticks: cursor, lots: size(rank: added.count, &random))
      added.append(level)
      changes.append(DepthChange(side: side, ticks: level.ticks, lots: level.lots))
      cursor += away * step(&random)
    }
    levels.insert(contentsOf: added, at: 0)
    trim(&changes)
    extend(&random, &changes)
    stir(&random, &changes)
  }

  /// Takes so many lots from the best level, as a trade did; an empty level is gone.
  mutating func take(_ lots: Int64) {
    guard !levels.isEmpty else { return }
    levels[0].lots -= lots
    if levels[0].lots <= 0 { levels.removeFirst() }
  }

  private func isBetter(_ ticks: Int32, _ other: Int32) -> Bool {
    side == .buy ? ticks > other : ticks < other
  }

  private mutating func trim(_ changes: inout [DepthChange]) {
    while levels.count > depth {
      let last = levels.removeLast()
      changes.append(DepthChange(side: side, ticks: last.ticks, lots: 0))
    }
  }

  private mutating func extend(_ random: inout SeededRandom, _ changes: inout [DepthChange]) {
    while levels.count < depth, let last = levels.last {
      let ticks = last.ticks + away * step(&random)
      guard ticks > 0 else { return }
      let level = Level(ticks: ticks, lots: size(rank: levels.count, &random))
      levels.append(level)
      changes.append(DepthChange(side: side, ticks: ticks, lots: level.lots))
    }
  }

  /// Restates the sizes of some levels, mostly near the best price.
  private mutating func stir(_ random: inout SeededRandom, _ changes: inout [DepthChange]) {
    guard !levels.isEmpty else { return }
    for _ in 0..<4 {
      let near = random.unit()
      let rank = min(levels.count - 1, Int(near * near * near * Double(min(levels.count, 60))))
      levels[rank].lots = size(rank: rank, &random)
      changes.append(
        DepthChange(side: side, ticks: levels[rank].ticks, lots: levels[rank].lots))
    }
  }

  private func step(_ random: inout SeededRandom) -> Int32 {
    gap <= 1 ? (random.unit() < 0.9 ? 1 : 2) : Int32(1 + random.below(2 * gap - 1))
  }

  /// Depth grows to some four times within the first forty levels.
  private func size(rank: Int, _ random: inout SeededRandom) -> Int64 {
    let growth = 0.5 + min(Double(rank), 40) * 0.09
    let noise = 0.25 + 0.75 * random.heavySize()
    return max(1, Int64(levelLots * growth * noise))
  }
}
