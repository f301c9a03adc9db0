import Exchanges
import Testing
import Units

private let address = QuotaScope("address")
private let account = QuotaScope("account")

private let quotas = [
  RequestQuota(
    scope: address, limit: 50, window: .seconds(60), margin: .zero, reservedForRiskReducing: 5,
    reservedForOrdinary: 5),
  RequestQuota(
    scope: address, limit: 150, window: .minutes(5), margin: .zero, reservedForRiskReducing: 15,
    reservedForOrdinary: 15),
  RequestQuota(
    scope: account, limit: 30, window: .seconds(10), margin: .zero, reservedForRiskReducing: 8,
    reservedForOrdinary: 6),
]

private func moment(_ milliseconds: Int64) -> Timestamp {
  Timestamp(milliseconds: 1_767_225_600_000 + milliseconds)
}

/// Returns the most departures that fall in any half-open window of a length.
private func busiest(_ departures: [Timestamp], window: TimeSpan) -> Int {
  departures.indices.map { last in
    departures[...last].count { departures[last] - $0 < window }
  }.max() ?? 0
}

@Suite struct `Request pacer` {
  @Test func `lets a burst pass up to the lane's ceiling and then names the moment`() {
    var pacer = RequestPacer(quotas: quotas)
    for _ in 0..<22 {
      #expect(
        pacer.earliestDeparture(in: [account], lane: .ordinary, at: moment(0)) == moment(0))
      pacer.noteDeparture(in: [account], at: moment(0))
    }
    let lanes = RequestLane.allCases.map {
      pacer.earliestDeparture(in: [account], lane: $0, at: moment(1))
    }
    #expect(lanes == [moment(1), moment(10_000), moment(10_000)])
    #expect(pacer.remaining(in: account, lane: .riskReducing, at: moment(1)) == 8)
    #expect(pacer.remaining(in: account, lane: .ordinary, at: moment(1)) == 0)
    #expect(pacer.remaining(in: account, lane: .riskReducing, at: moment(10_000)) == 30)
  }

  @Test(arguments: 0..<8 as Range<UInt64>)
  func `H12 exceeds no quota in any rolling window`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var queue = RequestQueue<[QuotaScope]>(
      pacer: RequestPacer(quotas: quotas), capacityPerLane: 40)
    var departures: [QuotaScope: [Timestamp]] = [:]
    var now = moment(0)
    for _ in 0..<2_000 {
      for _ in 0..<random.below(3) {
        let scopes = random.oneIn(2) ? [address, account] : [address]
        let lane = RequestLane.allCases[random.below(3)]
        _ = queue.add(scopes, in: scopes, lane: lane, deadline: now + .minutes(2))
      }
      while let scopes = queue.takeReady(at: now) {
        for scope in scopes { departures[scope, default: []].append(now) }
      }
      _ = queue.takeExpired(at: now)
      now = now + .milliseconds(Int64(random.below(400)))
    }
    for quota in quotas {
      let most = busiest(departures[quota.scope] ?? [], window: quota.window)
      #expect(most <= quota.limit, "seed \(seed): \(quota.scope) \(most)")
    }
  }

  @Test(arguments: 0..<8 as Range<UInt64>)
  func `I9 lets what takes risk off pass whatever the other lanes have used`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var pacer = RequestPacer(quotas: quotas)
    var now = moment(0)
    for _ in 0..<2_000 {
      let lane: RequestLane = random.oneIn(2) ? .ordinary : .background
      if pacer.earliestDeparture(in: [address, account], lane: lane, at: now) <= now {
        pacer.noteDeparture(in: [address, account], at: now)
      }
      #expect(
        pacer.earliestDeparture(in: [address, account], lane: .riskReducing, at: now) == now,
        "seed \(seed)")
      now = now + .milliseconds(Int64(random.below(100)))
    }
  }

  @Test func `takes the window to be longer by the margin`() {
    var pacer = RequestPacer(quotas: [
      RequestQuota(
        scope: account, limit: 1, window: .seconds(10), margin: .milliseconds(500),
        reservedForRiskReducing: 0, reservedForOrdinary: 0)
    ])
    pacer.noteDeparture(in: [account], at: moment(0))
    #expect(
      pacer.earliestDeparture(in: [account], lane: .background, at: moment(5))
        == moment(10_500))
  }

  @Test func `H05 a hold that is made longer keeps its spacing`() {
    var pacer = RequestPacer(quotas: quotas)
    pacer.holdBack(until: moment(10_000), riskReducingSpacing: .seconds(5))
    pacer.noteDeparture(in: [address], at: moment(0))
    // The answer to what left was "too many requests" again.
    pacer.holdBack(until: moment(10_100), riskReducingSpacing: .seconds(5))
    #expect(
      pacer.earliestDeparture(in: [address], lane: .riskReducing, at: moment(100))
        == moment(5_000))
  }

  @Test func `H05 a hold stops all lanes but the one that takes risk off`() {
    var pacer = RequestPacer(quotas: quotas)
    pacer.holdBack(until: moment(60_000), riskReducingSpacing: .seconds(5))
    pacer.holdBack(until: moment(30_000), riskReducingSpacing: .seconds(1))
    func earliest(at now: Timestamp) -> [Timestamp] {
      RequestLane.allCases.map { pacer.earliestDeparture(in: [address], lane: $0, at: now) }
    }
    #expect(earliest(at: moment(1)) == [moment(1), moment(60_000), moment(60_000)])
    pacer.noteDeparture(in: [address], at: moment(1))
    #expect(earliest(at: moment(2)) == [moment(5_001), moment(60_000), moment(60_000)])
    #expect(earliest(at: moment(60_000)) == [moment(60_000), moment(60_000), moment(60_000)])
    #expect(pacer.heldUntil(in: [address], at: moment(2)) == moment(60_000))
    #expect(pacer.heldUntil(in: [address], at: moment(60_000)) == nil)
  }

  @Test func `H05 a hold of one scope lets everything leave that does not count in it`() {
    var pacer = RequestPacer(quotas: quotas)
    pacer.holdBack(account, until: moment(10_000), riskReducingSpacing: .seconds(1))
    func earliest(_ scopes: [QuotaScope]) -> [Timestamp] {
      RequestLane.allCases.map { pacer.earliestDeparture(in: scopes, lane: $0, at: moment(1)) }
    }
    #expect(earliest([address]) == [moment(1), moment(1), moment(1)])
    #expect(earliest([address, account]) == [moment(1), moment(10_000), moment(10_000)])
    // What leaves elsewhere does not take the turn of what is held.
    pacer.noteDeparture(in: [address], at: moment(1))
    #expect(earliest([address, account])[0] == moment(1))
    #expect(pacer.heldUntil(in: [address], at: moment(1)) == nil)
    #expect(pacer.heldUntil(in: [address, account], at: moment(1)) == moment(10_000))
  }
}

@Suite struct `Request queue` {
  private func queue(limit: Int) -> RequestQueue<String> {
    RequestQueue(
      pacer: RequestPacer(quotas: [
        RequestQuota(
          scope: account, limit: limit, window: .seconds(10), margin: .zero,
          reservedForRiskReducing: 1, reservedForOrdinary: 1)
      ]), capacityPerLane: 3)
  }

  @Test func `sends what takes risk off first and keeps the order within a lane`() {
    var queue = queue(limit: 9)
    for (name, lane) in [
      ("poll", RequestLane.background), ("open 1", .ordinary), ("open 2", .ordinary),
      ("cancel 1", .riskReducing), ("cancel 2", .riskReducing),
    ] {
      #expect(queue.add(name, in: [account], lane: lane, deadline: moment(1_000)) == true)
    }
    var sent: [String] = []
    while let work = queue.takeReady(at: moment(0)) { sent.append(work) }
    #expect(sent == ["cancel 1", "cancel 2", "open 1", "open 2", "poll"])
  }

  @Test func `refuses more than its capacity in one lane and still takes the others`() {
    var queue = queue(limit: 9)
    let taken = (0..<4).map {
      queue.add("poll \($0)", in: [account], lane: .background, deadline: moment(1_000))
    }
    #expect(taken == [true, true, true, false])
    let cancel = queue.add("cancel", in: [account], lane: .riskReducing, deadline: moment(1))
    #expect(cancel)
  }

  @Test func `gives back what did not leave by its deadline`() {
    var queue = queue(limit: 3)
    for name in ["first", "second"] {
      _ = queue.add(name, in: [account], lane: .background, deadline: moment(1_000))
    }
    let first = queue.takeReady(at: moment(0))
    let second = queue.takeReady(at: moment(0))
    #expect(first == "first")
    #expect(second == nil)
    #expect(queue.nextMoment(at: moment(0)) == moment(1_000))
    let late = queue.takeReady(at: moment(1_000))
    let expired = queue.takeExpired(at: moment(1_000))
    #expect(late == nil)
    #expect(expired == ["second"])
    #expect(queue.nextMoment(at: moment(1_000)) == nil)
  }

  @Test func `a used-up quota holds up only what counts toward it`() {
    var queue = queue(limit: 3)
    for name in ["a", "b"] {
      _ = queue.add(name, in: [account], lane: .background, deadline: moment(9_000))
    }
    _ = queue.add("elsewhere", in: [], lane: .background, deadline: moment(9_000))
    let sent = [0, 1, 2].map { _ in queue.takeReady(at: moment(0)) }
    #expect(sent == ["a", "elsewhere", nil])
  }
}
