import Exchanges
import Testing
import Units

private func moment(_ milliseconds: Int64) -> Timestamp {
  Timestamp(milliseconds: 1_767_225_600_000 + milliseconds)
}

@Suite struct `Backoff delays` {
  @Test(arguments: 0..<50 as Range<UInt64>)
  func `lie between half and all of a doubling delay`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var backoff = Backoff(first: .milliseconds(500), longest: .seconds(30))
    for full: Int64 in [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000] {
      let delay = backoff.next(&random).milliseconds
      #expect(delay >= full / 2 && delay <= full, "seed \(seed)")
    }
    backoff.reset()
    #expect(backoff.next(&random) <= .milliseconds(500))
  }
}

@Suite struct `Connect gate` {
  @Test func `lets one in per interval, the most important first`() {
    var gate = ConnectGate(interval: .seconds(1))
    gate.request(1, priority: 1)
    gate.request(2, priority: 1)
    gate.request(0, priority: 0)
    gate.request(2, priority: 1)
    let admitted = [0, 1, 999, 1_000, 1_500, 2_000, 3_000].map { gate.admit(at: moment($0)) }
    #expect(admitted == [0, nil, nil, 1, nil, 2, nil])
    #expect(gate.nextMoment(at: moment(3_000)) == nil)
  }

  @Test func `forgets who withdrew and stays closed for the rest of the interval`() {
    var gate = ConnectGate(interval: .seconds(1))
    gate.request(1, priority: 1)
    let first = gate.admit(at: moment(0))
    gate.request(2, priority: 1)
    gate.request(3, priority: 1)
    gate.withdraw(2)
    #expect(first == 1)
    #expect(gate.nextMoment(at: moment(10)) == moment(1_000))
    let next = gate.admit(at: moment(1_000))
    #expect(next == 3)
  }
}

@Suite struct `Clock offset` {
  /// Adds a reading of a clock that is `ahead`, printed in whole seconds as HTTP's `Date` is.
  private func add(
    to offset: inout ClockOffset, ahead: Int64, sent: Int64, received: Int64, stampedAt: Int64
  ) {
    let theirs = moment(stampedAt + ahead).start(of: .seconds(1))
    offset.add(
      earliest: theirs, latest: theirs + .milliseconds(999), sentAt: moment(sent),
      receivedAt: moment(received))
  }

  @Test(arguments: [-120_000, -3_600_000, -700, 0, 250, 1_500, 120_000] as [Int64])
  func `C01 is learned to a third of a second from whole-second stamps`(ahead: Int64) {
    var random = SeededRandom(seed: 7)
    var offset = ClockOffset()
    var sent: Int64 = 0
    for _ in 0..<9 {
      let trip = Int64(40 + random.below(120))
      add(
        to: &offset, ahead: ahead, sent: sent, received: sent + trip, stampedAt: sent + trip / 2)
      sent += Int64(700 + random.below(900))
    }
    let error = (offset.estimate?.milliseconds ?? .max / 2) - ahead
    #expect(abs(error) < 333, "off by \(error)")
  }

  @Test func `C03 does not follow one false reading`() {
    var offset = ClockOffset()
    for sent: Int64 in [0, 1_300, 2_600] {
      add(to: &offset, ahead: 0, sent: sent, received: sent + 80, stampedAt: sent + 40)
    }
    let before = offset.estimate
    add(to: &offset, ahead: 7_200_000, sent: 4_000, received: 4_080, stampedAt: 4_040)
    #expect(offset.estimate == before)
  }

  @Test func `C02 follows a step once most readings agree, or at once when told`() {
    var offset = ClockOffset()
    for sent: Int64 in [0, 1_300, 2_600] {
      add(to: &offset, ahead: 0, sent: sent, received: sent + 80, stampedAt: sent + 40)
    }
    var told = offset
    add(to: &told, ahead: 90_000, sent: 4_000, received: 4_080, stampedAt: 4_040)
    told.keepOnlyLast()
    #expect(abs((told.estimate?.milliseconds ?? 0) - 90_000) <= 600)
    for sent: Int64 in [4_000, 5_300, 6_600, 7_900] {
      add(to: &offset, ahead: 90_000, sent: sent, received: sent + 80, stampedAt: sent + 40)
    }
    #expect(abs((offset.estimate?.milliseconds ?? 0) - 90_000) <= 600)
  }

  @Test(arguments: [-3_599_500, -250, 0, 499, 501, 120_007] as [Int64])
  func `C01 is learned to the round trip by readings at the change of a second`(ahead: Int64) {
    var random = SeededRandom(seed: 11)
    var offset = ClockOffset()
    var sent: Int64 = 137
    for _ in 0..<10 {
      let there = Int64(5 + random.below(25))
      let trip = there + Int64(5 + random.below(25))
      add(to: &offset, ahead: ahead, sent: sent, received: sent + trip, stampedAt: sent + there)
      let next = offset.nextReading(after: moment(sent + 100), roundTrip: .milliseconds(30))
      sent = ((next ?? moment(sent + 1_000)) - moment(0)).milliseconds
    }
    let error = abs((offset.estimate?.milliseconds ?? .max / 2) - ahead)
    let uncertainty = offset.uncertainty?.milliseconds ?? .max
    #expect(error <= uncertainty, "off by \(error), said \(uncertainty)")
    #expect(uncertainty <= 31, "said \(uncertainty)")
  }

  @Test func `grows less sure with time and forgets nothing at once`() {
    var offset = ClockOffset()
    offset.add(
      earliest: moment(500), latest: moment(510), sentAt: moment(0), receivedAt: moment(10))
    let first = offset.uncertainty
    for second: Int64 in 1...20 {
      offset.add(
        earliest: moment(second * 1_000), latest: moment(second * 1_000 + 999),
        sentAt: moment(second * 1_000 - 10), receivedAt: moment(second * 1_000))
    }
    #expect(first == .milliseconds(11))
    #expect(offset.estimate == .milliseconds(500))
    #expect(offset.uncertainty == .milliseconds(12))
  }

  @Test func `is nothing before the first reading and ignores an impossible one`() {
    var offset = ClockOffset()
    offset.add(
      earliest: moment(10), latest: moment(0), sentAt: moment(0), receivedAt: moment(1))
    #expect(offset.estimate == nil)
    #expect(offset.exchangeTime(moment(5)) == moment(5))
  }
}

@Suite struct `Topic shards` {
  @Test func `fill one connection after the other and keep a topic where it is`() {
    var shards = TopicShards<String>(capacity: 2, maximumShards: 2)
    let none = shards.setTopics(["a", "b", "c", "c"])
    #expect(none == [])
    #expect(shards.shards == [["a", "b"], ["c"]])
    let homeless = shards.setTopics(["b", "c", "d", "e", "f"])
    #expect(homeless == ["f"])
    #expect(shards.shards == [["b", "d"], ["c", "e"]])
    _ = shards.setTopics([])
    #expect(shards.shards == [[], []])
  }
}
