import Trading
import Units

/// By how much fills have made a position larger than any report shows it.
public struct PositionGrowth: Sendable, Hashable {
  /// Which position; where the collateral of a fill is not known, that of what is held, else
  /// isolated.
  public let key: PositionKey
  /// By how many contracts; above zero.
  public let contracts: Contracts
  /// What the newest of its fills was traded at, nil when that is not told.
  public let price: Price?
}

extension Positions {
  /// The positions that are larger than reported, or not reported at all, by what has filled; each
  /// once, in the order of the fills.
  public var unreportedGrowth: [PositionGrowth] {
    guard !unreported.isEmpty else { return [] }
    var grown: [PositionGrowth] = []
    for fill in unreported.reversed() {
      let mode = fill.marginMode ?? reportedMode(fill.instrument, fill.slot) ?? .isolated
      let key = PositionKey(instrument: fill.instrument, slot: fill.slot, marginMode: mode)
      guard !grown.contains(where: { $0.key == key }) else { continue }
      let more = expectedContracts(key).magnitude - (self[key]?.report.contracts ?? .zero)
      guard more.isPositive else { continue }
      grown.append(PositionGrowth(key: key, contracts: more, price: fill.price))
    }
    return grown.reversed()
  }

  private func reportedMode(_ instrument: InstrumentID, _ slot: PositionSlot) -> MarginMode? {
    held.first { $0.key.instrument == instrument && $0.key.slot == slot }?.key.marginMode
  }
}
