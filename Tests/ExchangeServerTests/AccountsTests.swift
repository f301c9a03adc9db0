import Foundation
import Testing
import Units

@testable import ExchangeServer

/// Several keys, each with books of its own.
@Suite struct AccountsTests {
  private static let accounts = ServedAccount.tests(3, startingBalance: 5_000)

  private func server() throws -> (TestServer, [TestClient]) {
    let server = try TestServer { $0.accounts = Self.accounts }
    return (
      server,
      Self.accounts.map { TestClient(port: server.port, account: $0, now: server.client.now) }
    )
  }

  private func cash(_ client: TestClient) throws -> String? {
    let details = try client.read("/api/v1/account/balance").object["details"]
    return (details as? [[String: Any]])?.first?["balance"] as? String
  }

  @Test func `keys of test accounts differ and stay the same`() {
    #expect(Self.accounts[0].apiKey == ServedAccount.test().apiKey)
    #expect(Self.accounts == ServedAccount.tests(3, startingBalance: 5_000))
    #expect(Set(Self.accounts.map(\.apiKey)).count == 3)
    #expect(Set(Self.accounts.map(\.secret)).count == 3)
    #expect(Set(Self.accounts.map(\.userID)).count == 3)
    #expect(Self.accounts.allSatisfy { $0.apiKey.count == 32 && $0.secret.count == 32 })
  }

  @Test func `what one account does is not another's`() throws {
    let (server, clients) = try server()
    let stranger = try TestStream(port: server.port, path: "/ws/private")
    _ = try stranger.login(Self.accounts[1], at: server.client.now)
    try stranger.send(
      #"{"op":"subscribe","args":[{"channel":"orders"},{"channel":"positions"}]}"#)
    _ = try stranger.settled()
    let before = try cash(clients[1])
    let placed = try clients[0].post(
      "/api/v1/trade/order", OrderTests.order("buy", size: "3", client: "mine"))
    #expect(placed.code == "0", "\(placed.body)")
    let id = try #require(placed.rows[0]["orderId"] as? String)
    #expect(try clients[0].read("/api/v1/account/positions").rows.count == 1)
    #expect(try clients[1].read("/api/v1/account/positions").rows.isEmpty)
    #expect(try clients[1].read("/api/v1/trade/fills-history").rows.isEmpty)
    let detail = "/api/v1/trade/order-detail?instId=BTC-USDT&orderId=\(id)"
    #expect(try clients[1].read(detail).code == "102068")
    #expect(try cash(clients[0]) != before)
    #expect(try cash(clients[1]) == before)
    #expect(try stranger.settled().isEmpty)
    // The same id of a client is free in another account.
    let same = try clients[1].post(
      "/api/v1/trade/order", OrderTests.order("sell", size: "1", client: "mine"))
    #expect(same.rows[0]["code"] as? String == "0")
  }

  @Test func `the trading limit counts per user`() throws {
    let server = try TestServer {
      $0.accounts = Self.accounts
      $0.strictness.tradingRequestsPerTenSeconds = 2
    }
    let clients = Self.accounts.map {
      TestClient(port: server.port, account: $0, now: server.client.now)
    }
    let target = "/api/v1/trade/orders-pending"
    #expect(try (0..<3).map { _ in try clients[0].read(target).status } == [200, 200, 429])
    #expect(try clients[1].read(target).status == 200)
  }
}
