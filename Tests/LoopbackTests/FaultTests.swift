import BloFin
import Exchanges
import MarketData
import Testing
import Trading
import Units

@testable import ExchangeServer

extension OverLoopback {
  /// What goes wrong between the adapter and the exchange, on real sockets.
  @MainActor @Suite(.serialized) struct FaultTests {
    /// A fault, whether the server does what was asked all the same, and what the reason names.
    private nonisolated static let faults = [
      (#""do":"garbage"}"#, true, "cannot be read"),
      (#""do":"drop_before"}"#, false, "127.0.0.1"),
      (#""do":"apply_then_drop"}"#, true, "127.0.0.1"),
      (#""do":"truncate","bytes":20}"#, true, "127.0.0.1"),
      (#""do":"status","status":502,"apply":true,"body":"<html>"}"#, true, "502"),
      (#""do":"status","status":429,"apply":false,"body":"slow down"}"#, false, "429"),
    ]

    @Test(arguments: faults)
    func `an answer that proves nothing leaves the order unknown, and it was sent once`(
      _ fault: String, _ isApplied: Bool, _ word: String
    ) async throws {
      let desk = try await Desk.open()
      try await desk.fault(#"{"match":"POST trade/order",\#(fault)"#)
      let outcome = try await desk.ask(desk.resting(desk.orderID(), 1_000))
      guard case .unknown(let reason) = outcome else {
        Issue.record("\(outcome)")
        return
      }
      #expect(reason.contains(word), "\(reason)")
      #expect(!reason.contains("<html"), "\(reason)")
      // The server lists the calls that it did; a fault meets one call only.
      #expect(try await desk.calls(to: "/api/v1/trade/order") == (isApplied ? 1 : 0))
    }

    @Test func `an order whose answer was lost is found by our id (O01)`() async throws {
      let desk = try await Desk.open()
      try await desk.begin()
      let price = try await desk.lastPrice().scaled(by: "0.9", .down).rounded(to: "0.1", .down)
      let id = desk.orderID()
      try await desk.fault(#"{"match":"POST trade/order","do":"apply_then_drop"}"#)
      let outcome = try await desk.ask(desk.resting(id, price))
      guard case .unknown = outcome else {
        Issue.record("\(outcome)")
        return
      }
      guard
        case .confirmed(.orderStatus(let order?)) = try await desk.ask(
          .orderStatus(Desk.btc, .client(id)))
      else {
        Issue.record("the order was not found")
        return
      }
      #expect(order.state == .live)
    }

    @Test func `O20 the account is read with an order in a state that is not known`()
      async throws
    {
      let desk = try await Desk.open()
      try await desk.begin()
      let price = try await desk.lastPrice().scaled(by: "0.9", .down).rounded(to: "0.1", .down)
      let id = desk.orderID()
      #expect(try await desk.ask(desk.resting(id, price)).isConfirmed)
      try await desk.fault(
        #"{"match":"GET trade/orders-pending","count":0,"do":"replace","#
          + #""find":"\"state\":\"live\"","with":"\"state\":\"foo\""}"#)
      let orders = try await desk.snapshot().orders
      #expect(orders.map(\.clientOrderID) == [id])
      #expect(orders.map(\.state) == [.unknown])
      #expect(orders.map(\.unknownState) == ["foo"])
    }

    @Test func `B12 rules that the exchange changes come with the next reading`() async throws {
      let desk = try await Desk.open()
      try await desk.begin()
      try await desk.act(#"{"do":"set_rule","instId":"BTC-USDT","lotSize":"10","minSize":"10"}"#)
      try await desk.act(#"{"do":"set_rule","instId":"ETH-USDT","state":"suspend"}"#)
      let start = desk.events.count
      #expect(try await desk.ask(.instruments) == .confirmed(.done))
      let rules = try await desk.first("the instruments", after: start) {
        if case .market(.instruments(let all)) = $0 { all } else { nil }
      }
      let bitcoin = rules.first { $0.id == Desk.btc }
      #expect(bitcoin?.lotSize == 10)
      #expect(bitcoin?.minimumContracts == 10)
      #expect(rules.first { $0.id == Desk.eth }?.status == .suspended)
    }

    @Test func `a read is tried again until it comes`() async throws {
      let desk = try await Desk.open()
      try await desk.fault(#"{"match":"GET market/instruments","count":2,"do":"garbage"}"#)
      try await desk.begin()
      #expect(try await desk.calls(to: "/api/v1/market/instruments") == 3)
    }

    @Test func `O22 what is held and what guards it is told while the fills of a start still come`()
      async throws
    {
      let desk = try await Desk.open()
      try await desk.begin()
      _ = try await desk.wait(for: .privateStream) { $0 == .up }
      let price = try await desk.lastPrice()
      let stop = price.scaled(by: "0.97", .down).rounded(to: "0.1", .down)
      let order = OrderRequest(
        clientOrderID: desk.orderID(), instrument: Desk.btc, side: .buy, marginMode: .isolated,
        type: .market, contracts: 5, reduceOnly: false, stopLoss: Trigger(triggerPrice: stop))
      #expect(try await desk.ask(.submit(order)).isConfirmed)
      try await desk.first("the position") {
        if case .account(.positions(let all)) = $0, !all.isEmpty { () } else { nil }
      }
      try await desk.first("a fill") { if case .account(.fill) = $0 { () } else { nil } }
      // The delays between four tries are a second together at least.
      try await desk.fault(#"{"match":"GET trade/fills-history","count":4,"do":"garbage"}"#)
      let start = desk.events.count
      let snapshot = try await desk.snapshot()
      _ = try await desk.snapshot()
      let told = desk.events[start...].compactMap { event -> [Int]? in
        guard case .account(.holdings(let positions, let triggers, _)) = event else { return nil }
        #expect(positions.map(\.contracts) == [5])
        #expect(triggers == snapshot.triggerOrders)
        return [positions.count, triggers.count]
      }
      // Once, and never again when the account was told.
      #expect(told == [[1, 1]])
      #expect(snapshot.fills.reduce(Contracts.zero) { $0 + $1.contracts } == 5)
    }

    @Test func `streams that drop come back with their subscriptions`() async throws {
      let desk = try await Desk.open()
      try await desk.begin([.book(Desk.btc)])
      _ = try await desk.book(changes: 2)
      _ = try await desk.wait(for: .privateStream) { $0 == .up }
      let start = desk.events.count
      try await desk.act(#"{"do":"close","code":1006}"#)
      for name in [LinkName.publicStream, .privateStream] {
        _ = try await desk.wait(for: name, after: start) {
          if case .down = $0 { true } else { false }
        }
      }
      try await desk.first("the loss of the book", after: start) {
        if case .market(.bookGap(Desk.btc)) = $0 { () } else { nil }
      }
      for name in [LinkName.publicStream, .privateStream] {
        _ = try await desk.wait(for: name, after: start) { $0 == .up }
      }
      #expect(try await desk.book(changes: 2, after: start).isUsable)
      let back = desk.events.count
      let price = try await desk.lastPrice().scaled(by: "0.9", .down).rounded(to: "0.1", .down)
      #expect(try await desk.ask(desk.resting(desk.orderID(), price)).isConfirmed)
      try await desk.first("the order on the private stream", after: back) {
        if case .account(.order(let order)) = $0, order.state == .live { () } else { nil }
      }
    }

    @Test func `W01 a public connection that drops loses its own books and no other`() async throws
    {
      let desk = try await Desk.open()
      // Thirty topics are all that one connection carries: the book of ether is on the second.
      let frames = TimeFrame.allCases.flatMap { frame -> [MarketSubscription] in
        [.candles(Desk.btc, frame), .candles(Desk.eth, frame)]
      }
      try await desk.begin(
        [.book(Desk.btc)] + frames + [.ticker(Desk.btc), .book(Desk.eth), .ticker(Desk.eth)])
      _ = try await desk.wait(for: .publicStream) { $0 == .up }
      _ = try await desk.book(changes: 2)
      let start = desk.events.count
      try await desk.fault(
        #"{"match":"stream tickers","instId":"ETH-USDT","do":"close","code":1006}"#)
      _ = try await desk.wait(for: .publicStream, after: start) {
        if case .down = $0 { true } else { false }
      }
      _ = try await desk.wait(for: .publicStream, after: start) { $0 == .up }
      let back = desk.events.count
      // The book of before goes on by changes alone, through the loss of the other connection.
      #expect(try await desk.book(changes: 2, from: back).isUsable)
      let lost = desk.events.compactMap { event -> InstrumentID? in
        if case .market(.bookGap(let instrument)) = event { instrument } else { nil }
      }
      #expect(lost == [Desk.eth])
    }

    @Test func `a stream that falls silent is noticed by its heartbeat and replaced`() async throws
    {
      let desk = try await Desk.open()
      try await desk.begin([.ticker(Desk.btc)])
      _ = try await desk.wait(for: .publicStream) { $0 == .up }
      let start = desk.events.count
      try await desk.act(#"{"do":"silence","streams":"public","ms":60000}"#)
      _ = try await desk.wait(for: .publicStream, after: start) {
        if case .down = $0 { true } else { false }
      }
      _ = try await desk.wait(for: .publicStream, after: start) { $0 == .up }
    }

    @Test func `a wrong secret is refused, with words`() async throws {
      let desk = try await Desk.open { $0.secret = "ffffffffffffffffffffffffffffffff" }
      let state = try await desk.wait(for: .privateStream) {
        if case .down(let reason) = $0 { reason.contains("60009") } else { false }
      }
      #expect(state == .down("Login failed. (code 60009)"))
      let refusal = try await desk.refusal(of: desk.resting(desk.orderID(), 1_000))
      #expect(refusal.code == "152409")
      #expect(refusal.advice == .stopTrading)
    }

    @Test func `an unknown key and a wrong passphrase are refused`() async throws {
      let stranger = try await Desk.open { $0.apiKey = "00000000000000000000000000000000" }
      let unknown = try await stranger.refusal(of: stranger.resting(stranger.orderID(), 1_000))
      #expect(unknown.code == "152401")
      #expect(unknown.message.hasSuffix("(is it a key of the other environment?)"))
      let forgetful = try await Desk.open { $0.passphrase = "wrong" }
      let wrong = try await forgetful.refusal(of: forgetful.resting(forgetful.orderID(), 1_000))
      #expect(wrong.code == "152408")
      #expect(wrong.advice == .stopTrading)
    }

    @Test(arguments: ["NaN", "1e400", "1,000", "-1", "Infinity", "0x10", ""])
    func `B07 a number that is none loses the push and nothing else`(_ text: String) async throws {
      let problem = try await problem(
        after: #""do":"replace","find":"\"last\":\"","with":"\"last\":\"\#(text)\",\"was\":\"""#)
      #expect(
        problem.hasPrefix("BloFin sent a message of tickers of BTC-USDT that cannot be used"),
        "\(problem)")
    }

    @Test func `HTML on a stream is told and passed over`() async throws {
      let problem = try await problem(after: #""do":"garbage""#)
      #expect(!problem.contains("<html"), "\(problem)")
    }

    /// Lets a fault meet one ticker; returns what is told, when the next one has come.
    private func problem(after fault: String) async throws -> String {
      let desk = try await Desk.open()
      try await desk.begin()
      _ = try await desk.lastPrice()
      let start = desk.events.count
      try await desk.fault(#"{"match":"stream tickers",\#(fault)}"#)
      let text = try await desk.first("a problem", after: start) {
        if case .protocolProblem(let text) = $0 { text } else { nil }
      }
      let next = try await desk.first("the next ticker", after: desk.events.count) {
        if case .market(.ticker(let ticker)) = $0 { ticker } else { nil }
      }
      #expect(next.lastPrice > 1_000)
      #expect(desk.problems == [text])
      return text
    }

    @Test func `B07 an instrument with a wrong number is left out, the others stay`() async throws {
      let desk = try await Desk.open()
      try await desk.fault(
        #"{"match":"GET market/instruments","do":"replace","find":"\"contractValue\":\"0.001","#
          + #""with":"\"contractValue\":\"1e-3"}"#)
      try await desk.begin()
      let instruments = try await desk.first("instruments") {
        if case .market(.instruments(let all)) = $0 { all } else { nil }
      }
      #expect(!instruments.contains { $0.id == Desk.btc })
      #expect(instruments.contains { $0.id == Desk.eth })
      #expect(desk.problems.count >= 1)
    }

    @Test func `an answer of 100 MB is given up and told`() async throws {
      let server = RawServer { peer in
        guard peer.readHead() != nil else { return }
        peer.write("HTTP/1.1 200 OK\r\nContent-Length: 104857600\r\n\r\n")
        let block = String(repeating: "x", count: 1 << 20)
        for _ in 0..<100 where !peer.write(block) { return }
      }
      let desk = try Desk(port: server.port)
      let outcome = try await desk.ask(desk.resting(desk.orderID(), 1_000))
      guard case .unknown(let reason) = outcome else {
        Issue.record("\(outcome)")
        return
      }
      #expect(reason.contains("larger") || reason.contains("too large"), "\(reason)")
    }

    @Test func `a frame that is cut short ends the stream, which is told`() async throws {
      let server = RawServer { peer in
        guard let head = peer.readHead(), peer.upgrade(head) else { return }
        // A text frame of 1000 bytes, of which 20 come.
        peer.write([0x81, 126, 0x03, 0xE8])
        peer.write(#"{"arg":{"channel":"ti"#)
      }
      let desk = try Desk(port: server.port)
      #expect(try await desk.ask(.subscribe([.ticker(Desk.btc)])) == .confirmed(.done))
      let state = try await desk.wait(for: .publicStream) {
        if case .down(let reason) = $0 { reason.contains("127.0.0.1") } else { false }
      }
      guard case .down(let reason) = state else { return }
      #expect(reason.contains("was lost"), "\(reason)")
      #expect(!desk.events.contains { if case .market(.ticker) = $0 { true } else { false } })
    }

    @Test func `W15 junk and a heartbeat of the server are passed over, and the stream goes on`()
      async throws
    {
      let ticker =
        #"{"arg":{"channel":"tickers","instId":"BTC-USDT"},"data":[{"instId":"#
        + #""BTC-USDT","last":"60500.1","lastSize":"1","askPrice":"60500.2","askSize":"11","#
        + #""bidPrice":"60500.1","bidSize":"5","open24h":"60010.5","high24h":"61200","#
        + #""low24h":"59800","volCurrency24h":"50493.8","vol24h":"50493800","#
        + #""ts":"1767225600511"}]}"#
      let server = RawServer { peer in
        guard let head = peer.readHead(), head.hasPrefix("GET /ws/"), peer.upgrade(head) else {
          return
        }
        // The first frame of the client: its topics are known to it from then on.
        guard peer.readByte() != nil else { return }
        for text in ["ping", "pang", "{}x", "\u{0}\u{0}", "[1,2", ticker] {
          peer.write(frame: text)
        }
        while peer.readByte() != nil {}
      }
      let desk = try Desk(port: server.port)
      #expect(try await desk.ask(.subscribe([.ticker(Desk.btc)])) == .confirmed(.done))
      let price = try await desk.first("a ticker") {
        if case .market(.ticker(let ticker)) = $0 { ticker.lastPrice } else { nil }
      }
      #expect(price == "60500.1")
      let problem = try #require(desk.problems.first)
      #expect(problem.hasPrefix("BloFin sent a message that cannot be used"), "\(problem)")
      let downs = desk.events.filter {
        // Before it was needed it was down.
        if case .link(.publicStream, .down(let why)) = $0 { why != "not needed" } else { false }
      }
      #expect(downs.isEmpty, "\(downs)")
    }

    @Test func `nobody at the port: nothing is sent, and it is told`() async throws {
      let server = RawServer { _ in }
      server.stop()
      let desk = try Desk(port: server.port)
      let outcome = try await desk.ask(desk.resting(desk.orderID(), 1_000))
      guard case .notSent(let reason) = outcome else {
        Issue.record("\(outcome)")
        return
      }
      #expect(reason.contains("127.0.0.1:\(server.port)"), "\(reason)")
    }
  }
}
