import AccountData
import Engine
import Risk
import Screen
import TestSupport
import Testing
import Trading
import Units

@testable import Dashboard

/// Several targets of one position: each is moved alone, and replacing them all is asked about.
struct TargetTests {
  private static let prices: [Price] = [61_000, 62_500]

  /// A desk whose long of Bitcoin has two targets of half of it.
  private func desk() -> Desk {
    var desk = Desk.trading()
    let targets = Self.prices.map {
      PartialTarget(trigger: Trigger(triggerPrice: $0), share: "0.5")
    }
    desk.take(.command(.takeProfits(Sample.btcKey, targets), .keyboard))
    for number in 0..<2 {
      let waiting = desk.engine.snapshot(at: desk.now).requests.waiting
      guard case .protect(let request)? = waiting.last?.subject else {
        Issue.record("no target was asked for")
        return desk
      }
      let id = ExchangeOrderID(trusted: "m\(number)")
      desk.take(
        .account(
          .triggerOrder(
            TriggerOrder(
              exchangeOrderID: id, clientOrderID: request.clientOrderID, instrument: Sample.btc,
              side: .sell, slot: .net, marginMode: .isolated, size: request.size,
              kind: .protection(takeProfit: request.takeProfit, stopLoss: nil), reduceOnly: true,
              state: .live, createdAt: desk.now))))
      desk.answer("protect", .confirmed(.order(id)))
    }
    desk.refresh()
    return desk
  }

  @Test func `the form of one of two targets shows and moves that one`() {
    var desk = desk()
    desk.press("4")
    desk.model.selectedOrder = .trigger(ExchangeOrderID("m1"))
    desk.press("r")
    #expect(desk.model.priceForm?.text == "62500")
    #expect(desk.text.contains("Target 5 of BTC-USDT"))
    // Five contracts, 3,000 above the entry, less both fees.
    #expect(desk.text.contains("+14.63 USDT there, fees paid"))
    desk.press(.control("u"))
    desk.type("62700")
    expect(
      desk.press("y"),
      [
        .engine(
          .moveTarget(
            Sample.btcKey, ExchangeOrderID("m1"), Trigger(triggerPrice: 62_700)))
      ])
  }

  @Test func `a stop that trails is named so beside its price`() {
    var desk = Desk.trading()
    #expect(!desk.text.contains("59,000.0 trail"))
    desk.take(.command(.trail(Sample.btcKey, .share("0.05"), activation: nil), .keyboard))
    desk.refresh()
    #expect(desk.text.contains("59,000.0 trail"))
    #expect(desk.frame(80, 24).text.contains("trail"))
  }

  @Test func `of several stops the nearest is shown and offered, with how many it replaces`() {
    var desk = Desk.trading()
    for (number, price) in [Price(59_200), 59_400].enumerated() {
      desk.take(
        .command(
          .protect(Sample.btcKey, stopLoss: Trigger(triggerPrice: price), takeProfit: nil),
          .keyboard))
      let waiting = desk.engine.snapshot(at: desk.now).requests.waiting
      guard
        let request = waiting.lazy.compactMap({ line -> ProtectionRequest? in
          if case .protect(let request) = line.subject { request } else { nil }
        }).last
      else {
        Issue.record("no stop was asked for")
        return
      }
      let id = ExchangeOrderID(trusted: "s\(number)")
      desk.take(
        .account(
          .triggerOrder(
            Sample.stop(
              id.text, client: request.clientOrderID, at: price, size: request.size,
              created: desk.now))))
      desk.answer("protect", .confirmed(.order(id)))
    }
    desk.refresh()
    #expect(desk.text.contains("59,400.0 +2"))
    desk.press("3")
    desk.press("x")
    #expect(desk.model.priceForm?.text == "59400")
    #expect(desk.text.contains("for the whole position: replaces our 2 stops"))
  }

  @Test(arguments: [(60, 16), (80, 24), (200, 60)])
  func `a question that needs more than a row is drawn to its last word`(
    width: Int, height: Int
  ) {
    var desk = desk()
    desk.press(":")
    desk.type("target btc 3%")
    expect(desk.press(.enter), [])
    let rows = desk.frame(width, height).rows
    let at = rows.firstIndex { $0.contains("PAPER: replace the 2 targets of BTC-USDT by one") }
    #expect(at != nil, "\(rows)")
    guard let at else { return }
    #expect(rows[at...(at + 1)].joined().contains("61,285?"), "\(rows[at...])")
    let text = rows.joined()
    #expect(text.contains("target 5 at 62,500") && text.contains(" yes"), "\(rows)")
  }

  @Test func `one target for the whole is asked about where it replaces several`() throws {
    let desk = desk()
    let meaning = try desk.model.meaning(of: LineParser.parse("tp btc 63000"))
    #expect(
      meaning
        == .asked(
          "replace the 2 targets of BTC-USDT by one of the whole position at 63,000?",
          details: ["target 5 at 61,000", "target 5 at 62,500"],
          [
            .engine(
              .protect(
                Sample.btcKey, stopLoss: nil, takeProfit: Trigger(triggerPrice: 63_000)))
          ]))
  }
}

extension DashboardModel {
  /// The price form, nil while another one is open.
  fileprivate var priceForm: PriceForm? {
    if case .priceForm(let form) = sheet { form } else { nil }
  }
}
