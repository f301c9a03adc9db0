import Foundation
import NIOHTTP1
import Testing
import Units

@testable import ExchangeServer

/// Every call and channel of the reference is there, counted and guarded as it says.
@Suite struct EndpointTests {
  /// A line of the reference's index of calls.
  struct Line: Sendable, CustomTestStringConvertible {
    let method: HTTPMethod
    let path: String
    /// Whether a key is needed.
    let isPrivate: Bool
    /// Whether it counts for the limit of trading calls.
    let isTrading: Bool
    /// What `data` is.
    let shape: Character
    /// The query or body of a call that is answered with data.
    let sample: String

    init(_ method: HTTPMethod, _ path: String, _ marks: String, _ sample: String = "") {
      self.method = method
      self.path = path
      isPrivate = marks.contains("k")
      isTrading = marks.contains("t")
      shape = marks.contains("[") ? "[" : "{"
      self.sample = sample
    }

    var testDescription: String { "\(method.rawValue) \(path)" }
  }

  /// Source: BloFin reference 3.0. `k`: needs a key, `t`: trading limit, `[` or `{`: the data.
  static let lines: [Line] = [
    Line(.GET, "market/instruments", "["),
    Line(.GET, "market/tickers", "["),
    Line(.GET, "market/books", "[", "instId=BTC-USDT"),
    Line(.GET, "market/trades", "[", "instId=BTC-USDT"),
    Line(.GET, "market/mark-price", "["),
    Line(.GET, "market/funding-rate", "["),
    Line(.GET, "market/funding-rate-history", "[", "instId=BTC-USDT"),
    Line(.GET, "market/candles", "[", "instId=BTC-USDT"),
    Line(.GET, "market/index-candles", "[", "instId=BTC-USDT"),
    Line(.GET, "market/mark-price-candles", "[", "instId=BTC-USDT"),
    Line(.GET, "market/position-tiers", "[", "instId=BTC-USDT&marginMode=cross"),
    Line(.GET, "account/config", "k{"),
    Line(.GET, "account/balance", "k{"),
    Line(.GET, "account/positions", "k["),
    Line(.GET, "account/positions-history", "k["),
    Line(.GET, "account/margin-mode", "k{"),
    Line(.POST, "account/set-margin-mode", "kt{", #"{"marginMode":"cross"}"#),
    Line(.GET, "account/position-mode", "k{"),
    Line(.POST, "account/set-position-mode", "kt{", #"{"positionMode":"net_mode"}"#),
    Line(.GET, "account/leverage-info", "k{", "instId=BTC-USDT&marginMode=cross"),
    Line(.GET, "account/batch-leverage-info", "k[", "instId=BTC-USDT,ETH-USDT&marginMode=cross"),
    Line(
      .POST, "account/set-leverage", "kt{",
      #"{"instId":"BTC-USDT","leverage":"5","marginMode":"cross"}"#),
    Line(.GET, "account/funding-fees", "k["),
    Line(.POST, "trade/order", "kt[", order),
    Line(.POST, "trade/batch-orders", "kt[", "[\(order)]"),
    Line(.POST, "trade/order-tpsl", "kt{", protection),
    Line(.POST, "trade/order-algo", "kt{", trigger),
    Line(.POST, "trade/cancel-order", "kt[", #"{"orderId":"1"}"#),
    Line(.POST, "trade/cancel-batch-orders", "kt[", #"[{"orderId":"1"}]"#),
    Line(.POST, "trade/cancel-tpsl", "kt[", #"[{"tpslId":"1"}]"#),
    Line(.POST, "trade/cancel-algo", "kt{", #"{"algoId":"1"}"#),
    Line(.POST, "trade/close-position", "kt{", #"{"instId":"BTC-USDT","marginMode":"isolated"}"#),
    Line(.GET, "trade/orders-pending", "kt["),
    Line(.GET, "trade/order-detail", "kt{", "instId=BTC-USDT&clientOrderId=probe"),
    Line(.GET, "trade/orders-tpsl-pending", "kt["),
    Line(.GET, "trade/order-tpsl-detail", "kt{", "instId=BTC-USDT&clientOrderId=guard"),
    Line(.GET, "trade/orders-algo-pending", "kt[", "orderType=trigger"),
    Line(.GET, "trade/orders-history", "kt["),
    Line(.GET, "trade/orders-tpsl-history", "kt["),
    Line(.GET, "trade/orders-algo-history", "kt[", "orderType=trigger"),
    Line(.GET, "trade/fills-history", "kt["),
    Line(.GET, "trade/order/price-range", "kt{", "instId=BTC-USDT&side=buy"),
    Line(.GET, "asset/balances", "k[", "accountType=futures"),
    Line(
      .POST, "asset/transfer", "k{",
      #"{"currency":"USDT","amount":"1","fromAccount":"futures","toAccount":"funding"}"#),
    Line(.GET, "asset/bills", "k["),
    Line(.GET, "asset/deposit-history", "k["),
    Line(.GET, "asset/withdrawal-history", "k["),
    Line(.GET, "asset/currencies", "k["),
    Line(
      .POST, "asset/demo-apply-money", "k{",
      #"{"adjustType":0,"accountType":"futures","#
        + #""demoApplyMoney":[{"currency":"USDT","amountStr":"10"}]}"#),
    Line(.GET, "user/query-apikey", "k{"),
  ]

  private static let order =
    #"{"instId":"BTC-USDT","marginMode":"isolated","side":"buy","orderType":"market","size":"1"}"#
  private static let protection =
    #"{"instId":"BTC-USDT","marginMode":"isolated","positionSide":"net","side":"sell","size":"-1","#
    + #""slTriggerPrice":"1000","slOrderPrice":"-1"}"#
  private static let trigger =
    #"{"instId":"BTC-USDT","marginMode":"isolated","positionSide":"net","side":"buy","size":"1","#
    + #""orderType":"trigger","triggerPrice":"900000","orderPrice":"-1"}"#

  @Test func `the table has exactly the calls of the reference`() {
    #expect(Set(Routes.table.keys) == Set(Self.lines.map(\.path)))
    #expect(Self.lines.count == Routes.table.count)
  }

  @Test(arguments: lines)
  func `a call is guarded and counted as the reference says`(_ line: Line) throws {
    let route = try #require(Routes.table[line.path])
    #expect(route.method == line.method)
    #expect(route.isTrading == line.isTrading)
    switch route.access {
    case .open: #expect(!line.isPrivate)
    case .key(let permissions):
      #expect(line.isPrivate)
      #expect(permissions == Self.permissions(of: line))
    }
  }

  private static func permissions(of line: Line) -> ServedAccount.Permissions {
    if line.method == .GET { return .read }
    return line.path.hasPrefix("asset/") ? .transfer : .trade
  }

  @Test(arguments: lines)
  func `a call is served with data of its shape, and only to who may`(_ line: Line) throws {
    let server = try TestServer()
    // A position, an order and a protection that the reading calls can find.
    _ = try server.client.post(
      "/api/v1/trade/order",
      OrderTests.order(
        "buy", size: "2", type: "limit", price: try OrderTests.low(server), client: "probe"))
    if line.path != "account/set-position-mode" {
      _ = try server.client.post("/api/v1/trade/order", OrderTests.order("buy", size: "3"))
      _ = try server.client.post(
        "/api/v1/trade/order-tpsl",
        Self.protection.dropLast() + #","clientOrderId":"guard"}"#)
    }
    let path = "/api/v1/\(line.path)"
    let target = line.sample.isEmpty ? path : "\(path)?\(line.sample)"
    let answer =
      switch (line.method, line.isPrivate) {
      case (.GET, false): try server.client.get(target)
      case (.GET, true): try server.client.read(target)
      default: try server.client.post(path, line.sample)
      }
    #expect(answer.status == 200)
    // A second protection of the whole position and a mode under open orders are refused.
    let refused = ["trade/order-tpsl", "account/set-position-mode"].contains(line.path)
    if !refused {
      #expect(answer.code == "0", "\(answer.body)")
      #expect(answer.body.contains(#""data":\#(line.shape)"#), "\(answer.body)")
    }
    guard line.isPrivate else { return }
    let stranger = TestClient.Credentials(secret: "wrong")
    let guarded =
      line.method == .GET
      ? try server.client.read(target, stranger)
      : try server.client.post(path, line.sample, stranger)
    #expect(guarded.code == "152409")
  }

  /// The calls that the documentation does not have and the exchange did not know when probed.
  @Test(arguments: ["amend-order", "amend-batch-orders", "amend-tpsl", "amend-algo"])
  func `amending is refused as the exchange does`(_ name: String) throws {
    let server = try TestServer()
    #expect(try server.client.post("/api/v1/trade/\(name)", "{}").code == "152404")
  }
}
