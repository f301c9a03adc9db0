import AccountData
import TestSupport
import Testing
import Trading
import Units

@Suite struct CoveringStopTests {
  private static func part(
    _ id: String, _ contracts: Contracts, at price: Price, side: OrderSide = .sell
  ) -> TriggerOrder {
    Sample.stop(id, side: side, at: price, size: .contracts(contracts))
  }

  struct Row: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let position: Position
    let triggers: [TriggerOrder]
    /// The id of the stop that covers the position, nil when none does.
    let covering: String?

    init(
      _ name: String, of position: Position = Sample.position(), _ triggers: [TriggerOrder],
      covering: String?
    ) {
      testDescription = name
      self.position = position
      self.triggers = triggers
      self.covering = covering
    }
  }

  static let rows = [
    Row("nothing waits", [], covering: nil),
    Row("one for the whole position", [Sample.stop("1")], covering: "1"),
    Row("one for a part of it", [part("1", 4, at: 59_000)], covering: nil),
    Row(
      "parts that together are all of it", [part("1", 4, at: 59_000), part("2", 6, at: 58_000)],
      covering: "2"),
    Row(
      "parts of a short, the far one first", of: Sample.position(side: .short),
      [part("1", 4, at: 62_000, side: .buy), part("2", 6, at: 61_000, side: .buy)],
      covering: "1"),
    Row(
      "the other margin mode", of: Sample.position(mode: .cross), [Sample.stop("1")],
      covering: nil),
    Row(
      "the other slot", of: Sample.position(slot: .long), [Sample.stop("1")], covering: nil),
    Row(
      "another instrument", of: Sample.position("8", Sample.ether), [Sample.stop("1")],
      covering: nil),
    Row(
      "the side that would add to it", [Sample.stop("1", side: .buy, at: 61_000)],
      covering: nil),
    Row("one that has fired", [Sample.stop("1", state: .triggered)], covering: nil),
    Row(
      "the nearer one of two for all of it", [Sample.stop("1"), Sample.stop("2", at: 54_000)],
      covering: "1"),
    Row(
      "parts that are all of it before one for the whole",
      [Sample.stop("2", at: 54_000), part("1", 10, at: 59_000)], covering: "1"),
    Row(
      "one that liquidation comes before", of: Sample.position(liquidation: 54_000),
      [Sample.stop("1", at: 54_000)], covering: nil),
    Row(
      "one before liquidation, beside one behind it", of: Sample.position(liquidation: 54_000),
      [Sample.stop("1", at: 54_001), Sample.stop("2", at: 30_000)], covering: "1"),
    Row(
      "one that liquidation of a short comes before",
      of: Sample.position(side: .short, liquidation: 66_000),
      [Sample.stop("1", side: .buy, at: 66_100)], covering: nil),
    Row(
      "one behind the liquidation of a cross position, which moves",
      of: Sample.position(liquidation: 54_000, mode: .cross),
      [Sample.stop("1", at: 30_000)].map(\.crossed), covering: "1"),
    Row("one that was taken back", [Sample.stop("1", state: .canceled)], covering: nil),
  ]

  @Test(arguments: CoveringStopTests.rows)
  func `a position is protected only by live stops of its own for all of it`(_ row: Row) {
    let found = row.position.coveringStop(among: row.triggers)
    #expect(found?.exchangeOrderID.text == row.covering)
    // A running program and a command that asks the exchange tell the same.
    var book = AccountBook(dayOffset: .zero, at: Sample.start)
    _ = book.apply(.positions([row.position]), at: Sample.start)
    for trigger in row.triggers { _ = book.apply(.triggerOrder(trigger), at: Sample.start) }
    let held = book.account.positions[row.position.key]
    #expect(held.flatMap { book.account.coveringStop(of: $0) }?.order == found)
  }

  @Test func `sums profit and collateral over positions`() {
    let positions = [
      Sample.position("7", contracts: 10, entry: 60_000, mark: 61_000),
      Sample.position("8", Sample.ether, contracts: 10, entry: 2_000, mark: 1_950),
    ]
    #expect(positions.unrealizedPnL == 5)
    #expect(positions.usedMargin == 80)
  }
}

extension TriggerOrder {
  /// The same for a cross position.
  fileprivate var crossed: TriggerOrder {
    TriggerOrder(
      exchangeOrderID: exchangeOrderID, clientOrderID: clientOrderID, instrument: instrument,
      side: side, slot: slot, marginMode: .cross, size: size, kind: kind, reduceOnly: reduceOnly,
      state: state, createdAt: createdAt)
  }
}
