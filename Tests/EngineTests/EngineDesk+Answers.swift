import AccountData
import Engine
import MarketData
import TestSupport
import Trading
import Units

extension EngineDesk {
  /// A desk that holds 10.5 contracts of Bitcoin, whose lot was raised to one since.
  static func withLargerLot() -> EngineDesk {
    var desk = EngineDesk()
    desk.boot()
    var wish = EngineDesk.long
    wish.size = .contracts("10.5")
    desk.holdLong(contracts: "10.5", wish)
    let larger = Sample.instrument(
      "BTC-USDT", value: "0.001", tick: "0.1", lot: 1, largest: 100_000, leverage: 150)
    desk.take(.market(.instruments([larger, Sample.ether])))
    return desk
  }

  /// Answers every reading of the account with the positions that are known, and with these orders
  /// and stops; returns how many there were.
  @discardableResult
  mutating func answerReadings(orders: [Order] = [], stops: [TriggerOrder] = []) -> Int {
    var count = 0
    while snapshot.requests.waiting.contains(where: { $0.subject == .accountSnapshot }) {
      count += 1
      pass(.milliseconds(50))
      answer(
        "accountSnapshot",
        .confirmed(
          .account(
            EngineDesk.account(
              positions: snapshot.account.positions.held.map(\.report), orders: orders,
              triggers: stops))))
    }
    return count
  }

  /// Answers every question about orders and the account with: there is nothing new.
  static func answerWithNothing(_ desk: inout EngineDesk) {
    while let line = desk.snapshot.requests.waiting.first(where: {
      ["orderStatus", "accountSnapshot"].contains($0.subject.word)
    }) {
      let outcome: Outcome
      if case .orderStatus = line.subject {
        outcome = .confirmed(.orderStatus(nil))
      } else {
        outcome = .confirmed(
          .account(
            EngineDesk.account(
              positions: desk.snapshot.account.positions.held.map(\.report),
              triggers: desk.snapshot.account.triggers.map(\.order))))
      }
      desk.pass(.milliseconds(50))
      desk.take(.outcome(line.id, outcome))
    }
  }
}
