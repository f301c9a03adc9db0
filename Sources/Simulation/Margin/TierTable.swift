import Trading
import Units

/// Maintenance rows by size in lots. The whole position's size picks the row, there are no
/// progressive brackets. Source: BloFin reference 6.3.
struct TierTable: Sendable {
  struct Row: Sendable {
    /// The size up to which the row holds.
    let upTo: Int64
    let rate: Rate
    let maximumLeverage: Leverage
  }

  private let rows: [Row]

  init(_ tiers: [PositionTier], _ units: MarketUnits) {
    rows = tiers.map { tier in
      let upTo = Contracts(tier.maximumContracts.value.rounded(to: units.lot, .down))
      // A row beyond the largest size that a market takes holds for every size.
      let lots = units.lots(upTo) ?? Int64.max
      return Row(
        upTo: lots, rate: tier.maintenanceMarginRate, maximumLeverage: tier.maximumLeverage)
    }
  }

  /// Returns the row of a size; the last row for a size beyond the table.
  func row(_ lots: Int64) -> Row {
    for row in rows where lots <= row.upTo { return row }
    return rows[rows.count - 1]
  }

  /// Whether a position of so many lots may have a leverage.
  func take(_ lots: Int64, _ leverage: Int32) -> Bool {
    lots <= largestLots && Leverage(Fixed(Int(leverage))) <= row(lots).maximumLeverage
  }

  /// The largest position that any row holds.
  var largestLots: Int64 { rows[rows.count - 1].upTo }

  /// Returns the largest size of the row below the one that holds a size; nil in the first row.
  func lotsOfRowBelow(_ lots: Int64) -> Int64? {
    guard let place = rows.firstIndex(where: { lots <= $0.upTo }), place > 0 else { return nil }
    return rows[place - 1].upTo
  }
}
