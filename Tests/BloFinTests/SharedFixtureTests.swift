import Foundation
import JSONText
import Testing
import Trading
import Units

@testable import BloFin

/// Reads every payload of the reference data that this adapter has a reader for.
@Suite(.enabled(if: SharedFolder.path != nil, Comment(rawValue: SharedFolder.isMissing)))
struct `Reference payloads` {
  private let none = InstrumentCatalog()

  private func response(_ name: String) throws -> Envelope {
    let file = try JSONSerialization.jsonObject(
      with: SharedFolder.data("fixtures/blofin/blofin-net/rest/\(name).json"))
    let object = try #require((file as? [String: Any])?["response"])
    return try Envelope(Array(try JSONSerialization.data(withJSONObject: object)))
  }

  private func pushes(_ name: String) throws -> [String] {
    let file = try JSONSerialization.jsonObject(
      with: SharedFolder.data("fixtures/blofin/blofin-net/ws/\(name).json"))
    let frames = try #require((file as? [String: Any])?["frames"] as? [[String: Any]])
    return try frames.filter { $0["kind"] as? String == "push" }.map { frame in
      let json = try #require(frame["json"])
      return String(
        decoding: try JSONSerialization.data(withJSONObject: json), as: UTF8.self)
    }
  }

  @Test func `answers are read`() throws {
    let none = none
    let balances = try response("Futures-Account-GetBalances").rows(AccountRows.balance)
    let modes = try response("Futures-Account-GetPositionMode").rows(AccountModes.positionMode)
    let leverage = try response("Futures-Account-SetLeverage").rows(AccountModes.leverage)
    let instruments = try response("Futures-ExchangeData-GetSymbols")
      .goodRows(InstrumentRows.instrument)
    let candles = try response("Futures-ExchangeData-GetKlines").candles(.unknown)
    let positions = try response("Futures-Trading-GetPositions").rows {
      (json) throws(JSONProblem) in try AccountRows.position(&json, none)
    }
    let fills = try response("Futures-Trading-GetUserTrades").rows {
      (json) throws(JSONProblem) in try AccountRows.fill(&json, none)
    }
    #expect(balances.map(\.equity) == ["10014042.988958415234430699"])
    #expect(modes == [.oneWay])
    #expect(leverage == [100])
    #expect(instruments.rows.map(\.id.text) == ["BTC-USDT"])
    #expect(candles.map(\.close) == ["2282.8"])
    #expect(
      positions.map { $0?.liquidationPrice } == [
        "1066.104078762306610407", "3418227.599542259480103079",
      ])
    #expect(fills.compactMap(\.self).first?.tradeID == TradeID("7772187"))
    for name in ["GetOpenOrders", "GetOrder", "GetClosedOrders"] {
      let orders = try response("Futures-Trading-\(name)").rows {
        (json) throws(JSONProblem) in try OrderRows.order(&json, none)
      }
      #expect(!orders.isEmpty && !orders.contains(nil), "\(name)")
    }
    for name in ["GetOpenTpSlOrders", "GetTpSlOrder"] {
      let orders = try response("Futures-Trading-\(name)").rows {
        (json) throws(JSONProblem) in try TriggerRows.order(&json, none)
      }
      #expect(!orders.isEmpty && !orders.contains(nil), "\(name)")
    }
  }

  @Test func `acknowledgements are read`() throws {
    for (name, id) in [
      ("PlaceOrder", "28150801"), ("PlaceTpSlOrder", "1012"), ("PlaceTriggerOrder", "1012"),
    ] {
      let verdict = AnswerPolicy.Verdict.success(try response("Futures-Trading-\(name)"))
      #expect(
        AnswerPolicy.placed(verdict, clientID: nil)
          == .confirmed(.order(ExchangeOrderID(trusted: id))))
    }
    for name in ["CancelOrder", "CancelTriggerOrder"] {
      let verdict = AnswerPolicy.Verdict.success(try response("Futures-Trading-\(name)"))
      #expect(AnswerPolicy.canceled(verdict) == .confirmed(.cancel))
    }
  }

  @Test func `pushes are read, but for those whose argument names another instrument`() throws {
    let eth = InstrumentID("ETH-USDT")
    var decoder = StreamDecoder(catalog: none)
    decoder.setTopics(
      [.ticker(eth), .trades(eth), .candles(eth, .oneDay), .funding(eth)]
        + BloFinTopic.privateTopics)
    for name in ["Trades", "Klines", "Balances", "Positions", "Orders", "TriggerOrders"] {
      for push in try pushes(name) {
        switch try decoder.decode(push) {
        case .market, .account: break
        case let other: Issue.record("\(name): \(other)")
        }
      }
    }
    for name in ["Ticker", "FundingRate"] {
      for push in try pushes(name) {
        #expect(throws: StreamProblem.self, "\(name)") { _ = try decoder.decode(push) }
        let mended = push.replacing("BTC-USDT", with: "ETH-USDT")
        guard case .market = try decoder.decode(mended) else {
          Issue.record("\(name)")
          continue
        }
      }
    }
  }
}
