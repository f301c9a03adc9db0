import BloFin
import Exchanges
import Testing
import Trading
import Units

extension OverLoopback {
  /// C04: what the exchange says of stamps and nonces proves that a read may be signed anew, and of
  /// an order only that it has to be asked for.
  @MainActor @Suite(.serialized) struct ClockFaultTests {
    @Test(arguments: ["152405", "152407"])
    func `C04 a read that is refused for its stamp or its nonce is signed anew and comes`(
      code: String
    ) async throws {
      let desk = try await Desk.open()
      try await desk.begin()
      let before = try await desk.calls(to: "/api/v1/account/balance")
      try await desk.fault(
        #"{"match":"GET account/balance","count":2,"do":"reject","code":"\#(code)"}"#)
      #expect(try await desk.snapshot().positions == [])
      #expect(desk.problems == [])
      #expect(try await desk.calls(to: "/api/v1/account/balance") > before)
    }

    @Test func `C01 C04 a clock that runs two minutes ahead is learned from the refusal`()
      async throws
    {
      let desk = try await Desk.open()
      try await desk.begin()
      #expect(try await desk.snapshot().positions == [])
      try await desk.act(#"{"do":"skew","ms":120000}"#)
      #expect(try await desk.snapshot().positions == [])
      let price = try await desk.lastPrice().scaled(by: "0.9", .down).rounded(to: "0.1", .down)
      #expect(try await desk.ask(desk.resting(desk.orderID(), price)).isConfirmed)
      #expect(try await desk.calls(to: "/api/v1/trade/order") == 1)
    }

    @Test func `C04 an order refused for its stamp was not placed, and is not sent again`()
      async throws
    {
      let desk = try await Desk.open()
      try await desk.begin()
      let id = desk.orderID()
      try await desk.fault(#"{"match":"POST trade/order","do":"reject","code":"152405"}"#)
      let refusal = try await desk.refusal(of: desk.resting(id, 1_000))
      #expect(refusal.code == "152405")
      #expect(refusal.advice == .waitAndRetry)
      #expect(
        try await desk.ask(.orderStatus(Desk.btc, .client(id))) == .confirmed(.orderStatus(nil)))
    }

    @Test func `C04 an order whose nonce was seen is unknown, is asked for and not sent again`()
      async throws
    {
      let desk = try await Desk.open()
      try await desk.begin()
      let id = desk.orderID()
      try await desk.fault(#"{"match":"POST trade/order","do":"reject","code":"152407"}"#)
      let outcome = try await desk.ask(desk.resting(id, 1_000))
      guard case .unknown(let reason) = outcome else {
        Issue.record("\(outcome)")
        return
      }
      #expect(reason.contains("152407"), "\(reason)")
      #expect(
        try await desk.ask(.orderStatus(Desk.btc, .client(id))) == .confirmed(.orderStatus(nil)))
    }
  }
}
