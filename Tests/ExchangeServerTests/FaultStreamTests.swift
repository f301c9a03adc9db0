import Foundation
import Simulation
import Testing
import Trading
import Units

@testable import ExchangeServer

/// The verbs that meet pushes and streams.
@Suite struct FaultStreamTests {
  private struct Session {
    let server: TestServer
    let stream: TestStream

    /// Subscribes to books of one instrument and reads what comes at once.
    init() throws {
      server = try TestServer { $0.hasFaultDoor = true }
      stream = try server.marketStream()
      try stream.send(#"{"op":"subscribe","args":[{"channel":"books","instId":"BTC-USDT"}]}"#)
      _ = try stream.settled()
    }

    func post(_ name: String, _ body: String) throws {
      let answer = try server.client.request("POST", "/__sim/\(name)", headers: [], body: body)
      #expect(answer.code == "0", "\(body): \(answer.body)")
    }

    /// Lets three changes of the book happen and returns their pushes.
    func threeChanges() throws -> [String] {
      var last = sequence
      var count = 0
      for _ in 0..<50 where count < 3 {
        server.advance(by: .milliseconds(100))
        guard sequence != last else { continue }
        last = sequence
        count += 1
      }
      try #require(count == 3, "the book changes several times a second")
      return try stream.settled()
    }

    /// The number of the last change that was published.
    private var sequence: UInt64? {
      server.inspecting { exchange in
        exchange.venue.market(InstrumentID("BTC-USDT")).flatMap {
          exchange.venue.publishedBook(of: $0, depth: 1).sequence
        }
      }
    }

    static func sequences(_ texts: [String]) throws -> [(previous: String, own: String)] {
      try texts.map { text in
        let message = try #require(
          try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        let book = try #require(message["data"] as? [String: Any])
        return (
          try #require(book["prevSeqId"] as? String), try #require(book["seqId"] as? String)
        )
      }
    }
  }

  @Test func `gap leaves a push out and the chain breaks (B01)`() throws {
    let session = try Session()
    try session.post("fault", #"{"match":"stream books","nth":2,"do":"gap"}"#)
    let chain = try Session.sequences(session.threeChanges())
    try #require(chain.count == 2)
    #expect(chain[1].previous != chain[0].own)
  }

  @Test func `dup sends a push twice (B02, O18)`() throws {
    let session = try Session()
    try session.post("fault", #"{"match":"stream books","do":"dup"}"#)
    let texts = try session.threeChanges()
    try #require(texts.count == 4)
    #expect(texts[0] == texts[1])
  }

  @Test func `reorder sends a push after the next (B02, O19)`() throws {
    let session = try Session()
    try session.post("fault", #"{"match":"stream books","do":"reorder"}"#)
    let chain = try Session.sequences(session.threeChanges())
    try #require(chain.count == 3)
    #expect(chain[0].previous == chain[1].own)
    #expect(chain[2].previous == chain[0].own)
  }

  @Test func `replace and garbage change a push (B07)`() throws {
    let session = try Session()
    try session.post(
      "fault",
      #"{"match":"stream books","do":"replace","find":"\"asks\":[","with":"\"asks\":[NaN"}"#)
    try session.post("fault", #"{"match":"stream *","do":"garbage","body":"{"}"#)
    let texts = try session.threeChanges()
    #expect(texts[0].contains(#""asks":[NaN"#))
    #expect(texts[1] == "{")
  }

  @Test func `the first push of a topic is met as well (B03)`() throws {
    let server = try TestServer { $0.hasFaultDoor = true }
    let stream = try server.marketStream()
    let rule = #"{"match":"stream books","do":"gap"}"#
    _ = try server.client.request("POST", "/__sim/fault", headers: [], body: rule)
    try stream.send(#"{"op":"subscribe","args":[{"channel":"books","instId":"BTC-USDT"}]}"#)
    #expect(try stream.settled().count == 1, "the acknowledgement alone")
    for _ in 0..<10 { server.advance(by: .milliseconds(100)) }
    let texts = try stream.settled()
    #expect(!texts.isEmpty)
    #expect(texts.allSatisfy { $0.contains(#""action":"update""#) }, "updates without a snapshot")
  }

  @Test func `snapshot sends the whole book in the middle of the chain (B03)`() throws {
    let session = try Session()
    _ = try session.threeChanges()
    try session.post("act", #"{"do":"snapshot","instId":"BTC-USDT"}"#)
    let text = try #require(try session.stream.settled().first)
    #expect(text.contains(#""action":"snapshot""#))
    #expect(text.contains(#""prevSeqId":"0""#))
  }

  @Test(arguments: [1000, 1001, 1008, 1011, 1012])
  func `close ends streams with a code (W01)`(_ code: Int) throws {
    let session = try Session()
    try session.post("act", #"{"do":"close","streams":"public","code":\#(code)}"#)
    #expect(try session.stream.next() == .close(code: code))
  }

  @Test func `1006 hangs up without a word (W01)`() throws {
    let session = try Session()
    try session.post("act", #"{"do":"close"}"#)
    #expect(throws: SocketProblem.self) { _ = try session.stream.next() }
  }

  @Test func `a push can end its stream instead (W09)`() throws {
    let session = try Session()
    try session.post("fault", #"{"match":"stream books","do":"close","code":1012}"#)
    for _ in 0..<6 { session.server.advance(by: .milliseconds(100)) }
    #expect(try session.stream.next() == .close(code: 1012))
  }

  @Test func `silence says nothing for a while, not even pong (W02, W03)`() throws {
    let session = try Session()
    try session.post("act", #"{"do":"silence","ms":5000}"#)
    try session.stream.send("ping")
    session.server.advance(by: .milliseconds(4_999))
    session.server.advance(by: .milliseconds(1))
    let texts = try session.stream.settled()
    #expect(texts.allSatisfy { $0.contains(#""channel":"books""#) })
  }

  @Test func `logout ends logins and says so (W06)`() throws {
    let session = try Session()
    let stream = try session.server.accountStream()
    try stream.send(#"{"op":"subscribe","args":[{"channel":"orders"}]}"#)
    _ = try stream.settled()
    try session.post("act", #"{"do":"logout"}"#)
    #expect(
      try stream.text() == #"{"event":"error","code":"60009","msg":"Login failed."}"#)
    _ = try session.server.client.post(
      "/api/v1/trade/order", OrderTests.order("buy", size: "1"))
    #expect(try stream.settled().isEmpty)
    let again = try stream.login(session.server.account, at: session.server.client.now)
    #expect(again == #"{"event":"login","code":"0","msg":""}"#)
  }

  @Test func `a flood comes whole (W17)`() throws {
    let session = try Session()
    session.server.advance(by: .seconds(10))
    try session.stream.send(
      #"{"op":"subscribe","args":[{"channel":"tickers","instId":"BTC-USDT"}]}"#)
    _ = try session.stream.settled()
    try session.post("act", #"{"do":"flood","instId":"BTC-USDT","count":5000}"#)
    #expect(try session.stream.settled().count == 5_000)
  }
}
