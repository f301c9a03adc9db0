import Exchanges
import Testing
import Trading
import Units

private struct Topic: StreamTopic, ExpressibleByStringLiteral {
  let description: String
  var argumentByteCount = 40
  var staleAfter: TimeSpan?

  init(_ name: String, bytes: Int = 40, staleAfter: TimeSpan? = nil) {
    description = name
    argumentByteCount = bytes
    self.staleAfter = staleAfter
  }

  init(stringLiteral value: String) { self.init(value) }
}

private typealias Session = StreamSession<Topic>
private typealias Action = Session.Action

private func moment(_ milliseconds: Int64) -> Timestamp {
  Timestamp(milliseconds: 1_767_225_600_000 + milliseconds)
}

private func session(login: Bool = false, topics: [Topic], seed: UInt64 = 1) -> Session {
  var session = Session(
    rules: StreamRules(
      needsLogin: login, pingAfter: .seconds(5), answerWithin: .seconds(4),
      connectWithin: .seconds(10), logInWithin: .seconds(10), acknowledgeWithin: .seconds(10),
      argumentBytesBelow: 100),
    backoff: Backoff(first: .milliseconds(500), longest: .seconds(30)),
    random: SeededRandom(seed: seed), at: moment(0))
  _ = session.setTopics(topics, at: moment(0))
  return session
}

/// Returns a session with an open connection on which every topic is being delivered.
private func running(login: Bool = false, topics: [Topic]) -> Session {
  var session = session(login: login, topics: topics)
  _ = session.start(at: moment(0))
  _ = session.admitted(at: moment(0))
  _ = session.connected(at: moment(0))
  _ = session.loggedIn(at: moment(0))
  for topic in topics { _ = session.acknowledged(topic, at: moment(0)) }
  return session
}

@Suite struct `Stream session` {
  @Test func `connects, subscribes in messages below the byte limit and reports when settled`() {
    // 40 + 1 + 40 bytes stay below 100, three would not.
    var session = session(topics: ["a", "b", "c"])
    let started = session.start(at: moment(0))
    let admitted = session.admitted(at: moment(10))
    let connected = session.connected(at: moment(60))
    let first = session.acknowledged("a", at: moment(70))
    let second = session.acknowledged("c", at: moment(71))
    let slot = session.slot(of: "b")
    let third = session.noteMessage(slot: slot!, at: moment(80))
    #expect(started == [.requestConnection])
    #expect(admitted == [.open, .report(.connecting)])
    #expect(connected == [.subscribe(["a", "b"]), .subscribe(["c"])])
    #expect([first, second] == [[], []])
    #expect(third == [.report(.up)])
  }

  @Test func `logs in before it subscribes`() {
    var session = session(login: true, topics: ["orders"])
    _ = session.start(at: moment(0))
    _ = session.admitted(at: moment(0))
    let connected = session.connected(at: moment(5))
    let loggedIn = session.loggedIn(at: moment(9))
    #expect(connected == [.logIn])
    #expect(loggedIn == [.subscribe(["orders"])])
  }

  @Test func `has no connection without topics`() {
    var session = session(topics: [])
    let started = session.start(at: moment(0))
    let wanted = session.setTopics(["a"], at: moment(1))
    _ = session.admitted(at: moment(2))
    let dropped = session.setTopics([], at: moment(3))
    let again = session.setTopics(["b"], at: moment(4))
    #expect(started == [])
    #expect(wanted == [.requestConnection])
    #expect(dropped == [.close, .report(.down("not needed"))])
    #expect(again == [.requestConnection])
  }

  @Test func `W01 comes back after a loss and subscribes everything again`() {
    var session = running(topics: ["a", "b"])
    let lost = session.lost("closed with 1006", at: moment(100))
    let rest = session.nextMoment
    #expect(lost == [.report(.down("closed with 1006"))])
    #expect(rest! >= moment(100 + 250) && rest! <= moment(100 + 500))
    let early = session.tick(at: rest! - .milliseconds(1))
    let due = session.tick(at: rest!)
    #expect(early == [])
    #expect(due == [.requestConnection])
    _ = session.admitted(at: rest!)
    let connected = session.connected(at: rest! + .milliseconds(30))
    #expect(connected == [.subscribe(["a", "b"])])
  }

  @Test func `W02 drops a connection that answers neither with data nor with a pong`() {
    var session = running(topics: ["a"])
    #expect(session.nextMoment == moment(5_000))
    let ping = session.tick(at: moment(5_000))
    #expect(ping == [.ping])
    #expect(session.nextMoment == moment(9_000))
    let dropped = session.tick(at: moment(9_000))
    #expect(dropped == [.close, .report(.down("no sign of life"))])
  }

  @Test func `W03 takes data for a sign of life`() {
    var session = running(topics: ["a"])
    _ = session.tick(at: moment(5_000))
    let message = session.noteMessage(slot: 0, at: moment(8_999))
    let later = session.tick(at: moment(9_000))
    #expect([message, later] == [[], []])
    #expect(session.nextMoment == moment(13_999))
  }

  @Test func `W04 subscribes a topic anew that alone has gone silent`() {
    var session = running(topics: [
      Topic("books", staleAfter: .seconds(10)), Topic("tickers", staleAfter: .seconds(30)),
    ])
    for second in 1...9 {
      _ = session.noteMessage(slot: 1, at: moment(Int64(second) * 1_000))
    }
    let books = Topic("books", staleAfter: .seconds(10))
    let silent = session.tick(at: moment(10_000))
    #expect(
      silent == [
        .topicDown(books, "no message for too long"), .unsubscribe([books]), .subscribe([books]),
      ])
    // Patience doubles, so that a market in which nothing happens is not asked all the time.
    _ = session.acknowledged(books, at: moment(10_100))
    _ = session.noteMessage(slot: 1, at: moment(29_000))
    _ = session.tick(at: moment(29_999))
    let again = session.tick(at: moment(30_100))
    #expect(again.first == .topicDown(books, "no message for too long"))
  }

  @Test func `W05 tries suspects one by one and gives up only the bad one`() {
    var session = session(topics: [Topic("a"), Topic("bad")])
    _ = session.start(at: moment(0))
    _ = session.admitted(at: moment(0))
    let sent = session.connected(at: moment(0))
    let named = session.subscriptionFailed(["a", "bad"], reason: "60012", at: moment(50))
    let retried = session.tick(at: moment(1_050))
    let failed = session.subscriptionFailed(["bad"], reason: "60012", at: moment(1_100))
    let settled = session.acknowledged("a", at: moment(1_120))
    #expect(sent == [.subscribe(["a", "bad"])])
    #expect(named == [])
    #expect(retried == [.subscribe(["a"]), .subscribe(["bad"])])
    #expect(failed == [.topicRefused("bad", "60012")])
    #expect(settled == [.report(.up)])
    #expect(session.isLive("a") && !session.isLive("bad"))
  }

  @Test func `W05 gives up a topic whose subscription is never answered`() {
    var session = session(topics: ["a", "mute"])
    _ = session.start(at: moment(0))
    _ = session.admitted(at: moment(0))
    _ = session.connected(at: moment(0))
    _ = session.acknowledged("a", at: moment(0))
    var actions: [Action] = []
    for second in 1...40 {
      actions += session.noteMessage(slot: 0, at: moment(Int64(second) * 1_000))
      actions += session.tick(at: moment(Int64(second) * 1_000))
    }
    #expect(
      actions == [
        .subscribe(["mute"]), .subscribe(["mute"]),
        .topicRefused("mute", "no answer to the subscription"), .report(.up),
      ])
  }

  @Test func `W05 an account stream without one of its topics is not up, and asks for it again`() {
    var session = session(login: true, topics: ["orders", "positions"])
    _ = session.start(at: moment(0))
    _ = session.admitted(at: moment(0))
    _ = session.connected(at: moment(0))
    _ = session.loggedIn(at: moment(0))
    _ = session.acknowledged("positions", at: moment(10))
    let failed = session.subscriptionFailed(["orders"], reason: "60012", at: moment(20))
    let message = session.noteMessage(slot: 1, at: moment(59_000))
    let early = session.tick(at: moment(60_019))
    let again = session.tick(at: moment(60_020))
    let refused = session.subscriptionFailed(["orders"], reason: "60012", at: moment(60_030))
    session.noteArrival(at: moment(180_000))
    let later = session.tick(at: moment(180_030))
    let taken = session.acknowledged("orders", at: moment(180_040))
    #expect(
      failed == [
        .topicRefused("orders", "60012"), .report(.refused("orders is not delivered: 60012")),
      ])
    #expect([message, early, refused] == [[], [], []])
    // A minute later, then two minutes.
    #expect([again, later] == [[.subscribe(["orders"])], [.subscribe(["orders"])]])
    #expect(taken == [.report(.up)])
  }

  @Test func `W06 logs in again when the exchange ends a login`() {
    var session = running(login: true, topics: ["orders"])
    let ended = session.logInRefused("60009", at: moment(1_000))
    let back = session.loggedIn(at: moment(1_100))
    let subscribed = session.acknowledged("orders", at: moment(1_150))
    #expect(ended == [.report(.down("60009")), .logIn])
    #expect(back == [.subscribe(["orders"])])
    #expect(subscribed == [.report(.up)])
  }

  /// Lets the next login be refused and returns what follows, and how long the rest is.
  private func refuseLogIn(
    _ session: inout Session, at now: Timestamp
  ) -> (actions: [Action], rest: TimeSpan) {
    _ = session.tick(at: now)
    _ = session.admitted(at: now)
    _ = session.connected(at: now)
    let actions = session.logInRefused("60009", at: now)
    return (actions, session.nextMoment! - now)
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func `W06 knocks rarely when logins were refused for a minute, and not before`(seed: UInt64) {
    var session = session(login: true, topics: ["orders"], seed: seed)
    _ = session.start(at: moment(0))
    var now = moment(0)
    while now < moment(60_000) {
      let (actions, rest) = refuseLogIn(&session, at: now)
      #expect(actions == [.close, .report(.down("60009"))], "seed \(seed)")
      #expect(rest <= .seconds(30), "seed \(seed)")
      now = now + rest
    }
    for _ in 0..<2 {
      let (actions, rest) = refuseLogIn(&session, at: now)
      let text = "60009 (tried again at \((now + .minutes(5)).timeText) UTC)"
      #expect(actions == [.close, .report(.refused(text))], "seed \(seed)")
      #expect(rest == StreamRules.refusedRetry)
      now = now + rest
    }
  }

  @Test func `W06 forgets refused logins when one is taken, and when a new key comes`() {
    var session = session(login: true, topics: ["orders"])
    _ = session.start(at: moment(0))
    for second in [0, 40, 80] as [Int64] {
      _ = refuseLogIn(&session, at: moment(second * 1_000))
    }
    _ = session.stop()
    _ = session.start(at: moment(400_000))
    let afterKey = refuseLogIn(&session, at: moment(400_000)).actions
    #expect(afterKey == [.close, .report(.down("60009"))])
    _ = session.tick(at: moment(440_000))
    _ = session.admitted(at: moment(440_000))
    _ = session.connected(at: moment(440_000))
    let taken = session.loggedIn(at: moment(440_000))
    #expect(taken == [.subscribe(["orders"])])
    _ = session.lost("reset", at: moment(470_000))
    let afterLogIn = refuseLogIn(&session, at: moment(480_000)).actions
    #expect(afterLogIn == [.close, .report(.down("60009"))])
  }

  @Test func `W06 drops a connection whose login is never answered`() {
    var session = session(login: true, topics: ["orders"])
    _ = session.start(at: moment(0))
    _ = session.admitted(at: moment(0))
    _ = session.connected(at: moment(0))
    #expect(session.nextMoment == moment(10_000))
    let dropped = session.tick(at: moment(10_000))
    #expect(dropped == [.close, .report(.down("no answer to the login"))])
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func `W08 a storm of lost connections does not bring the delay back to the first`(seed: UInt64) {
    var session = session(topics: ["a"], seed: seed)
    _ = session.start(at: moment(0))
    var now = moment(0)
    var delays: [TimeSpan] = []
    for _ in 0..<10 {
      _ = session.admitted(at: now)
      _ = session.connected(at: now)
      _ = session.acknowledged("a", at: now)
      now = now + .milliseconds(200)
      _ = session.lost("reset", at: now)
      delays.append(session.nextMoment! - now)
      now = session.nextMoment!
      _ = session.tick(at: now)
    }
    #expect(delays.last! >= .seconds(15), "seed \(seed)")
    _ = session.admitted(at: now)
    _ = session.connected(at: now)
    _ = session.lost("reset", at: now + StreamRules.steadyAfter)
    #expect(session.nextMoment! - now - StreamRules.steadyAfter <= .milliseconds(500))
  }

  @Test(arguments: 0..<4)
  func `W09 a drop at any step leads back to a request`(step: Int) {
    var session = session(login: true, topics: ["orders"])
    _ = session.start(at: moment(0))
    _ = session.admitted(at: moment(0))
    if step > 0 { _ = session.connected(at: moment(0)) }
    if step > 1 { _ = session.loggedIn(at: moment(0)) }
    if step > 2 { _ = session.acknowledged("orders", at: moment(0)) }
    let lost = session.lost("cut", at: moment(1))
    let again = session.tick(at: session.nextMoment!)
    #expect(lost == [.report(.down("cut"))])
    #expect(again == [.requestConnection])
  }

  @Test func `W14 knocks rarely at a door that is shut`() {
    var session = session(topics: ["a"])
    _ = session.start(at: moment(0))
    _ = session.admitted(at: moment(0))
    let refused = session.lost("403 from the firewall", isRefusal: true, at: moment(100))
    let again = moment(100) + StreamRules.refusedRetry
    let text = "403 from the firewall (tried again at \(again.timeText) UTC)"
    #expect(refused == [.report(.refused(text))])
    #expect(session.nextMoment == again)
  }

  @Test(
    arguments: [
      (false, 7, 7), (false, 0, 1), (false, 1_000_000, 3_600), (true, 7, 7), (true, 900, 900),
    ] as [(Bool, Int64, Int64)])
  func `W14 stays away for as long as the exchange asks, within bounds`(
    isRefusal: Bool, asked: Int64, seconds: Int64
  ) {
    var session = session(topics: ["a"])
    _ = session.start(at: moment(0))
    _ = session.admitted(at: moment(0))
    _ = session.lost("429", isRefusal: isRefusal, wait: .seconds(asked), at: moment(100))
    #expect(session.nextMoment == moment(100 + seconds * 1_000))
  }

  @Test func `changes what is wanted without a new connection`() {
    var session = running(topics: ["a", "b"])
    let changed = session.setTopics(["b", "c"], at: moment(50))
    #expect(changed == [.unsubscribe(["a"]), .subscribe(["c"])])
    #expect(session.topics == ["b", "c"])
  }

  @Test func `B01 subscribes a topic with a gap anew, not more than once a second`() {
    var session = running(topics: ["books"])
    let first = session.resubscribe("books", at: moment(5))
    let second = session.resubscribe("books", at: moment(6))
    #expect(first == [.unsubscribe(["books"])])
    #expect(second == [])
    #expect(session.nextMoment == moment(1_000))
    let due = session.tick(at: moment(1_000))
    #expect(due == [.subscribe(["books"])])
    _ = session.acknowledged("books", at: moment(1_010))
    let later = session.resubscribe("books", at: moment(3_000))
    #expect(later == [.unsubscribe(["books"]), .subscribe(["books"])])
  }

  @Test func `B07 asks ever more rarely for a topic that breaks each time`() {
    var session = running(topics: ["books"])
    var now = moment(0)
    var spacings: [Int64] = []
    for _ in 0..<9 {
      let asked = now
      var actions = session.resubscribe("books", at: now)
      while !actions.contains(.subscribe(["books"])) {
        now = session.nextMoment!
        session.noteArrival(at: now)
        actions = session.tick(at: now)
      }
      spacings.append((now - asked).milliseconds / 1_000)
      _ = session.acknowledged("books", at: now)
    }
    #expect(spacings == [1, 2, 4, 8, 16, 32, 64, 64, 64])
  }

  @Test func `ends in order and hears nothing afterwards`() {
    var session = running(topics: ["a"])
    let stopped = session.stop()
    let late = session.lost("closed", at: moment(10))
    #expect(stopped == [.close, .report(.down("not needed"))])
    #expect(late == [])
    #expect(session.nextMoment == nil)
  }
}
