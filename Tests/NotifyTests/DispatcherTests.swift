import EventLoop
import Secrets
import TestSupport
import Testing
import Trading
import Transport
import Units

@testable import Notify

/// Alerts on their way: order, bounds, waits, quiet hours, and a channel that hangs (P08).
@MainActor @Suite struct DispatcherTests {
  let loop = VirtualLoop(
    startingAt: WallTime(milliseconds: DispatcherTests.noon.milliseconds))
  static let noon = Timestamp(year: 2026, month: 3, day: 4, hour: 12)

  static func alert(
    _ number: UInt64, _ severity: AlertSeverity = .warning, _ text: String = "something"
  ) -> AlertRecord {
    AlertRecord(
      id: AlertID(rule: AlertRuleID(number), count: 1), severity: severity, text: text,
      instrument: InstrumentID("BTC-USDT"), at: noon)
  }

  func telegram(_ network: ScriptedNetwork, _ policy: ChannelPolicy = ChannelPolicy())
    throws -> AlertDispatcher
  {
    let server = try WebAddress("http://127.0.0.1:9")
    let bot = try #require(
      TelegramBot(token: Secret(consuming: Array("1:a_B-c".utf8)), server: server))
    return AlertDispatcher(
      [(TelegramChannel(bot, chat: "42", http: network), policy)], origin: "PAPER blofin main",
      loop: loop)
  }

  func run(_ seconds: Int64) { loop.run(until: loop.now.advanced(byMilliseconds: seconds * 1_000)) }

  @Test func `a message names mode, account, instrument and severity`() throws {
    let network = ScriptedNetwork([], loop: loop)
    let dispatcher = try telegram(network)
    dispatcher.tell(Self.alert(7, .critical, "BTC <b>65000</b>"), isRepeat: false)
    run(1)
    #expect(network.requests.map(\.address.target) == ["/bot1:a_B-c/sendMessage"])
    #expect(
      network.bodies == [
        #"{"chat_id":"42","text":"<b>PAPER blofin main: CRITICAL BTC-USDT</b>\nBTC "#
          + #"&lt;b&gt;65000&lt;/b&gt; [7.1, 2026-03-04 12:00:00.000 UTC]","parse_mode":"HTML","#
          + #""disable_notification":false,"link_preview_options":{"is_disabled":true}}"#
      ])
    #expect(dispatcher.statuses.map(\.deliveredCount) == [1])
  }

  @Test func `P08 a 429 is waited for as long as it says, and nothing is lost or doubled`() throws {
    let busy = #"{"ok":false,"error_code":429,"parameters":{"retry_after":7}}"#
    let network = ScriptedNetwork([.status(429, busy), .status(429, busy)], loop: loop)
    let dispatcher = try telegram(network, ChannelPolicy(batchDelay: .zero))
    dispatcher.tell(Self.alert(1), isRepeat: false)
    run(6)
    #expect(network.requests.count == 1)
    run(2)
    #expect(network.requests.count == 2)
    run(8)
    #expect(network.requests.count == 3)
    run(100)
    #expect(network.requests.count == 3)
    #expect(dispatcher.statuses.map(\.deliveredCount) == [1])
  }

  @Test func `P08 critical goes first, and the bound drops the oldest of the least`()
    throws
  {
    let network = ScriptedNetwork([.silence], loop: loop)
    let dispatcher = try telegram(network, ChannelPolicy(capacity: 5))
    dispatcher.tell(Self.alert(1, .info), isRepeat: false)
    for number in 2...4 { dispatcher.tell(Self.alert(UInt64(number), .info), isRepeat: false) }
    dispatcher.tell(Self.alert(5, .warning), isRepeat: false)
    dispatcher.tell(Self.alert(6, .critical), isRepeat: false)
    dispatcher.tell(Self.alert(7, .critical), isRepeat: false)
    #expect(dispatcher.statuses.map(\.droppedCount) == [2])
    run(60)
    let texts = network.bodies
    #expect(texts.count == 2)
    let order = ["[6.1", "[7.1", "[5.1", "[1.1", "[4.1"].map { mark in
      texts[1].firstRange(of: mark)?.lowerBound
    }
    #expect(order.allSatisfy { $0 != nil })
    #expect(order.compactMap(\.self) == order.compactMap(\.self).sorted())
    #expect(!texts[1].contains("[2.1") && !texts[1].contains("[3.1"))
  }

  @Test func `P08 a dead channel holds up no other`() throws {
    let dead = ScriptedNetwork(Array(repeating: .silence, count: 50), loop: loop)
    let alive = ScriptedNetwork([], loop: loop)
    let server = try WebAddress("http://127.0.0.1:9")
    let bot = try #require(TelegramBot(token: Secret(consuming: Array("1:a".utf8)), server: server))
    let hook = Secret(consuming: Array("http://127.0.0.1:9/hook".utf8))
    let dispatcher = AlertDispatcher(
      [
        (TelegramChannel(bot, chat: "42", http: dead), ChannelPolicy(capacity: 10)),
        (DiscordChannel(address: hook, http: alive), ChannelPolicy()),
      ], origin: "PAPER", loop: loop)
    for number in 1...200 {
      dispatcher.tell(Self.alert(UInt64(number), .warning), isRepeat: false)
      run(1)
    }
    #expect(dispatcher.statuses[1].deliveredCount == 200)
    #expect(dispatcher.statuses[0].waitingCount <= 10)
    #expect(dispatcher.statuses[0].deliveredCount == 0)
  }

  @Test func `a wrong token closes the channel until the next start`() throws {
    let network = ScriptedNetwork(
      [.status(401, #"{"ok":false,"error_code":401,"description":"Unauthorized"}"#)], loop: loop)
    let dispatcher = try telegram(network)
    var problems: [String] = []
    dispatcher.onProblem = { channel, reason in problems.append("\(channel): \(reason)") }
    dispatcher.tell(Self.alert(1), isRepeat: false)
    run(1)
    dispatcher.tell(Self.alert(2), isRepeat: false)
    run(100)
    #expect(network.requests.count == 1)
    #expect(problems == ["telegram: status 401: Unauthorized"])
    #expect(dispatcher.statuses.map(\.state) == [.closed(reason: "status 401: Unauthorized")])
  }

  @Test func `P08 what a webhook refuses is tried again if it is critical, and others are told`()
    throws
  {
    let hook = ScriptedNetwork([.status(404, "<html>"), .status(403)], loop: loop)
    let chat = ScriptedNetwork([], loop: loop)
    let server = try WebAddress("http://127.0.0.1:9")
    let bot = try #require(TelegramBot(token: Secret(consuming: Array("1:a".utf8)), server: server))
    let channel = WebhookChannel(
      address: Secret(consuming: Array("http://127.0.0.1:9/in".utf8)),
      key: Secret(consuming: Array("key".utf8)), http: hook
    ) { Self.noon }
    let dispatcher = AlertDispatcher(
      [
        (channel, ChannelPolicy()),
        (TelegramChannel(bot, chat: "42", http: chat), ChannelPolicy(volume: [.warning: .off])),
      ], origin: "PAPER", loop: loop)
    dispatcher.tell(Self.alert(1, .critical), isRepeat: false)
    run(1)
    #expect(chat.bodies.count == 2)
    #expect(chat.bodies.last?.contains("alerts do not reach webhook: status 404") == true)
    dispatcher.tell(Self.alert(2, .warning), isRepeat: false)
    run(1)
    #expect(dispatcher.statuses[0].droppedCount == 1, "a warning is not tried again")
    dispatcher.tell(Self.alert(3, .critical), isRepeat: false)
    run(1)
    #expect(dispatcher.statuses[0].deliveredCount == 1, "nothing is closed")
    run(300)
    let ids = hook.bodies.map { body in
      ["1.1", "2.1", "3.1"].filter { body.contains("\"id\":\"\($0)\"") }
    }
    #expect(ids == [["1.1"], ["2.1"], ["3.1"], ["1.1"]])
    #expect(dispatcher.statuses[0].deliveredCount == 2)
  }

  @Test func `a webhook that Discord has deleted closes its channel, a page on the way does not`() {
    for (answer, isClosed) in [
      (ScriptedNetwork.Answer.status(404, #"{"message":"Unknown Webhook","code":10015}"#), true),
      (.status(404, "<html>"), false), (.status(401), false),
    ] {
      let network = ScriptedNetwork([answer], loop: loop)
      let hook = Secret(consuming: Array("http://127.0.0.1:9/hook".utf8))
      let dispatcher = AlertDispatcher(
        [(DiscordChannel(address: hook, http: network), ChannelPolicy())], origin: "PAPER",
        loop: loop)
      dispatcher.tell(Self.alert(1, .critical), isRepeat: false)
      run(400)
      #expect(dispatcher.statuses.map(\.deliveredCount) == [isClosed ? 0 : 1])
      #expect(network.requests.count == (isClosed ? 1 : 2))
    }
  }

  @Test func `server errors and garbage are tried again with growing waits`() throws {
    let network = ScriptedNetwork(
      [.status(502, "<html>bad gateway"), .status(500, "\u{0}garbage"), .status(503)], loop: loop)
    let dispatcher = try telegram(network)
    dispatcher.tell(Self.alert(1), isRepeat: false)
    run(20)
    #expect(network.requests.count == 4)
    #expect(dispatcher.statuses.map(\.deliveredCount) == [1])
  }

  @Test func `what is not critical waits for the end of quiet hours and goes out as one`() throws {
    let network = ScriptedNetwork([], loop: loop)
    let policy = ChannelPolicy(quietHours: QuietHours(from: 11 * 60, to: 13 * 60))
    let dispatcher = try telegram(network, policy)
    dispatcher.tell(Self.alert(1), isRepeat: false)
    dispatcher.tell(Self.alert(2, .info), isRepeat: false)
    dispatcher.tell(Self.alert(3, .critical), isRepeat: false)
    run(3_599)
    #expect(network.bodies.count == 1 && network.bodies[0].contains("[3.1"))
    run(2)
    #expect(network.bodies.count == 2)
    #expect(network.bodies[1].contains("[1.1") && network.bodies[1].contains("[2.1"))
  }

  @Test func `what is said of an event is above what is said of its severity`() throws {
    let network = ScriptedNetwork([], loop: loop)
    let policy = ChannelPolicy(
      volume: [.info: .off], topics: [.fill: .silent, .liquidation: .off])
    let dispatcher = try telegram(network, policy)
    let topics: [(AlertSeverity, AlertTopic?)] = [
      (.info, .fill), (.critical, .liquidation), (.info, nil), (.info, .order),
    ]
    for (number, (severity, topic)) in topics.enumerated() {
      var alert = Self.alert(UInt64(number + 1), severity)
      alert.topic = topic
      dispatcher.tell(alert, isRepeat: false)
      run(1)
    }
    #expect(network.bodies.count == 1)
    #expect(network.bodies[0].contains("[1.1"))
    #expect(network.bodies[0].contains(#""disable_notification":true"#))
  }

  @Test func `a channel that waits says until when, and that it changed`() throws {
    let network = ScriptedNetwork([.status(429, #"{"parameters":{"retry_after":7}}"#)], loop: loop)
    let dispatcher = try telegram(network)
    var changes = 0
    dispatcher.onChange = { changes += 1 }
    dispatcher.tell(Self.alert(1), isRepeat: false)
    run(1)
    #expect(dispatcher.statuses.map(\.waitingCount) == [1])
    #expect(dispatcher.statuses.map(\.problem) != [nil])
    guard case .waiting(let moment) = dispatcher.statuses[0].state else {
      Issue.record("\(dispatcher.statuses)")
      return
    }
    #expect(moment > Self.noon + .seconds(6) && moment < Self.noon + .seconds(9))
    run(10)
    #expect(
      dispatcher.statuses == [
        ChannelStatus(
          name: "telegram", state: .idle, deliveredCount: 1, waitingCount: 0, droppedCount: 0,
          problem: nil)
      ])
    #expect(changes >= 3)
  }

  @Test func `what was acknowledged while it waited is not sent`() throws {
    let network = ScriptedNetwork([.status(503)], loop: loop)
    let dispatcher = try telegram(network)
    dispatcher.tell(Self.alert(1, .critical), isRepeat: false)
    loop.run(until: loop.now.advanced(byMilliseconds: 500))
    dispatcher.acknowledged(Self.alert(1).id)
    run(600)
    #expect(network.requests.count == 1)
    #expect(dispatcher.statuses.map(\.waitingCount) == [0])
  }

  @Test func `what was acknowledged while it was on its way is not tried again`() throws {
    let network = ScriptedNetwork([.silence], loop: loop)
    let dispatcher = try telegram(network)
    dispatcher.tell(Self.alert(1, .critical), isRepeat: false)
    run(1)
    dispatcher.acknowledged(Self.alert(1).id)
    run(600)
    #expect(network.requests.count == 1)
    #expect(dispatcher.statuses.map(\.waitingCount) == [0])
  }

  @Test func `alerts of a few seconds go out together, silent and off are obeyed`() throws {
    let network = ScriptedNetwork([], loop: loop)
    let policy = ChannelPolicy(
      volume: [.info: .off, .warning: .silent, .critical: .on], batchDelay: .seconds(3))
    let dispatcher = try telegram(network, policy)
    for number in 1...4 { dispatcher.tell(Self.alert(UInt64(number)), isRepeat: false) }
    dispatcher.tell(Self.alert(9, .info), isRepeat: false)
    run(2)
    #expect(network.bodies.isEmpty)
    run(2)
    #expect(network.bodies.count == 1)
    #expect(network.bodies[0].contains(#""disable_notification":true"#))
    #expect(!network.bodies[0].contains("[9.1"))
  }

  @Test func `quiet hours may go over midnight`() {
    let hours = QuietHours(from: 22 * 60, to: 7 * 60)
    let evening = Timestamp(year: 2026, month: 3, day: 4, hour: 23)
    let night = Timestamp(year: 2026, month: 3, day: 5, hour: 3)
    let end = Timestamp(year: 2026, month: 3, day: 5, hour: 7)
    #expect(hours.end(at: evening) == end)
    #expect(hours.end(at: night) == end)
    #expect(hours.end(at: end) == nil)
  }

  @Test func `a webhook is signed over its time and its body`() throws {
    let network = ScriptedNetwork([], loop: loop)
    let channel = WebhookChannel(
      address: Secret(consuming: Array("http://127.0.0.1:9/in".utf8)),
      key: Secret(consuming: Array("key".utf8)), http: network
    ) { Self.noon }
    let dispatcher = AlertDispatcher([(channel, ChannelPolicy())], origin: "PAPER", loop: loop)
    dispatcher.tell(Self.alert(1), isRepeat: false)
    run(1)
    let request = try #require(network.requests.first)
    let stamp = "\(Self.noon.milliseconds)"
    let signer = MessageSigner(key: Secret(consuming: Array("key".utf8)))
    let hex = Hexadecimal.text(signer.signature(of: Array("\(stamp).".utf8) + request.body))
    #expect(
      request.headers.contains(HTTPHeader("X-PerpDeck-Signature", "t=\(stamp),v1=\(hex)")))
  }

  @Test func `a letter is dated, encoded and one letter`() {
    let message = AlertMessage(
      Self.alert(1, .critical, "a\r\n.\r\nQUIT"), origin: "LIVE blofin main", isRepeat: false)
    let letter = String(
      decoding: MailChannel.letter([message], from: "a@b.c", to: ["d@e.f"], at: Self.noon),
      as: UTF8.self)
    #expect(letter.hasPrefix("Date: Wed, 04 Mar 2026 12:00:00 +0000\r\nFrom: <a@b.c>\r\n"))
    #expect(letter.contains("Subject: LIVE blofin main: CRITICAL BTC-USDT\r\n"))
    #expect(!letter.contains("QUIT"))
  }

  @Test func `a token that could leave its place in the address is no token`() throws {
    let server = try WebAddress("http://127.0.0.1:9")
    for text in ["", "no-colon", "1:a/b", "1:a?b", "1:a b", "1:\n"] {
      #expect(TelegramBot(token: Secret(consuming: Array(text.utf8)), server: server) == nil)
    }
  }
}
