import Exchanges
import Testing
import Trading
import Units

private struct Topic: StreamTopic {
  let description: String
  let argumentByteCount = 40
  let staleAfter: TimeSpan? = nil
}

/// Three streams that share a gate, as those of one exchange do, in a time that a test moves.
private struct Streams {
  private var sessions: [StreamSession<Topic>]
  private var gate = ConnectGate(interval: .seconds(1))
  private var opening: [Int: Timestamp] = [:]
  private var up: Set<Int> = []
  private(set) var now = Timestamp(milliseconds: 1_767_225_600_000)
  /// Who opened a connection, and when.
  private(set) var connects: [(member: Int, at: Timestamp)] = []
  /// How each of them stands.
  private(set) var states: [LinkState?]

  private static let step = TimeSpan.milliseconds(10)

  init(seed: UInt64) {
    let start = now
    sessions = (0..<3).map { member in
      var session = StreamSession<Topic>(
        rules: StreamRules(
          needsLogin: member == 0, pingAfter: .seconds(5), answerWithin: .seconds(4),
          connectWithin: .seconds(10), logInWithin: .seconds(10), acknowledgeWithin: .seconds(10),
          argumentBytesBelow: 100),
        backoff: Backoff(first: .milliseconds(500), longest: .seconds(30)),
        random: SeededRandom(seed: seed &* 3 &+ UInt64(member)), at: start)
      _ = session.setTopics([Topic(description: "t\(member)")], at: start)
      return session
    }
    states = [nil, nil, nil]
    for member in sessions.indices { perform(sessions[member].start(at: now), member) }
  }

  /// Whether all of them are up.
  var areUp: Bool { states.allSatisfy { $0 == .up } }

  /// Cuts whatever is open or being opened.
  mutating func drop() {
    for member in up.union(opening.keys).sorted() {
      up.remove(member)
      opening[member] = nil
      perform(sessions[member].lost("reset", at: now), member)
    }
  }

  /// Lets time pass; connections open within a twentieth of a second, and what is open is alive.
  mutating func pass(_ span: TimeSpan) {
    let end = now + span
    while now < end {
      now = now + Self.step
      if let member = gate.admit(at: now) {
        perform(sessions[member].admitted(at: now), member)
      }
      for (member, since) in opening.sorted(by: { $0.key < $1.key })
      where now >= since + .milliseconds(50) {
        opening[member] = nil
        up.insert(member)
        perform(sessions[member].connected(at: now), member)
        if member == 0 { perform(sessions[member].loggedIn(at: now), member) }
        perform(
          sessions[member].acknowledged(Topic(description: "t\(member)"), at: now), member)
      }
      for member in up { sessions[member].noteArrival(at: now) }
      for member in sessions.indices where sessions[member].nextMoment.map({ $0 <= now }) ?? false {
        perform(sessions[member].tick(at: now), member)
      }
    }
  }

  private mutating func perform(_ actions: [StreamSession<Topic>.Action], _ member: Int) {
    for action in actions {
      switch action {
      case .requestConnection: gate.request(member, priority: member == 0 ? 0 : 1)
      case .withdrawRequest: gate.withdraw(member)
      case .open:
        connects.append((member, now))
        opening[member] = now
      case .close:
        up.remove(member)
        opening[member] = nil
      case .report(let state): states[member] = state
      case .logIn, .subscribe, .unsubscribe, .ping, .topicDown, .topicRefused: break
      }
    }
  }
}

@Suite struct `Reconnect storms` {
  @Test(arguments: 0..<20 as Range<UInt64>)
  func `W08 fifty drops in a minute stay below the limit of connections, and all come back`(
    seed: UInt64
  ) {
    var streams = Streams(seed: seed)
    streams.pass(.seconds(10))
    #expect(streams.areUp, "seed \(seed)")
    let before = streams.connects.count
    for _ in 0..<50 {
      streams.drop()
      streams.pass(.milliseconds(1_200))
    }
    // Each waits twice as long as before, half a minute at most: ten tries of each in a minute.
    #expect(streams.connects.count - before <= 30, "seed \(seed)")
    streams.pass(.minutes(1))
    #expect(streams.areUp, "seed \(seed)")
    let gaps = zip(streams.connects, streams.connects.dropFirst()).map { $1.at - $0.at }
    #expect(gaps.allSatisfy { $0 >= .seconds(1) }, "seed \(seed)")
  }

  @Test func `W08 after the end of everything the private stream is let in first`() {
    var streams = Streams(seed: 1)
    #expect(streams.connects.isEmpty)
    streams.pass(.seconds(3))
    #expect(streams.connects.map(\.member) == [0, 1, 2])
  }
}
